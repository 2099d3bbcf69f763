"""The one look of all plots: mission control at night, safe for colour-blind readers, legible on a phone.

A 1000 px wide picture is shown about 360 px wide on a phone, so letters are drawn some 22 px high to come out
at 8 there. Colours are the Okabe-Ito set, lightened for a dark ground, and named by what they mean.
rcParams are set once, here, at import: changing them while requests are served would change other figures.
"""

from __future__ import annotations

from typing import Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

BACKGROUND: Final = "#0f1424"  # between the page's #0c0c0c and #16213e: a screen set into the card
TEXT: Final = "#e8edf6"
MUTED: Final = "#a3afc6"  # axes, footers; 8:1 on the background
GRID: Final = "#2b3553"

SPACECRAFT: Final = "#56b4e9"  # the measured thing itself
PREDICTED: Final = "#9ed6f7"  # the same, not yet happened
DESIGN: Final = "#c3cbda"  # the same, as planned rather than as tracked
SUN: Final = "#f0e442"
EARTH: Final = "#2ec4a0"
JUPITER: Final = "#e69f00"
SATURN: Final = "#d79ac0"
BOUNDARY: Final = "#ff8552"  # where one region of space ends
NOW: Final = "#ffffff"
INSTRUMENT: Final = "#b3a1ff"
ALERT: Final = "#ff4f9a"  # something broke
WARNING: Final = "#ffb000"  # "modelled": meant to be seen first

DPI: Final = 100
TITLE_PT: Final = 18
LABEL_PT: Final = 15
FOOTER_PT: Final = 12
TITLE_PX: Final = 58  # strip above the axes that belongs to the title
LEFT_PX: Final = 104  # left margin that holds tick labels of five characters and the name of the axis
RIGHT_PX: Final = 30  # right margin that holds half a tick label
YLABEL_PX: Final = 28  # from the left edge to the base line of that name
XAXIS_PX: Final = 58  # strip below the axes that belongs to tick labels and the name of the x axis
XLABEL_PX: Final = 38  # from the axes down to the name of the x axis
FOOTER_PX: Final = 34  # strip below them that belongs to the provenance line

mpl.rcParams.update(
    {
        "figure.facecolor": BACKGROUND,
        "figure.dpi": DPI,
        "savefig.dpi": "figure",
        "savefig.facecolor": "auto",
        "figure.autolayout": False,
        "figure.constrained_layout.use": False,
        "font.family": ["DejaVu Sans"],
        "font.size": LABEL_PT,
        "text.color": TEXT,
        "text.parse_math": False,
        "axes.facecolor": "none",  # the watermark stands behind the data, not behind a patch
        "axes.edgecolor": MUTED,
        "axes.labelcolor": TEXT,
        "axes.labelsize": LABEL_PT,
        "axes.linewidth": 1.0,
        "axes.axisbelow": True,
        "axes.grid": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "grid.color": GRID,
        "grid.linewidth": 1.0,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelcolor": TEXT,
        "ytick.labelcolor": TEXT,
        "xtick.labelsize": LABEL_PT,
        "ytick.labelsize": LABEL_PT,
        "legend.fontsize": LABEL_PT,
        "legend.frameon": False,
        "legend.handlelength": 1.8,
        "legend.borderaxespad": 0.2,
        "lines.linewidth": 2.4,
        "lines.markersize": 9,
        "lines.solid_capstyle": "round",
        "path.simplify": True,
        "svg.hashsalt": "deepspace",
        "svg.fonttype": "path",
    }
)


def new_figure(size_px: tuple[int, int]) -> Figure:
    """An empty themed figure of that many pixels, with its own Agg canvas."""
    width, height = size_px
    figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI)
    FigureCanvasAgg(figure)
    return figure


def add_axes(figure: Figure, left: float, bottom: float, right: float, top: float) -> Axes:
    """Axes with these margins in pixels from each side of the figure.

    Fixed margins, because the layout engines draw everything twice.
    """
    width, height = figure.get_size_inches() * DPI
    box = (left / width, bottom / height, (width - left - right) / width, (height - bottom - top) / height)
    return figure.add_axes(box)


def style_axes(axes: Axes, *, xlabel: str = "", ylabel: str = "", grid: bool = True) -> None:
    """Names with units, and a grid that stays behind the data.

    The name of the y axis stands at the figure's edge, not beside the tick labels: it does not move with them,
    is not cut off by long ones, and matplotlib need not measure every tick to place it.
    """
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    axes.grid(grid)
    axes.tick_params(length=5, pad=5)
    figure = axes.get_figure(root=True)
    if figure is None:
        return
    width, height = figure.get_size_inches() * DPI
    frame = axes.get_position()
    middle_x, middle_y = (frame.x0 + frame.x1) / 2, (frame.y0 + frame.y1) / 2
    axes.yaxis.set_label_coords(YLABEL_PX / width, middle_y, transform=figure.transFigure)
    axes.xaxis.set_label_coords(middle_x, frame.y0 - XLABEL_PX / height, transform=figure.transFigure)


def bare_axes(axes: Axes) -> None:
    """No frame, ticks or grid: for drawings that carry their own scale."""
    axes.set_axis_off()
    axes.grid(False)


def inset_axes(axes: Axes) -> None:
    """A framed panel over another drawing, which it hides."""
    axes.set_facecolor(BACKGROUND)
    axes.grid(False)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(True)
        spine.set_color(GRID)
        spine.set_linewidth(1.5)
