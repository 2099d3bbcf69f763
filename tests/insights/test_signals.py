"""Public caches are emptied by what readers can see, and by nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User

from insights import workflow
from insights.models import ContentVersion, DataReference, ResearchInsight, Tag
from insights.services import content_version

WINDOW = {
    "product": "voyager.events",
    "window_start": datetime(2012, 8, 1, tzinfo=UTC),
    "window_end": datetime(2012, 9, 1, tzinfo=UTC),
}
PAPER = ("doi", "10.1126/science.1241681", "Gurnett et al. 2013")


@pytest.fixture
def draft(make, curator) -> ResearchInsight:
    return make("Hidden", author=curator, tags=["Unseen"], references=[PAPER], data=[WINDOW])


@pytest.fixture
def public(make, curator, reviewer) -> ResearchInsight:
    return make(
        "Shown",
        author=curator,
        reviewer=reviewer,
        status="published",
        tags=["Seen"],
        references=[PAPER],
        data=[WINDOW],
    )


def again(insight: ResearchInsight) -> ResearchInsight:
    """As another request reads it."""
    return ResearchInsight.objects.get(pk=insight.pk)


class Touches:
    """What people do with a finding; each with another finding's tag at hand."""

    @staticmethod
    def save(insight):
        insight.summary = "Other words."
        insight.save()

    @staticmethod
    def save_a_reference(insight):
        one = insight.references.get()
        one.title = "Other title"
        one.save()

    @staticmethod
    def delete_a_reference(insight):
        insight.references.get().delete()

    @staticmethod
    def add_a_data_reference(insight):
        DataReference.objects.create(insight=insight, plot="x", **WINDOW)

    @staticmethod
    def pin_again(insight):
        one = insight.data_references.get()
        workflow.pin(one)
        one.save()

    @staticmethod
    def delete_the_data_references(insight):
        insight.data_references.all().delete()

    @staticmethod
    def tag(insight):
        insight.tags.add(Tag.objects.create(name="Another"))

    @staticmethod
    def untag(insight):
        insight.tags.clear()

    @staticmethod
    def set_tags(insight):
        insight.tags.set([])

    @staticmethod
    def rename_its_tag(insight):
        tag = insight.tags.get()
        tag.name = "Renamed"
        tag.save()

    @staticmethod
    def delete_its_tag(insight):
        insight.tags.get().delete()

    @staticmethod
    def delete(insight):
        insight.delete()

    @staticmethod
    def delete_with_others(insight):
        ResearchInsight.objects.filter(pk=insight.pk).delete()


TOUCHES = [name for name in vars(Touches) if not name.startswith("_")]


@pytest.mark.parametrize("name", TOUCHES)
def test_what_happens_to_a_published_finding_is_a_new_content(public, name):
    before = content_version()
    getattr(Touches, name)(again(public))
    assert content_version() != before


@pytest.mark.parametrize("name", TOUCHES)
def test_what_happens_to_a_draft_is_none(draft, public, name):
    before = content_version()
    getattr(Touches, name)(again(draft))
    assert content_version() == before


def test_the_first_draft_of_a_site_empties_no_cache(db, make):
    make("First")
    assert not ContentVersion.objects.exclude(value=0).exists()


def test_each_step_that_readers_see_is_a_new_content(draft, curator, reviewer):
    seen = {}
    for name, user in (("submit", curator), ("publish", reviewer), ("retract", reviewer)):
        before = content_version()
        workflow.take(workflow.STEPS[name], user, draft.pk, reason="It was wrong.")
        seen[name] = content_version() != before
    assert seen == {"submit": False, "publish": True, "retract": True}


def test_a_finding_that_is_hidden_again_is_a_new_content(public):
    """No step does it, but a superuser's own script may."""
    before = content_version()
    one = again(public)
    one.status = "draft"
    one.save()
    assert content_version() != before


def test_a_reference_that_moves_from_a_published_finding_to_a_draft_is_a_new_content(public, draft):
    before = content_version()
    one = public.references.get()
    one.insight, one.identifier = draft, "10.1126/science.1117684"
    one.save()
    assert content_version() != before


def test_a_tag_of_both_is_seen(public, draft):
    draft.tags.add(public.tags.get())
    before = content_version()
    draft.tags.get(name="Seen").delete()
    assert content_version() != before


def test_a_new_tag_is_not_seen(public):
    before = content_version()
    Tag.objects.create(name="Fresh")
    assert content_version() == before


@pytest.mark.parametrize(("who", "is_seen"), [("curator", True), ("reviewer", True), ("root", False)])
def test_a_new_name_of_an_author_or_a_reviewer_is_seen(public, curator, reviewer, root, who, is_seen):
    user = User.objects.get(username=who)
    before = content_version()
    user.last_login = datetime.now(UTC)
    user.save()
    assert content_version() == before
    user.first_name, user.last_name = "Ada", "Lovelace"
    user.save()
    assert (content_version() != before) is is_seen


@pytest.mark.parametrize(("who", "is_seen"), [("curator", True), ("root", False)])
def test_an_account_that_is_deleted_takes_its_name_with_it(public, curator, root, who, is_seen):
    before = content_version()
    User.objects.get(username=who).delete()
    assert (content_version() != before) is is_seen


def test_a_draft_saved_by_an_author_leaves_the_pages_of_readers_as_they_are(client, draft, published):
    from deepspace import versions

    versions.forget()
    first = client.get("/insights")
    Touches.save(again(draft))
    versions.forget()
    assert client.get("/insights", headers={"if-none-match": first["ETag"]}).status_code == 304
    Touches.save(again(published))
    versions.forget()
    assert client.get("/insights", headers={"if-none-match": first["ETag"]}).status_code == 200
