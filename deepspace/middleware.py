"""What every request passes: an id for the logs, one spelling of each address, errors in one shape."""

from __future__ import annotations

import ipaddress
import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from deepspace.logs import request_id as current_request_id
from deepspace.parameters import ParameterError

Handler = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger("deepspace.request")
_CREDIBLE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_SLOW_S = 1.0


def request_id(get_response: Handler) -> Handler:
    """Give each request an id (a trusted proxy's own is kept), log failures and slow answers with it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        offered = request.headers.get("X-Request-Id", "")
        identity = (
            offered if _CREDIBLE_ID.fullmatch(offered) and from_trusted_proxy(request) else uuid.uuid4().hex
        )
        reset = current_request_id.set(identity)
        started = time.perf_counter()
        try:
            response = get_response(request)
            response.headers["X-Request-Id"] = identity
            seconds = time.perf_counter() - started
            if response.status_code >= 500 or seconds > _SLOW_S:
                logger.warning(
                    "%s %s -> %s in %.3f s", request.method, request.path, response.status_code, seconds
                )
            return response
        finally:
            current_request_id.reset(reset)

    return middleware


def from_trusted_proxy(request: HttpRequest) -> bool:
    """Whether the peer is one of TRUSTED_PROXIES (or a unix socket behind one)."""
    if not settings.TRUSTED_PROXIES:
        return False
    peer = request.META.get("REMOTE_ADDR", "")
    if not peer:  # a unix socket has no address; only the proxy can reach it
        return True
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return any(address in network for network in settings.TRUSTED_PROXIES)


def head_is_get(get_response: Handler) -> Handler:
    """Answer HEAD like GET everywhere, the API included; the server leaves the body out."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method == "HEAD":
            request.method = "GET"
        return get_response(request)

    return middleware


_DEFAULT_HEADERS = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Resource-Policy": "same-origin",  # plots and the API say cross-origin themselves
}


def default_headers(get_response: Handler) -> Handler:
    """Headers that every response carries unless its view says otherwise."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in _DEFAULT_HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def canonical_path(get_response: Handler) -> Handler:
    """Redirect an address with a trailing slash to the one without (the admin keeps Django's own form)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if len(path) > 1 and path.endswith("/") and not path.startswith("/admin/"):
            query = request.META.get("QUERY_STRING", "")
            target = "/" + path.strip("/")  # also turns //host/ into a path of our own: no open redirect
            return HttpResponsePermanentRedirect(f"{target}?{query}" if query else target)
        return get_response(request)

    return middleware


class ErrorShape:
    """Turn a bad query parameter anywhere into 422: the API's JSON shape, or the page."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a ParameterError; leave everything else to Django."""
        if not isinstance(exception, ParameterError):
            return None
        from deepspace.pages.errors import unprocessable

        return unprocessable(request, exception)
