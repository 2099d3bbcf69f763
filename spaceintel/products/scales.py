"""NOAA's R, S and G scales: what was reached, what holds now, what is forecast."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import ClassVar, Final

from deepspace.ingestion.product import Batch, Conversation, Row, Steps, Unusable, Window
from spaceintel.models import Scales
from spaceintel.products.swpc import KIB, SwpcProduct, ask, file
from spaceintel.readers.swpc import FUTURE
from spaceintel.readers.swpc_scales import Entry, read_scales

_AHEAD: Final = timedelta(days=5)  # of the forecast alone, which is for three days


class ScalesProduct(SwpcProduct):
    """One small file, rewritten every few minutes: five entries, of yesterday, of now and of three days ahead."""

    key: ClassVar[str] = "spaceintel.scales"
    title: ClassVar[str] = "NOAA space weather scales"
    summary: ClassVar[str] = (
        "Radio blackouts (R), radiation storms (S) and geomagnetic storms (G): the largest of the last day, the level"
        " now, and the forecast for three days."
    )
    model: ClassVar = Scales
    info_url: ClassVar[str] = "https://www.spaceweather.gov/noaa-scales-explanation"
    citation: ClassVar[str] = "NOAA Space Weather Prediction Center, space weather scales"
    stale_after: ClassVar[timedelta] = timedelta(hours=1)
    bounds: ClassVar = {
        **dict.fromkeys(("r_scale", "s_scale", "g_scale"), (0.0, 5.0)),
        **dict.fromkeys(("r_minor_percent", "r_major_percent", "s_percent"), (0.0, 100.0)),
    }

    def requests(self, window: Window) -> Conversation:
        """Ask for the file."""
        yield Steps(1)
        payload = yield from ask(file("/products/noaa-scales.json", 64 * KIB))
        assert payload is not None  # noqa: S101 (the pipeline answers each request)
        yield self.spanned(Batch({"scales": payload}))

    def parse(self, batch: Batch) -> Iterator[Row | Unusable]:
        """One row for each entry, all issued at the time stamp of entry "0"."""
        payload = batch.payloads["scales"]
        entries, unusable = read_scales(
            payload.body,
            latest=payload.retrieved_at + FUTURE,
            forecast_latest=payload.retrieved_at + _AHEAD,
        )
        yield from unusable
        issued_at = entries[0].time
        for day_offset, entry in sorted(entries.items()):
            yield _row(issued_at, day_offset, entry)


def _row(issued_at: datetime, day_offset: int, entry: Entry) -> Mapping[str, object]:
    return {
        "issued_at": issued_at,
        "day_offset": day_offset,
        "timestamp_utc": entry.time,
        "r_scale": entry.r.scale,
        "r_text": entry.r.text,
        "r_minor_percent": entry.r.minor_percent,
        "r_major_percent": entry.r.major_percent,
        "s_scale": entry.s.scale,
        "s_text": entry.s.text,
        "s_percent": entry.s.percent,
        "g_scale": entry.g.scale,
        "g_text": entry.g.text,
    }
