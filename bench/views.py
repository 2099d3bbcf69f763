"""Views of the bench, under the site's own MIDDLEWARE."""

from __future__ import annotations

from functools import lru_cache

from django.core.cache import cache as shared_cache
from django.http import HttpRequest, HttpResponse

from deepspace.plotting import registry, store
from deepspace.plotting.cache import cache_key, rendered


@lru_cache(maxsize=16)
def _body(count: int) -> bytes:
    return b"x" * count


def bare(request: HttpRequest) -> HttpResponse:
    """So many bytes from memory: what every other view is measured by."""
    return HttpResponse(_body(int(request.GET["bytes"])))


def drawn(request: HttpRequest, name: str, fmt: str) -> HttpResponse:
    """A plot that no cache holds: drawn, encoded and kept, as for its first reader."""
    plot = registry.plot(name)
    parameters = plot.parameters()
    key = cache_key(plot, parameters, fmt)  # type: ignore[arg-type]
    store.memory.clear()
    shared_cache.delete(f"plot:{key}")
    image = rendered(plot, parameters, fmt)  # type: ignore[arg-type]
    return HttpResponse(image.body, content_type=image.content_type)
