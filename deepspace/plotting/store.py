"""Where rendered plots are kept: a small memory of this process in front of the cache that processes share."""

from __future__ import annotations

import pickle
import threading
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.conf import settings
from django.core.cache import cache as shared_cache

from deepspace.provenance import Provenance, Tier

MEMORY_BYTES: Final = 8 * 2**20
_LARGEST_SHARE: Final = 4  # a body above a quarter of the memory would push everything else out
_KEPT_S: Final = 7 * 86_400


@dataclass(frozen=True, slots=True)
class RenderedPlot:
    """Bytes of one plot in one format, with what a page needs to show them."""

    key: str  # says everything that the bytes depend on: fit for an ETag
    body: bytes
    content_type: str
    alt: str
    tier: Tier
    provenance: tuple[Provenance, ...]


class Memory:
    """Least-recently-used plots, bounded by the bytes of their bodies."""

    def __init__(self, limit_bytes: int = MEMORY_BYTES) -> None:
        self.limit_bytes = limit_bytes
        self._held: OrderedDict[str, RenderedPlot] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> RenderedPlot | None:
        """The plot under a key, which becomes the most recently used."""
        with self._lock:
            found = self._held.get(key)
            if found is not None:
                self._held.move_to_end(key)
            return found

    def put(self, plot: RenderedPlot) -> None:
        """Hold a plot, and let go of the oldest ones that then no longer fit."""
        if len(plot.body) > self.limit_bytes // _LARGEST_SHARE:
            return
        with self._lock:
            previous = self._held.pop(plot.key, None)
            self._bytes += len(plot.body) - (len(previous.body) if previous else 0)
            self._held[plot.key] = plot
            while self._bytes > self.limit_bytes:
                _key, oldest = self._held.popitem(last=False)
                self._bytes -= len(oldest.body)

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._held.clear()
            self._bytes = 0


memory = Memory()


@cache
def cache_failures() -> tuple[type[Exception], ...]:
    """What a cache may raise when it is down, full or damaged: each means "not in the cache".

    Files: OSError (disk, permissions), zlib.error and what unpickling damaged or outdated bytes raises (the
    pickle documentation names these and warns of others of the same families). Redis: its own base class.
    """
    unpickling = (
        pickle.PickleError,
        EOFError,
        AttributeError,
        ImportError,
        LookupError,
        TypeError,
        ValueError,
    )
    failures: tuple[type[Exception], ...] = (OSError, zlib.error, MemoryError, *unpickling)
    if "redis" in settings.CACHES["default"]["BACKEND"].lower():
        from redis.exceptions import RedisError

        failures = (*failures, RedisError)
    return failures


def fetch(key: str) -> RenderedPlot | None:
    """The plot from memory or from the shared cache; None when neither has it or the cache fails."""
    found = memory.get(key)
    if found is not None:
        return found
    try:
        kept = shared_cache.get(f"plot:{key}")
    except cache_failures():
        return None
    if not isinstance(kept, RenderedPlot) or kept.key != key:
        return None
    memory.put(kept)
    return kept


def keep(plot: RenderedPlot) -> None:
    """Remember a plot here and, where possible, for the other processes."""
    memory.put(plot)
    try:
        shared_cache.set(f"plot:{plot.key}", plot, timeout=_KEPT_S)
    except cache_failures():
        return
