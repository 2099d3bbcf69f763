"""Placing labels and rows: nothing touches, everything stays inside."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.transforms import Bbox

from deepspace.plotting import boxes, theme
from deepspace.plotting.labels import Label, legend, place, renderer_of
from deepspace.plotting.placement import Problem, leader
from deepspace.plotting.rows import spread

BOUNDS = Bbox.from_extents(20, 20, 980, 580)
POINTS = st.lists(st.tuples(st.floats(20, 980), st.floats(20, 580)), min_size=1, max_size=14)


def problem(points: list[tuple[float, float]], *, taken: np.ndarray | None = None) -> Problem:
    return Problem(
        anchors=np.array(points, dtype=float),
        sizes=[(140.0, 46.0)] * len(points),
        bounds=np.array(BOUNDS.extents),
        curve=np.column_stack([np.linspace(0, 1000, 200), np.linspace(0, 600, 200)]),
        taken=np.empty((0, 4)) if taken is None else taken,
    )


@settings(max_examples=40, deadline=None)
@given(POINTS)
def test_labels_never_touch_each_other_nor_leave_the_bounds(points: list[tuple[float, float]]) -> None:
    places = list(problem(points).solve().values())
    for one, other in itertools.combinations(places, 2):
        assert not boxes.touch(one[None, :], other[None, :], 4.9).any()
    for box in places:
        assert boxes.within(box[None, :], np.array(BOUNDS.extents)).all()


def test_boxes_that_are_taken_stay_free() -> None:
    taken = np.array([[300.0, 200.0, 700.0, 400.0]])
    for box in problem([(290.0, 300.0), (500.0, 410.0)], taken=taken).solve().values():
        assert not boxes.touch(box[None, :], taken, 0.0).any()


def test_a_label_without_room_is_left_out() -> None:
    everything = np.array([[0.0, 0.0, 1000.0, 600.0]])
    assert problem([(500.0, 300.0)], taken=everything).solve() == {}


def test_labels_prefer_places_that_do_not_hide_the_curve() -> None:
    question = problem([(500.0, 300.0)])
    box = question.solve()[0]
    assert boxes.contain(box[None, :], question.curve).sum() == 0


def test_a_label_that_found_no_room_goes_first_in_another_try() -> None:
    # the second label has one possible place only, which the first one would take
    narrow = Problem(
        anchors=np.array([[100.0, 50.0], [100.0, 50.0]]),
        sizes=[(40.0, 20.0), (150.0, 20.0)],
        bounds=np.array([0.0, 0.0, 320.0, 100.0]),
        curve=boxes.NOWHERE,
        taken=np.array([[0.0, 70.0, 320.0, 100.0], [0.0, 0.0, 320.0, 30.0]]),
    )
    assert set(narrow.solve()) == {0, 1}


def test_leaders_end_before_the_label_and_are_left_out_when_it_is_near() -> None:
    box = np.array([100.0, 90.0, 160.0, 110.0])
    line = leader(np.array([0.0, 100.0]), box)
    assert line[0].tolist() == [0.0, 100.0]
    assert line[-1].tolist() == [95.0, 100.0]
    assert len(leader(np.array([90.0, 100.0]), box)) == 0


def test_texts_are_written_where_they_were_placed() -> None:
    figure = theme.new_figure((1000, 600))
    labels = [Label(500, 300, "one"), Label(505, 300, "two\nlines", theme.SUN), Label(980, 580, "corner")]
    texts = place(figure, labels, bounds=BOUNDS)
    assert [text.get_text() for text in texts] == ["one", "two\nlines", "corner"]
    extents = [text.get_window_extent(renderer_of(figure)) for text in texts]
    for one, other in itertools.combinations(extents, 2):
        assert Bbox.intersection(one, other) is None
    for box in extents:
        assert BOUNDS.x0 - 1 <= box.x0
        assert box.x1 <= BOUNDS.x1 + 1


def test_no_labels_are_no_problem() -> None:
    assert place(theme.new_figure((1000, 600)), [], bounds=BOUNDS) == []


def test_a_legend_of_nothing_takes_no_room() -> None:
    axes = theme.add_axes(theme.new_figure((1000, 600)), 100, 60, 20, 40)
    assert legend(axes) == []
    axes.plot([0, 1], [0, 1], label="a line")
    (box,) = legend(axes)
    assert box.width > 50


def test_thinning_keeps_one_point_per_cell_of_a_curve() -> None:
    curve = np.column_stack([np.linspace(0, 600, 18_000), np.full(18_000, 3.0)])
    assert 95 <= len(boxes.thinned(curve)) <= 105
    assert len(boxes.thinned(None)) == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1000), max_size=25))
def test_rows_keep_their_order_and_distance(wanted: list[float]) -> None:
    places = spread(np.sort(np.array(wanted)), 30.0, 15.0, 985.0)
    assert (np.diff(places) >= 30.0 - 1e-6).all()
    assert (places >= 15.0).all()
    assert (places <= 985.0).all()


def test_rows_with_room_stay_where_they_want_to_be() -> None:
    wanted = np.array([100.0, 200.0, 400.0])
    assert spread(wanted, 30.0, 0.0, 500.0).tolist() == wanted.tolist()


def test_rows_that_press_on_each_other_share_the_shift() -> None:
    assert spread(np.array([100.0, 100.0]), 30.0, 0.0, 500.0) == pytest.approx([85.0, 115.0])


def test_a_label_does_not_seem_to_name_another_mark() -> None:
    """Without the others it would stand at the right; there it would be nearer to them."""
    own, others = np.array([[500.0, 300.0]]), np.array([[530.0, 300.0], [620.0, 330.0], [500.0, 300.0]])
    plain = Problem(own, [(80.0, 20.0)], np.array(BOUNDS.extents), boxes.NOWHERE, np.empty((0, 4)))
    aware = Problem(own, [(80.0, 20.0)], np.array(BOUNDS.extents), boxes.NOWHERE, np.empty((0, 4)), others)

    def apart(box: np.ndarray, points: np.ndarray) -> float:
        ends = np.clip(points, box[:2], box[2:])
        return float(np.hypot(*(ends - points).T).min())

    first, second = plain.solve()[0], aware.solve()[0]
    assert apart(first, others[:2]) < apart(first, own)
    assert apart(second, others[:2]) > apart(second, own)


def test_a_cloud_keeps_one_point_for_each_cell_wherever_it_lies() -> None:
    cloud = np.array([[1.0, 1.0], [50.0, 50.0], [2.0, 3.0], [51.0, 50.0], [100.0, -7.0]])
    assert boxes.cells(cloud).tolist() == [[1.0, 1.0], [50.0, 50.0], [100.0, -7.0]]
    assert len(boxes.cells(boxes.NOWHERE)) == 0
