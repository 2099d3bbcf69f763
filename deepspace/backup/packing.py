"""zstd with SHA-256 on both sides, in constant memory."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from deepspace.backup.errors import Damaged

LEVEL: Final = 3  # 551 MB/s at a ratio of 3.8 on the platform's rows; level 19 gains a tenth at 7 MB/s
CHUNK: Final = 2**20


@dataclass(frozen=True, slots=True)
class Packed:
    """Both ends of a data object."""

    sha256: str
    size_bytes: int
    plain_sha256: str
    plain_bytes: int


class Counting:
    """A writer that counts and digests what goes through it to a file, or to nowhere."""

    def __init__(self, sink: IO[bytes] | None) -> None:
        self._sink, self._digest, self.size_bytes = sink, hashlib.sha256(), 0

    def write(self, data: Any) -> int:
        """Take some bytes."""
        self._digest.update(data)
        self.size_bytes += len(data)
        if self._sink is not None:
            self._sink.write(data)
        return len(data)

    @property
    def sha256(self) -> str:
        """Of everything so far."""
        return self._digest.hexdigest()


def pack(source: Path, target: Path) -> Packed:
    """Compress a file. One thread: the other core is the site's."""
    import zstandard

    plain = Counting(None)
    with source.open("rb") as reader, _new(target) as sink:
        packed = Counting(sink)
        compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compressobj(
            size=source.stat().st_size
        )
        for chunk in iter(lambda: reader.read(CHUNK), b""):
            plain.write(chunk)
            packed.write(compressor.compress(chunk))
        packed.write(compressor.flush())
    return Packed(packed.sha256, packed.size_bytes, plain.sha256, plain.size_bytes)


def unpack(chunks: Iterable[bytes], target: Path | None, *, expected: Packed, name: str) -> None:
    """Decompress what a store gives into a file (or to nowhere) and compare it with what it must be.

    Raises
    ------
    Damaged
        The bytes are not those that were kept; stops as soon as they are too many.
    """
    import zstandard

    packed = Counting(None)
    sink = None if target is None else _new(target)
    try:
        plain = Counting(sink)
        decompressor = zstandard.ZstdDecompressor().decompressobj()
        for chunk in chunks:
            packed.write(chunk)
            if packed.size_bytes > expected.size_bytes:
                break
            if not decompressor.eof:
                plain.write(decompressor.decompress(chunk))
            if plain.size_bytes > expected.plain_bytes:
                break
    except zstandard.ZstdError:
        raise Damaged(_told(name, "it cannot be unpacked")) from None
    finally:
        if sink is not None:
            sink.close()
    if packed.size_bytes != expected.size_bytes:
        raise Damaged(_told(name, f"{packed.size_bytes:,} bytes instead of {expected.size_bytes:,}"))
    if packed.sha256 != expected.sha256:
        raise Damaged(_told(name, "its SHA-256 is not that of the manifest"))
    if (plain.sha256, plain.size_bytes) != (expected.plain_sha256, expected.plain_bytes):
        raise Damaged(_told(name, "it unpacks to something else than was packed"))


def _new(target: Path) -> IO[bytes]:
    """A file that only its owner can read, whatever the umask."""
    return os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")


def _told(name: str, reason: str) -> str:
    return f"{name} is damaged ({reason}); choose another backup (backup --list), and look after the store"
