"""X-ray flares as SWPC finds them in the flux of the primary GOES satellite."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar, Final

from deepspace.ingestion.product import Batch, Conversation, Row, Steps, Unusable, Window
from spaceintel.models import SolarEvent
from spaceintel.products.swpc import MIB, SwpcProduct, ask, file, records
from spaceintel.readers.swpc import Records
from spaceintel.readers.swpc_records import Flare
from spaceintel.science.space_weather import flare_flux_w_m2

_HOLDS: Final = timedelta(days=7)
_WITHOUT_VALUE: Final = (  # columns of other kinds of events
    *("active_region", "speed_km_s", "half_angle_deg", "latitude_deg", "longitude_deg", "at_21_5_rs"),
    *("arrival_at", "arrival_kp_min", "arrival_kp_max", "is_glancing_blow", "is_minor_impact", "kp_max"),
    *("version_id", "submitted_at"),
)
_WITHOUT_TEXT: Final = ("source_location", "speed_class", "catalog", "note", "link")


class GoesFlaresProduct(SwpcProduct):
    """The list of the last seven days. An event that is revised (a flare that goes on) replaces its row."""

    key: ClassVar[str] = "spaceintel.goes_flares"
    title: ClassVar[str] = "X-ray flares (GOES)"
    summary: ClassVar[str] = (
        "Solar flares with begin, peak, end and class, as NOAA finds them in the X-ray flux within minutes."
    )
    model: ClassVar = SolarEvent
    scope: ClassVar = {"event_type": SolarEvent.EventType.XRA.value}
    info_url: ClassVar[str] = "https://www.spaceweather.gov/products/goes-x-ray-flux"
    citation: ClassVar[str] = "NOAA Space Weather Prediction Center, GOES X-ray flares"
    stale_after: ClassVar[timedelta] = timedelta(hours=1)
    may_be_empty: ClassVar[bool] = True
    bounds: ClassVar = {"peak_flux_w_m2": (1e-9, 1.0)}

    def requests(self, window: Window) -> Conversation:
        """Ask for the list."""
        yield Steps(1)
        payload = yield from ask(file("/json/goes/primary/xray-flares-7-day.json", MIB))
        assert payload is not None  # noqa: S101 (the pipeline answers each request)
        yield self.listed(Batch({"flares": payload}), _HOLDS)

    def parse(self, batch: Batch) -> Iterator[Row | Unusable]:
        """One row for each flare."""
        found: Records[Flare] = records(batch, "flares", Flare)
        yield from found.unusable
        for flare in found:
            yield _row(flare)


def _row(flare: Flare) -> Row:
    return {
        "event_type": SolarEvent.EventType.XRA.value,
        "event_id": f"{flare.begin_time:%Y-%m-%dT%H:%M:%S}-XRA-GOES{flare.satellite}",
        "timestamp_utc": flare.begin_time,
        "peak_at": flare.max_time,
        "end_at": flare.end_time,
        "flare_class": flare.max_class or "",
        "peak_flux_w_m2": _peak_flux_w_m2(flare),
        "instruments": f"GOES-{flare.satellite}: XRS 0.1-0.8 nm",
        "linked_events": [],
        "details": _details(flare),
        **dict.fromkeys(_WITHOUT_VALUE),
        **dict.fromkeys(_WITHOUT_TEXT, ""),
    }


def _peak_flux_w_m2(flare: Flare) -> float | None:
    """As given, or of the class where it is not."""
    if flare.max_xrlong is not None or not flare.max_class:
        return flare.max_xrlong
    try:
        return flare_flux_w_m2(flare.max_class)
    except ValueError:
        return None


def _details(flare: Flare) -> dict[str, Any]:
    """The rest of what the upstream said of the flare; its ``current_…`` fields are about the minute of the list."""
    return {
        "satellite": flare.satellite,
        "begin_class": flare.begin_class,
        "end_class": flare.end_class,
        "max_ratio": flare.max_ratio,
        "max_ratio_time": flare.max_ratio_time,
    }
