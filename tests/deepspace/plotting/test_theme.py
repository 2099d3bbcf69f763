"""The look: contrast, size on a phone, margins, time axes."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from deepspace.plotting import theme
from deepspace.plotting.timeaxis import days, january, utc_axis, year_ticks

COLORS = {name: value for name, value in vars(theme).items() if name.isupper() and str(value).startswith("#")}


def luminance(color: str) -> float:
    channels = np.array(to_rgb(color))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", sorted(set(COLORS) - {"BACKGROUND", "GRID"}))
def test_every_colour_is_legible_on_the_background(name: str) -> None:
    assert contrast(COLORS[name], theme.BACKGROUND) >= 4.5  # WCAG AA for text


def test_no_two_colours_are_alike() -> None:
    for (one, color), (other, second) in combinations(COLORS.items(), 2):
        assert np.abs(np.array(to_rgb(color)) - to_rgb(second)).sum() > 0.12, (one, other)


def test_letters_are_legible_on_a_phone() -> None:
    assert theme.LABEL_PT * theme.DPI / 72 * 360 / 1000 >= 7.5  # CSS pixels in a picture 360 wide


def test_a_figure_has_the_size_that_was_asked_for() -> None:
    figure = theme.new_figure((1000, 760))
    figure.canvas.draw()
    assert figure.canvas.get_width_height() == (1000, 760)


def test_axes_have_margins_in_pixels() -> None:
    axes = theme.add_axes(theme.new_figure((1000, 600)), 100, 60, 20, 40)
    assert axes.get_window_extent().extents == pytest.approx([100, 60, 980, 560])


def test_importing_the_theme_again_changes_no_parameter() -> None:
    assert mpl.rcParams["svg.hashsalt"] == "deepspace"
    assert mpl.rcParams["font.size"] == theme.LABEL_PT


def test_instants_become_days_in_utc() -> None:
    assert float(days(datetime(1970, 1, 2, 12, tzinfo=UTC))) == 1.5
    assert days(np.array(["1970-01-03"], dtype="datetime64[us]")).tolist() == [2.0]


@pytest.mark.parametrize(
    ("first", "last", "ticks"),
    [
        (1977, 2028, [1980, 1990, 2000, 2010, 2020]),
        (2011, 2019, [2012, 2014, 2016, 2018]),
        (2000, 2005, [2000, 2001, 2002, 2003, 2004, 2005]),
    ],
)
def test_years_are_round_and_few(first: int, last: int, ticks: list[int]) -> None:
    assert year_ticks(january(first), january(last), 7) == ticks


@pytest.mark.parametrize("span_d", [0.0, 0.01, 1.0, 60.0, 1_000.0, 20_000.0, 300_000.0])
def test_any_span_gets_at_least_one_tick_and_not_too_many(span_d: float) -> None:
    figure = theme.new_figure((1000, 600))
    axes = theme.add_axes(figure, 100, 80, 30, 40)
    utc_axis(axes, [10_000.0, 10_000.0 + span_d])
    figure.canvas.draw()
    low, high = axes.get_xlim()
    assert low < 10_000.0 <= 10_000.0 + span_d < high
    shown = [place for place in axes.get_xticks() if low <= place <= high]
    assert 1 <= len(shown) <= 9
