"""What ends a storm: hours that are known to be quiet, and not those of which nothing is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from spaceintel import services
from spaceintel.parameters import SpaceParameters
from spaceintel.services.significant import storms
from spaceintel.services.windows import Span
from tests.support import weather as space
from tests.support.visitor import forget_everything
from tests.support.weather import DAY, HOUR, INTERVAL, MINUTE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]
STORM = datetime(2024, 5, 10, tzinfo=UTC)


def ids(days: float = 20, end: datetime = STORM + 18 * DAY) -> list[str]:
    forget_everything()
    return [one.id for one in services.significant_events(SpaceParameters(days=days, end=end))][::-1]


def scales(first: float, last: float, level: int | None, step: timedelta = 30 * MINUTE) -> None:
    """States from one hour after the begin to another."""
    log = space.batch("scales")
    at = STORM + first * HOUR
    while at <= STORM + last * HOUR:
        space.scales(at, s_scale=level, log=log)
        at += step


# === Kp =======================================================================================


def test_hours_without_a_kp_end_no_storm():
    space.kp(STORM, [5.0, 5.0], source="gfz")
    space.kp(STORM + 33 * HOUR, [5.0, 6.0], source="gfz")
    assert ids() == ["kp-2024-05-10-G1", "kp-2024-05-10-G2"]
    assert ids(days=1, end=STORM + 2 * DAY) == ["kp-2024-05-10-G2"]


def test_eight_quiet_values_end_a_storm_also_with_a_gap_among_them():
    space.kp(STORM, [5.0, *[1.0] * 4], source="gfz")
    space.kp(STORM + 30 * HOUR, [*[1.0] * 3, 5.0], source="gfz")
    assert ids() == ["kp-2024-05-10-G1"]
    space.kp(STORM + 27 * HOUR, [1.0], source="gfz")
    assert ids() == ["kp-2024-05-10-G1", "kp-2024-05-11-G1"]


def test_storms_with_ten_unknown_days_between_them_are_two():
    space.kp(STORM, [5.0], source="gfz")
    space.kp(STORM + 10 * DAY, [5.0], source="gfz")
    assert ids() == ["kp-2024-05-10-G1"]
    space.kp(STORM + 20 * DAY + INTERVAL, [5.0], source="gfz")
    assert ids(days=30, end=STORM + 25 * DAY) == ["kp-2024-05-10-G1", "kp-2024-05-30-G1"]


# === radiation ================================================================================


def test_hours_without_a_state_end_no_radiation_storm():
    scales(0, 5, 1)
    scales(32, 40, 1)
    assert ids() == ["radiation-2024-05-10-S1"]
    scales(6, 6.5, 0)
    scales(31, 31.5, 0)
    assert ids() == ["radiation-2024-05-10-S1"]


def test_states_that_say_nothing_of_radiation_end_no_storm():
    scales(0, 5, 1)
    scales(6, 31, None)
    scales(32, 40, 1)
    assert ids() == ["radiation-2024-05-10-S1"]


def test_a_day_of_states_without_a_storm_ends_it():
    scales(0, 5, 1)
    scales(6, 31, 0)
    scales(32, 40, 2)
    expected = ["radiation-2024-05-10-S1", "radiation-2024-05-11-S2"]
    assert ids() == expected
    assert ids(days=1, end=STORM + 2 * DAY) == expected[1:]


def test_a_quiet_day_that_comes_late_between_two_storms_ends_the_first():
    scales(0, 5, 1)
    scales(100, 126, 0)
    scales(200, 201, 1)
    assert ids() == ["radiation-2024-05-10-S1", "radiation-2024-05-18-S1"]


def test_radiation_storms_with_ten_unknown_days_between_them_are_two():
    scales(0, 5, 1)
    scales(250, 251, 1)
    assert ids() == ["radiation-2024-05-10-S1", "radiation-2024-05-20-S1"]


def test_of_a_long_pause_between_storms_its_first_days_are_read(django_assert_num_queries):
    log = space.batch("scales")
    for day in (0, 6, 12):
        space.scales(STORM + day * DAY, s_scale=1, log=log)
    scales(0.5, 18 * 24 - 0.5, 0, step=HOUR)
    span = Span(STORM - DAY, STORM + 18 * DAY)
    with django_assert_num_queries(3):  # storms, and what follows each of two
        assert len(list(storms.radiation(span))) == 3
