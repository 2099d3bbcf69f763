"""Figure -> bytes: small, exact, deterministic, and labelled when modelled."""

from __future__ import annotations

import gc
import io
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from PIL import Image

from deepspace.plotting import marks, palette, render, theme
from deepspace.provenance import Tier
from tests.deepspace.plotting.plots_for_tests import MODEL, REAL, ImagePlot, LinePlot


def picture(plot: LinePlot) -> Image.Image:
    return Image.open(io.BytesIO(render.png(render.compose(plot, 30))))


def rgb(color: str) -> tuple[int, ...]:
    return tuple(round(255 * channel) for channel in to_rgb(color))


def test_the_same_data_give_the_same_bytes() -> None:
    assert render.png(render.compose(LinePlot(), 30)) == render.png(render.compose(LinePlot(), 30))
    assert render.png(render.compose(LinePlot(), 30)) != render.png(render.compose(LinePlot(), 31))


def test_a_png_has_a_palette_and_nothing_but_pixels() -> None:
    shown = picture(LinePlot())
    assert shown.mode == "P"
    assert len(shown.getcolors() or []) <= palette.SIZE
    assert shown.info == {}
    assert shown.size == (1000, 600)


def test_the_background_is_exact_to_the_edge() -> None:
    pixels = np.array(picture(LinePlot()).convert("RGB"))
    for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
        assert (edge == rgb(theme.BACKGROUND)).all()


@pytest.mark.parametrize("color", [theme.BOUNDARY, theme.SATURN, theme.EARTH])
def test_small_coloured_markers_survive(color: str) -> None:
    pixels = np.array(picture(LinePlot()).convert("RGB")).astype(int)
    near = np.abs(pixels - rgb(color)).sum(axis=2) < 40
    assert near.sum() >= 4


def test_line_art_is_merged_and_images_keep_their_shades() -> None:
    assert len(picture(LinePlot()).getcolors() or []) < 30
    assert len(picture(ImagePlot()).getcolors() or []) > 45


def test_a_line_plot_is_small() -> None:
    assert len(render.png(render.compose(LinePlot(), 60))) <= 25_000


def test_a_modelled_plot_carries_the_watermark_and_a_real_one_does_not() -> None:
    plot = LinePlot()
    for shown, expected in ((MODEL, True), (REAL, False)):
        plot.shown = shown
        texts = [text.get_text() for text in render.compose(plot, 30).texts]
        assert (marks.MODELLED in texts) is expected


def test_the_watermark_is_seen_in_the_pixels() -> None:
    plot = LinePlot()
    real = np.array(picture(plot).convert("RGB")).astype(int)
    plot.shown = MODEL
    modelled = np.array(picture(plot).convert("RGB")).astype(int)
    changed = np.abs(real - modelled).sum(axis=2) > 30
    assert changed.mean() > 0.03


@pytest.mark.parametrize(
    ("provenance", "line"),
    [
        ((REAL,), "JPL Horizons · retrieved 2026-11-20"),
        ((MODEL,), "documented model · synthetic"),
        ((REAL, REAL), "JPL Horizons · retrieved 2026-11-20"),
        ((REAL, MODEL), "JPL Horizons · retrieved 2026-11-20   |   documented model · synthetic"),
        ((), ""),
    ],
)
def test_the_footer_names_the_main_source_and_what_stands_lower(provenance: Any, line: str) -> None:
    assert marks.footer(theme.new_figure((1000, 600)), *provenance).get_text() == line


def test_an_unknown_source_is_named_as_it_is() -> None:
    provenance = type(REAL)("a.b", Tier.STALE, "some_archive")
    assert marks.credit(provenance) == "some archive · stale"


def test_renders_leave_nothing_behind() -> None:
    figure = render.compose(LinePlot(), 30)
    render.png(figure)
    assert not figure.axes
    gc.collect()
    before = sum(isinstance(one, FigureCanvasAgg) and one.renderer is not None for one in gc.get_objects())
    for _ in range(3):
        render.png(render.compose(LinePlot(), 30))
    after = sum(isinstance(one, FigureCanvasAgg) and one.renderer is not None for one in gc.get_objects())
    assert after == before
