"""Where a request really goes: secrets added, mirror put between, redirects checked."""

from __future__ import annotations

from urllib.parse import urlencode, urljoin, urlsplit

from deepspace.upstream.policy import HostPolicy
from deepspace.upstream.request import Request
from deepspace.upstream.setback import Denied


def full_url(request: Request) -> str:
    """The upstream's address with the secrets. It must not be logged, raised, stored or shown."""
    _check(request.url, "is asked for at an address that is not https")
    if not request.secret_params:
        return request.public_url
    joiner = "&" if urlsplit(request.public_url).query else "?"
    return f"{request.public_url}{joiner}{urlencode(request.secret_params)}"


def through_mirror(url: str, mirror: str) -> str:
    """``https://HOST/PATH?QUERY`` as ``{mirror}/HOST/PATH?QUERY``; unchanged without a mirror."""
    if not mirror:
        return url
    return f"{mirror}/{url.removeprefix('https://')}"


def redirected(url: str, location: str, policy: HostPolicy, mirror: str) -> str:
    """The upstream address that a redirect of ``url`` leads to.

    Raises
    ------
    deepspace.upstream.setback.Denied
        It leads to another host than the policy allows, or away from https.
    """
    try:
        target = urljoin(through_mirror(url, mirror), location)
        if mirror and target.startswith(f"{mirror}/"):
            target = "https://" + target.removeprefix(f"{mirror}/")
        host = urlsplit(target).hostname or ""
    except ValueError:
        raise Denied("redirected to an address that is none") from None
    _check(target, "redirected to an address that is not https")
    if host != urlsplit(url).hostname and host not in policy.redirect_hosts:
        raise Denied(f"redirected to another host ({ascii(host)[1:-1][:80]})")
    return target


def _check(url: str, complaint: str) -> None:
    """Only https on its own port, without credentials in the address."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username is not None:
        raise Denied(complaint)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if port not in {None, 443}:
        raise Denied("is asked for at an unusual port")
