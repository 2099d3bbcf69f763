"""Three things to look at first."""

from datetime import UTC, datetime

import pytest

from spaceintel import services
from spaceintel.parameters import SpaceParameters
from tests.support import weather as space
from tests.support.weather import DAY, INTERVAL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]


def found(days=30, end=None):
    asked = SpaceParameters(days=days, end=end)
    return {
        one.kind: one
        for one in services.highlights(services.space_weather(asked), services.near_earth(asked))
    }


def test_the_strongest_flare_is_not_the_latest():
    now = space.now()
    space.flare(now - 3 * DAY, 1.9e-4, "X1.9", active_region=14_299)
    space.flare(now - DAY, 2e-6, "C2.0")
    flare = found()["flare"]
    assert flare.text.startswith("X1.9 on ")
    assert flare.text.endswith("from active region 14299")
    assert flare.value == 1.9e-4
    assert flare.unusual == "the largest of 2 flares since " + f"{now - 3 * DAY:%Y}"


def test_of_flares_as_strong_the_newest():
    now = space.now()
    space.flare(now - 3 * DAY, 1e-4, "X1.0")
    space.flare(now - 2 * DAY, 1e-4, "X1.0")
    assert found()["flare"].at == now - 2 * DAY + 10 * space.MINUTE


def test_how_long_ago_one_was_as_strong():
    now = space.now()
    space.flare(now - 50 * DAY, 5e-4, "X5.0")
    space.flare(now - 9 * DAY, 1e-4, "X1.0")
    assert found()["flare"].unusual.startswith("strongest stored in 41 days; ")


def test_no_flare_is_none_or_unknown_and_says_which():
    assert "has not been retrieved" in found()["flare"].text
    space.empty("solar_events")
    from tests.support.visitor import forget_everything

    forget_everything()
    flare = found()["flare"]
    assert flare.text == "No flare in these 30 days."
    assert (flare.value, flare.rarity, flare.unusual) == (None, None, "")


def test_the_highest_kp_of_the_window_with_its_level():
    first = space.interval(space.now(), 40)
    space.kp(first, [1.0] * 5 + [9.0] + [2.0] * 30)
    kp = found()["kp"]
    assert (
        kp.text
        == f"Kp 9o (9.00) in the three hours from {first + 5 * INTERVAL:%Y-%m-%d %H:%M} UTC, G5 (extreme)"
    )
    assert kp.unusual == f"the largest of 36 three-hour values since {first:%Y}"


def test_largest_in_so_many_days_where_all_between_is_known():
    first = space.interval(space.now(), 8 * 60)
    space.kp(first, [7.0, *[1.0] * 327, 6.0, *[2.0] * 100])
    assert found()["kp"].unusual.startswith("largest Kp in 41 days; ")


def test_nothing_is_claimed_across_a_gap():
    now = space.now()
    space.kp(space.interval(now, 8 * 60), [7.0, 1.0])
    space.kp(space.interval(now, 8), [6.0])
    assert "largest Kp in" not in found()["kp"].unusual


def test_the_closest_approach_and_how_rare_it_is():
    now = space.now()
    space.approach(now - 2 * DAY, 1e-3, "2026 AB1")
    space.approach(now - 3 * DAY, 9e-4, "2026 AB2")
    one = found()["approach"]
    assert one.text.startswith("2026 AB2 passed at 0.35 lunar distances on ")
    assert one.unusual == f"the closest of 2 approaches since {now - 3 * DAY:%Y}"


def test_with_its_range_and_size_where_they_are_known():
    space.approach(
        space.now() - DAY, 1e-3, distance_min_au=9e-4, distance_max_au=1.1e-3, absolute_magnitude_h=25.0
    )
    text = found()["approach"].text
    assert "0.389 lunar distances (0.35 to 0.428)" in text
    assert "across by its brightness" in text


def test_a_value_of_earlier_days_is_said_to_be_of_earlier_days():
    space.kp(datetime(2024, 5, 10, tzinfo=UTC), [9.0], source="gfz")
    assert found()["kp"].text.endswith("G5 (extreme); unknown since 2024-05-10 03:00 UTC")
    past = found(end=datetime(2025, 1, 1, tzinfo=UTC))["kp"].text
    assert past.endswith("; nothing of the days asked for is known")


def donki_storm(begin, *values, **columns):
    listed = [{"observedTime": f"{at:%Y-%m-%dT%H:%MZ}", "kpIndex": kp, "source": "NOAA"} for at, kp in values]
    space.event("GST", begin, kp_max=max(kp for _, kp in values), details={"allKpIndex": listed})


def test_where_no_value_of_the_window_is_known_the_kp_of_donkis_storms_counts_and_its_source_is_said():
    begin = datetime(2024, 5, 10, 15, tzinfo=UTC)
    donki_storm(begin, (begin + INTERVAL, 8.0), (begin + 4 * INTERVAL, 9.0), (begin + 5 * INTERVAL, 8.67))
    space.kp(datetime(2023, 1, 1, tzinfo=UTC), [2.0], source="gfz")
    kp = found(end=datetime(2024, 5, 20, tzinfo=UTC))["kp"]
    assert kp.text == (
        "Kp 9o (9.00) in the three hours from 2024-05-11 00:00 UTC, G5 (extreme), as DONKI lists it for its storm; "
        "NOAA's and GFZ's values of these days are unknown"
    )
    assert (kp.value, kp.ids) == (9.0, ("nasa_donki",))
    assert kp.at == begin + 3 * INTERVAL


def test_a_storm_of_donki_that_began_before_the_window_counts_from_its_start_on():
    begin = datetime(2024, 5, 10, 15, tzinfo=UTC)
    donki_storm(begin, (begin + INTERVAL, 9.0), (begin + 4 * INTERVAL, 7.0))
    assert found(days=1, end=datetime(2024, 5, 11, 21, tzinfo=UTC))["kp"].value == 7.0


def test_donkis_value_does_not_replace_one_of_the_series():
    begin = datetime(2024, 5, 10, 15, tzinfo=UTC)
    donki_storm(begin, (begin + INTERVAL, 9.0), (begin + 2 * INTERVAL, 6.0))
    space.kp(begin, [8.0], source="gfz")
    kp = found(end=datetime(2024, 5, 20, tzinfo=UTC))["kp"]
    assert (kp.value, kp.ids) == (8.0, ("gfz",))


def test_of_hours_without_a_value_of_the_series_donkis_counts():
    begin = datetime(2024, 5, 10, 15, tzinfo=UTC)
    donki_storm(begin, (begin + INTERVAL, 9.0))
    space.kp(begin + INTERVAL, [8.0], source="gfz")
    text = found(end=datetime(2024, 5, 20, tzinfo=UTC))["kp"].text
    assert text.endswith("G5 (extreme), as DONKI lists it for its storm")
