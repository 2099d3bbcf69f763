"""Whether the records of a CDF file hang together: what cdflib takes for granted.

A CDF file is a web of records that point at each other. cdflib follows every pointer and believes every count: a
damaged file can keep it busy for ever, take all memory, or give zeros for what was cut off. So the web is walked first;
each record must lie in the file, be of its kind, and be reached only once.

References
----------
CDF internal format description, version 3.9: https://cdf.gsfc.nasa.gov/
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from deepspace.upstream.errors import SchemaDrift

MAX_RECORDS: Final = 1_000_000  # of a variable: a leap year has 658,800 intervals of 48 s
MAX_UNPACKED_BYTES: Final = 512 * 2**20

_MAGIC = {
    b"\xcd\xf3\x00\x01": "q",
    b"\xcd\xf2\x60\x02": "i",
}  # version 3 has offsets of 8 bytes, version 2.6 of 4
_PLAIN, _PACKED = b"\x00\x00\xff\xff", b"\xcc\xcc\x00\x01"
_CDR, _GDR, _RVDR, _ADR, _AGREDR, _VXR, _VVR, _ZVDR, _AZEDR, _CCR, _CPR, _CVVR = (
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
    13,
)
_GZIP = 5
_MAX_VARIABLES, _MAX_ATTRIBUTES, _MAX_DIMENSIONS, _MAX_VISITS = 2_000, 2_000, 10, 500_000


def unpacked(body: bytes, name: str) -> bytes:
    """The file with its outer packing taken off, its structure checked.

    Raises
    ------
    SchemaDrift
        It is no CDF file of version 2.6 or 3, cut off, or damaged; the message says at which byte.
    """
    offset = _MAGIC.get(body[:4])
    if offset is None:
        raise SchemaDrift(f"{name}: not a CDF file (it starts with {body[:4]!r})")
    if body[4:8] == _PACKED:
        body = _unpack(body, name, offset)
    elif body[4:8] != _PLAIN:
        raise SchemaDrift(f"{name}: damaged at byte 4")
    _Walk(body, name, offset).whole()
    return body


class _Walk:
    """Reads record after record; ``O`` in a layout is an offset of the version's width."""

    def __init__(self, body: bytes, name: str, offset: str) -> None:
        self._body, self._name, self._offset = body, name, offset
        self._seen: set[int] = set()

    def whole(self) -> None:
        """Walk all of it."""
        (gdr,) = self.record(8, {_CDR}, "O")
        rvdr, zvdr, adr, eof, rvars, attributes, _, rdims, zvars = self.record(gdr, {_GDR}, "OOOOiiiii")
        if eof > len(self._body):
            raise SchemaDrift(f"{self._name}: cut off after {len(self._body):,} of {eof:,} bytes")
        self._limit(gdr, (rvars, _MAX_VARIABLES), (zvars, _MAX_VARIABLES), (rdims, _MAX_DIMENSIONS))
        self._limit(gdr, (attributes, _MAX_ATTRIBUTES))
        name_length = 256 if self._offset == "q" else 64
        variable = f"OiiOOiiiiiiiOi{name_length}s"
        for at, fields in self._chain(rvdr, rvars, {_RVDR}, variable):
            self._variable(at=at, last=fields[2], index=fields[3], dimensions=rdims)
        for at, fields in self._chain(zvdr, zvars, {_ZVDR}, f"{variable}i"):
            self._variable(at=at, last=fields[2], index=fields[3], dimensions=fields[-1])
        for at, fields in self._chain(adr, attributes, {_ADR}, "OOiiiiiOii"):
            self._attribute(at, fields)

    def _variable(self, *, at: int, last: int, index: int, dimensions: int) -> None:
        self._limit(at, (last + 1, MAX_RECORDS), (dimensions, _MAX_DIMENSIONS))
        if last >= 0:
            self._index(index)

    def _index(self, first: int) -> None:
        """The tree of index records of a variable."""
        waiting = [first]
        while waiting:
            at = waiting.pop()
            following, entries, used = self.record(at, {_VXR}, "Oii")
            width = struct.calcsize(f">{self._offset}")
            start = at + 2 * width + 12
            self._limit(at, (entries, self._size(at) // (8 + width)), (used, entries))
            spans = struct.unpack_from(f">{2 * entries}i", self._body, start)
            places = struct.unpack_from(f">{entries}{self._offset}", self._body, start + 8 * entries)
            for i in range(used):
                if not 0 <= spans[i] <= spans[entries + i]:  # blocks may reserve records beyond the last
                    raise self._damaged(at)
                if self._kind(places[i]) == _VXR:
                    waiting.append(places[i])
                else:
                    self.record(places[i], {_VVR, _CVVR}, "")
            if following:
                waiting.append(following)

    def _attribute(self, at: int, fields: tuple[int, ...]) -> None:
        _, general, _, _, general_count, _, _, special, special_count, _ = fields
        for first, count in ((general, general_count), (special, special_count)):
            for entry, values in self._chain(first, count, {_AGREDR, _AZEDR}, "Oiiiii"):
                self._limit(entry, (values[4], self._size(entry)))
        self._limit(at, (general_count + special_count, _MAX_VISITS))

    def _chain(
        self, at: int, count: int, kinds: set[int], layout: str
    ) -> Iterator[tuple[int, tuple[int, ...]]]:
        """``count`` records, each of which begins with the place of the next one."""
        for _ in range(count):
            fields = self.record(at, kinds, layout)
            yield at, fields
            at = fields[0]

    def record(self, at: int, kinds: set[int], layout: str) -> tuple[int, ...]:
        """The fields of a record behind its size and kind."""
        if at in self._seen or len(self._seen) >= _MAX_VISITS or self._kind(at) not in kinds:
            raise self._damaged(at)
        self._seen.add(at)
        form = f">{self._offset}i{layout.replace('O', self._offset)}"
        if not struct.calcsize(form) <= self._size(at) <= len(self._body) - at:
            raise self._damaged(at)
        return struct.unpack_from(form, self._body, at)[2:]

    def _size(self, at: int) -> int:
        return int(struct.unpack_from(f">{self._offset}", self._body, at)[0])

    def _kind(self, at: int) -> int:
        head = f">{self._offset}i"
        if not 8 <= at <= len(self._body) - struct.calcsize(head):
            raise self._damaged(at)
        return int(struct.unpack_from(head, self._body, at)[1])

    def _limit(self, at: int, *counts: tuple[int, int]) -> None:
        if any(not 0 <= count <= most for count, most in counts):
            raise self._damaged(at)

    def _damaged(self, at: int) -> SchemaDrift:
        beyond = f" (of {len(self._body):,})" if at >= len(self._body) else ""
        return SchemaDrift(f"{self._name}: cut off or damaged at byte {at:,}{beyond}")


def _unpack(body: bytes, name: str, offset: str) -> bytes:
    """The plain file within a packed one, of bounded size."""
    walk = _Walk(body, name, offset)
    parameters, length, _ = walk.record(8, {_CCR}, "OOi")
    (packing,) = walk.record(parameters, {_CPR}, "i")
    if packing != _GZIP or not 0 < length <= MAX_UNPACKED_BYTES:
        raise SchemaDrift(f"{name}: packed in a way that is not read (kind {packing}, {length:,} bytes)")
    begin = 8 + struct.calcsize(f">{offset}i{offset}{offset}i")
    try:
        plain = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body[begin:parameters], length + 1)
    except zlib.error as error:
        raise SchemaDrift(f"{name}: its packed part is damaged") from error
    if len(plain) != length:
        raise SchemaDrift(f"{name}: unpacks to other than {length:,} bytes")
    return body[:4] + _PLAIN + plain
