"""``/api/plasma``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema
from pydantic import Field

from deepspace import versions
from deepspace.api import Envelope, ErrorBody, endpoint, envelope
from deepspace.parameters import Parameters
from deepspace.plotting import registry
from deepspace.plotting.cache import data_uri, rendered
from voyager import services
from voyager.api.router import router
from voyager.parameters import PlasmaParameters
from voyager.spectra import PlasmaStatistics


class ChannelBody(Schema):
    """One channel in the window; amplitudes in V/m."""

    frequency_hz: float = Field(description="Centre of the channel")
    median_v_m: float | None
    low_v_m: float | None = Field(description="5th percentile")
    high_v_m: float | None = Field(description="95th percentile")
    peak_v_m: float | None
    peak_at: datetime | None


class PlasmaStatisticsBody(Schema):
    """Of the channels shown; amplitudes in V/m."""

    count: int = Field(description="Spectra in the window, or hourly rows: see cadence_s")
    coverage: float = Field(description="Share of the window's hours that hold a spectrum", ge=0, le=1)
    median_rms_v_m: float | None = Field(description="Root of the summed squares of the channels, median")
    peak_rms_v_m: float | None = Field(description="The same, largest mean of a column of the plots")
    peak_rms_at: datetime | None
    loudest_hz: float | None = Field(description="Channel that rose most above its own median")
    loudest_db: float | None = Field(description="By so much")
    loudest_v_m: float | None
    loudest_at: datetime | None
    channels: list[ChannelBody]


class PlasmaBody(Envelope):
    """Plasma wave spectra of a window."""

    spectrogram: str = Field(description="data:image/png;base64,…")
    spectrum: str = Field(description="data:image/png;base64,…")
    time_series: str = Field(description="data:image/png;base64,…")
    statistics: PlasmaStatisticsBody
    window_from: datetime
    window_until: datetime
    cadence_s: int = Field(description="4: single spectra; 3600: hourly means and peaks")


@router.get("/plasma", response={200: PlasmaBody, 422: ErrorBody}, summary="Plasma wave spectra of Voyager 1")
@endpoint(parameters=PlasmaParameters, shown=(services.PLASMA,))
def plasma(request: HttpRequest, response: HttpResponse, query: Query[PlasmaParameters]) -> dict[str, Any]:
    """The last hours of the archive, or those before ``end``: spectrogram, spectrum, time series, statistics."""
    data = services.plasma(query)
    response.headers["X-Data-Tier"] = versions.current(data.provenance).tier.value
    return {
        "spectrogram": _picture("plasma-spectrogram", query),
        "spectrum": _picture("plasma-spectrum", query),
        "time_series": _picture("plasma-series", query),
        "statistics": _statistics(data.statistics),
        "window_from": data.window.start,
        "window_until": data.window.end,
        "cadence_s": data.window.cadence_s,
        **envelope(data.provenance),
    }


def _picture(name: str, query: Parameters) -> str:
    return data_uri(rendered(registry.plot(name), query, "png"))


def _statistics(found: PlasmaStatistics) -> PlasmaStatisticsBody:
    return PlasmaStatisticsBody.model_validate(found, from_attributes=True)
