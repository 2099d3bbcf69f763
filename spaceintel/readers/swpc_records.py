"""The records of SWPC's files, as far as they are used. Field names are the upstream's own, misspelt ones included."""

from __future__ import annotations

from typing import Literal

from pydantic import AliasChoices, Field

from spaceintel.readers.swpc import (
    Count,
    Instant,
    MaybeCount,
    MaybeInstant,
    MaybeNumber,
    MaybeText,
    Number,
    Record,
    Text,
)

_KP = AliasChoices("Kp", "kp")


class ObservedKp(Record):
    """``/products/noaa-planetary-k-index.json``: three-hour values."""

    time_tag: Instant
    kp: Number = Field(validation_alias=_KP)  # a capital here, and nowhere else
    a_running: MaybeNumber = None
    station_count: MaybeCount = None


class EstimatedKp(Record):
    """``/json/planetary_k_index_1m.json``: running values, minute by minute."""

    time_tag: Instant
    estimated_kp: Number
    kp: MaybeText = None  # in letters: "0P"


class ForecastKp(Record):
    """``/products/noaa-planetary-k-index-forecast.json``: the last week and the next three days."""

    time_tag: Instant
    kp: Number = Field(validation_alias=_KP)
    observed: Literal["observed", "estimated", "predicted"]
    noaa_scale: MaybeText = None


class Xray(Record):
    """``/json/goes/primary/xrays-….json``: one band of one minute."""

    time_tag: Instant
    satellite: Count
    flux: MaybeNumber
    observed_flux: MaybeNumber = None
    electron_correction: MaybeNumber = None
    electron_contaminaton: bool | None = None  # sic
    energy: Literal["0.1-0.8nm", "0.05-0.4nm"]


class Flare(Record):
    """``/json/goes/primary/xray-flares-7-day.json``: one X-ray flare."""

    satellite: Count
    begin_time: Instant
    begin_class: MaybeText = None
    max_time: MaybeInstant = None
    max_class: MaybeText = None
    max_xrlong: MaybeNumber = None
    max_ratio_time: MaybeText = None
    max_ratio: MaybeNumber = None
    end_time: MaybeInstant = None
    end_class: MaybeText = None


class Wind(Record):
    """``/json/rtsw/rtsw_wind_1m.json``: plasma of one spacecraft in one minute."""

    time_tag: Instant
    active: bool
    source: Text
    proton_speed: MaybeNumber
    proton_density: MaybeNumber
    proton_temperature: MaybeNumber
    overall_quality: MaybeCount = None


class MagneticField(Record):
    """``/json/rtsw/rtsw_mag_1m.json``: magnetic field at one spacecraft in one minute."""

    time_tag: Instant
    active: bool
    source: Text
    bt: MaybeNumber
    bx_gsm: MaybeNumber
    by_gsm: MaybeNumber
    bz_gsm: MaybeNumber
    overall_quality: MaybeCount = None


class SummarySpeed(Record):
    """``/products/summary/solar-wind-speed.json``: the newest speed, the whole file."""

    time_tag: Instant
    proton_speed: MaybeNumber


class SummaryField(Record):
    """``/products/summary/solar-wind-mag-field.json``: the newest field, the whole file."""

    time_tag: Instant
    bt: MaybeNumber
    bz_gsm: MaybeNumber


class AlertRecord(Record):
    """``/products/alerts.json``: one message."""

    product_id: Text
    issue_datetime: Instant
    message: Text
