"""``/api/docs``: the API in words, made from its own OpenAPI document; no script, no CDN."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deepspace.pages.endpoints import endpoints
from deepspace.provenance import Tier
from deepspace.versions import public


@require_safe
@public()
def api_docs(request: HttpRequest) -> HttpResponse:
    """The documentation page."""
    return render(request, "api/docs.html", {"endpoints": endpoints(), "tiers": list(Tier)})
