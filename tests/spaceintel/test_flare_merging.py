"""Two lists of flares as one."""

from datetime import UTC, datetime, timedelta

import pytest

from spaceintel.services.flares import merged
from spaceintel.states import Flare

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def flare(name, minute, source="nasa_donki", flare_class="M1.0", **values):
    settled = {
        "peak_at": None,
        "end_at": None,
        "peak_flux_w_m2": 1e-5,
        "source_location": "",
        "active_region": None,
        "instruments": name,
        "linked_events": (),
        "note": "",
        "link": "",
    }
    begin = AT + timedelta(minutes=minute)
    return Flare(
        ids=(name,), begin_at=begin, flare_class=flare_class, sources=(source,), **(settled | values)
    )


def swpc(name, minute, **values):
    return flare(name, minute, "noaa_swpc", **values)


def test_a_flare_of_both_lists_is_listed_once_with_both_ids():
    (one,) = merged([flare("D1", 0)], [swpc("X1", 3, flare_class="M1.1", end_at=AT)])
    assert one.ids == ("D1", "X1")
    assert one.sources == ("nasa_donki", "noaa_swpc")
    assert (one.flare_class, one.swpc_class) == ("M1.0", "M1.1")
    assert one.end_at == AT
    assert one.is_in_donki


def test_flares_further_apart_are_two():
    found = merged([flare("D1", 0)], [swpc("X1", 11)])
    assert [one.ids for one in found] == [("X1",), ("D1",)]


def test_each_is_matched_once_and_the_nearest_first():
    ended = {"end_at": AT + 6 * MINUTE}  # before the other begins: two flares
    found = merged([flare("D1", 0), flare("D2", 8)], [swpc("X1", 7), swpc("X2", -2, **ended)])
    assert {one.ids for one in found} == {("D1", "X2"), ("D2", "X1")}


def test_one_of_swpc_does_not_go_to_two_of_donki():
    found = merged([flare("D1", 0), flare("D2", 4)], [swpc("X1", 1)])
    assert {one.ids for one in found} == {("D1", "X1"), ("D2",)}


def test_two_satellites_saw_one_flare():
    (one,) = merged([], [swpc("X18", 0), swpc("X19", 0)])
    assert one.ids == ("X18", "X19")


@pytest.mark.parametrize("satellite", ["same", "another"])
def test_a_begin_that_was_revised_and_a_second_satellite_make_no_second_flare(satellite):
    peak = {"peak_at": AT + 12 * MINUTE, "end_at": AT + 20 * MINUTE}
    first = swpc("X18", 0, instruments="GOES-18", row=2, **peak)
    name = "GOES-18" if satellite == "same" else "GOES-19"
    second = swpc("X19", 4, instruments=name, flare_class="M2.0", row=7, **peak)
    (one,) = merged([], [first, second])
    assert (one.ids, one.begin_at, one.flare_class) == (("X18", "X19"), AT + 4 * MINUTE, "M2.0")
    (both,) = merged([flare("D1", 2)], [second, first])
    assert both.ids == ("D1", "X18", "X19")


def test_an_entry_that_was_read_while_the_flare_went_on_is_the_same_flare():
    (one,) = merged([], [swpc("X1", 0, row=1), swpc("X2", 3, row=2, peak_at=AT + 9 * MINUTE)])
    assert one.peak_at == AT + 9 * MINUTE


def test_a_flare_that_follows_another_within_minutes_is_a_second_one():
    first = swpc("X1", 0, peak_at=AT + 3 * MINUTE, end_at=AT + 5 * MINUTE)
    second = swpc("X2", 5, peak_at=AT + 8 * MINUTE, end_at=AT + 11 * MINUTE)
    assert [one.ids for one in merged([], [first, second])] == [("X2",), ("X1",)]


def test_peaks_far_apart_are_of_two_flares():
    first, second = swpc("X1", 0, peak_at=AT + 3 * MINUTE), swpc("X2", 5, peak_at=AT + 14 * MINUTE)
    assert len(merged([], [first, second])) == 2


def test_newest_first_and_of_one_instant_by_id():
    found = merged([flare("B", 0), flare("A", 0), flare("C", 60)], [])
    assert [one.ids[0] for one in found] == ["C", "A", "B"]


def test_the_order_of_the_lists_does_not_matter():
    donki, listed = [flare(f"D{n}", 7 * n) for n in range(6)], [swpc(f"X{n}", 9 * n) for n in range(6)]
    assert merged(donki, listed) == merged(donki[::-1], listed[::-1])


def test_nothing_gives_nothing():
    assert merged([], []) == ()
