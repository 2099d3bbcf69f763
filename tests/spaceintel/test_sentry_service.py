"""Sentry's objects, largest Palermo value first, with what the list said before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from deepspace.provenance import Tier
from spaceintel.services.sentry import EXPLANATIONS, SHOWN, sentry
from tests.spaceintel.near_earth_rows import SENTRY, batch, possible
from tests.support.visitor import database_away

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FIRST, SECOND = NOW - timedelta(days=2), NOW - timedelta(hours=6)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


def state(issued_at: datetime, *objects: tuple[str, float], **values):
    log = batch(SENTRY, issued_at, NOW)
    for name, palermo in objects:
        possible(log, name, issued_at, palermo, **values)
    return log


def test_the_newest_state_is_shown_by_palermo_value():
    state(FIRST, ("old", -1.0))
    state(SECOND, ("b", -3.0), ("a", -2.0), ("c", -4.0))
    found = sentry()
    assert [one.designation for one in found.objects] == ["a", "b", "c"]
    assert (found.issued_at, found.before, found.count) == (SECOND, FIRST, 3)


def test_what_changed_since_the_state_before_is_told():
    state(FIRST, ("stays", -3.5), ("leaves", -5.0))
    state(SECOND, ("stays", -3.0), ("comes", -6.0))
    found = sentry()
    stays, comes = found.objects
    assert (stays.palermo_before, stays.probability_before, stays.is_new) == (-3.5, 1e-5, False)
    assert (comes.palermo_before, comes.is_new) == (None, True)
    assert (found.new, found.removed) == (("comes",), ("leaves",))


def test_of_the_first_state_nothing_is_new():
    state(SECOND, ("a", -2.0))
    found = sentry()
    assert (found.before, found.new, found.removed, found.objects[0].is_new) == (None, (), (), False)


def test_a_long_list_is_cut_and_counted():
    state(SECOND, *((f"2000 A{n}", -3.0 - n / 100) for n in range(SHOWN + 5)))
    found = sentry()
    assert (len(found.objects), found.count) == (SHOWN, SHOWN + 5)
    assert found.listed[:SHOWN] == found.objects
    assert len(found.listed) == found.count


def test_speed_and_energy_of_an_impact():
    state(SECOND, ("a", -2.0), diameter_km=0.66, infinity_velocity_km_s=23.7606)
    one = sentry().objects[0]
    assert one.impact_velocity_km_s == pytest.approx(26.26, abs=0.01)
    assert one.energy_mt == pytest.approx(3.2e4, rel=0.02)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"infinity_velocity_km_s": None}, (None, None)),
        ({"diameter_km": None}, (pytest.approx(15.0, abs=0.1), None)),
    ],
)
def test_without_speed_or_size_there_is_no_energy(values, expected):
    state(SECOND, ("a", -2.0), **values)
    one = sentry().objects[0]
    assert (one.impact_velocity_km_s, one.energy_mt) == expected


def test_torino_is_taken_from_sentry_and_may_be_undefined():
    state(SECOND, ("a", -2.0), torino_max=None)
    found = sentry()
    assert found.highest_torino is None
    assert found.objects[0].torino_max is None


def test_a_chance_in_words():
    state(SECOND, ("a", -2.0), impact_probability=0.000377)
    assert sentry().objects[0].one_in == 2653


def test_the_link_is_made_safe():
    state(SECOND, ('"><script>', -2.0))
    assert (
        sentry().objects[0].link == "https://cneos.jpl.nasa.gov/sentry/details.html#?des=%22%3E%3Cscript%3E"
    )


def test_a_list_is_known_as_of_the_last_look_and_unknown_since_then_when_that_is_old(clock):
    state(SECOND, ("a", -2.0))
    found = sentry().feed
    assert (found.is_known, found.unknown_since) == (True, None)
    clock.shift(timedelta(days=3))
    found = sentry().feed
    assert found.unknown_since is not None
    assert "Changes since 2026-11-21 11:55 UTC are unknown." in found.statement


def test_without_a_list_nothing_is_invented():
    found = sentry()
    assert (found.issued_at, found.count, found.objects) == (None, 0, ())
    assert found.feed.is_unknown
    assert (found.provenance.tier, found.provenance.source) == (Tier.EMPTY, "none")
    assert "has not been retrieved" in found.feed.statement


def test_the_explanations_name_what_they_explain():
    assert (
        set(sentry().explanations) == set(EXPLANATIONS) == {"list", "palermo", "torino", "rising", "energy"}
    )


def test_without_the_database_the_list_is_unknown():
    state(SECOND, ("a", -2.0))
    with database_away():
        found = sentry()
    assert found.count == 0
    assert found.feed.is_unknown
    assert "does not answer" in found.feed.statement
