"""Words on a picture: they fit, they name what they stand over, and they keep off lines."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.lines import Line2D
from matplotlib.text import Annotation

from deepspace.plotting import theme, words
from deepspace.plotting.labels import renderer_of


@pytest.fixture
def axes():
    figure = theme.new_figure((1000, 600))
    found = theme.add_axes(figure, 100, 80, 50, 80)
    found.set_xlim(0.0, 850.0)  # a pixel each
    found.set_ylim(0.0, 440.0)
    return found


def named(axes) -> dict[str, Annotation]:
    return {one.get_text(): one for one in axes.texts}


@pytest.mark.parametrize("length", [10, 110, 150])
def test_a_line_below_the_title_never_runs_over_the_edge(length: int) -> None:
    figure = theme.new_figure((1000, 600))
    words.subtitle(figure, "m" * (length // 2) + "i" * (length // 2))
    (line,) = figure.texts
    assert line.get_window_extent(renderer_of(figure)).x1 <= 1000 - 22 or line.get_fontsize() == 8.0
    assert (line.get_fontsize() == words.SMALL_PT) is (length == 10)


def test_the_highest_point_is_named_and_what_it_hides_is_not(axes) -> None:
    words.name_peaks(axes, [300.0, 340.0, 372.0], [200.0, 100.0, 50.0], ["a", "b", "c"], apart_px=62, most=9)
    assert set(named(axes)) == {"a", "c"}
    axes.texts[0].remove()
    axes.texts[0].remove()
    words.name_peaks(axes, [300.0, 340.0, 366.0], [200.0, 100.0, 50.0], ["a", "b", "c"], apart_px=62, most=9)
    assert set(named(axes)) == {"a"}


def test_no_more_names_than_asked_for_and_none_that_is_empty(axes) -> None:
    x = np.arange(10) * 80.0 + 40.0
    words.name_peaks(axes, x, np.arange(10) * 10.0, [*"abcdefgh", "", "j"], apart_px=60, most=3)
    assert set(named(axes)) == {"j", "h", "g"}


def test_names_stay_inside_the_axes_and_off_an_upright_line(axes) -> None:
    words.name_peaks(
        axes, [0.0, 850.0, 400.0], [10.0, 20.0, 30.0], ["l", "r", "m"], apart_px=60, most=3, beside_x=410.0
    )
    found = named(axes)
    assert found["l"].xy[0] == pytest.approx(30.0)
    assert found["r"].xy[0] == pytest.approx(820.0)
    assert found["m"].xy[0] == pytest.approx(380.0)


def test_a_sentence_is_wrapped_and_stands_in_the_panel(axes) -> None:
    words.say(axes, "word " * 30)
    (text,) = axes.texts
    assert text.get_text().count("\n") == 2
    box, frame = text.get_window_extent(renderer_of(axes.figure)), axes.get_window_extent()
    assert frame.x0 < box.x0 < box.x1 < frame.x1


def test_a_key_stands_at_the_right_of_the_title() -> None:
    figure = theme.new_figure((1000, 600))
    words.key_beside_title(figure, [Line2D([], [], label=name) for name in ("one", "two")])
    (key,) = figure.legends
    box = key.get_window_extent(renderer_of(figure))
    assert 500 < box.x0 < box.x1 <= 1000
    assert 600 - theme.TITLE_PX < box.y0 < box.y1 <= 600


def test_lengths_of_time_are_told_in_the_unit_that_reads_best() -> None:
    assert [words.length_name(one) for one in (60.0, 100.0, 1_400.0, 73_000.0, 200_000.0)] == [
        "60 s",
        "1.67 min",
        "23.3 min",
        "20.3 h",
        "2.31 d",
    ]
