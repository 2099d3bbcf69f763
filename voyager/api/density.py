"""``/api/density``."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema
from pydantic import Field

from deepspace import versions
from deepspace.api import Envelope, ErrorBody, endpoint, envelope
from deepspace.plotting import registry
from deepspace.plotting.cache import data_uri, rendered
from deepspace.provenance import worst
from voyager import services
from voyager.api.router import router
from voyager.constants import PLASMA_LINE_SIGMA
from voyager.parameters import DensityParameters
from voyager.spectra import DensityStatistics, ProcessData

_SHOWN = (services.DENSITY, services.WAVEFORM, services.RIDGE, services.EVENTS)


class DensityStatisticsBody(Schema):
    """Of the published densities in the window, and of nothing else."""

    count: int
    by_method: dict[str, int] = Field(description="epo: plasma oscillations; qtn: quasi-thermal noise line")
    mean_cm3: float | None
    median_cm3: float | None
    std_cm3: float | None = Field(description="Sample standard deviation")
    min_cm3: float | None
    max_cm3: float | None
    first_at: datetime | None
    latest_at: datetime | None
    latest_cm3: float | None
    latest_f_pe_hz: float | None
    latest_distance_au: float | None = Field(description="Sun to Voyager 1, as published with the density")


class LineBody(Schema):
    """The strongest line of one wideband recording."""

    recording_at: datetime
    frequency_hz: float | None = Field(description="Where the line stands")
    sigma: float | None = Field(description="Significance after the trials factor; null: not looked for")
    is_significant: bool
    n_e_cm3: float | None = Field(description="Only of a significant line (or of the model)")
    n_e_sigma_cm3: float | None = Field(description="1 sigma, from the width of the line")


class DensityBody(Envelope):
    """Electron densities along the path, and how one is read off a spectrum."""

    process_plot: str = Field(description="data:image/png;base64,…")
    nasa_plot: str = Field(description="data:image/png;base64,…")
    statistics: DensityStatisticsBody
    lines: list[LineBody] = Field(description="Of the recordings in the process plot, oldest first")
    needed_sigma: float = Field(description="Significance from which a line counts")
    panels: dict[str, Any]


@router.get(
    "/density", response={200: DensityBody, 422: ErrorBody}, summary="Electron densities around Voyager 1"
)
@endpoint(parameters=DensityParameters, shown=_SHOWN)
def density(request: HttpRequest, response: HttpResponse, query: Query[DensityParameters]) -> dict[str, Any]:
    """Published densities with their statistics, and the wideband recordings with what was found in them."""
    published, process = services.published(query.publication), services.process(query.process)
    provenances = [published.provenance, *process.provenances]
    response.headers["X-Data-Tier"] = worst([versions.current(one).tier for one in provenances]).value
    return {
        "process_plot": data_uri(rendered(registry.plot("density-process"), query.process, "png")),
        "nasa_plot": data_uri(rendered(registry.plot("density-published"), query.publication, "png")),
        "statistics": _statistics(published.statistics),
        "lines": _lines(process),
        "needed_sigma": PLASMA_LINE_SIGMA,
        **envelope(published.provenance, process.provenances),
    }


def _statistics(found: DensityStatistics) -> DensityStatisticsBody:
    return DensityStatisticsBody.model_validate(found, from_attributes=True)


def _lines(process: ProcessData) -> list[LineBody]:
    return [
        LineBody(
            recording_at=one.start,
            frequency_hz=one.line_hz if math.isfinite(one.line_hz) else None,
            sigma=one.sigma,
            is_significant=one.is_significant,
            n_e_cm3=one.density.n_e_cm3 if one.density else None,
            n_e_sigma_cm3=one.density.n_e_sigma_cm3 if one.density else None,
        )
        for one in process.recordings
    ]
