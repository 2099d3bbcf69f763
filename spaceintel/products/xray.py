"""One-minute X-ray flux of the Sun from the primary GOES satellite."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final

from deepspace.ingestion.product import Batch, Columns, Conversation, Steps, Unusable, Window
from deepspace.ingestion.store import stored_rows
from deepspace.upstream.request import Request
from spaceintel.models import XrayFlux
from spaceintel.products.swpc import MIB, SwpcProduct, ask, file, numbers, objects, records, some, times
from spaceintel.readers.swpc import Records
from spaceintel.readers.swpc_records import Xray

_MINUTE_S: Final = 60
_FILES: Final = (  # how far back each reaches; the smallest one that is enough is asked for
    (timedelta(hours=6), "6-hour"),
    (timedelta(days=1), "1-day"),
    (timedelta(days=3), "3-day"),
    (timedelta(days=7), "7-day"),
)
_MAX_BYTES: Final = 16 * MIB  # seven days are 4.6 MB


class XrayProduct(SwpcProduct):
    """Two rows a minute, one for each band. Which satellite is the primary one may change from minute to minute."""

    key: ClassVar[str] = "spaceintel.xray"
    title: ClassVar[str] = "X-ray flux of the Sun (GOES)"
    summary: ClassVar[str] = (
        "How bright the Sun is in X-rays, minute by minute, in the two bands of the primary GOES satellite."
        " The classes of solar flares are made from the long one."
    )
    model: ClassVar = XrayFlux
    info_url: ClassVar[str] = "https://www.spaceweather.gov/products/goes-x-ray-flux"
    citation: ClassVar[str] = (
        "NOAA Space Weather Prediction Center, GOES X-ray sensor (XRS), one-minute means"
    )
    stale_after: ClassVar[timedelta] = timedelta(hours=1)  # a flare lasts minutes to an hour
    bounds: ClassVar = {
        "flux_w_m2": (0.0, 1.0),  # the largest flare known (2003-11-04) was near 4e-3
        "observed_flux_w_m2": (-1e-3, 1.0),
        "electron_correction_w_m2": (-1e-3, 1.0),
        "satellite": (1, 99),
    }

    def requests(self, window: Window) -> Conversation:
        """Ask for the smallest file that reaches back to the newest stored minute, or to where the window starts."""
        yield Steps(1)
        payload = yield from ask(self._file(window.start, datetime.now(UTC)))
        assert payload is not None  # noqa: S101 (the pipeline answers each request)
        yield self.spanned(Batch({"xrays": payload}), _MINUTE_S)

    def _file(self, since: datetime | None, now: datetime) -> Request:
        stored = stored_rows(self).filter(timestamp_utc__lte=now)  # one dated ahead would hide a gap
        newest = stored.order_by("-timestamp_utc").values_list("timestamp_utc", flat=True).first()
        known = [moment for moment in (since, newest) if moment is not None]
        gap = now - min(known) if newest is not None else _FILES[-1][0]
        name = next((name for reach, name in _FILES if gap <= reach), _FILES[-1][1])
        return file(f"/json/goes/primary/xrays-{name}.json", _MAX_BYTES)

    def parse(self, batch: Batch) -> Iterator[Columns | Unusable]:
        """One block for all minutes."""
        found: Records[Xray] = some(records(batch, "xrays", Xray), "the list of X-ray fluxes")
        yield from found.unusable
        yield {
            "timestamp_utc": times([one.time_tag for one in found]),
            "cadence_s": objects([_MINUTE_S] * len(found)),
            "satellite": objects([one.satellite for one in found]),
            "band": objects([one.energy for one in found]),
            "flux_w_m2": numbers([one.flux for one in found]),
            "observed_flux_w_m2": numbers([one.observed_flux for one in found]),
            "electron_correction_w_m2": numbers([one.electron_correction for one in found]),
            "is_contaminated": objects([one.electron_contaminaton for one in found]),
        }
