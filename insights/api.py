"""``/api/insights``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from deepspace.api import Envelope, ErrorBody, ProvenanceBody, endpoint, envelope
from deepspace.pages.metadata import absolute
from insights import services
from insights.models import ResearchInsight
from insights.parameters import FilterParameters, ListParameters
from insights.pinning import Allowance

router = Router(tags=["Insights"])


class ReferenceBody(Schema):
    """A publication or a page."""

    kind: str = Field(description="doi, arxiv or url")
    identifier: str
    title: str
    url: str


class DataReferenceBody(Schema):
    """The data behind a finding."""

    product: str
    window_start: datetime
    window_end: datetime
    plot: str | None = Field(description="Name of the plot that shows the window")
    caption: str
    state: str = Field(
        description=(
            "unchanged; changed; unpinned (nothing was stored then); unchecked (the next ingest compares the rows); "
            "product_gone (this site no longer has the product); unknown (the database does not answer)"
        )
    )
    rows_sha256: str | None = Field(
        description="Of the canonical rows in the window when the finding was written"
    )
    rows_pinned: int
    rows_now: int | None
    pinned_at: datetime | None
    pinned_ingestion: int | None = Field(
        description="Log row of the newest change of the product at that time"
    )
    provenance: ProvenanceBody


class InsightBody(Schema):
    """One finding."""

    slug: str
    url: str
    title: str
    project: str
    category: str
    summary: str
    tags: list[str]
    status: str = Field(description="published, or retracted with the reason")
    retraction_reason: str | None
    retracted_at: datetime | None
    confidence: str
    observed_on: date | None = Field(description="Day of what it is about")
    author: str
    published_at: datetime
    updated_at: datetime
    references: list[ReferenceBody]
    data_references: list[DataReferenceBody]


class InsightsBody(Envelope):
    """A page of the findings."""

    insights: list[InsightBody]
    total: int = Field(description="Findings that fit")
    page: int
    pages: int


@router.get(
    "/insights", response={200: InsightsBody, 422: ErrorBody}, summary="Curated findings, newest first"
)
@endpoint(parameters=ListParameters)
def insights(request: HttpRequest, response: HttpResponse, query: Query[ListParameters]) -> dict[str, Any]:
    """Published and retracted findings with what they rest on."""
    filters = FilterParameters(**query.model_dump(exclude={"page", "limit"}))
    found = services.find(filters, query.page, query.limit)
    common = envelope(services.provenance())
    response.headers["X-Data-Tier"] = common["provenance"]["tier"]
    allowance = Allowance()
    listed = [(one, _evidence_of(one, allowance)) for one in found.insights]
    if any(data.is_provisional for _, evidence in listed for data in evidence):
        response.headers["Cache-Control"] = "no-store"
    return {
        "insights": [_body(*one) for one in listed],
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
        **common,
    }


def _evidence_of(insight: ResearchInsight, allowance: Allowance) -> list[services.Evidence]:
    return [
        services.evidence_of(one, with_panel=False, with_provenance=True, allowance=allowance)
        for one in insight.data_references.all()
    ]


def _body(insight: ResearchInsight, evidence: list[services.Evidence]) -> dict[str, Any]:
    same = ("slug", "title", "project", "category", "summary", "status", "confidence", "observed_on")
    return {
        **{name: getattr(insight, name) for name in same},
        "url": absolute(insight.get_absolute_url()),
        "tags": [tag.slug for tag in insight.tags.all()],
        "retraction_reason": insight.retraction_reason or None,
        "retracted_at": insight.retracted_at,
        "author": insight.author_name,
        "published_at": insight.published_at,
        "updated_at": insight.updated_at,
        "references": [
            {"kind": one.kind, "identifier": one.identifier, "title": one.title, "url": one.url}
            for one in insight.references.all()
        ],
        "data_references": [_evidence(one) for one in evidence],
    }


def _evidence(one: services.Evidence) -> dict[str, Any]:
    reference = one.reference
    return {
        "product": reference.product,
        "window_start": reference.window_start,
        "window_end": reference.window_end,
        "plot": reference.plot or None,
        "caption": reference.caption,
        "state": one.state.value,
        "rows_sha256": reference.rows_sha256 or None,
        "rows_pinned": reference.rows_pinned,
        "rows_now": one.rows_now,
        "pinned_at": reference.pinned_at,
        "pinned_ingestion": reference.ingestion_id,
        "provenance": one.provenance.as_json() if one.provenance else services.unknown(reference).as_json(),
    }
