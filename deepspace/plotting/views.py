"""Each plot at its own address: ``/plots/<name>.{png,svg,csv,vot}?same-parameters``."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from deepspace.plotting import registry
from deepspace.plotting.cache import CONTENT_TYPES, rendered
from deepspace.provenance import Tier
from deepspace.versions import public

_TABLES = ("csv", "vot")


@require_safe
def serve(request: HttpRequest, name: str, fmt: str) -> HttpResponse:
    """A plot as a picture, a drawing or a table; tables come as downloads."""
    try:
        plot = registry.plot(name)
    except KeyError:
        raise Http404(f"there is no plot {name!r}") from None
    if fmt not in CONTENT_TYPES:
        raise Http404(f"plots come as {', '.join(CONTENT_TYPES)}, not as {fmt!r}")
    parameters = plot.parameters.read(request.GET)

    @public(products=plot.products, max_age=300)
    def answer(_request: HttpRequest) -> HttpResponse:
        image = rendered(plot, parameters, fmt)  # type: ignore[arg-type]
        response = HttpResponse(image.body, content_type=image.content_type)
        response.headers["X-Data-Tier"] = image.tier.value
        if fmt in _TABLES:
            is_modelled = any(one.tier is Tier.SYNTHETIC for one in image.provenance)
            kind = "-modelled" if is_modelled else ""  # a file has no header to say so
            response.headers["Content-Disposition"] = f'attachment; filename="{plot.name}{kind}.{fmt}"'
        return response

    return answer(request)
