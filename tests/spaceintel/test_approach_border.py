"""Windows across 2026-01-01, where CNEOS's history ends and the live product begins."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from spaceintel.parameters import SpaceParameters
from spaceintel.services.approach_feeds import BORDER
from spaceintel.services.near_earth import near_earth
from tests.spaceintel.near_earth_rows import HISTORY, NEOS, RECENT, approach, batch, neo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]
DAY, MICROSECOND = timedelta(days=1), timedelta(microseconds=1)
NOW = datetime(2026, 1, 16, 12, tzinfo=UTC)
ACROSS = SpaceParameters(days=20, end=BORDER + 10 * DAY)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def history(first: datetime = datetime(2020, 1, 1, tzinfo=UTC), **values: Any) -> Any:
    return batch(HISTORY, first, BORDER - MICROSECOND, **values)


def recent(first: datetime = BORDER, last: datetime = BORDER + 60 * DAY, **values: Any) -> Any:
    return batch(RECENT, first, last - MICROSECOND, **values)


def test_both_products_together_know_a_window_across_the_border():
    approach(history(), "2025 OLD", BORDER - 5 * DAY)
    approach(recent(), "2026 NEW", BORDER + 5 * DAY)
    found = near_earth(ACROSS)
    assert found.cneos.is_known
    assert found.cneos.count == 2
    assert found.cneos.statement == "2 approaches from 2025-12-22 to 2026-01-11."


def test_each_product_has_its_own_provenance():
    old, new = history(payload_ids={"approaches": 1}), recent(payload_ids={"approaches": 2})
    approach(old, "2025 OLD", BORDER - 5 * DAY)
    approach(new, "2026 NEW", BORDER + 5 * DAY)
    found = near_earth(ACROSS)
    assert set(found.feeds) == {NEOS, RECENT, HISTORY}
    recents, olds = found.feeds[RECENT].provenance, found.feeds[HISTORY].provenance
    assert (recents.product, olds.product) == (RECENT, HISTORY)
    assert (recents.ingestion, olds.ingestion) == (new.pk, old.pk)
    assert recents.observed_from == recents.observed_until == BORDER + 5 * DAY
    assert olds.observed_from == olds.observed_until == BORDER - 5 * DAY
    assert (found.feeds[HISTORY].count, found.feeds[HISTORY].end) == (1, BORDER)


def test_only_the_days_of_the_product_that_was_not_asked_are_unknown():
    approach(recent(), "2026 NEW", BORDER + 5 * DAY)
    found = near_earth(ACROSS).cneos
    assert (found.is_known, found.gaps) == (False, ((BORDER - 10 * DAY, BORDER),))
    assert (
        found.statement == "1 approach from 2025-12-22 to 2026-01-11. Unknown from 2025-12-22 to 2026-01-01."
    )


def test_without_the_live_product_all_since_the_border_is_unknown():
    approach(history(), "2025 OLD", BORDER - 5 * DAY)
    found = near_earth(ACROSS)
    assert (found.cneos.known_until, found.cneos.unknown_since) == (BORDER, BORDER)
    assert found.cneos.statement.endswith("Unknown since 2026-01-01 00:00 UTC.")
    assert found.cneos_history is not None
    assert found.cneos_history.is_known


def test_a_hole_on_either_side_of_the_border_is_one_hole():
    batch(HISTORY, datetime(2020, 1, 1, tzinfo=UTC), BORDER - 3 * DAY - MICROSECOND)
    recent(first=BORDER + 2 * DAY)
    found = near_earth(ACROSS).cneos
    assert found.gaps == ((BORDER - 3 * DAY, BORDER + 2 * DAY),)
    assert "Unknown from 2025-12-29 to 2026-01-03." in found.statement


def test_none_is_said_across_the_border_when_both_were_asked():
    history(rows_created=0)
    recent(rows_created=0)
    found = near_earth(ACROSS)
    assert found.cneos.is_none
    assert not found.is_moved
    assert found.cneos.statement == "No approach from 2025-12-22 to 2026-01-11."


def test_a_live_window_of_january_reaches_back_into_the_history():
    approach(history(), "2025 OLD", BORDER - 5 * DAY)
    approach(recent(), "2026 NEW", NOW + 3 * DAY)
    found = near_earth(SpaceParameters(days=30), NOW)
    assert (found.cneos.is_known, found.cneos.count) == (True, 2)
    assert found.start < BORDER < found.end


@pytest.mark.parametrize(
    ("end", "products"),
    [
        (BORDER, {NEOS, HISTORY}),
        (BORDER + 20 * DAY, {NEOS, RECENT}),
        (BORDER + 20 * DAY - MICROSECOND, {NEOS, RECENT, HISTORY}),
    ],
)
def test_a_window_on_one_side_has_one_product(end: datetime, products: set[str]):
    history()
    recent()
    found = near_earth(SpaceParameters(days=20, end=end))
    assert set(found.feeds) == products
    assert found.cneos.is_known


def test_a_past_window_that_the_history_knows_to_be_empty_is_not_moved():
    approach(history(), "2020 OLD", datetime(2020, 5, 5, tzinfo=UTC))
    found = near_earth(SpaceParameters(days=2, end=datetime(2021, 5, 5, tzinfo=UTC)))
    assert (found.is_moved, found.approaches) == (False, ())
    assert found.cneos.is_none


def test_a_past_window_is_known_to_the_minute_and_not_to_the_day():
    recent(last=BORDER + 9 * DAY + timedelta(hours=2))
    found = near_earth(SpaceParameters(days=5, end=BORDER + 10 * DAY)).cneos
    assert not found.is_known
    assert found.statement.endswith("Unknown since 2026-01-10 02:00 UTC.")


def test_a_live_list_says_to_which_day_it_reaches():
    recent(last=NOW + 6 * DAY + timedelta(hours=12))
    found = near_earth(SpaceParameters(days=5), NOW).cneos
    assert found.is_known
    assert found.statement == "No approach from 2026-01-11 to 2026-01-22."


def test_an_old_list_says_that_what_was_found_since_is_missing():
    approach(recent(finished_at=NOW - 3 * DAY), "2026 NEW", NOW + 3 * DAY)
    found = near_earth(SpaceParameters(days=5), NOW).cneos
    assert found.statement.endswith("The list is of 2026-01-13 12:00 UTC; what was found since is missing.")


def test_one_row_of_cneos_is_never_the_uncertainty_of_two_approaches():
    log = batch(NEOS, BORDER, BORDER + 20 * DAY)
    first, second = neo(log, at=BORDER + 4 * DAY), neo(log, at=BORDER + 5 * DAY)
    approach(recent(), at=BORDER + 5 * DAY, orbit_id="of the second")
    found = near_earth(ACROSS).approaches
    assert [(one.at, one.orbit_id) for one in found] == [
        (first.timestamp_utc, ""),
        (second.timestamp_utc, "of the second"),
    ]


def test_page_and_endpoint_show_both_provenances(visitor):
    def read(path):
        return re.sub("</?time[^>]*>", "", visitor.get(path).content.decode())

    approach(history(), "2025 OLD", BORDER - 5 * DAY)
    approach(recent(), "2026 NEW", BORDER + 5 * DAY)
    page = read("/space-intelligence?days=20&end=2026-01-11")
    assert "CNEOS: 2 approaches from 2025-12-22 to 2026-01-11." in page
    assert "Of these CNEOS, before 2026: 1 approach from 2025-12-22 to 2026-01-01." in page
    panels = visitor.get("/api/space-intelligence?days=20&end=2026-01-11").json()["panels"]
    assert {HISTORY, RECENT} <= set(panels)
    assert panels[HISTORY]["observed_until"] < panels[RECENT]["observed_from"]
    assert "before 2026" not in read("/space-intelligence?days=5&end=2026-01-11")


def test_an_approach_whose_lists_differ_by_minutes_is_in_one_window_alone():
    edge = BORDER + 5 * DAY
    neo(batch(NEOS, BORDER, BORDER + 20 * DAY), at=edge - timedelta(minutes=1))
    approach(recent(), at=edge + timedelta(minutes=1))
    before = near_earth(SpaceParameters(days=2, end=edge)).approaches
    after = near_earth(SpaceParameters(days=2, end=edge + 2 * DAY)).approaches
    assert [len(one.sources) for one in before] == [2]
    assert after == ()
