"""``/api/magnetometer``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema
from pydantic import Field

from deepspace.api import Envelope, ErrorBody, endpoint, envelope
from deepspace.plotting import registry
from deepspace.plotting.cache import data_uri, rendered
from voyager import services
from voyager.api.router import router
from voyager.field import FieldMark
from voyager.parameters import FieldParameters

_SHOWN = (services.VIM, services.HOURLY, services.EVENTS)


class FieldStatisticsBody(Schema):
    """Of the field strengths in the window."""

    count: int = Field(description="Averages in the window")
    mean_nt: float
    median_nt: float
    std_nt: float = Field(description="Of the averages: spread, not uncertainty of the mean")
    min_nt: float
    max_nt: float
    latest_nt: float = Field(description="The newest average in the window")
    latest_at: datetime
    coverage: float = Field(description="Share of the window that averages cover, 0 to 1")
    lambda_deg: float | None = Field(description="Azimuth of the mean vector in RTN; null below 0.05 nT")
    delta_deg: float | None = Field(description="Elevation of the mean vector in RTN; null below 0.05 nT")
    method: str = Field(description="What was averaged, and how exact the numbers are")


class MarkBody(Schema):
    """A boundary, shock or encounter inside the window."""

    name: str
    kind: str
    at: datetime = Field(description="The published instant; noon where only a date is published")
    citation: str
    citation_url: str | None


class MagnetometerBody(Envelope):
    """Some days of the magnetic field."""

    plot: str = Field(description="data:image/png;base64,…")
    statistics: FieldStatisticsBody
    cadence_s: int = Field(description="48, or 3600 for hourly averages")
    start: datetime = Field(description="Window shown")
    end: datetime
    archive_until: datetime | None = Field(description="Newest average stored, of any window")
    marks: list[MarkBody]
    panels: dict[str, Any]


@router.get(
    "/magnetometer",
    response={200: MagnetometerBody, 422: ErrorBody},
    summary="Magnetic field around Voyager 1",
)
@endpoint(parameters=FieldParameters, shown=_SHOWN)
def magnetometer(
    request: HttpRequest, response: HttpResponse, query: Query[FieldParameters]
) -> dict[str, Any]:
    """Some days of the field: without an end the last ones of the archive, else the nearest at or before it."""
    data = services.magnetometer(query)
    common = envelope(data.provenance, data.shown[1:])
    response.headers["X-Data-Tier"] = common["provenance"]["tier"]
    return {
        "plot": data_uri(rendered(registry.plot("magnetometer"), query, "png")),
        "statistics": {name: getattr(data.statistics, name) for name in FieldStatisticsBody.model_fields},
        "cadence_s": data.cadence_s,
        "start": data.start,
        "end": data.end,
        "archive_until": data.archive_until,
        "marks": [_mark(one) for one in data.marks],
        "panels": {data.provenance.product: common["provenance"]},
        **common,
    }


def _mark(one: FieldMark) -> dict[str, Any]:
    return {
        "name": one.name,
        "kind": one.kind,
        "at": one.at,
        "citation": one.citation,
        "citation_url": one.citation_url or None,
    }
