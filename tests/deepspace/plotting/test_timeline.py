"""A time axis down the picture: to scale, rows apart, texts inside."""

from __future__ import annotations

from itertools import combinations

import pytest

from deepspace.plotting import theme, timeline
from deepspace.plotting.labels import figure_of, renderer_of
from deepspace.plotting.timeaxis import january
from deepspace.plotting.timeline import Entry, Mark, Timeline

MARK = Mark("o", theme.EARTH, "kind")


def entry(day: float, name: str = "An event", *, detail: str = "", aside: str = "") -> Entry:
    return Entry(day, MARK, name, "2000-01-01", detail=detail, aside=aside)


@pytest.fixture
def line() -> Timeline:
    figure = theme.new_figure((1000, 900))
    axes, length = timeline.canvas(figure)
    return Timeline(axes, length, 40.0, january(2000), january(2020))


def rows(line: Timeline) -> list[str]:
    return [one.get_text() for one in line.axes.texts if one.get_label() == "label"]


def test_the_axis_is_to_scale_from_the_first_day_to_the_last(line: Timeline) -> None:
    assert line.y(line.first) == 40.0
    assert line.y(line.last) == pytest.approx(line.length_px - 40.0)
    assert line.y((line.first + line.last) / 2) == pytest.approx(line.length_px / 2)


def test_one_single_day_has_a_place(line: Timeline) -> None:
    single = Timeline(line.axes, line.length_px, 40.0, january(2000), january(2000))
    timeline.draw_axis(single)
    timeline.draw_rows(single, [entry(january(2000))])
    assert rows(single) == ["An event"]


def test_rows_of_one_day_stand_apart(line: Timeline) -> None:
    timeline.draw_rows(line, [entry(january(2010), f"Event {n}", detail="of a kind") for n in range(12)])
    boxes = [one.get_window_extent(renderer_of(figure_of(line.axes))) for one in line.axes.texts]
    assert len(boxes) == 24
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))


def test_a_name_that_is_too_long_is_cut_and_says_so(line: Timeline) -> None:
    timeline.draw_rows(line, [entry(january(2010), "word " * 40, aside="94.0 au"), entry(january(2015))])
    long, short = (one for one in line.axes.texts if one.get_label() == "label")
    assert long.get_text().endswith("…")
    assert long.get_window_extent(renderer_of(figure_of(line.axes))).x1 < 1000 - 110
    assert short.get_text() == "An event"


def test_a_year_gives_way_to_now(line: Timeline) -> None:
    timeline.draw_axis(line, january(2010) + 5)
    texts = [one.get_text() for one in line.axes.texts]
    assert "now" in texts
    assert "2010" not in texts
    assert "2000" in texts


def test_without_marks_there_is_no_key() -> None:
    figure = theme.new_figure((1000, 900))
    timeline.draw_key(figure, [], 3)
    assert not figure.legends
    timeline.draw_key(figure, [MARK], 3)
    assert [one.get_text() for one in figure.legends[0].get_texts()] == ["kind"]
