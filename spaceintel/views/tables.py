"""``/space-intelligence/tables/<name>.csv``: each table of the page as a file, and the minutes behind its plots."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import chain
from typing import cast

from django.db import Error as DatabaseFailure
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from deepspace.versions import lost_database, public, tier_of
from spaceintel.parameters import SpaceParameters
from spaceintel.tables.briefing import Briefing
from spaceintel.tables.minutes import MINUTE_TABLES, MinuteTable
from spaceintel.tables.sheets import Sheet, sheet_named

_log = logging.getLogger(__name__)
_CSV = "text/csv; charset=utf-8; header=present"


@require_safe
def table(request: HttpRequest, name: str) -> HttpResponse:
    """All rows of a window, with the source and the tier in each."""
    if name in MINUTE_TABLES:
        return _minutes(request, MINUTE_TABLES[name])
    try:
        sheet = sheet_named(name)
    except KeyError:
        raise Http404(f"there is no table {name!r}") from None
    return _sheet(request, sheet)


def _sheet(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    parameters = SpaceParameters.read(request.GET)

    @public(products=sheet.products, live=True)
    def answer(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse(sheet.csv(Briefing(parameters)), content_type=_CSV)
        _describe(response, sheet.table.name, sheet.products)
        return response

    return answer(request)


def _minutes(request: HttpRequest, series: MinuteTable) -> HttpResponse:
    parameters = SpaceParameters.read(request.GET)

    @public(products=(series.product,), live=True)
    def answer(asked: HttpRequest) -> HttpResponse:
        pieces = series.csv(Briefing(parameters).weather)
        first = [next(pieces)]
        try:
            first += [next(pieces, b"")]  # before the headers are sent, which say when the database is away
        except DatabaseFailure:
            lost_database()
        rest = () if asked.method == "HEAD" else _to_the_end(pieces, series.name)
        response = StreamingHttpResponse(chain(first, rest), content_type=_CSV)
        _describe(response, series.name, (series.product,))
        return cast("HttpResponse", response)  # what ``public`` asks of a response, a streaming one has too

    return answer(request)


def _to_the_end(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    """The rest of a file. Half of one must not look like all of it: what fails now breaks the transfer off."""
    try:
        yield from pieces
    except DatabaseFailure:
        lost_database()
        _log.error("the database went away in the middle of %s.csv; the transfer is broken off", name)
        raise


def _describe(response: HttpResponseBase, name: str, products: tuple[str, ...]) -> None:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["X-Data-Tier"] = tier_of(products).value
