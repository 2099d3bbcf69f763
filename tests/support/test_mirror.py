"""The fixtures that give tests an upstream: they replay recordings, fail on demand and leave nothing behind."""

from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from pytest_socket import SocketConnectBlockedError

HOST = "services.swpc.noaa.gov"
ADDRESS = f"{HOST}/products/noaa-planetary-k-index.json"


def get(mirror, address=ADDRESS):
    with urlopen(f"{mirror.url}/{address}", timeout=10) as answer:
        return answer.read()


def test_recordings_are_replayed_and_logged(mirror):
    assert get(mirror)
    assert [entry["status"] for entry in mirror.log(HOST)] == [200]
    assert mirror.summary()[HOST]["requests"] == 1


@pytest.mark.parametrize("code", [503, 429])
def test_a_fault_of_one_test_is_gone_in_the_next(mirror, code):
    assert get(mirror)
    mirror.faults(f"status:{HOST}:{code}")
    with pytest.raises(HTTPError, match=str(code)):
        get(mirror)


def test_a_mirror_of_ones_own_has_its_own_day_and_faults(mirror, mirror_factory):
    other = mirror_factory(today="2026-02-14", faults=(f"status:{HOST}:503",))
    assert other.port != mirror.port
    assert get(mirror)
    with pytest.raises(HTTPError, match="503"):
        get(other)


def test_this_process_can_be_sent_to_the_mirror(through_mirror, settings):
    assert through_mirror.url == settings.UPSTREAM_MIRROR


def test_nothing_but_loopback_can_be_reached():
    with pytest.raises((SocketConnectBlockedError, UserWarning)):
        urlopen("http://192.0.2.1/", timeout=1)
