"""Words on a picture beside its labels: what is shown, a key, names over peaks, a sentence in an empty panel."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from numpy.typing import ArrayLike

from deepspace.plotting import theme
from deepspace.plotting.labels import renderer_of

SMALL_PT: Final = theme.FOOTER_PT + 1
# Behind a text that lies over grid lines: they stop at it, and it stays legible.
BEHIND: Final = {"facecolor": theme.BACKGROUND, "edgecolor": "none", "pad": 1.5, "alpha": 0.85}
_MARGIN_PX: Final = 22
_SUBTITLE_PX: Final = 63  # from the upper edge to the middle of the line
_KEY_PX: Final = 14  # from the upper edge to a key beside the title
_LINE: Final = 52  # characters of a line of a sentence
_LEAST_PT: Final = 8.0
_TRIES: Final = 6
_ABOVE_PT: Final = 4.0  # from a peak to its name


def subtitle(figure: Figure, text: str) -> None:
    """One line below the title: which days, and what is drawn; smaller where it would run over the edge."""
    width, height = figure.get_size_inches() * theme.DPI
    line = figure.text(
        _MARGIN_PX / width,
        1 - _SUBTITLE_PX / height,
        text,
        fontsize=SMALL_PT,
        color=theme.MUTED,
        va="center",
    )
    fit(line, width - 2 * _MARGIN_PX)


def fit(text: Text, room_px: float) -> None:
    """Make a line of text as small as it must be to take no more than that width; never below 8 pt."""
    figure = text.get_figure(root=True)
    assert isinstance(figure, Figure)  # noqa: S101 (it stands on one)
    for _ in range(_TRIES):  # widths do not follow sizes exactly: letters stand on whole pixels
        width, size = text.get_window_extent(renderer_of(figure)).width, float(text.get_fontsize())
        if width <= room_px or size <= _LEAST_PT:
            return
        text.set_fontsize(max(_LEAST_PT, min(size - 0.2, size * room_px / width)))


def say(axes: Axes, text: str, *, y: float = 0.5) -> None:
    """A sentence in the middle where there is nothing to draw."""
    axes.text(
        0.5,
        y,
        "\n".join(textwrap.wrap(text, _LINE)),
        transform=axes.transAxes,
        ha="center",
        va="center",
        color=theme.TEXT,
        fontsize=theme.LABEL_PT,
        linespacing=1.5,
        bbox={"facecolor": theme.BACKGROUND, "edgecolor": "none", "pad": 10},
        zorder=6,
    )


def panel_name(axes: Axes, text: str, color: str) -> None:
    """What a panel shows, with its unit: inside, because beside the axes a phone has no room."""
    axes.text(
        0.008,
        0.95,
        text,
        transform=axes.transAxes,
        color=color,
        fontsize=theme.LABEL_PT,
        fontweight="bold",
        va="top",
        zorder=6,
        bbox=BEHIND,
    )


def key_beside_title(figure: Figure, handles: Sequence[Line2D | Patch]) -> None:
    """What the marks mean, at the right of a short title."""
    width, height = figure.get_size_inches() * theme.DPI
    figure.legend(
        handles=list(handles),
        loc="upper right",
        bbox_to_anchor=(1 - (_MARGIN_PX - 10) / width, 1 - _KEY_PX / height),
        ncols=len(handles),
        columnspacing=1.2,
        handletextpad=0.5,
        handlelength=1.4,
        fontsize=SMALL_PT,
    )


def name_peaks(
    axes: Axes,
    x: ArrayLike,
    y: ArrayLike,
    names: Sequence[str],
    *,
    apart_px: float,
    most: int,
    beside_x: float | None = None,
    **style: Any,
) -> None:
    """Write the names of the highest points over them.

    A point is named only where no higher one stands under its name, so that a name never seems to be of another.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        In data coordinates; limits and scales are set.
    apart_px
        Least distance between two names: their width and some room.
    beside_x
        An upright line that names keep off.
    """
    places = np.column_stack([np.asarray(x, np.float64), np.asarray(y, np.float64)])
    across, up = axes.transData.transform(places).T
    frame = axes.get_window_extent()
    line = np.inf if beside_x is None else float(axes.transData.transform((beside_x, places[0, 1]))[0])
    half = apart_px / 2
    done: list[float] = []
    looks: dict[str, Any] = {"fontsize": SMALL_PT, "color": theme.TEXT} | style
    for i in np.lexsort((across, -up)).tolist():
        if len(done) == most:
            break
        if not names[i]:
            continue
        middle = _off(min(max(float(across[i]), frame.x0 + half), frame.x1 - half), line, half)
        if any(abs(middle - other) < apart_px for other in done):
            continue
        if ((up > up[i] + 1.0) & (np.abs(across - middle) < half)).any():
            continue
        done.append(middle)
        axes.annotate(
            names[i],
            (axes.transData.inverted().transform((middle, up[i]))[0], places[i, 1]),
            xytext=(0.0, _ABOVE_PT),
            textcoords="offset points",
            ha="center",
            va="bottom",
            zorder=6,
            bbox=BEHIND,
            annotation_clip=False,
            **looks,
        )


def _off(middle: float, line: float, half: float) -> float:
    """The place of a name that does not lie on an upright line."""
    if abs(middle - line) >= half:
        return middle
    return line - half if middle <= line else line + half


def length_name(seconds: float) -> str:
    """A length of time in the unit that reads best."""
    for size, unit in ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min")):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"
