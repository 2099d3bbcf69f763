"""``/space-intelligence/tables/<name>.csv``: each table of the page as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from deepspace.versions import public, tier_of
from spaceintel.parameters import SpaceParameters
from spaceintel.tables.briefing import Briefing
from spaceintel.tables.sheets import sheet_named


@require_safe
def table(request: HttpRequest, name: str) -> HttpResponse:
    """All rows of a window, with the source and the tier in each."""
    try:
        sheet = sheet_named(name)
    except KeyError:
        raise Http404(f"there is no table {name!r}") from None
    parameters = SpaceParameters.read(request.GET)

    @public(products=sheet.products, live=True)
    def answer(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse(
            sheet.csv(Briefing(parameters)), content_type="text/csv; charset=utf-8; header=present"
        )
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        response.headers["X-Data-Tier"] = tier_of(sheet.products).value
        return response

    return answer(request)
