"""What every picture carries in its pixels: its title, where the data come from, and a warning when modelled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from matplotlib.figure import Figure
from matplotlib.text import Text

from deepspace.plotting import theme
from deepspace.provenance import Provenance, Tier

MODELLED: Final = "MODELLED — not measured"

SOURCE_NAMES: Final = {
    "jpl_horizons": "JPL Horizons",
    "nasa_spdf": "NASA SPDF",
    "nasa_pds": "NASA PDS",
    "nasa_neows": "NASA NeoWs",
    "nasa_donki": "NASA DONKI",
    "noaa_swpc": "NOAA SWPC",
    "gfz": "GFZ Potsdam",
    "cneos": "JPL CNEOS",
    "mast": "MAST",
    "mpc": "Minor Planet Center",
    "curated": "curated list",
    "computed": "computed",
    "synthetic": "documented model",
}


def title(figure: Figure, text: str) -> Text:
    """The title, in the strip above the axes."""
    width, height = figure.get_size_inches() * theme.DPI
    return figure.text(
        22 / width, 1 - 30 / height, text, fontsize=theme.TITLE_PT, fontweight="bold", ha="left", va="center"
    )


def credit(provenance: Provenance) -> str:
    """One line: source, date of retrieval, and the tier where it is a warning."""
    if provenance.source == "none":
        return f"{provenance.product.rpartition('.')[2].replace('_', ' ')}: nothing stored"
    parts = [SOURCE_NAMES.get(provenance.source, provenance.source.replace("_", " "))]
    if provenance.retrieved_at is not None:
        parts.append(f"retrieved {provenance.retrieved_at:%Y-%m-%d}")
    if provenance.tier not in {Tier.REAL, Tier.CACHED}:
        parts.append(provenance.tier.value)
    return " · ".join(parts)


def footer(figure: Figure, *provenance: Provenance) -> Text:
    """The provenance line, in the strip below the axes: the main source, and each that stands lower than it."""
    width, height = figure.get_size_inches() * theme.DPI
    lower = [one for one in provenance[1:] if one.tier.rank > provenance[0].tier.rank]
    line = "   |   ".join(map(credit, [*provenance[:1], *lower]))
    colour = theme.WARNING if is_modelled(provenance) else theme.MUTED
    return figure.text(22 / width, 15 / height, line, fontsize=theme.FOOTER_PT, color=colour, va="center")


def watermark(figure: Figure, text: str = MODELLED) -> Text:
    """Large letters across the whole picture: behind the data, which stay legible, and impossible to crop away."""
    width, height = figure.get_size_inches() * theme.DPI
    mark = figure.text(
        0.5,
        0.5,
        text,
        fontsize=width / 24,
        fontweight="bold",
        color=theme.WARNING,
        alpha=0.38,
        rotation=20 if width > height else 45,
        ha="center",
        va="center",
        zorder=-1,
        antialiased=False,  # soft edges of letters this large are a tenth of the file
    )
    mark.set_label("watermark")
    return mark


def is_modelled(provenance: Sequence[Provenance]) -> bool:
    """Whether any value on a picture comes from a model."""
    return any(one.tier is Tier.SYNTHETIC for one in provenance)
