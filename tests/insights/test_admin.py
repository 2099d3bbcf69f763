"""The admin of the findings: who sees and does what, and the way from a draft to the public."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from insights.models import DataReference, ResearchInsight
from tests.support import stored
from tests.support.insights import account

BASE = "/admin/insights/researchinsight/"
EMPTY_INLINES = {
    f"{prefix}-{name}": "0"
    for prefix in ("references", "data_references")
    for name in ("TOTAL_FORMS", "INITIAL_FORMS")
}


def form(**changes: Any) -> dict[str, Any]:
    """What the browser sends for a finding."""
    plain = {
        "title": "The field jumps",
        "slug": "the-field-jumps",
        "project": "voyager1",
        "category": "observation",
        "summary": "It jumps.",
        "description": "**So** it is.",
        "confidence": "high",
        "observed_on": "2012-08-25",
        "byline": "",
        "seen_version": "",
        **EMPTY_INLINES,
    }
    return plain | changes


def reference(**changes: Any) -> dict[str, Any]:
    """The inline form of a data reference."""
    row = {
        "position": "0",
        "product": "voyager.magnetic_field_48s",
        "window_start_0": "2012-07-26",
        "window_start_1": "00:00:00",
        "window_end_0": "2012-09-24",
        "window_end_1": "00:00:00",
        "plot": "magnetometer",
        "parameters": "{}",
        "caption": "The jump",
        **changes,
    }
    return {f"data_references-0-{name}": value for name, value in row.items()} | {
        "data_references-TOTAL_FORMS": "1"
    }


def errors(response: Any) -> str:
    assert response.status_code == 200
    shown = (
        [str(one) for one in response.context["errors"]]
        if response.context and "errors" in response.context
        else []
    )
    return " ".join(shown)


@pytest.fixture
def draft(make, curator):
    return make("A draft", author=curator)


# --- writing -----------------------------------------------------------------------------------------------------


def test_a_curator_writes_submits_and_a_reviewer_publishes(enter, curator, reviewer, visitor):
    writer, judge = enter(curator), enter(reviewer)
    assert writer.post(f"{BASE}add/", form()).status_code == 302
    one = ResearchInsight.objects.get()
    assert (one.status, one.author, one.source, one.version) == ("draft", curator, "curated", 1)
    assert "<strong>So</strong>" in one.description_html

    asked = writer.get(f"{BASE}{one.pk}/submit/")
    assert b"A reviewer will see it" in asked.content
    assert ResearchInsight.objects.get().status == "draft"  # asking changes nothing
    writer.post(f"{BASE}{one.pk}/submit/", {"confirmed": "submit", f"version-{one.pk}": one.version})
    one.refresh_from_db()
    assert one.status == "review"

    judge.post(f"{BASE}{one.pk}/publish/", {"confirmed": "publish", f"version-{one.pk}": one.version})
    one.refresh_from_db()
    assert (one.status, one.reviewer) == ("published", reviewer)
    assert one.published_at is not None
    assert visitor.get("/insights/the-field-jumps").status_code == 200

    judge.post(
        f"{BASE}{one.pk}/retract/",
        {"confirmed": "retract", f"version-{one.pk}": one.version, "reason": "Wrong."},
    )
    one.refresh_from_db()
    assert (one.status, one.retraction_reason) == ("retracted", "Wrong.")
    assert one.history.count() == 4
    assert [str(record.history_user) for record in one.history.all()] == [
        "reviewer",
        "reviewer",
        "curator",
        "curator",
    ]


def test_the_whole_way_can_be_gone_for_several_at_once_by_actions(enter, make, curator, reviewer):
    both = [make(f"Draft {number}", author=curator, status="review") for number in range(2)]
    judge = enter(reviewer)
    chosen = {"action": "publish_selected", "_selected_action": [one.pk for one in both]}
    asked = judge.post(BASE, chosen)
    assert b"Everybody can read it" in asked.content
    versions = {f"version-{one.pk}": one.version for one in both}
    judge.post(BASE, {**chosen, **versions, "confirmed": "publish"})
    assert set(ResearchInsight.objects.values_list("status", flat=True)) == {"published"}


def test_a_retraction_needs_a_reason(enter, published, reviewer):
    answer = enter(reviewer).post(
        f"{BASE}{published.pk}/retract/",
        {"confirmed": "retract", f"version-{published.pk}": published.version, "reason": "  "},
        follow=True,
    )
    assert b"Say why" in answer.content
    published.refresh_from_db()
    assert published.status == "published"


# --- who may what ------------------------------------------------------------------------------------------------


def step(client: Any, one: ResearchInsight, name: str, **more: Any) -> Any:
    return client.post(
        f"{BASE}{one.pk}/{name}/",
        {"confirmed": name, f"version-{one.pk}": one.version, "reason": "x", **more},
    )


def test_a_curator_cannot_publish_or_retract(enter, make, curator, published):
    own = make("In review", author=curator, status="review")
    client = enter(curator)
    assert step(client, own, "publish").status_code == 403
    assert step(client, published, "retract").status_code == 403
    for action in ("publish_selected", "retract_selected", "delete_selected"):
        client.post(
            BASE, {"action": action, "_selected_action": [own.pk], "confirmed": "publish", "post": "yes"}
        )
    assert (
        client.post(f"{BASE}{own.pk}/change/", form(status="published", seen_version=own.version)).status_code
        == 403
    )
    own.refresh_from_db()
    published.refresh_from_db()
    assert (own.status, published.status) == ("review", "published")


def test_nobody_publishes_what_they_wrote_but_a_superuser_may(enter, make, curator, root):
    from django.contrib.auth.models import Group

    curator.groups.add(Group.objects.get(name="reviewer"))
    own = make("Own", author=curator, status="review")
    step(enter(curator), own, "publish")
    own.refresh_from_db()
    assert own.status == "review"
    alone = make("Alone", author=root, status="review")
    step(enter(root), alone, "publish")
    alone.refresh_from_db()
    assert alone.status == "published"


def test_what_was_changed_meanwhile_is_not_published_unseen(enter, make, curator, reviewer):
    one = make("Shifty", author=curator, status="review")
    seen = one.version
    one.summary = "Something else."
    one.save()
    answer = enter(reviewer).post(
        f"{BASE}{one.pk}/publish/", {"confirmed": "publish", f"version-{one.pk}": seen}, follow=True
    )
    assert b"has been changed since you looked at it" in answer.content
    one.refresh_from_db()
    assert one.status == "review"


@pytest.mark.parametrize(
    ("role", "status", "is_own", "may"),
    [
        ("curator", "draft", True, True),
        ("curator", "draft", False, False),
        ("curator", "review", True, False),
        ("curator", "published", True, False),
        ("reviewer", "draft", False, False),
        ("reviewer", "review", False, True),
        ("reviewer", "published", False, True),
        ("reviewer", "published", True, False),
        ("reviewer", "retracted", False, False),
        ("", "draft", True, False),
        ("", "published", False, False),
        ("root", "retracted", False, True),
    ],
)
def test_who_may_change_the_text(enter, make, root, role, status, is_own, may):
    user = root if role == "root" else account(role, name="someone")
    one = make("Text", status=status, author=user if is_own else account(name="other"))
    enter(user).post(
        f"{BASE}{one.pk}/change/", form(slug=one.slug, summary="Changed.", seen_version=one.version)
    )
    one.refresh_from_db()
    assert (one.summary == "Changed.") is may


ADMIN_URLS = {  # address: who may open it
    "": {"curator", "reviewer", "root"},
    "add/": {"curator", "root"},
    "{pk}/change/": {"curator", "reviewer", "root"},
    "{pk}/history/": {"curator", "reviewer", "root"},
    "{pk}/preview/": {"curator", "reviewer", "root"},
    "{pk}/submit/": {"curator", "root"},
    "{pk}/withdraw/": {"curator", "root"},
    "{pk}/return/": {"reviewer", "root"},
    "{pk}/publish/": {"reviewer", "root"},
    "{pk}/retract/": {"reviewer", "root"},
    "{pk}/delete/": {"root"},
    "import/": {"curator", "root"},
    "export/": {"curator", "reviewer", "root"},
}


@pytest.mark.parametrize("role", ["anonymous", "reader", "nobody", "curator", "reviewer", "root"])
@pytest.mark.parametrize("address", ADMIN_URLS)
def test_every_address_by_role(enter, make, root, role, address):
    from django.contrib.auth.models import User

    one = make("In review", author=account(name="writer"), status="review")
    if role == "curator":
        one.status = "published"  # in review it would not exist for another curator
        one.save()
    user = {
        "anonymous": lambda: None,
        "reader": lambda: User.objects.create_user("reader"),
        "nobody": account,
        "root": lambda: root,
    }.get(role, lambda: account(role))()
    path = BASE + address.format(pk=one.pk)
    answer = enter(user).get(path)
    if role in ADMIN_URLS[address]:
        assert answer.status_code == 200
    elif role in {"anonymous", "reader"}:
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/admin/login/")
    else:
        assert answer.status_code in {403, 404} or (
            answer.status_code == 302 and answer["Location"] == "/admin/"
        )


@pytest.mark.parametrize("address", ["process_import/", "import/", "export/"])
def test_import_and_export_are_refused_without_the_permission(enter, db, address):
    assert enter(account()).post(BASE + address, {}).status_code == 403


@pytest.mark.parametrize("role", ["curator", "reviewer"])
def test_a_draft_of_somebody_else_does_not_exist(enter, make, role):
    one = make("Secret thought", author=account(name="other"))
    client = enter(account(role))
    assert b"Secret thought" not in client.get(BASE).content
    assert client.get(f"{BASE}{one.pk}/preview/").status_code == 404
    assert client.get(f"{BASE}{one.pk}/change/").status_code == 302  # Django: to the index, "doesn't exist"
    assert client.get(f"{BASE}{one.pk}/history/").status_code == 404
    assert client.get(f"{BASE}{one.pk}/history/{one.history.get().pk}/").status_code == 404
    assert b"Secret thought" not in client.get(f"{BASE}?q=secret").content


def test_a_preview_is_the_public_page_and_says_that_it_is_none(enter, draft, curator):
    answer = enter(curator).get(f"{BASE}{draft.pk}/preview/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "This is how it will look" in text
    assert '<h1 id="title">A draft</h1>' in text
    assert "no-store" in answer["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in text


# --- saving ------------------------------------------------------------------------------------------------------


def test_the_second_of_two_editors_is_told_and_nothing_is_lost(enter, draft, curator, root):
    seen = draft.version
    first = enter(curator).post(
        f"{BASE}{draft.pk}/change/", form(slug="a-draft", summary="First.", seen_version=seen)
    )
    assert first.status_code == 302
    second = enter(root).post(
        f"{BASE}{draft.pk}/change/", form(slug="a-draft", summary="Second.", seen_version=seen)
    )
    assert "curator changed this finding" in errors(second)
    assert b"Second." in second.content
    draft.refresh_from_db()
    assert draft.summary == "First."


def test_changed_references_count_as_a_change_for_other_editors(enter, draft, curator):
    row = {"position": "0", "kind": "doi", "identifier": "10.1126/science.1241681", "title": "Gurnett 2013"}
    inline = {f"references-0-{name}": value for name, value in row.items()} | {"references-TOTAL_FORMS": "1"}
    seen = draft.version
    enter(curator).post(f"{BASE}{draft.pk}/change/", form(slug="a-draft", seen_version=seen, **inline))
    draft.refresh_from_db()
    assert draft.version > seen + 1
    assert draft.references.get().url == "https://doi.org/10.1126/science.1241681"


def test_a_published_address_stays(enter, published, reviewer, curator):
    published.author = curator
    client = enter(reviewer)
    client.post(f"{BASE}{published.pk}/change/", form(slug="elsewhere", seen_version=published.version))
    published.refresh_from_db()
    assert published.slug == "the-field-jumps"
    assert published.summary == "It jumps."


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"product": "voyager.no_such"}, "Select a valid choice"),
        ({"plot": "density-published"}, "does not show this product"),
        ({"window_end_0": "2012-07-26"}, "must end after its start"),
        ({"window_end_1": "11:00:00"}, "must be whole days"),
        ({"parameters": '{"days": 3}'}, "leave them out"),
        ({"parameters": '{"colour": 3}'}, "not a parameter"),
        ({"parameters": "[1]"}, "object of plain values"),
        ({"plot": "", "parameters": '{"days": 3}'}, "Parameters need a plot"),
    ],
)
def test_a_data_reference_must_make_sense(enter, curator, changes, said):
    answer = enter(curator).post(f"{BASE}add/", form(**reference(**changes)))
    assert said in errors(answer)
    assert not ResearchInsight.objects.exists()


@pytest.mark.parametrize(
    ("kind", "identifier", "is_good"),
    [
        ("doi", "10.1126/science.1241681", True),
        ("doi", "https://doi.org/10.1126/science.1241681", False),
        ("arxiv", "2105.04000", True),
        ("arxiv", "astro-ph/0601001v2", True),
        ("arxiv", "21.1", False),
        ("url", "https://science.nasa.gov/mission/voyager/", True),
        ("url", "javascript:alert(1)", False),
        ("url", "//evil.example", False),
        ("url", 'https://x/"onmouseover=1', False),
        ("url", "data:text/html,x", False),
    ],
)
def test_a_reference_is_what_it_says(enter, curator, kind, identifier, is_good):
    row = {"position": "0", "kind": kind, "identifier": identifier, "title": "Something"}
    inline = {f"references-0-{name}": value for name, value in row.items()} | {"references-TOTAL_FORMS": "1"}
    enter(curator).post(f"{BASE}add/", form(**inline))
    assert ResearchInsight.objects.exists() is is_good


def test_a_new_data_reference_is_pinned_and_can_be_pinned_again(enter, curator):
    stored.events()
    events = {
        "product": "voyager.events",
        "plot": "",
        "window_start_0": "2026-11-01",
        "window_end_0": "2026-12-01",
    }
    client = enter(curator)
    assert client.post(f"{BASE}add/", form(**reference(**events))).status_code == 302
    one = DataReference.objects.get()
    assert (one.rows_pinned, len(one.rows_sha256)) == (1, 64)
    assert one.ingestion_id is not None
    before = one.rows_sha256
    from voyager.models import Event

    Event.objects.filter(event_date="2026-11-18").update(description="Corrected.")
    insight = ResearchInsight.objects.get()
    again = reference(**events, id=str(one.pk), pin_again="on") | {"data_references-INITIAL_FORMS": "1"}
    client.post(f"{BASE}{insight.pk}/change/", form(seen_version=insight.version, **(again)))
    one.refresh_from_db()
    assert one.rows_sha256 != before


# --- lists -------------------------------------------------------------------------------------------------------


def many(count: int, author: Any) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    ResearchInsight.objects.bulk_create(
        ResearchInsight(
            title=f"Finding {number}",
            slug=f"finding-{number}",
            project="voyager1",
            category="observation",
            summary="x" * 300,
            description="y" * 3_000,
            description_html="y" * 3_000,
            search_text=f"finding {number}",
            status="published",
            author=author,
            published_at=at + timedelta(hours=number),
        )
        for number in range(count)
    )


def test_the_list_costs_the_same_number_of_queries_however_long_it_is(enter, root, django_assert_num_queries):
    from django.db import connection

    client = enter(root)
    many(3, root)
    client.get(BASE)  # content types and the like are remembered
    with CaptureQueriesContext(connection) as few:
        client.get(BASE)
    ResearchInsight.objects.all().delete()
    many(200, root)
    with django_assert_num_queries(len(few)):
        answer = client.get(BASE)
    assert len(answer.context["cl"].result_list) == 50
    assert len(few) <= 16


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("status__exact=published", 1),
        ("project__exact=voyager1", 2),
        ("q=JUMPS", 1),
        ("published_at__year=2026", 1),
        ("published_at__year=2020", 0),
        ("q=%00", 0),
    ],
)
def test_filters_search_and_dates(enter, root, published, draft, query, count):
    answer = enter(root).get(f"{BASE}?{query}")
    if query == "q=%00":
        assert answer.status_code in {200, 302, 400}
        return
    assert answer.context["cl"].result_count == count


def test_tags_are_completed(enter, curator, published):
    found = enter(curator).get(
        "/admin/autocomplete/?term=helio&app_label=insights&model_name=researchinsight&field_name=tags"
    )
    assert [one["text"] for one in found.json()["results"]] == ["Heliopause"]


def test_the_history_shows_differences(enter, draft, curator):
    draft.summary = "Now <i>different</i>."
    draft.save()
    text = enter(curator).get(f"{BASE}{draft.pk}/history/").content.decode()
    assert "<del>Summary of A draft.</del>" in text
    assert "Now &lt;i&gt;different&lt;/i&gt;." in text
    assert "style=" not in text.partition('id="change-history"')[2].partition("</table>")[0]
    record = draft.history.first()
    assert enter(curator).get(f"{BASE}{draft.pk}/history/{record.pk}/").status_code == 200


def test_an_old_state_cannot_be_brought_back_past_review(enter, published, reviewer, curator):
    record = published.history.first()
    client = enter(curator)
    answer = client.post(
        f"{BASE}{published.pk}/history/{record.pk}/", form(summary="Reverted.", seen_version="1")
    )
    published.refresh_from_db()
    assert published.summary != "Reverted."
    assert answer.status_code == 403


@pytest.mark.parametrize("status", ["draft", "review", "published", "retracted"])
def test_every_earlier_state_can_be_looked_at(enter, make, root, reviewer, status):
    one = make("Looked at", status=status, author=root, retraction_reason="x", retracted_at=datetime.now(UTC))
    record = one.history.get()
    assert enter(root).get(f"{BASE}{one.pk}/history/{record.pk}/").status_code == 200
    if status != "draft":
        assert enter(reviewer).get(f"{BASE}{one.pk}/history/{record.pk}/").status_code == 200
