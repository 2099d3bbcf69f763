"""Once published, an event keeps its id: under revisions, in any order of the sources, in any window."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from spaceintel import services
from spaceintel.models import CloseApproach, PlanetaryK, SolarEvent
from spaceintel.parameters import SpaceParameters
from tests.support import weather as space
from tests.support.visitor import forget_everything
from tests.support.weather import DAY, HOUR, INTERVAL, MINUTE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]
STORM = datetime(2024, 5, 10, tzinfo=UTC)
FLARE = datetime(2024, 5, 11, 1, 20, tzinfo=UTC)
END = STORM + 4 * DAY


def found(days=10, end=END):
    forget_everything()
    return {one.id: one for one in services.significant_events(SpaceParameters(days=days, end=end))}


# === storms by Kp =============================================================================

VALUES = [3.0, 5.0, 5.0, 6.0, 4.0, 7.0, 2.0, 1.0, 8.0, 3.0, 9.0, *[1.0] * 10, 5.33]


def test_whichever_window_shows_an_episode_its_events_are_the_same():
    space.kp(STORM, VALUES, source="gfz")
    whole = found()
    assert list(whole)[::-1] == [
        *(f"kp-2024-05-10-G{level}" for level in (1, 2, 3, 4, 5)),
        "kp-2024-05-12-G1",
    ]
    for hours in range(0, 72, 5):
        start = STORM + hours * HOUR
        inside = {name: one for name, one in whole.items() if start <= one.at <= start + DAY}
        assert found(days=1, end=start + DAY) == inside, hours


def test_an_episode_is_read_back_as_far_as_it_goes():
    first = STORM - 75 * DAY
    space.kp(first, [5.0, *[6.0] * (8 * 77)], source="gfz")
    assert found(days=2, end=STORM) == {}
    assert list(found(days=1, end=first + DAY / 2)) == [
        f"kp-{first:%Y-%m-%d}-G2",
        f"kp-{first:%Y-%m-%d}-G1",
    ]


def test_a_revised_value_moves_the_begin_and_keeps_the_ids():
    space.kp(STORM, [4.33, 5.0, 6.0, 7.0], source="gfz")
    before = found()
    written = space.now() + DAY
    PlanetaryK.objects.filter(timestamp_utc=STORM).update(kp=4.667, ingested_at=written)
    PlanetaryK.objects.filter(timestamp_utc=STORM + 2 * INTERVAL).update(kp=5.33, ingested_at=written)
    after = found()
    assert set(after) == set(before) - {"kp-2024-05-10-G2"}
    assert (after["kp-2024-05-10-G1"].at, before["kp-2024-05-10-G1"].at) == (STORM, STORM + INTERVAL)
    assert {one.updated_at for one in after.values()} == {written}


@pytest.mark.parametrize("order", list(itertools.permutations(("noaa_swpc", "gfz", "donki"))))
def test_kp_of_any_source_in_any_order_gives_the_same_ids(order):
    values = [6.0, 6.667, 5.667]
    expected = {"kp-2024-05-10-G2", "kp-2024-05-10-G3"}
    for source in order:
        if source == "donki":
            listed = [
                {"observedTime": f"{STORM + (i + 1) * INTERVAL:%Y-%m-%dT%H:%MZ}", "kpIndex": round(kp, 2)}
                for i, kp in enumerate(values)
            ]
            space.event("GST", STORM, kp_max=6.67, details={"allKpIndex": listed})
        else:
            space.kp(STORM, values, source=source)
        assert set(found()) == expected


def test_a_storm_of_donki_with_values_that_are_none_is_told_without_them():
    listed = [{"observedTime": "2024-05-10T03:00Z", "kpIndex": None}, {"observedTime": None, "kpIndex": 6.0}]
    space.event("GST", STORM, details={"allKpIndex": listed})
    (one,) = found().values()
    assert (one.id, one.title) == ("storm-2024-05-10T00:00:00-GST-001", "Geomagnetic storm")


def test_noaas_value_goes_before_gfzs_also_where_it_is_below_a_storm():
    space.kp(STORM, [5.0, 5.0], source="gfz")
    space.kp(STORM, [4.33, 4.33])
    assert found() == {}


def test_two_episodes_never_have_one_name():
    space.kp(STORM, [5.0, *[1.0] * 8, 5.0, *[1.0] * 8, 5.0], source="gfz")
    assert list(found())[::-1] == [f"kp-2024-05-{day}-G1" for day in (10, 11, 12)]


def test_thirds_in_the_text_have_a_true_minus():
    space.kp(STORM, [5.667], source="gfz")
    assert found()["kp-2024-05-10-G2"].summary.startswith("Kp was 6− (5.67) in the three hours from")


# === radiation storms =========================================================================


def test_a_radiation_storm_is_named_by_its_first_day_whichever_states_of_the_scales_were_seen():
    for hours, level in ((2, 1), (20, 1), (31, 2), (50, 1)):
        space.scales(STORM + hours * HOUR, s_scale=level)
    assert set(found(days=2, end=STORM + 3 * DAY)) == {"radiation-2024-05-10-S2"}  # S1 began before
    whole = {"radiation-2024-05-10-S1", "radiation-2024-05-10-S2"}
    assert set(found()) == whole
    space.scales(STORM + HOUR, s_scale=1)
    space.scales(STORM + 29 * HOUR, s_scale=2)
    assert set(found()) == whole


# === flares ===================================================================================


def entry(name: str, minutes: float = 0.0, flux: float = 1e-4) -> None:
    """One entry of a flare in a list: DONKI's, or SWPC's by a satellite."""
    begin = FLARE + minutes * MINUTE
    if name == "donki":
        space.flare(begin, flux, "X1.1")
    else:
        own = f"{begin:%Y-%m-%dT%H:%M:%S}-XRA-GOES{name}"
        space.flare(begin, flux, "X1.0", kind="XRA", event_id=own, instruments=name)


@pytest.mark.parametrize("order", list(itertools.permutations((("donki", 3), ("18", -1), ("19", 0)))))
def test_a_flare_of_several_lists_has_one_id_in_any_order(order):
    for name, minutes in order:
        entry(name, minutes)
        assert list(found()) == ["flare-2024-05-11T01"]


@pytest.mark.parametrize("order", list(itertools.permutations((("donki", 43), ("18", 38), ("19", 39)))))
def test_on_the_edge_of_an_hour_it_keeps_the_id_that_it_had_first(order):
    entry(*order[0])
    (first,) = found()
    for name, minutes in order[1:]:
        entry(name, minutes)
        assert list(found()) == [first]


def test_donkis_begin_may_be_revised():
    entry("donki")
    SolarEvent.objects.update(timestamp_utc=FLARE + 45 * MINUTE, peak_flux_w_m2=2e-4, flare_class="X2.0")
    (one,) = found().values()
    assert (one.id, one.at, one.title) == (
        "flare-2024-05-11T01",
        FLARE + 45 * MINUTE,
        "X2.0 solar flare",
    )


def test_a_begin_that_swpc_revised_is_no_second_flare():
    entry("19")
    entry("19", 4, flux=2e-4)
    (one,) = found().values()
    assert (one.id, one.at) == ("flare-2024-05-11T01", FLARE + 4 * MINUTE)


def test_two_flares_of_one_hour_are_two_and_keep_their_names_when_an_earlier_one_is_found():
    entry("19", 0)
    entry("19", 25)
    assert set(found()) == {"flare-2024-05-11T01", "flare-2024-05-11T01-2"}
    names = {one.at: one.id for one in found().values()}
    entry("19", -15)
    assert {one.at: one.id for one in found().values()} == names | {
        FLARE - 15 * MINUTE: "flare-2024-05-11T01-3"
    }


def test_m5_in_either_list_is_enough_and_is_what_is_told():
    space.flare(FLARE, 4.9e-5, "M4.9")
    assert found() == {}
    space.flare(FLARE + MINUTE, 5.0e-5, "M5.0", kind="XRA")
    (one,) = found().values()
    assert one.title == "M5.0 solar flare"
    assert "R2 (moderate)" in one.summary


@pytest.mark.parametrize("before", [1e-7, 9e-6, 4.9e-5, None])
def test_a_weak_flare_of_the_hour_that_is_revised_to_m5_takes_no_other_ones_name(before):
    entry("19", 0, flux=before)
    entry("19", 25)
    assert list(found()) == ["flare-2024-05-11T01-2"]
    weak = SolarEvent.objects.get(timestamp_utc=FLARE)
    SolarEvent.objects.filter(pk=weak.pk).update(peak_flux_w_m2=5.1e-5, flare_class="M5.1")
    assert {one.at: one.id for one in found().values()} == {
        FLARE: "flare-2024-05-11T01",
        FLARE + 25 * MINUTE: "flare-2024-05-11T01-2",
    }


def test_a_flare_has_its_number_also_where_the_others_of_its_hour_begin_before_the_window():
    entry("19", 0, flux=1e-6)
    entry("19", 25)
    whole = found()
    assert found(days=1, end=FLARE + DAY + 10 * MINUTE) == whole
    assert list(whole) == ["flare-2024-05-11T01-2"]


def test_many_flares_are_read_as_one_is():
    log = space.batch("goes_flares")
    for number in range(60):
        space.flare(FLARE - number * 5 * HOUR, 1e-4, "X1.0", kind="XRA", log=log)
    assert len(found(days=20)) == 60


@pytest.mark.parametrize("edge", [0, 2, 4])
def test_a_window_that_begins_between_the_entries_of_a_flare_changes_nothing(edge):
    entry("19", 0)
    entry("donki", 3)
    whole = found()
    shown = found(days=1, end=FLARE + DAY + edge * MINUTE)
    assert shown == (whole if edge <= 3 else {})


# === approaches and Sentry's list =============================================================


def test_an_approach_that_a_better_orbit_moves_over_midnight_keeps_its_id():
    space.approach(STORM - MINUTE, 0.001, "2024 AB1")
    (before,) = found()
    CloseApproach.objects.update(timestamp_utc=STORM + HOUR, close_approach_date=STORM.date())
    assert list(found()) == [before] == ["approach-2024-AB1-2024"]


def test_an_object_that_gets_a_number_keeps_its_id():
    space.approach(STORM, 0.001, "2024 AB1", fullname="       (2024 AB1)")
    (before,) = found()
    CloseApproach.objects.update(designation="812345", fullname="812345 Someone (2024 AB1)")
    after = found()
    assert list(after) == [before]
    assert after[before].title.startswith("812345 Someone (2024 AB1) at ")


def test_an_object_that_comes_twice_in_a_year_is_numbered_in_every_window():
    space.approach(STORM - 60 * DAY, 0.001, "2024 AB1")
    space.approach(STORM, 0.002, "2024 AB1")
    space.approach(STORM, 0.002, "2024 AB2")
    assert set(found()) == {"approach-2024-AB1-2024-2", "approach-2024-AB2-2024"}
    assert set(found(days=90)) == {
        "approach-2024-AB1-2024",
        "approach-2024-AB1-2024-2",
        "approach-2024-AB2-2024",
    }


def test_an_approach_that_comes_within_the_moons_distance_takes_no_other_ones_name():
    space.approach(STORM - 60 * DAY, 0.003, "2024 AB1")  # 1.17 lunar distances
    space.approach(STORM, 0.002, "2024 AB1")
    assert set(found()) == {"approach-2024-AB1-2024-2"}
    CloseApproach.objects.filter(distance_au=0.003).update(distance_au=0.0025)
    assert set(found()) == {"approach-2024-AB1-2024-2"}
    assert set(found(days=90)) == {"approach-2024-AB1-2024", "approach-2024-AB1-2024-2"}


def test_a_torino_value_that_falls_reaches_nothing():
    for day, torino in enumerate((3, 1, 3, 4)):
        space.sentry(STORM + day * DAY, "2024 YR4", torino)
    assert set(found()) == {"sentry-2024-YR4-torino-3", "sentry-2024-YR4-torino-4"}


# === all of them ==============================================================================


def test_windows_side_by_side_hold_each_event_once():
    space.kp(STORM, VALUES, source="gfz")
    entry("donki")
    entry("19", 5)
    space.event("CME", STORM + 30 * HOUR, arrival_at=STORM + 3 * DAY)
    space.approach(STORM + 50 * HOUR, 0.001)
    whole = found()
    parts: dict[str, object] = {}
    for day in range(1, 5):
        part = found(days=1, end=STORM + day * DAY - timedelta(microseconds=1))
        assert not set(part) & set(parts)
        parts |= part
    assert parts == whole
