"""What readers learn about the past of a finding: what changed and when, and nothing from before it was published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from insights.models import ResearchInsight, Tag
from insights.records import note
from insights.revisions import revisions
from tests.support.insights import finding

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 1, tzinfo=UTC)


def dated(one: ResearchInsight) -> None:
    """Give the states of the history a day each, from the first one on."""
    for day, record in enumerate(one.history.order_by("history_id")):
        record.history_date = START + timedelta(days=day)
        record.save()


def save(one: ResearchInsight, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(one, name, value)
    one.save()


@pytest.fixture
def public() -> ResearchInsight:
    """A finding that was drafted, changed and submitted on three days, and published on the fourth."""
    one = finding("Public", summary="Drafted.")
    save(one, summary="Changed before.")
    save(one, status="review")
    save(one, status="published", published_at=START + timedelta(days=3))
    dated(one)
    return one


def said(one: ResearchInsight) -> list[str]:
    return [revision.what for revision in revisions(one)]


@pytest.mark.parametrize("status", ["draft", "review"])
def test_what_was_never_published_has_no_revisions(status):
    assert revisions(finding("Draft", status=status)) == []


def test_what_happened_before_the_publication_is_not_told(public):
    found = revisions(public)
    assert [one.what for one in found] == ["Published"]
    assert found[0].at == public.published_at


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"title": "Other"}, "title"),
        ({"summary": "Other."}, "summary"),
        ({"description": "Other."}, "text"),
        ({"project": "atlas_3i"}, "project"),
        ({"category": "anomaly"}, "category"),
        ({"confidence": "low"}, "confidence"),
        ({"observed_on": "2020-01-01"}, "date"),
        ({"byline": "Somebody"}, "author"),
        ({"title": "Other", "confidence": "low"}, "title, confidence"),
    ],
)
def test_a_correction_names_what_changed(public, changes, what):
    save(public, **changes)
    dated(public)
    assert said(public) == [f"Corrected: {what}", "Published"]


def test_changed_tags_are_a_correction(public):
    public.tags.set([Tag.objects.create(name="Ice")])
    dated(public)
    assert said(public) == ["Corrected: tags", "Published"]


def test_changed_references_are_a_correction(public):
    note(public, "Its references were changed")
    public.save()
    dated(public)
    assert said(public) == ["Corrected: references", "Published"]


def test_a_save_that_changes_nothing_for_readers_is_not_told(public):
    save(public, pages=["/magnetometer"])
    dated(public)
    assert said(public) == ["Published"]


def test_a_retraction_comes_last_and_is_told_first(public):
    save(public, summary="Better.")
    save(public, status="retracted", retraction_reason="Wrong.", retracted_at=START + timedelta(days=5))
    dated(public)
    assert said(public) == ["Retracted", "Corrected: summary", "Published"]


def corrected(one: ResearchInsight, times: int) -> None:
    for number in range(times):
        save(one, summary=f"Version {number}.")
        one.tags.set([Tag.objects.get_or_create(name=f"Tag {number % 2}")[0]])
    dated(one)


def test_the_newest_fifty_are_told_and_the_publication_always(public):
    corrected(public, 40)  # 120 states: saved, a tag taken away, a tag added
    found = revisions(public)
    assert len(found) == 51
    assert found[-1].what == "Published"
    times = [one.at for one in found]
    assert times == sorted(times, reverse=True)
    assert found[0].at == public.history.order_by("-history_id").first().history_date
    assert {one.what for one in found[:-1]} == {"Corrected: summary", "Corrected: tags"}


@pytest.mark.parametrize("times", [1, 10, 40])
def test_revisions_cost_two_queries_however_many_there_are(public, times, django_assert_num_queries):
    corrected(public, times)
    with django_assert_num_queries(2):
        assert len(revisions(public)) > times


def test_the_permalink_costs_the_same_number_of_queries_however_often_it_was_corrected(public, visitor):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.support.visitor import forget_everything

    counts = []
    for times in (1, 30):
        corrected(public, times)
        forget_everything()
        with CaptureQueriesContext(connection) as asked:
            assert visitor.get("/insights/public").status_code == 200
        counts.append(len(asked))
    assert counts[1] <= counts[0]  # the first visit warms what a process remembers
