"""The API root: one NinjaAPI, one envelope, one error shape. Domain apps add a ``router`` in ``<app>/api.py``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.decorators import decorate_view
from ninja.errors import HttpError, ValidationError
from pydantic import Field

import deepspace
from deepspace.domains import rooms
from deepspace.ingestion.registry import products
from deepspace.parameters import NoParameters, ParameterError, Parameters
from deepspace.provenance import Provenance, Tier, worst
from deepspace.versions import current, database_is_away, held_standing, public

View = Callable[..., HttpResponse]

api = NinjaAPI(
    title="Deep Space Research Platform",
    version=deepspace.__version__,
    description="Read-only access to what the pages show, with the provenance of every value. No key, no cookie.",
    docs_url=None,  # /api/docs is a page of our own: no script, no third party
    openapi_url="/openapi.json",
    docs_decorator=public(max_age=3600),  # of the OpenAPI document
    urls_namespace="api",
)


class ErrorDetail(Schema):
    """What was wrong."""

    code: str = Field(description="Stable word for programs, e.g. invalid_parameter.")
    message: str = Field(description="One sentence for people.")
    field: str | None = Field(description="The parameter it is about, if any.")


class ErrorBody(Schema):
    """The one error shape."""

    error: ErrorDetail


class PayloadBody(Schema):
    """One archived body that contributed."""

    sha256: str
    upstream_url: str
    retrieved_at: datetime


class ProvenanceBody(Schema):
    """Where the values of a response come from."""

    product: str
    tier: str = Field(description="real, cached, stale, synthetic or empty")
    source: str = Field(description="Upstream, e.g. jpl_horizons; synthetic for a model, none for nothing")
    retrieved_at: datetime | None = Field(description="Last successful refresh, UTC")
    observed_from: datetime | None = Field(description="First instant of the values, UTC")
    observed_until: datetime | None = Field(description="Last instant of the values, UTC")
    upstream_url: str | None = Field(description="Address of the newest contributing body")
    sha256: str | None = Field(description="Checksum of that body in the archive")
    ingestion: int | None = Field(description="Log row of the newest contributing batch")
    note: str = Field(description="What a reader must know besides")
    payloads: list[PayloadBody] = Field(description="Up to 50 contributing bodies, newest first")
    payloads_total: int


class Envelope(Schema):
    """What every endpoint adds to its own keys."""

    data_source: str = Field(description="Upstream of the values, e.g. jpl_horizons, synthetic or none")
    provenance: ProvenanceBody


def envelope(main: Provenance, panels: Sequence[Provenance] = ()) -> dict[str, Any]:
    """The common keys of a response.

    ``main`` is the provenance of the main product; with ``panels`` the worst tier among all goes to the top and
    each product's own provenance under ``panels``.
    """
    everyone = [current(one) for one in (main, *panels)]
    main = everyone[0]
    top = main.as_json() | {"tier": worst([one.tier for one in everyone]).value}
    body: dict[str, Any] = {"data_source": main.source, "provenance": top}
    if panels:
        body["panels"] = {one.product: one.as_json() for one in everyone}
    return body


def endpoint(
    *, parameters: type[Parameters] = NoParameters, shown: tuple[str, ...] = (), live: bool = False
) -> Callable[[Any], Any]:
    """Decorate an operation: strict parameters first (422), then ETag, 304 and headers as on pages."""

    def strict(view: View) -> View:
        cached = public(products=shown, live=live, every_product=not shown)(view)

        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            parameters.read(request.GET)
            return cached(request, *args, **kwargs)

        return checked

    return decorate_view(strict)


def error_response(status: int, code: str, message: str, field: str | None = None) -> HttpResponse:
    """An error in the one shape, for a handler inside or outside of the API."""
    body = {"error": {"code": code, "message": message, "field": field}}
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store"})


@api.exception_handler(ParameterError)
def _parameter_error(_request: HttpRequest, error: ParameterError) -> HttpResponse:
    return error_response(422, error.code, f"{error.field} {error.message}", error.field)


@api.exception_handler(ValidationError)
def _validation_error(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0]
    field = str(first["loc"][-1])
    return error_response(422, "invalid_parameter", f"{field}: {first['msg']}", field)


@api.exception_handler(HttpError)
def _http_error(_request: HttpRequest, error: HttpError) -> HttpResponse:
    return error_response(error.status_code, "error", str(error))


class SourceStatus(Schema):
    """State of one product."""

    title: str
    tier: str
    source: str
    last_success: datetime | None
    age_s: float | None = Field(description="Seconds since the last successful refresh")
    next_due: datetime | None = Field(description="null: as soon as possible")
    last_error_class: str | None
    observed_from: datetime | None
    observed_until: datetime | None


class StatusBody(Envelope):
    """State of the platform."""

    status: str = Field(description="The worst tier among all products")
    release: str
    cdflib: str = Field(description="Version of the CDF reader used by ingests")
    data_sources: dict[str, SourceStatus]


@api.get("/status", response={200: StatusBody, 422: ErrorBody}, summary="State of every data source")
@endpoint(live=True)
def status(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """Tier, last success, age, next due time and last error of each product."""
    now = datetime.now(UTC)
    every = [held_standing(one.key) for one in products()]
    note = "The state of the platform itself, from its ingestion log."
    if database_is_away():
        note = "The database does not answer: shown is what was known last."
    titles = {one.key: one.title for one in products()}
    whole = worst([one.tier for one in every]) if every else Tier.EMPTY
    newest = max((one.last_success_at for one in every if one.last_success_at), default=None)
    sources = {
        one.product: {
            "title": titles[one.product],
            "tier": one.tier.value,
            "source": one.source,
            "last_success": one.last_success_at,
            "age_s": None if (age := one.age(now)) is None else age.total_seconds(),
            "next_due": one.next_due_at,
            "last_error_class": one.last_error_class or None,
            "observed_from": one.observed_from,
            "observed_until": one.observed_until,
        }
        for one in every
    }
    response.headers["X-Data-Tier"] = whole.value
    return {
        "status": whole.value,
        "release": deepspace.__version__,
        "cdflib": version("cdflib"),
        "data_sources": sources,
        **envelope(Provenance("platform", whole, "computed", retrieved_at=newest, note=note)),
    }


def _add_routers() -> None:
    for module in rooms("api"):
        if module != __name__:
            api.add_router("", import_module(module).router)


_add_routers()
