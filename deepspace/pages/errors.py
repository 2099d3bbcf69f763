"""Errors in the one shape that the asker reads: JSON for programs, a page for people."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from deepspace.pages.metadata import of_error
from deepspace.parameters import ParameterError

_FOR_PROGRAMS = ("/api/", "/plots/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: not a request that this site can read."""
    if isinstance(exception, RequestDataTooBig):
        megabytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
        said = f"The form is larger than {megabytes} MB, and was refused: nothing was saved."
        return _answer(request, HTTPStatus.BAD_REQUEST, "too_large", said)
    return _answer(request, HTTPStatus.BAD_REQUEST, "bad_request", "The request cannot be read.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _answer(request, HTTPStatus.FORBIDDEN, "forbidden", "You may not see this.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _answer(request, HTTPStatus.NOT_FOUND, "not_found", "There is nothing at this address.")


def unprocessable(request: HttpRequest, error: ParameterError) -> HttpResponse:
    """422: a parameter that cannot be used."""
    return _answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, error.code, error.message, error.field)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a defect of ours. The page needs neither the database nor a context processor."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    if _wants_json(request):
        return _json(status, "internal_error", "Something failed here. It has been recorded.")
    return _finish(HttpResponse(render_to_string("500.html"), status=status))


def _answer(
    request: HttpRequest, status: HTTPStatus, code: str, message: str, field: str = ""
) -> HttpResponse:
    if _wants_json(request):
        return _json(status, code, message, field)
    heading = "A parameter cannot be used." if field else message
    context = {
        "meta": of_error(heading),
        "heading": heading,
        "message": message,
        "field": field,
        "status": status,
    }
    return _finish(render(request, f"{status.value}.html", context, status=status))


def _wants_json(request: HttpRequest) -> bool:
    if request.path.startswith(_FOR_PROGRAMS) and request.path != "/api/docs":
        return True
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _json(status: HTTPStatus, code: str, message: str, field: str = "") -> HttpResponse:
    body = {"error": {"code": code, "message": message, "field": field or None}}
    return _finish(JsonResponse(body, status=status))


def _finish(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept"])
    return response
