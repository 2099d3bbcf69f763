"""Series of minutes as files, written piece by piece: a year has a million rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from django.db.models import Model

from deepspace import versions
from deepspace.plotting.table import csv_bytes
from spaceintel.models import SolarWind, XrayFlux
from spaceintel.services import minutes
from spaceintel.services.keys import WIND as WIND_KEY
from spaceintel.services.keys import XRAY as XRAY_KEY
from spaceintel.states import SpaceWeather

Columns = dict[str, np.ndarray[Any, Any]]


@dataclass(frozen=True, slots=True)
class MinuteTable:
    """One series: every row of a window as stored."""

    name: str  # part of the CSV's address
    product: str
    model: type[Model]
    numbers: tuple[str, ...]
    texts: tuple[str, ...]
    span: Callable[
        [SpaceWeather], tuple[datetime, datetime]
    ]  # shown; earlier than asked where only that is known

    def csv(self, weather: SpaceWeather) -> Iterator[bytes]:
        """The header, then the rows of each day; the last columns are the source and the tier."""
        tier = versions.held_standing(self.product).tier.value
        names = (*self.numbers, *self.texts, "source")
        yield csv_bytes(self._columns([], tier))
        for rows in minutes.days(self.model._default_manager.all(), names, *self.span(weather)):
            if rows:
                yield csv_bytes(self._columns(rows, tier)).partition(b"\r\n")[2]

    def _columns(self, rows: list[Any], tier: str) -> Columns:
        cells = list(zip(*rows, strict=True)) if rows else [()] * (len(self.numbers) + len(self.texts) + 2)
        utc, *values = cells
        found: Columns = {"timestamp_utc": np.array(utc, dtype="datetime64[us]")}
        for name, column in zip(self.numbers, values, strict=False):
            found[name] = np.array(column, dtype=np.float64)  # NULL becomes NaN, which is written as nothing
        for name, column in zip((*self.texts, "source"), values[len(self.numbers) :], strict=True):
            found[name] = np.array([_text(one) for one in column], dtype=object)
        return found | {"data_tier": np.full(len(rows), tier, dtype=object)}


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


XRAY: Final = MinuteTable(
    "xray",
    XRAY_KEY,
    XrayFlux,
    ("flux_w_m2", "observed_flux_w_m2", "electron_correction_w_m2"),
    ("satellite", "band", "is_contaminated"),
    lambda weather: (weather.xray.start, weather.xray.end),
)
SOLAR_WIND: Final = MinuteTable(
    "solar-wind",
    WIND_KEY,
    SolarWind,
    (
        *("speed_km_s", "density_cm3", "temperature_k"),
        *("bt_nt", "bx_gsm_nt", "by_gsm_nt", "bz_gsm_nt"),
    ),
    ("spacecraft", "cadence_s", "wind_quality", "field_quality"),
    lambda weather: (weather.wind.start, weather.wind.end),
)
MINUTE_TABLES: Final = {one.name: one for one in (XRAY, SOLAR_WIND)}
