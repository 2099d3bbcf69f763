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
from django.utils.encoding import escape_uri_path

from deepspace.logs import request_id as current_request_id
from deepspace.parameters import ParameterError

Handler = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger("deepspace.request")
BELIEVED_PROTO = (
    "DEEPSPACE_FORWARDED_PROTO"  # settings.SECURE_PROXY_SSL_HEADER: a client's headers start with HTTP_
)
_CREDIBLE_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_SLOW_S = 1.0


def request_id(get_response: Handler) -> Handler:
    """Give each request an id (a trusted proxy's own is kept), log failures and slow answers with it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        offered, is_forwarded = request.headers.get("X-Request-Id", ""), from_trusted_proxy(request)
        identity = offered if is_forwarded and _CREDIBLE_ID.fullmatch(offered) else uuid.uuid4().hex
        if is_forwarded and "HTTP_X_FORWARDED_PROTO" in request.META:
            request.META[BELIEVED_PROTO] = request.META["HTTP_X_FORWARDED_PROTO"]
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


def client_address(request: HttpRequest) -> str | None:
    """Address that the client is counted by: of the peer, or where the peer is a trusted proxy, what that saw.

    Of an IPv6 client it is the first one of its /64: the client may take every other address of that as it likes.
    Proxies append to X-Forwarded-For, so that it is read from its end, and trusted proxies are passed over. What a
    client itself wrote there stands further to the left and is never reached.
    """
    peer = _counted(request.META.get("REMOTE_ADDR", ""))
    if not from_trusted_proxy(request):
        return peer
    for text in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        try:
            address = ipaddress.ip_address(text.strip())
        except ValueError:
            return peer
        if not any(address in network for network in settings.TRUSTED_PROXIES):
            return _counted(str(address))
    return peer


def _counted(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text or None
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped is not None:  # what a socket for both kinds calls an IPv4 client
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Address(int(address) >> 64 << 64))


def head_as_get(get_response: Handler) -> Handler:
    """Answer HEAD exactly as GET; the server leaves the body out."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "HEAD" or _is_elsewhere(request):
            return get_response(request)
        request.method = "GET"
        try:
            return get_response(request)
        finally:
            request.method = "HEAD"

    return middleware


def read_only(get_response: Handler) -> Handler:
    """Answer everything but GET (and HEAD) with 405 in the one error shape: the only web writes are the admin's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method == "GET" or _is_elsewhere(request):
            return get_response(request)
        from deepspace.api import error_response

        response = error_response(405, "method_not_allowed", "This address answers GET and HEAD only.")
        response.headers["Allow"] = "GET, HEAD"
        return response

    return middleware


def _is_elsewhere(request: HttpRequest) -> bool:
    """Whether the request is for the admin or for a static file, which have rules of their own."""
    return request.path_info.startswith(("/admin/", settings.STATIC_URL))


_DEFAULT_HEADERS = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_OPEN_PATHS = ("/api/", "/plots/")
_OPEN_HEADERS = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


def default_headers(get_response: Handler) -> Handler:
    """Headers that every response carries unless its view says otherwise; public data may be read from any origin.

    A 304 says nothing about the body that it does not have: caches would take it for that of the stored answer.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_open = request.path_info.startswith(_OPEN_PATHS)
        for name, value in (_DEFAULT_HEADERS | (_OPEN_HEADERS if is_open else {})).items():
            response.headers.setdefault(name, value)
        if response.status_code == 304:
            response.headers.pop("Content-Length", None)
            response.headers.pop("Content-Type", None)
        return response

    return middleware


def canonical_path(get_response: Handler) -> Handler:
    """Redirect an address with a trailing slash to the one without (the admin keeps Django's own form)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if len(path) > 1 and path.endswith("/") and not path.startswith("/admin/"):
            query = request.META.get("QUERY_STRING", "")
            # Turns //host/ into a path of our own: no open redirect. What is escaped stays so.
            target = escape_uri_path("/" + path.strip("/"))
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
