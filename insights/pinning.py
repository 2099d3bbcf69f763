"""The checksum of the rows in a window of a product: equal exactly when the data are.

It is that of the canonical form (``insights.canonical``), the same on SQLite and PostgreSQL, and kept per data version
for all processes. Reading 400,000 rows takes seconds, so no reader waits for it: a page computes what is small, within
an allowance, and says of the rest that it has not been checked yet. The end of the next ingest checks that
(``check_ahead``), as pinning itself does.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.core.cache import cache
from django.db import Error as DatabaseFailure

from deepspace import locks, versions
from deepspace.plotting.store import cache_failures
from insights.models import DataReference
from insights.models.insight import PUBLIC
from insights.rows import Digest, read, rows_in

_log = logging.getLogger(__name__)
_KEPT_S: Final = 30 * 86_400
_MOST_KEPT: Final = 4_096
_ROWS_AT_ONCE: Final = 10_000  # some 0.1 s
_READER_WAITS_S: Final = 1.0
_OTHERS_WAIT_S: Final = 30.0  # longer than the largest window takes
_AHEAD_S: Final = 20.0


@dataclass(slots=True)
class Allowance:
    """How many rows may still be read for one answer."""

    rows: int = _ROWS_AT_ONCE


_kept: dict[str, Digest] = {}


def forget() -> None:
    """Drop what this process keeps (between tests)."""
    _kept.clear()


def digest(key: str, start: datetime, end: datetime, allowance: Allowance | None = None) -> Digest | None:
    """Checksum of a window as it is now; None where it is not known yet and more rows than allowed would be read.

    Raises
    ------
    KeyError
        There is no such product.
    django.db.Error
        The database does not answer.
    """
    allowance = allowance or Allowance()
    known = _known(_name(key, start, end))
    if known is not None:
        return known
    rows = rows_in(key, start, end).order_by()[: allowance.rows + 1].count()
    if rows > allowance.rows:
        return None
    allowance.rows -= rows
    try:
        with _turn(_name(key, start, end), "now", _READER_WAITS_S):
            return _known(_name(key, start, end)) or compute(key, start, end)
    except locks.LockBusy:
        return None


def compute(key: str, start: datetime, end: datetime) -> Digest:
    """Checksum of a window read now, however many rows it has; kept for everybody."""
    name = _name(key, start, end)
    found = read(key, start, end)
    # It may belong to a newer version than the one that it would be kept under.
    if not versions.database_is_away() and _name(key, start, end) == name:
        _keep(name, found)
    return found


def check_ahead(seconds: float = _AHEAD_S) -> int:
    """Compute what readers would be told is not checked yet; returns how many windows were computed.

    After ``seconds`` the rest is left to the next time: an ingest that is asked to stop waits for this.
    """
    shown = DataReference.objects.filter(insight__status__in=PUBLIC).exclude(rows_sha256="")
    windows = shown.order_by("product", "window_start").values_list("product", "window_start", "window_end")
    until, computed = time.monotonic() + seconds, 0
    for one in windows.distinct():
        if time.monotonic() > until:
            break
        computed += _check(*one)
    return computed


def _check(key: str, start: datetime, end: datetime) -> bool:
    try:
        if _known(_name(key, start, end)) is not None:
            return False
        with _turn(_name(key, start, end), "ahead", _OTHERS_WAIT_S):
            if _known(_name(key, start, end)) is not None:
                return False
            compute(key, start, end)
    except (KeyError, locks.LockBusy) as reason:
        _log.warning("the window of %s from %s could not be checked: %r", key, start, reason)
        return False
    return True


def _name(key: str, start: datetime, end: datetime) -> str:
    """Of a window under the present version of its product."""
    window = f"{start.astimezone(UTC).isoformat()}|{end.astimezone(UTC).isoformat()}"
    return hashlib.sha256(f"{versions.rows_token((key,))}|{key}|{window}".encode()).hexdigest()


@contextmanager
def _turn(name: str, who: str, wait_s: float) -> Iterator[None]:
    """One computation of a window at a time, among all processes. Readers do not queue behind long ones."""
    with ExitStack() as held:
        try:
            held.enter_context(locks.hold(f"rows-{who}-{name[:2]}", wait_s=wait_s))
        except (OSError, DatabaseFailure) as reason:  # no lock to be had costs time, never the answer
            _log.warning("computing a checksum without a lock: %r", reason)
        yield


def _known(name: str) -> Digest | None:
    found = _kept.get(name) or _shared(name)
    if found is not None:
        _remember(name, found)
    return found


def _keep(name: str, found: Digest) -> None:
    _remember(name, found)
    try:
        cache.set(f"rows:{name}", found, timeout=_KEPT_S)
    except cache_failures():
        return


def _remember(name: str, found: Digest) -> None:
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    _kept[name] = found


def _shared(name: str) -> Digest | None:
    try:
        found = cache.get(f"rows:{name}")
    except cache_failures():
        return None
    return found if isinstance(found, Digest) else None
