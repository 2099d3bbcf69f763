"""Kp from GFZ, which makes it: the file of everything since 1932, and the web service for the years since 2024.

Both write into one table with the same source and kind. So that neither ever speaks for a row of the other, time is
parted between them once and for all at ``SINCE``: what one of them says must not depend on when the other ran last.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

import numpy as np
from django.db.models import QuerySet

from deepspace.ingestion.product import Batch, Columns, Conversation, Product, Steps, Unusable, Window
from deepspace.ingestion.store import stored_rows
from deepspace.models import IngestionLog
from deepspace.upstream.errors import NoData, SchemaDrift
from deepspace.upstream.request import Request
from spaceintel.models import PlanetaryK
from spaceintel.readers import gfz_kp

SINCE: Final = datetime(2024, 1, 1, tzinfo=UTC)  # everything before is definitive, and in the file
_SINCE: Final = np.datetime64("2024-01-01T00:00:00", "s")
_HOST: Final = "https://kp.gfz.de"
_RECENT: Final = timedelta(days=7)
_LONGEST: Final = timedelta(days=366)  # of one request
_LONG_LOOK_EVERY: Final = timedelta(hours=23)
_SKEW: Final = timedelta(hours=1)  # between GFZ's clock and this one


class _Gfz(Product):
    """What the two have in common."""

    model: ClassVar = PlanetaryK
    source: ClassVar[str] = "gfz"
    upstream: ClassVar[str] = "GFZ Helmholtz Centre for Geosciences, Geomagnetic Observatory Niemegk"
    info_url: ClassVar[str] = "https://kp.gfz.de/"
    citation: ClassVar[str] = (
        "Matzka, J., Stolle, C., Yamazaki, Y., Bronkalla, O. and Morschhauser, A. (2021): The geomagnetic Kp index and "
        "derived indices of geomagnetic activity, Space Weather, doi:10.1029/2020SW002641; "
        "data: GFZ Data Services, doi:10.5880/Kp.0001"
    )
    licence: ClassVar[str] = "CC BY 4.0"
    replaces: ClassVar = "window"
    bounds: ClassVar = {"kp": (0.0, 9.0), "a_running": (0.0, 400.0)}


class KpGfzProduct(_Gfz):
    """Three-hour values of Kp since 2024, definitive ones and those that are not yet.

    A refresh asks for the last week, and once a day for everything from the first value on that is not definitive.
    A batch speaks for the intervals that the answer lists, so that half an answer removes nothing.
    """

    key: ClassVar[str] = "spaceintel.kp_gfz"
    title: ClassVar[str] = "Kp index (GFZ)"
    summary: ClassVar[str] = (
        "The planetary K index of each three hours since 2024, from its maker: nowcast, preliminary and definitive."
    )
    refresh_every: ClassVar[timedelta] = timedelta(hours=1)
    stale_after: ClassVar[timedelta] = timedelta(hours=6)
    scope: ClassVar = {"timestamp_utc__gte": SINCE}

    def requests(self, window: Window) -> Conversation:
        """A window of at most a year at a time, in whole seconds: GFZ refuses fractions and bare dates."""
        windows = list(self._windows(window, datetime.now(UTC)))
        yield Steps(len(windows))
        listed = 0
        for start, end in windows:
            answer = yield _request(start, end)
            assert answer is not None  # noqa: S101 (the pipeline answers each request)
            times, _, _ = gfz_kp.read_json(answer.body)
            if len(times):
                listed += len(times)
                yield Batch({"kp": answer}, _aware(times.min()), _aware(times.max()))
        if not listed:
            raise NoData("GFZ gives no Kp for the window asked")

    def parse(self, batch: Batch) -> Iterator[Columns | Unusable]:
        """Values of one answer."""
        times, kp, status = gfz_kp.read_json(batch.body("kp"))
        latest = batch.payloads["kp"].retrieved_at + _SKEW
        yield from _credible(times, kp, np.full(len(kp), np.nan), status, latest)

    def _windows(self, window: Window, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        day_ends = now.replace(hour=23, minute=59, second=59, microsecond=0)  # one address for the whole day
        end = min(window.end or day_ends, day_ends)
        start = max(window.start or self._first(now, end, window), SINCE).replace(microsecond=0)
        if start > end:
            raise NoData("Kp before 2024 comes with spaceintel.kp_history, and none is foretold")
        while start <= end:
            yield start, min(end, start + _LONGEST - timedelta(seconds=1))
            start += _LONGEST

    def _first(self, now: datetime, end: datetime, window: Window) -> datetime:
        """Where to begin if nobody says."""
        held = stored_rows(self).order_by("timestamp_utc").values_list("timestamp_utc", flat=True)
        if window.is_explicit:
            return end - _RECENT
        if not (held.exists() and self._refreshes().exists()):
            return SINCE
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        newest: datetime = held.last() or today
        first_open: datetime = held.exclude(upstream_status="def").first() or newest
        if first_open >= today - _RECENT or self._has_looked_long(first_open, now):
            return min(today - _RECENT, newest)
        return first_open

    def _has_looked_long(self, since: datetime, now: datetime) -> bool:
        """Whether a refresh within the last day began where the values are not definitive."""
        looks = self._refreshes().filter(finished_at__gte=now - _LONG_LOOK_EVERY)
        return looks.filter(window_start__lte=since).exists()

    def _refreshes(self) -> QuerySet[IngestionLog]:
        """Batches stored by refreshes; backfills may have left gaps before and between them."""
        logs = IngestionLog.objects.filter(product=self.key, status=IngestionLog.Status.SUCCESS)
        return logs.filter(kind=IngestionLog.Kind.REFRESH, window_start__isnull=False)


class KpHistoryProduct(_Gfz):
    """Three-hour values of Kp from 1932 to 2023, from the file that holds everything. They no longer change."""

    key: ClassVar[str] = "spaceintel.kp_history"
    title: ClassVar[str] = "Kp index since 1932 (GFZ)"
    summary: ClassVar[str] = (
        "The planetary K index of each three hours from 1932 to 2023: what a value of today is compared with."
    )
    refresh_every: ClassVar[timedelta] = timedelta(days=30)
    stale_after: ClassVar[timedelta] = timedelta(days=365)
    scope: ClassVar = {"timestamp_utc__lt": SINCE}

    def requests(self, window: Window) -> Conversation:
        """The whole file, if it has changed; a window makes no difference."""
        yield Steps(1)
        file = yield Request(
            f"{_HOST}/app/files/Kp_ap_Ap_SN_F107_since_1932.txt", expects="text", max_bytes=32 * 2**20
        )
        assert file is not None  # noqa: S101 (the pipeline answers each request)
        batch = Batch({"file": file}, _aware(gfz_kp.FIRST), SINCE - timedelta(microseconds=1))
        given, held = sum(map(_values, self.parse(batch))), stored_rows(self).count()
        if given < held:
            raise SchemaDrift(
                f"GFZ's file has {given} values before 2024, and {held} are stored: it is not whole"
            )
        yield batch

    def parse(self, batch: Batch) -> Iterator[Columns | Unusable]:
        """Values of the file before 2024."""
        found = 0
        latest = batch.payloads["file"].retrieved_at + _SKEW
        for item in gfz_kp.read_file(batch.body("file")):
            if isinstance(item, Unusable):
                yield item
                continue
            times, kp, more = item
            ours = times < _SINCE
            found += int(ours.sum())
            yield from _credible(times[ours], kp[ours], more["ap"][ours], more["status"][ours], latest)
        if not found:
            raise SchemaDrift("GFZ's file has no values before 2024")


def _values(item: Columns | Unusable) -> int:
    return 0 if isinstance(item, Unusable) else len(np.unique(item["timestamp_utc"]))


def _credible(times: Any, kp: Any, ap: Any, status: Any, latest: datetime) -> Iterator[Columns | Unusable]:
    """Rows of the intervals that had begun when they were retrieved."""
    begun = (times >= gfz_kp.FIRST) & (times <= np.datetime64(latest.replace(tzinfo=None), "s"))
    wrong = ~begun & ~np.isnan(kp)
    if wrong.any():
        places = tuple(f"{moment}Z" for moment in times[wrong][:5])
        yield Unusable("it begins at a time that cannot be", int(wrong.sum()), places)
    yield from gfz_kp.rows(times[begun], kp[begun], ap[begun], status[begun])


def _request(start: datetime, end: datetime) -> Request:
    form = "%Y-%m-%dT%H:%M:%SZ"
    params = {"start": f"{start:{form}}", "end": f"{end:{form}}", "index": "Kp"}
    return Request(f"{_HOST}/app/json/", params=params, expects="json", max_bytes=4 * 2**20)


def _aware(moment: np.datetime64) -> datetime:
    naive: datetime = moment.astype("datetime64[us]").item()
    return naive.replace(tzinfo=UTC)
