"""Significant events by their rules, with ids that do not change."""

from datetime import UTC, datetime, timedelta

import pytest

from spaceintel import services
from spaceintel.parameters import SpaceParameters
from tests.support import weather as space
from tests.support.visitor import forget_everything
from tests.support.weather import DAY, HOUR, INTERVAL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]
STORM = datetime(2024, 5, 10, tzinfo=UTC)


def found(days=30, end=None):
    forget_everything()
    return services.significant_events(SpaceParameters(days=days, end=end))


def ids(**asked):
    return [one.id for one in found(**asked)]


def test_flares_from_m5_on():
    now = space.now()
    space.flare(now - DAY, 4.9e-5, "M4.9")
    space.flare(now - 2 * DAY, 5.0e-5, "M5.0")
    (one,) = found()
    assert one.title == "M5.0 solar flare"
    assert one.kind == "flare"
    assert "R2 (moderate)" in one.summary
    assert one.id == f"flare-{now - 2 * DAY:%Y-%m-%dT%H}"


def test_a_storm_is_one_event_for_each_level_that_it_reaches_first():
    space.kp(STORM, [1.0, 4.33, 4.67, 5.0, 8.0, 8.67, 9.0, 7.0, 9.0], source="gfz")
    assert ids(end=STORM + 3 * DAY)[::-1] == [
        "kp-2024-05-10-G1",
        "kp-2024-05-10-G4",
        "kp-2024-05-10-G5",
    ]


def test_a_day_below_the_first_level_ends_a_storm():
    space.kp(STORM, [5.0, *[1.0] * 8, 5.0], source="gfz")
    assert ids(end=STORM + 3 * DAY)[::-1] == ["kp-2024-05-10-G1", "kp-2024-05-11-G1"]
    space.kp(STORM + 20 * DAY, [5.0, *[1.0] * 6, 5.0], source="gfz")
    assert ids(days=5, end=STORM + 22 * DAY) == ["kp-2024-05-30-G1"]


def test_a_storm_that_began_before_the_window_is_no_new_one_in_it():
    space.kp(STORM, [6.0, 6.0, 6.0, 6.0], source="gfz")
    assert ids(days=1, end=STORM + DAY + 2 * INTERVAL) == []


def test_an_observed_storm_takes_the_place_of_donkis():
    at = STORM + 3 * HOUR
    space.event("GST", at, kp_max=8.0)
    assert ids(end=STORM + DAY) == [f"storm-{at:%Y-%m-%dT%H:%M:%S}-GST-001"]
    space.kp(STORM, [8.0], source="gfz")
    assert ids(end=STORM + DAY) == ["kp-2024-05-10-G4"]


def test_radiation_storms_by_noaas_scales():
    now = space.now()
    for hours, level in ((5, 1), (4, 1), (3, 2), (2, 1)):
        space.scales(now - hours * HOUR, s_scale=level)
    space.scales(now - HOUR, day_offset=1, s_scale=5)  # a forecast is no event
    assert [one.title for one in found()] == [
        "Radiation storm reaches S2 (moderate)",
        "Radiation storm reaches S1 (minor)",
    ]


def test_ejections_that_a_model_sees_arrive():
    now = space.now()
    space.event("CME", now - DAY, speed_km_s=1_300.0, arrival_at=now + DAY, is_glancing_blow=True)
    space.event("CME", now - 2 * DAY, speed_km_s=2_000.0)
    (one,) = found()
    assert one.title == "Coronal mass ejection towards the Earth, 1,300 km/s"
    assert one.summary.endswith("A glancing blow.")


def test_approaches_within_the_moons_distance_also_of_the_week_to_come():
    now = space.now()
    space.approach(now - DAY, 0.0025, "2026 AB1")
    space.approach(now + 6 * DAY, 0.0020, "2026 AB2")
    space.approach(now - 2 * DAY, 0.0026, "2026 AB3")
    space.approach(now + 9 * DAY, 0.0010, "2026 AB4")
    assert ids() == [f"approach-2026-AB2-{now + 6 * DAY:%Y}", f"approach-2026-AB1-{now - DAY:%Y}"]
    assert "0.97 lunar distances" in found()[-1].title


def test_a_window_that_ended_takes_no_later_approaches():
    now = space.now()
    space.approach(now - 2 * DAY, 0.001)
    assert ids(end=now - 3 * DAY) == []


def test_torino_one_is_told_once():
    now = space.now()
    space.sentry(now - 3 * DAY, "2024 YR4", 1)
    space.sentry(now - 2 * DAY, "2024 YR4", 1)
    space.sentry(now - DAY, "2024 YR4", 3)
    space.sentry(now - DAY, "2026 AB1", 0)
    space.sentry(now - DAY, "1950 DA", None)
    assert ids() == ["sentry-2024-YR4-torino-3", "sentry-2024-YR4-torino-1"]


def test_nothing_is_invented():
    assert found() == ()


def test_the_order_is_the_same_each_time():
    now = space.now()
    for name in "BAC":
        space.event("CME", now - DAY, event_id=f"{name}-CME", arrival_at=now)
    assert ids() == ["cme-A-CME", "cme-B-CME", "cme-C-CME"]


def test_every_kind_has_its_rule():
    kinds = {rule.level for rule in services.EVENT_RULES}
    assert kinds == {"flare", "kp", "storm", "radiation", "cme", "approach", "sentry"}


def test_an_event_says_when_its_row_was_written():
    log = space.batch("solar_events", ago=timedelta(hours=2))
    space.event("CME", space.now() - DAY, arrival_at=space.now(), log=log)
    assert found()[0].updated_at == log.ingested_at
