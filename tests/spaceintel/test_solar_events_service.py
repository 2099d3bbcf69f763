"""What the Sun did in a window: events, and what "no event" means."""

from datetime import UTC, datetime, timedelta

import pytest

from spaceintel.parameters import SpaceParameters
from spaceintel.services import events
from spaceintel.services.windows import window
from tests.support import weather as space
from tests.support.weather import DAY, HOUR, MINUTE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]
OLD = datetime(2025, 9, 1, tzinfo=UTC)


def asked(days=30, end=None):
    now = space.now()
    shown = window(SpaceParameters(days=days, end=end), now)
    found = events.solar_events(shown, now)
    return found, events.statements(found, shown, now)


def test_events_of_all_kinds_newest_first():
    now = space.now()
    log = space.batch("solar_events", source="nasa_donki")
    space.event("CME", now - 3 * DAY, log=log, speed_km_s=800.0, arrival_at=now + DAY, is_glancing_blow=True)
    space.event("CME", now - 2 * DAY, log=log)
    storm = {"allKpIndex": [{"observedTime": "2026-11-18T21:00Z", "kpIndex": 6.67, "source": "NOAA"}]}
    space.event("GST", now - 2 * DAY, log=log, kp_max=6.67, details=storm)
    space.event("SEP", now - 5 * DAY, log=log)
    space.event("HSS", now - 4 * DAY, log=log)
    space.flare(now - DAY, 2e-4, "X2.0", log=log)
    found, told = asked()
    assert [one.begin_at for one in found.cmes] == [now - 2 * DAY, now - 3 * DAY]
    assert [one.is_earth_directed for one in found.cmes] == [False, True]
    assert [one.g_scale for one in found.storms] == [3]
    assert found.storms[0].values[0].kp == 6.67
    assert found.storms[0].values[0].observed_at.tzinfo is not None
    assert [one.event_type for one in found.others] == ["HSS", "SEP"]
    assert told["flares"] == "1 flare in these 30 days."
    assert told["cmes"] == "2 coronal mass ejections in these 30 days."
    assert told["storms"] == "1 geomagnetic storm in these 30 days."


def test_both_ends_of_a_window_belong_to_it():
    log = space.batch("solar_events", window_start=OLD - 40 * DAY, window_end=OLD + 40 * DAY)
    for at in (OLD - MINUTE, OLD, OLD + 2 * DAY, OLD + 2 * DAY + MINUTE):
        space.event("CME", at, log=log)
    found, _ = asked(days=2, end=OLD + 2 * DAY)
    assert [one.begin_at for one in found.cmes] == [OLD + 2 * DAY, OLD]


def test_an_answer_without_events_is_none():
    space.empty("solar_events")
    found, told = asked()
    assert found.donki.is_none
    assert found.donki.provenance.tier.value == "real"
    assert told["storms"] == "No geomagnetic storm in these 30 days."
    assert told["flares"] == "No flare in these 30 days."


def test_never_asked_is_unknown():
    found, told = asked()
    assert found.donki.is_unknown
    assert told["cmes"] == "Unknown: the feed “Solar events” has not been retrieved yet."
    assert "No " not in told["flares"]


def test_a_feed_that_is_down_is_unknown_since_it_last_answered():
    space.empty("solar_events", ago=6 * HOUR)
    space.failure("solar_events")
    found, told = asked()
    since = space.now() - 6 * HOUR
    assert found.donki.unknown_since is not None
    assert abs(found.donki.unknown_since - since) < 2 * MINUTE
    assert not found.donki.is_none
    assert told["storms"].startswith("No geomagnetic storm is known in these 30 days. Unknown since ")


def test_a_feed_that_failed_minutes_after_it_answered_is_unknown_since_then():
    space.empty("solar_events", ago=10 * MINUTE)
    space.failure("solar_events")
    assert asked()[0].donki.unknown_since is not None


def test_a_feed_that_answered_on_time_is_known_to_now():
    space.empty("solar_events", ago=14 * MINUTE)
    assert asked()[0].donki.is_known


def test_a_feed_that_is_down_longer_than_the_window_says_since_when():
    space.empty("solar_events", ago=20 * DAY)
    found, told = asked(days=7)
    assert found.donki.known_until is None
    assert told["cmes"].startswith(f"Unknown since {space.now() - 20 * DAY:%Y-%m-%d}")
    assert found.donki.unknown_since is not None
    assert found.donki.statement == f"Unknown since {found.donki.unknown_since:%Y-%m-%d %H:%M} UTC."
    assert found.donki.gaps[0][0] == found.donki.start  # of the window alone


def test_events_before_a_live_window_of_which_nothing_is_known_are_shown_instead():
    log = space.batch("solar_events", ago=400 * DAY, days=40)
    last = space.now() - 410 * DAY
    space.event("CME", last, log=log)
    found, told = asked()
    assert [one.begin_at for one in found.cmes] == [last]
    assert found.donki.is_moved
    assert told["cmes"].startswith("Unknown since ")
    assert "shown are these 30 days up to then. 1 coronal mass ejection" in told["cmes"]


