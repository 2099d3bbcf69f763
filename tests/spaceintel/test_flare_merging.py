"""Two lists of flares as one."""

from datetime import UTC, datetime, timedelta

from spaceintel.services.flares import merged
from spaceintel.states import Flare

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


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
    found = merged([flare("D1", 0), flare("D2", 8)], [swpc("X1", 7), swpc("X2", -2)])
    assert {one.ids for one in found} == {("D1", "X2"), ("D2", "X1")}


def test_one_of_swpc_does_not_go_to_two_of_donki():
    found = merged([flare("D1", 0), flare("D2", 4)], [swpc("X1", 1)])
    assert {one.ids for one in found} == {("D1", "X1"), ("D2",)}


def test_two_satellites_saw_one_flare():
    (one,) = merged([], [swpc("X18", 0), swpc("X19", 0)])
    assert one.ids == ("X18", "X19")


def test_newest_first_and_of_one_instant_by_id():
    found = merged([flare("B", 0), flare("A", 0), flare("C", 60)], [])
    assert [one.ids[0] for one in found] == ["C", "A", "B"]


def test_the_order_of_the_lists_does_not_matter():
    donki, listed = [flare(f"D{n}", 7 * n) for n in range(6)], [swpc(f"X{n}", 9 * n) for n in range(6)]
    assert merged(donki, listed) == merged(donki[::-1], listed[::-1])


def test_nothing_gives_nothing():
    assert merged([], []) == ()
