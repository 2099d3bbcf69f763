"""The planetary K index from NOAA SWPC: observed, estimated by the minute, and predicted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from deepspace.ingestion.product import Batch, Conversation, Row, Steps, Unusable, Window
from deepspace.upstream.errors import UpstreamError
from spaceintel.constants import KP_INTERVAL_S
from spaceintel.models import PlanetaryK
from spaceintel.products.swpc import KIB, SwpcProduct, ask, file, records, some
from spaceintel.readers.swpc import Records
from spaceintel.readers.swpc_records import EstimatedKp, ForecastKp, ObservedKp

_AHEAD: Final = timedelta(days=5)  # the forecast is for three days
_MINUTE_S: Final = 60


@dataclass(frozen=True, slots=True)
class _File:
    kind: PlanetaryK.Kind
    path: str
    max_bytes: int
    cadence_s: int


_FILES: Final = (
    _File(PlanetaryK.Kind.OBSERVED, "/products/noaa-planetary-k-index.json", 256 * KIB, KP_INTERVAL_S),
    _File(PlanetaryK.Kind.ESTIMATED, "/json/planetary_k_index_1m.json", 1024 * KIB, _MINUTE_S),
    _File(
        PlanetaryK.Kind.PREDICTED, "/products/noaa-planetary-k-index-forecast.json", 256 * KIB, KP_INTERVAL_S
    ),
)


class KpProduct(SwpcProduct):
    """Three files, three batches: one that fails does not lose the others. ``kind`` in the parameters tells them."""

    key: ClassVar[str] = "spaceintel.kp"
    title: ClassVar[str] = "Planetary K index (NOAA)"
    summary: ClassVar[str] = (
        "How disturbed the Earth's magnetic field is: three-hour values of the last week, an estimate for each"
        " minute, and the forecast for three days."
    )
    model: ClassVar = PlanetaryK
    info_url: ClassVar[str] = "https://www.spaceweather.gov/products/planetary-k-index"
    citation: ClassVar[str] = "NOAA Space Weather Prediction Center, estimated planetary K index"
    stale_after: ClassVar[timedelta] = timedelta(hours=3)  # one interval of the index
    bounds: ClassVar = {"kp": (0.0, 9.0), "a_running": (0.0, 400.0), "station_count": (0, 100)}

    def requests(self, window: Window) -> Conversation:
        """Ask for all three, one after the other."""
        for done, one in enumerate(_FILES):
            yield Steps(len(_FILES) - done)
            try:
                payload = yield from ask(file(one.path, one.max_bytes))
                assert payload is not None  # noqa: S101 (the pipeline answers each request)
                batch = Batch({one.kind.value: payload}, parameters={"kind": one.kind.value})
                yield self.spanned(batch, one.cadence_s)
            except UpstreamError:  # recorded by the pipeline
                continue

    def parse(self, batch: Batch) -> Iterator[Row | Unusable]:
        """Rows of the one file that the batch has."""
        (role,) = batch.payloads
        yield from {"observed": _observed, "estimated": _estimated, "predicted": _predicted}[role](batch)


def _observed(batch: Batch) -> Iterator[Row | Unusable]:
    found: Records[ObservedKp] = some(records(batch, "observed", ObservedKp), "the list of observed Kp")
    yield from found.unusable
    for one in found:
        told = {"a_running": one.a_running, "station_count": one.station_count}
        yield _row(one.time_tag, PlanetaryK.Kind.OBSERVED, one.kp, **told)


def _estimated(batch: Batch) -> Iterator[Row | Unusable]:
    found: Records[EstimatedKp] = some(records(batch, "estimated", EstimatedKp), "the list of estimated Kp")
    yield from found.unusable
    for one in found:
        yield _row(one.time_tag, PlanetaryK.Kind.ESTIMATED, one.estimated_kp, kp_text=one.kp or "")


def _predicted(batch: Batch) -> Iterator[Row | Unusable]:
    """The rows that are not observed: those repeat the list of observed values."""
    found: Records[ForecastKp] = some(
        records(batch, "predicted", ForecastKp, ahead=_AHEAD), "the forecast of Kp"
    )
    yield from found.unusable
    for one in found:
        if one.observed != "observed":
            told = {"upstream_status": one.observed, "noaa_scale": one.noaa_scale or ""}
            yield _row(one.time_tag, PlanetaryK.Kind.PREDICTED, one.kp, **told)


def _row(start: datetime, kind: PlanetaryK.Kind, kp: float, **told: Any) -> Row:
    return {
        "timestamp_utc": start,
        "cadence_s": _MINUTE_S if kind == PlanetaryK.Kind.ESTIMATED else KP_INTERVAL_S,
        "kind": kind.value,
        "kp": kp,
        "kp_text": "",
        "upstream_status": "",
        "noaa_scale": "",
        "a_running": None,
        "station_count": None,
        **told,
    }
