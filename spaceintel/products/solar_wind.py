"""Solar wind upstream of the Earth: plasma and field of the active spacecraft, minute by minute."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

from deepspace.ingestion.product import (
    ArchivedPayload,
    Batch,
    Conversation,
    Row,
    Steps,
    Unusable,
    Window,
)
from deepspace.ingestion.store import stored_rows
from deepspace.upstream.errors import UpstreamError
from spaceintel.models import SolarWind
from spaceintel.products.swpc import KIB, MIB, SwpcProduct, ask, file, records, some
from spaceintel.readers.swpc import Records
from spaceintel.readers.swpc_records import MagneticField, SummaryField, SummarySpeed, Wind

_MINUTE_S: Final = 60
_SUMMARY: Final = "summary"  # the upstream does not say which spacecraft it is
_MINUTES: Final = {"wind": "/json/rtsw/rtsw_wind_1m.json", "field": "/json/rtsw/rtsw_mag_1m.json"}
_NEWEST: Final = {
    "wind": "/products/summary/solar-wind-speed.json",
    "field": "/products/summary/solar-wind-mag-field.json",
}
_NOTHING: Final = dict.fromkeys(
    (
        *("speed_km_s", "density_cm3", "temperature_k", "wind_quality"),
        *("bt_nt", "bx_gsm_nt", "by_gsm_nt", "bz_gsm_nt", "field_quality"),
    )
)

Key = tuple[datetime, str]  # minute, spacecraft
Half = tuple[Records[Any], list[tuple[Key, dict[str, Any]]]]


class SolarWindProduct(SwpcProduct):
    """Wind and field joined by minute and spacecraft, of the spacecraft that is active in each minute.

    The two files hold 24 hours of three spacecraft, newest first. Which one is active is said for wind and field
    apart; where they differ, a minute has two rows. Where one of the files cannot be had, the newest values come from
    the two summary files, and from the other file only what is later than all that is stored up to now: an older row
    may be complete already.
    """

    key: ClassVar[str] = "spaceintel.solar_wind"
    title: ClassVar[str] = "Solar wind at L1"
    summary: ClassVar[str] = (
        "Speed, density, temperature and magnetic field of the solar wind about an hour before it reaches the Earth,"
        " from the spacecraft that NOAA uses at the time."
    )
    model: ClassVar = SolarWind
    info_url: ClassVar[str] = "https://www.spaceweather.gov/products/real-time-solar-wind"
    citation: ClassVar[str] = (
        "NOAA Space Weather Prediction Center, real-time solar wind (SOLAR-1, ACE, IMAP)"
    )
    stale_after: ClassVar[timedelta] = timedelta(hours=1)  # the wind takes about an hour from L1 to the Earth
    bounds: ClassVar = {
        "speed_km_s": (50.0, 5000.0),
        "density_cm3": (0.0, 1000.0),
        "temperature_k": (0.0, 1e8),
        "bt_nt": (0.0, 1000.0),
        "bx_gsm_nt": (-1000.0, 1000.0),
        "by_gsm_nt": (-1000.0, 1000.0),
        "bz_gsm_nt": (-1000.0, 1000.0),
    }

    def requests(self, window: Window) -> Conversation:
        """Ask for the minutes, and for the newest value of what they lack."""
        yield Steps(len(_MINUTES))
        minutes: dict[str, ArchivedPayload] = {}
        for role, path in _MINUTES.items():
            payload = yield file(path, 16 * MIB, optional=True)
            if payload is not None:
                minutes[role] = payload
        if minutes:
            try:
                yield self._batch(minutes, _MINUTE_S)
            except UpstreamError:  # recorded by the pipeline
                minutes = {}
        yield from self._newest([role for role in _MINUTES if role not in minutes])

    def _newest(self, lacking: list[str]) -> Conversation:
        """One value each; what cannot be had here either has failed."""
        newest: dict[str, ArchivedPayload] = {}
        for done, role in enumerate(lacking):
            yield Steps(len(lacking) - done)
            try:
                payload = yield from ask(file(_NEWEST[role], 64 * KIB))
            except UpstreamError:  # recorded by the pipeline
                continue
            assert payload is not None  # noqa: S101 (the pipeline answers each request)
            newest[f"summary_{role}"] = payload
        if newest:
            yield self._batch(newest, 0)

    def _batch(self, payloads: Mapping[str, ArchivedPayload], cadence_s: int) -> Batch:
        """A batch that lacks one half says from when on its rows count."""
        if len(payloads) == len(_MINUTES):
            return self.spanned(Batch(payloads), cadence_s)
        stored = stored_rows(self).filter(cadence_s=cadence_s, timestamp_utc__lte=datetime.now(UTC))
        times = stored.order_by("-timestamp_utc").values_list("timestamp_utc", flat=True)
        newest: datetime | None = times.first()  # one dated ahead would hide all before it
        after = {} if newest is None else {"after": newest.astimezone(UTC).isoformat()}
        return self.spanned(Batch(payloads, parameters=after), cadence_s)

    def parse(self, batch: Batch) -> Iterator[Row | Unusable]:
        """Rows of the one-minute files, or of the summary files; joined where both halves are there."""
        is_summary = not batch.payloads.keys() & _MINUTES.keys()
        rows: dict[Key, dict[str, Any]] = {}
        for role in batch.payloads:
            found, told = _READERS[role](batch)
            yield from found.unusable
            for key, values in told:
                rows.setdefault(key, {}).update(values)
        after = batch.parameters.get("after")
        for (moment, spacecraft), values in rows.items():
            if after is None or moment > datetime.fromisoformat(after):
                yield {
                    "timestamp_utc": moment,
                    "cadence_s": 0 if is_summary else _MINUTE_S,
                    "spacecraft": spacecraft,
                    **_NOTHING,
                    **values,
                }


def _wind(batch: Batch) -> Half:
    found: Records[Wind] = some(records(batch, "wind", Wind), "the list of wind by the minute")
    return found, [
        (
            (one.time_tag, one.source),
            {
                "speed_km_s": one.proton_speed,
                "density_cm3": one.proton_density,
                "temperature_k": one.proton_temperature,
                "wind_quality": one.overall_quality,
            },
        )
        for one in found
        if one.active
    ]


def _field(batch: Batch) -> Half:
    found: Records[MagneticField] = some(
        records(batch, "field", MagneticField), "the list of field by the minute"
    )
    return found, [
        (
            (one.time_tag, one.source),
            {
                "bt_nt": one.bt,
                "bx_gsm_nt": one.bx_gsm,
                "by_gsm_nt": one.by_gsm,
                "bz_gsm_nt": one.bz_gsm,
                "field_quality": one.overall_quality,
            },
        )
        for one in found
        if one.active
    ]


def _summary_wind(batch: Batch) -> Half:
    found: Records[SummarySpeed] = some(
        records(batch, "summary_wind", SummarySpeed), "the summary of the wind"
    )
    return found, [((one.time_tag, _SUMMARY), {"speed_km_s": one.proton_speed}) for one in found]


def _summary_field(batch: Batch) -> Half:
    found: Records[SummaryField] = some(
        records(batch, "summary_field", SummaryField), "the summary of the field"
    )
    return found, [((one.time_tag, _SUMMARY), {"bt_nt": one.bt, "bz_gsm_nt": one.bz_gsm}) for one in found]


_READERS: Final[Mapping[str, Callable[[Batch], Half]]] = {
    "wind": _wind,
    "field": _field,
    "summary_wind": _summary_wind,
    "summary_field": _summary_field,
}
