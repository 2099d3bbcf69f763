"""Rendered plots by key: drawn once per data version and day, by one process at a time, whatever breaks."""

from __future__ import annotations

import hashlib
import json
import logging
from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, Literal

import numpy as np
from django.db import Error as DatabaseFailure
from numpy.typing import NDArray

from deepspace import __version__
from deepspace.parameters import Parameters
from deepspace.plotting import registry, store
from deepspace.plotting.plot import Plot
from deepspace.plotting.store import RenderedPlot
from deepspace.plotting.table import csv_bytes
from deepspace.plotting.votable import votable_bytes
from deepspace.provenance import Provenance, Tier, worst

Format = Literal["png", "svg", "csv", "vot"]

CONTENT_TYPES: Final[Mapping[str, str]] = {
    "png": "image/png",
    "svg": "image/svg+xml; charset=utf-8",
    "csv": "text/csv; charset=utf-8; header=present",
    "vot": "application/x-votable+xml; charset=utf-8",
}
logger = logging.getLogger("deepspace.plotting")
_WAIT_S: Final = 10.0  # for another process that draws the same plot; longer than any plot takes


def rendered(plot: Plot[Any], parameters: Parameters, fmt: Format = "png") -> RenderedPlot:
    """A plot in a format, from the memory, the shared cache, or drawn now.

    A cache that fails, or a lock that cannot be had, costs time but never the answer.
    """
    key = cache_key(plot, parameters, fmt)
    return _as_of_now(store.fetch(key) or _drawn(plot, parameters, fmt, key))


def _as_of_now(image: RenderedPlot) -> RenderedPlot:
    """The picture with tiers and times that may have moved on since it was drawn."""
    from deepspace import versions

    provenance = tuple(versions.current(one) for one in image.provenance)
    return replace(image, provenance=provenance, tier=worst([one.tier for one in provenance]))


def _drawn(plot: Plot[Any], parameters: Parameters, fmt: Format, key: str) -> RenderedPlot:
    from deepspace import locks

    with ExitStack() as held:
        with suppress(locks.LockBusy, OSError, DatabaseFailure):
            # 256 locks for all plots: the lock directory stays small, and a clash only waits
            held.enter_context(locks.hold(f"render-{key[:2]}", wait_s=_WAIT_S))
        found = store.fetch(key)
        if found is None:
            found, is_stand_in = _render(plot, parameters, fmt, key)
            if not is_stand_in:
                store.keep(found)
        return found


def cache_key(plot: Plot[Any], parameters: Parameters, fmt: Format) -> str:
    """Everything the bytes depend on, as 64 hexadecimal digits.

    The UTC day is part of it, because pictures mark today. Whether real data were refreshed on time is not: that
    stands beside the picture.
    """
    from deepspace import versions

    parts = [
        plot.name,
        parameters.canonical(),
        fmt,
        versions.picture_token(plot.products) + (versions.content() if plot.shows_content else ""),
        f"{datetime.now(UTC):%Y-%m-%d}",
        _software(),
    ]
    return hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()


@cache
def _software() -> tuple[str, ...]:
    import matplotlib as mpl
    import PIL

    return (__version__, mpl.__version__, PIL.__version__)


def _render(plot: Plot[Any], parameters: Parameters, fmt: Format, key: str) -> tuple[RenderedPlot, bool]:
    """The picture, and whether something in it only stands in while the database is away: that is not kept.

    A window may well be of the model on a site with real data, and a window read before may be real while the
    database is away.
    """
    from deepspace import versions

    was_away = versions.database_is_away()
    data = plot.data(parameters)
    is_away = was_away or versions.database_is_away()  # asked before anything else looks at it again
    shown = plot.provenance(data)
    provenance = tuple(versions.current(one) for one in shown)
    alt = plot.alt(data)
    image = RenderedPlot(
        key=key,
        body=_body(plot, data, fmt, alt, provenance),
        content_type=CONTENT_TYPES[fmt],
        alt=alt,
        tier=worst([one.tier for one in provenance]),
        provenance=provenance,
    )
    return image, is_away and not all(one.is_real for one in shown)


def _body(plot: Plot[Any], data: Any, fmt: Format, alt: str, provenance: Sequence[Provenance]) -> bytes:
    if fmt == "csv":
        return csv_bytes(_labelled(plot.columns(data), provenance))
    if fmt == "vot":
        return votable_bytes(
            _labelled(plot.columns(data), provenance), plot.name, f"{plot.title}. {alt}", provenance
        )
    from deepspace.plotting import render, svg

    figure = render.compose(plot, data, provenance)
    return render.png(figure) if fmt == "png" else svg.svg(figure, plot.title, alt)


def _labelled(
    columns: Mapping[str, NDArray[Any]], provenance: Sequence[Provenance]
) -> Mapping[str, NDArray[Any]]:
    """The columns; with one that says "synthetic" in each row when values come from a model."""
    if all(one.tier is not Tier.SYNTHETIC for one in provenance):
        return columns
    rows = len(next(iter(columns.values())))
    return {**columns, "data_tier": np.full(rows, Tier.SYNTHETIC.value, dtype=object)}


def data_uri(image: RenderedPlot) -> str:
    """``data:image/png;base64,…``: readable in a page without a second request."""
    return f"data:{image.content_type.partition(';')[0]};base64,{b64encode(image.body).decode('ascii')}"


def prerender(product_keys: Collection[str]) -> int:
    """Draw the default PNG of each plot that shows one of these products; returns how many could be drawn.

    A plot that fails is logged and left to its first reader: the data are stored, and the other plots go on.
    """
    drawn = 0
    for plot in registry.plots():
        if set(product_keys).isdisjoint(plot.products):
            continue
        try:
            rendered(plot, plot.parameters(), "png")
            drawn += 1
        except Exception:  # whatever is wrong with one plot, it must not end an ingest
            logger.exception("plot %s could not be drawn ahead", plot.name)
    return drawn
