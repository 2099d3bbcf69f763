"""Ticks of time axes: round dates told with their month, found once, never cut by the edge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from matplotlib.axes import Axes

from deepspace.plotting import theme
from deepspace.plotting.timeaxis import days, days_of, share_ticks, utc_axis

END = datetime(2026, 2, 9, 17, tzinfo=UTC)


def axes_of(span: timedelta, *, right_px: float = 30) -> Axes:
    figure = theme.new_figure((1000, 600))
    axes = theme.add_axes(figure, 100, 80, right_px, 40)
    utc_axis(axes, days_of([END - span, END]).tolist())
    return axes


def names(axes: Axes) -> list[str]:
    return [one.get_text() for one in axes.get_xticklabels()]


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (timedelta(days=1), ["20:00", "Feb 09", "04:00", "08:00", "12:00", "16:00"]),
        (timedelta(days=7), ["Feb 03", "Feb 05", "Feb 07", "Feb 09"]),
        (timedelta(days=30), ["Jan 15", "Jan 22", "Feb 01", "Feb 08"]),
        (timedelta(days=366), ["Mar", "May", "Jul", "Sep", "Nov", "2026"]),
    ],
)
def test_days_are_told_with_their_month(span: timedelta, expected: list[str]) -> None:
    assert names(axes_of(span)) == expected


def test_a_name_that_the_edge_would_cut_is_left_out_and_its_tick_stays() -> None:
    whole, cut = axes_of(timedelta(days=7)), axes_of(timedelta(days=7), right_px=1)
    assert len(cut.get_xticks()) == len(whole.get_xticks())
    assert names(whole)[-1] == "Feb 09"
    figure = cut.get_figure(root=True)
    assert figure is not None
    figure.canvas.draw()
    assert all(one.get_window_extent().x1 <= 1000 for one in cut.get_xticklabels() if one.get_text())


def test_panels_share_their_ticks_and_only_the_last_names_them() -> None:
    figure = theme.new_figure((1000, 600))
    panels = [theme.add_axes(figure, 100, bottom, 30, 560 - bottom) for bottom in (320, 80)]
    utc_axis(panels[1], days_of([END - timedelta(days=7), END]).tolist())
    share_ticks(panels)
    assert panels[0].get_xticks().tolist() == panels[1].get_xticks().tolist()
    assert panels[0].get_xlim() == panels[1].get_xlim()
    assert not any(names(panels[0]))


def test_both_ways_to_days_agree() -> None:
    moments = [END + timedelta(hours=7.3 * n) for n in range(50)]
    naive = np.array([one.replace(tzinfo=None) for one in moments], dtype="datetime64[us]")
    assert days_of(moments) == pytest.approx(days(naive), abs=1e-9)
    assert len(days_of([])) == 0
