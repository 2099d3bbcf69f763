"""What readers learn about the past of a finding: what changed and when, and nothing from before it was published."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from insights.models import ResearchInsight, Tag
from insights.revisions import revisions
from tests.insights.test_admin import BASE, form
from tests.insights.test_transfer import bring_in, table
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


PAPER = {"kind": "doi", "identifier": "10.1126/science.1241681", "title": "Gurnett 2013"}
WINDOW = {
    "product": "voyager.events",
    "window_start": "2026-11-01T00:00:00Z",
    "window_end": "2026-12-01T00:00:00Z",
    "caption": "A month",
}


def imported(client: Any, **cells: str) -> None:
    """Import cells of the public finding."""
    bring_in(client, table(["public", *cells.values()], head=["slug", *cells]), public_too="on")


def in_the_form(client: Any, one: ResearchInsight, prefix: str, row: dict[str, str]) -> None:
    """Save the finding's form as it is, with one reference more."""
    same = {name: getattr(one, name) for name in ("title", "slug", "summary", "description", "confidence")}
    inline = {f"{prefix}-0-{name}": value for name, value in row.items()} | {f"{prefix}-TOTAL_FORMS": "1"}
    sent = form(**(same | {"observed_on": "", "seen_version": one.version} | inline))
    assert client.post(f"{BASE}{one.pk}/change/", sent).status_code == 302


def test_references_changed_in_the_form_are_a_correction(public, enter, root):
    in_the_form(enter(root), public, "references", {"position": "0", **PAPER})
    assert public.references.count() == 1
    assert said(public) == ["Corrected: references", "Published"]


def test_data_references_changed_in_the_form_are_a_correction(public, enter, root):
    at = {"window_start_0": "2026-11-01", "window_end_0": "2026-12-01"} | dict.fromkeys(
        ("window_start_1", "window_end_1"), "00:00:00"
    )
    row = {"position": "0", "product": WINDOW["product"], "plot": "", "parameters": "{}", "caption": "", **at}
    in_the_form(enter(root), public, "data_references", row)
    assert public.data_references.count() == 1
    assert said(public) == ["Corrected: references", "Published"]


@pytest.mark.parametrize(
    ("column", "first", "second"),
    [
        ("references", [PAPER], [PAPER | {"title": "Gurnett et al. 2013"}]),
        ("references", [PAPER], []),
        (
            "references",
            [PAPER, PAPER | {"identifier": "10.1029/x"}],
            [PAPER | {"identifier": "10.1029/x"}, PAPER],
        ),
        ("data_references", [WINDOW], [WINDOW | {"caption": "November"}]),
        ("data_references", [WINDOW], [WINDOW | {"window_end": "2026-12-02T00:00:00Z"}]),
    ],
)
def test_references_changed_by_an_import_are_a_correction(public, enter, root, column, first, second):
    client = enter(root)
    for rows in (first, second):
        imported(client, **{column: json.dumps(rows)})
    assert said(public) == ["Corrected: references", "Corrected: references", "Published"]


def test_an_import_tells_changed_references_once_beside_what_else_it_changes(public, enter, root):
    client = enter(root)
    imported(client, references=json.dumps([PAPER]), summary="Better.", tags="Ice,Comet")
    assert said(public)[-2:] == ["Corrected: summary, references", "Published"]
    assert set(said(public)[:-2]) == {"Corrected: tags"}
    imported(client, references=json.dumps([PAPER]), summary="Better still.")
    assert said(public)[0] == "Corrected: summary"


def test_the_same_instants_in_another_zone_are_no_correction(public, enter, root):
    client = enter(root)
    imported(client, data_references=json.dumps([WINDOW]))
    public.refresh_from_db()
    elsewhere = {"window_start": "2026-11-01T02:00:00+02:00", "window_end": "2026-12-01T02:00:00+02:00"}
    imported(client, data_references=json.dumps([WINDOW | elsewhere]))
    assert ResearchInsight.objects.get().version == public.version
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
