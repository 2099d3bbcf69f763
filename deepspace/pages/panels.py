"""A plot as a page embeds it: picture, words, provenance, and its own addresses."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import Error as DatabaseFailure

from deepspace.parameters import NoParameters, Parameters
from deepspace.plotting import registry
from deepspace.plotting.cache import data_uri, rendered
from deepspace.plotting.plot import Plot
from deepspace.provenance import Provenance

FORMATS = {"png": "PNG", "svg": "SVG", "csv": "CSV", "vot": "VOTable"}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Download:
    """One format of the plot, at the plot's own address and with the same parameters."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Panel:
    """What ``includes/plot_panel.html`` prints. Without an image (the database is away) it says so."""

    plot: type[Plot[Any]] | Plot[Any]
    image: str
    alt: str
    provenances: tuple[Provenance, ...]
    downloads: tuple[Download, ...]

    @property
    def width(self) -> int:
        """Pixels."""
        return self.plot.size_px[0]

    @property
    def height(self) -> int:
        """Pixels."""
        return self.plot.size_px[1]


def panel(name: str, parameters: Parameters | None = None) -> Panel:
    """The panel of a plot, from the cache where it is warm."""
    plot = registry.plot(name)
    chosen = parameters or NoParameters()
    try:
        picture = rendered(plot, chosen, "png")
    except DatabaseFailure:
        _log.exception("plot %s cannot be drawn", name)
        return Panel(plot, "", "", (), ())
    downloads = tuple(Download(label, plot_url(name, fmt, chosen)) for fmt, label in FORMATS.items())
    return Panel(plot, data_uri(picture), picture.alt, tuple(picture.provenance), downloads)


def plot_url(name: str, fmt: str, parameters: Parameters) -> str:
    """Address of a plot with the parameters that differ from their defaults."""
    query = urlencode(parameters.canonical())
    return f"/plots/{name}.{fmt}{'?' if query else ''}{query}"
