"""X-ray flux in a window, and the blackout of now."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from spaceintel.models import XrayFlux
from spaceintel.parameters import SpaceParameters
from spaceintel.services import reduction, xray
from spaceintel.services.windows import window
from tests.support import weather as space
from tests.support.weather import DAY, MINUTE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]
OLD = datetime(2026, 1, 10, tzinfo=UTC)


def series(days=1, end=None):
    now = space.now()
    return xray.series(window(SpaceParameters(days=days, end=end), now), now)


def test_few_minutes_are_shown_one_by_one():
    space.xray(OLD, [1e-6, 2e-6, 3e-6])
    space.xray(OLD, [1e-8] * 3, band="0.05-0.4nm")
    found = series(end=OLD + DAY)
    assert found.long.mean.tolist() == pytest.approx([1e-6, 2e-6, 3e-6])
    assert not found.long.is_envelope
    assert found.short.mean.tolist() == pytest.approx([1e-8] * 3)
    assert (found.minutes, found.satellites) == (3, (19,))
    assert (found.peak_w_m2, found.peak_at) == (pytest.approx(3e-6), OLD + 2 * MINUTE)
    assert found.latest is not None
    assert found.latest.flare_class == "C3.0"


@pytest.mark.parametrize("days", [2, 90], ids=["by minutes", "by columns of the database"])
def test_no_peak_is_averaged_away(days):
    flux = np.full(3_000, 1e-7)
    flux[1_234] = 9.3e-4
    space.xray(OLD, flux.tolist())
    found = series(days=days, end=OLD + 3_000 * MINUTE)
    assert found.long.is_envelope
    assert found.long.high.max() == pytest.approx(9.3e-4)
    assert len(found.long) <= reduction.COLUMNS + 1
    assert (found.peak_w_m2, found.peak_at) == (pytest.approx(9.3e-4), OLD + 1_234 * MINUTE)
    assert found.minutes == min(3_000, days * 1_440)


def test_both_ways_of_reading_give_the_same_columns():
    flux = 10.0 ** np.random.default_rng(3).uniform(-8, -4, 6_000)
    space.xray(OLD, flux.tolist())
    short = reduction.read(
        xray._rows(XrayFlux.Band.LONG),
        ["flux_w_m2"],
        window(SpaceParameters(days=62, end=OLD + 5 * DAY), OLD).span,
    )
    long = reduction.read(
        xray._rows(XrayFlux.Band.LONG),
        ["flux_w_m2"],
        window(SpaceParameters(days=63, end=OLD + 5 * DAY), OLD).span,
    )
    assert len(long.utc) == 30  # 100 hours in columns of 63 days / 433, the first and the last one partly
    assert long.count.sum() == short.count.sum() == 6_000
    assert (long.high.max(), long.low.min()) == (short.high.max(), short.low.min())
    means = [np.average(one.mean[:, 0], weights=one.count) for one in (long, short)]
    assert means[0] == pytest.approx(means[1])


def test_gaps_and_missing_values_stay_gaps():
    space.xray(OLD, [1e-6, None, 1e-6])
    space.xray(OLD + 100 * MINUTE, [1e-6])
    found = series(end=OLD + DAY)
    assert np.diff(found.long.utc).tolist() == [timedelta(minutes=2), timedelta(minutes=98)]
    assert "3 of 1,440 minutes" in found.feed.statement


def test_satellites_are_named_when_the_primary_one_changed():
    space.xray(OLD, [1e-6] * 5, satellite=19)
    space.xray(OLD + 5 * MINUTE, [1e-6] * 5, satellite=18)
    assert series(end=OLD + DAY).satellites == (18, 19)


def test_an_empty_live_window_shows_the_last_minutes_and_says_so():
    space.xray(OLD, [1e-6] * 5)
    found = series()
    assert found.minutes == 5
    assert found.feed.statement.startswith(f"Unknown since {OLD + 5 * MINUTE:%Y-%m-%d %H:%M} UTC; shown are")


def test_nothing_is_unknown():
    found = series()
    assert (found.minutes, found.peak_w_m2, found.latest) == (0, None, None)
    assert found.feed.is_unknown
    assert len(found.long) == len(found.short) == 0


def test_a_live_series_is_known_while_the_last_minute_is_young():
    now = space.now()
    space.xray(now - 40 * MINUTE, [1e-6] * 40)
    assert series().feed.unknown_since is None


def test_a_live_series_that_stopped_is_unknown_since_then():
    now = space.now()
    space.xray(now - 5 * 60 * MINUTE, [1e-6] * 60)
    feed = series().feed
    assert feed.unknown_since == now - 4 * 60 * MINUTE
    assert not feed.is_known


# === blackouts ================================================================================


def now_with(*fluxes):
    now = space.now()
    space.xray(now - len(fluxes) * MINUTE, fluxes)
    return now


@pytest.mark.parametrize(
    ("fluxes", "level"),
    [
        ([1e-4, 1e-4, 1e-4], 3),
        ([1e-7, 1e-4, 1e-4], 0),
        ([1e-4, 1e-4, 9e-6], 0),
        ([1e-5, 6e-5, 2e-3], 1),
        ([1e-7, 1e-7, 1e-7], 0),
    ],
)
def test_three_minutes_in_a_row_make_a_level(fluxes, level):
    now = now_with(*fluxes)
    assert xray.blackout_now(now).level == level


def test_a_single_spike_is_no_blackout():
    now = now_with(1e-7, 1e-7, 1e-7, 5e-3, 1e-7)
    assert xray.blackout_now(now).level == 0


def test_two_minutes_are_too_few():
    now = now_with(1e-4, 1e-4)
    assert xray.blackout_now(now).level is None


def test_old_minutes_say_nothing_of_now():
    now = now_with(1e-4, 1e-4, 1e-4)
    found = xray.blackout_now(now + timedelta(minutes=31))
    assert found.level is None
    assert found.at == now - MINUTE


def test_minutes_far_apart_are_not_in_a_row():
    now = space.now()
    space.xray(now - 25 * MINUTE, [1e-4, 1e-4])
    space.xray(now - MINUTE, [1e-4])
    assert xray.blackout_now(now).level is None


def test_two_satellites_in_one_minute_count_once():
    now = space.now()
    for satellite in (18, 19):
        space.xray(now - 2 * MINUTE, [1e-4, 1e-4], satellite=satellite)
    assert xray.blackout_now(now).level is None


def test_a_series_without_a_value_in_a_live_window_names_one_instant_since_which_it_is_unknown():
    space.empty("xray", ago=20 * DAY, days=1)
    feed = series(days=7).feed
    assert feed.unknown_since is not None
    assert abs(feed.unknown_since - (space.now() - 20 * DAY)) <= MINUTE
    assert feed.statement == f"Unknown since {feed.unknown_since:%Y-%m-%d %H:%M} UTC."
    assert feed.gaps[0][0] == feed.start