def test_events_before_a_window_that_is_known_are_not_shown():
    log = space.batch("solar_events", days=40)
    space.event("CME", space.now() - 35 * DAY, log=log)
    found, _ = asked()
    assert found.cmes == ()
    assert found.donki.is_none


def test_a_gap_in_the_middle_is_told():
    space.empty("solar_events", ago=20 * DAY, days=20)
    space.empty("solar_events", ago=5 * MINUTE, days=10)
    found, told = asked()
    assert not found.donki.is_known
    assert "Unknown from " in told["storms"]
    assert "No geomagnetic storm is known in these 30 days." in told["storms"]


def test_lists_asked_for_by_whole_days_are_known_from_the_first_whole_day():
    begin = (space.now() - 29 * DAY).replace(hour=0, minute=0)
    space.empty("solar_events", window_start=begin)
    found, told = asked()
    if found.donki.start != begin:  # at the very begin of a day the window itself begins there
        pytest.fail(f"{found.donki.start} is not {begin}")
    assert told["cmes"] == f"No coronal mass ejection since {begin:%Y-%m-%d %H:%M} UTC."


def test_a_window_to_come_is_known_as_far_as_now():
    space.empty("solar_events")
    found, _ = asked(end=space.now() + 5 * DAY)
    assert found.donki.is_known


def test_one_flare_of_both_lists_is_one():
    now = space.now()
    space.flare(now - DAY, 1.5e-5, "M1.5")
    space.flare(now - DAY + 2 * MINUTE, 1.6e-5, "M1.6", kind="XRA")
    space.flare(now - 2 * DAY, 2e-6, "C2.0", kind="XRA")
    found, told = asked()
    assert len(found.flares) == 2
    assert len(found.flares[0].ids) == 2
    assert [one.is_in_donki for one in found.flares] == [True, False]
    assert told["flares"] == "2 flares in these 30 days."


def test_with_donki_down_swpcs_list_speaks_for_flares():
    space.empty("goes_flares")
    found, told = asked(days=7)
    assert found.donki.is_unknown
    assert told["flares"] == "No flare in these 7 days."
    assert told["cmes"] == "Unknown: the feed “Solar events” has not been retrieved yet."


def test_old_flares_of_swpc_do_not_stand_beside_days_that_donki_knows():
    space.flare(OLD, 1e-4, "X1.0", kind="XRA", log=space.batch("goes_flares", ago=300 * DAY))
    space.empty("solar_events")
    found, _ = asked()
    assert found.flares == ()


def test_a_window_is_read_once_per_data_version(django_assert_max_num_queries):
    space.flare(space.now() - DAY, 1e-4, "X1.0")
    now = space.now()
    shown = window(SpaceParameters(), now)
    events.solar_events(shown, now)
    with django_assert_max_num_queries(2):  # whether an earlier window is needed for SWPC's list
        events.solar_events(shown, now)


def test_recorded_counts_hold_for_a_window_of_many(django_assert_max_num_queries):
    log = space.batch("solar_events", window_start=OLD - DAY, window_end=OLD + 31 * DAY)
    for number in range(141):
        space.event("CME", OLD + number * timedelta(hours=5), log=log, event_id=f"CME-{number}")
    with django_assert_max_num_queries(80):
        found, _ = asked(days=31, end=OLD + 31 * DAY)
    assert len(found.cmes) == 141


@pytest.mark.parametrize("minutes", [-2, 2])
def test_a_flare_at_the_edge_of_windows_is_in_the_one_in_which_it_begins_by_donki(minutes):
    edge = space.now() - 5 * DAY
    space.flare(edge + minutes * MINUTE, 1e-4, "X1.0")
    space.flare(edge - minutes * MINUTE, 1e-4, "X1.0", kind="XRA")
    windows = [asked(days=1, end=end)[0].flares for end in (edge, edge + DAY)]
    assert [len(flares) for flares in windows] == ([1, 0] if minutes < 0 else [0, 1])
    assert [one.sources for flares in windows for one in flares] == [("nasa_donki", "noaa_swpc")]


def test_a_flare_with_several_entries_in_swpcs_list_is_counted_and_shown_once():
    now = space.now()
    log = space.batch("goes_flares", source="noaa_swpc")
    for satellite, minutes in ((18, 0), (19, 0), (19, 4)):
        begin = now - DAY + minutes * MINUTE
        name = f"{begin:%Y-%m-%dT%H:%M:%S}-XRA-GOES{satellite}"
        space.flare(begin, 1e-5, "M1.0", kind="XRA", event_id=name, instruments=f"GOES-{satellite}", log=log)
    found, told = asked(days=7)
    assert [one.begin_at for one in found.flares] == [now - DAY + 4 * MINUTE]
    assert found.flare_list.count == 1
    assert found.flare_list.statement == told["flares"] == "1 flare in these 7 days."
