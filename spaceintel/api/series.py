"""Series of minutes as an answer carries them: the same reduction as in the pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from spaceintel.api.lists import csv_url
from spaceintel.parameters import SpaceParameters
from spaceintel.states import WIND_NAMES, Floats, Reduced, SpaceWeather
from spaceintel.tables import minutes


def series(weather: SpaceWeather, parameters: SpaceParameters) -> Mapping[str, Any]:
    """X-ray flux in both bands, and the solar wind."""
    flux, wind = weather.xray, weather.wind
    xray_csv, wind_csv = (csv_url(one.name, parameters) for one in (minutes.XRAY, minutes.SOLAR_WIND))
    return {
        "xray_long": _sent(flux.long, ("flux_w_m2",), xray_csv),
        "xray_short": _sent(flux.short, ("flux_w_m2",), xray_csv),
        "solar_wind": _sent(wind.values, WIND_NAMES, wind_csv),
    }


def _sent(found: Reduced, names: tuple[str, ...], csv: str) -> dict[str, Any]:
    low, mean, high = (one.reshape(len(found), len(names)) for one in (found.low, found.mean, found.high))
    return {
        "method": "envelope" if found.is_envelope else "minutes",
        "points": len(found),
        "step_s": found.step_s,
        "utc": np.datetime_as_string(found.utc, unit="ms", timezone="UTC").tolist(),
        "values": {
            name: {"low": _known(low, place), "mean": _known(mean, place), "high": _known(high, place)}
            for place, name in enumerate(names)
        },
        "csv": csv,
    }


def _known(values: Floats, place: int) -> list[float | None]:
    """Null is "no value"."""
    return [None if one != one else one for one in values[:, place].tolist()]  # noqa: PLR0124 (only NaN differs from itself)
