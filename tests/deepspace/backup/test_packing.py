"""What is packed unpacks to the same bytes, or is refused."""

import os

import pytest

from deepspace.backup.errors import Damaged
from deepspace.backup.packing import Packed, pack, unpack


@pytest.fixture
def packed(tmp_path):
    (tmp_path / "plain").write_bytes(b"row " * 600_000 + os.urandom(100_000))
    return pack(tmp_path / "plain", tmp_path / "packed"), (tmp_path / "packed").read_bytes()


def pieces(body: bytes) -> list[bytes]:
    return [body[start : start + 10_000] for start in range(0, len(body), 10_000)]


def test_the_same_bytes_come_out(tmp_path, packed):
    expected, body = packed
    unpack(pieces(body), tmp_path / "out", expected=expected, name="x")
    assert (tmp_path / "out").read_bytes() == (tmp_path / "plain").read_bytes()
    assert expected.size_bytes < expected.plain_bytes
    unpack(pieces(body), None, expected=expected, name="x")


def test_an_empty_file_can_be_packed(tmp_path):
    (tmp_path / "empty").touch()
    expected = pack(tmp_path / "empty", tmp_path / "packed")
    unpack([(tmp_path / "packed").read_bytes()], tmp_path / "out", expected=expected, name="x")
    assert (tmp_path / "out").read_bytes() == b""


@pytest.mark.parametrize("place", [0, 5, 50_000, -1])
def test_one_changed_byte_is_refused(packed, place):
    expected, body = packed
    damaged = bytearray(body)
    damaged[place] ^= 1
    with pytest.raises(Damaged, match=r"x is damaged .*choose another backup"):
        unpack(pieces(bytes(damaged)), None, expected=expected, name="x")


@pytest.mark.parametrize("length", [0, 1, 1000, -1])
def test_a_cut_object_is_refused(packed, length):
    expected, body = packed
    with pytest.raises(Damaged, match="bytes instead of"):
        unpack(pieces(body[:length]), None, expected=expected, name="x")


def test_more_than_there_was_is_refused_without_reading_on(packed):
    expected, body = packed
    taken = 0

    def endless():
        nonlocal taken
        yield body
        while True:
            taken += 1
            yield b"x" * 100_000

    with pytest.raises(Damaged):
        unpack(endless(), None, expected=expected, name="x")
    assert taken == 1


def test_a_bomb_under_the_right_name_stops_early(tmp_path):
    (tmp_path / "zeros").write_bytes(bytes(20_000_000))
    bomb = pack(tmp_path / "zeros", tmp_path / "packed")
    body = (tmp_path / "packed").read_bytes()
    expected = Packed(bomb.sha256, bomb.size_bytes, "0" * 64, 1000)
    with pytest.raises(Damaged):
        unpack([body], tmp_path / "out", expected=expected, name="x")


def test_an_object_that_unpacks_to_something_else_is_refused(packed):
    expected, body = packed
    other = Packed(expected.sha256, expected.size_bytes, "0" * 64, expected.plain_bytes)
    with pytest.raises(Damaged, match="something else"):
        unpack([body], None, expected=other, name="x")
