"""The pictures of the field: what they draw, say and export, for dense, sparse, single and modelled averages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest

from deepspace.plotting import marks
from deepspace.provenance import Tier
from tests.support import field
from tests.support.plots import Seen, assert_exact, assert_legible, assert_told, draw, line_plot_bytes
from voyager.field import FieldMark, FieldWindow, Mission, Series
from voyager.plots.field_base import FieldPlot, runs, steps
from voyager.plots.magnetometer import MagnetometerPlot
from voyager.plots.magnetometer_direction import MagnetometerDirectionPlot
from voyager.plots.magnetometer_mission import MagnetometerMissionPlot

WINDOW_PLOTS: list[FieldPlot] = [MagnetometerPlot(), MagnetometerDirectionPlot()]
ALL = [*WINDOW_PLOTS, MagnetometerMissionPlot()]
START = datetime(2012, 8, 1, tzinfo=UTC)
SHOCKS = (
    FieldMark("Termination shock", "boundary", datetime(2004, 12, 16, 12, tzinfo=UTC), False, "", ""),
    field.HELIOPAUSE,
    FieldMark("First interstellar shock", "boundary", datetime(2012, 11, 30, 12, tzinfo=UTC), False, "", ""),
    FieldMark("Second interstellar shock", "boundary", datetime(2014, 8, 24, 12, tzinfo=UTC), False, "", ""),
    FieldMark("Pressure front pf2", "boundary", datetime(2020, 5, 26, 12, tzinfo=UTC), False, "", ""),
)
PLANETS = (
    FieldMark("Jupiter", "encounter", datetime(1979, 3, 5, 12, 4, 35, tzinfo=UTC), True, "", ""),
    FieldMark("Saturn", "encounter", datetime(1980, 11, 12, 23, 45, 37, tzinfo=UTC), True, "", ""),
)


def series(start: datetime, n: int, *, cadence_s: int = 48, every: int = 1, strength: float = 0.45) -> Series:
    """Averages with the daily gaps of real tracking: eight hours of each day."""
    utc = field.times(start.replace(tzinfo=None).isoformat(), n, cadence_s * every)
    values = field.vectors(n, strength)
    if cadence_s == 48:
        tracked = (utc - utc.astype("datetime64[D]")) < np.timedelta64(8, "h")
        utc, values = utc[tracked], values[tracked]
    return Series(utc, values, np.array([field.SIGMA]) if cadence_s == 48 else None, cadence_s)


def with_planets() -> Series:
    long = series(datetime(1977, 9, 7, tzinfo=UTC), 17_000, cadence_s=3600, every=24, strength=0.1)
    for one in PLANETS:
        at = np.searchsorted(long.utc, np.datetime64(one.at.replace(tzinfo=None)))
        long.values[at] = (800.0, -500.0, 600.0, -170.0)
    return long


def jump() -> Series:
    found = series(START, 60 * 1_800)
    found.values[found.utc < np.datetime64("2012-08-25")] *= 0.5
    return found


CASES: dict[str, tuple[Any, timedelta, tuple[FieldMark, ...], Tier]] = {
    "60 days": (jump, timedelta(days=60), (field.HELIOPAUSE,), Tier.REAL),
    "1 day": (
        lambda: series(datetime(2012, 8, 25, tzinfo=UTC), 1_800),
        timedelta(days=1),
        (field.HELIOPAUSE,),
        Tier.REAL,
    ),
    "one average": (lambda: series(START, 1), timedelta(days=1), (), Tier.REAL),
    "whole mission": (with_planets, timedelta(days=17_000), (*PLANETS, *SHOCKS), Tier.REAL),
    "hourly": (
        lambda: series(datetime(1995, 1, 1, tzinfo=UTC), 9_000, cadence_s=3600, strength=0.04),
        timedelta(days=375),
        (),
        Tier.REAL,
    ),
    "no component": (
        lambda: Series(
            field.times("2012-08-01", 50, 48),
            np.column_stack([np.full(50, 0.4), np.full((50, 3), np.nan)]),
            None,
            48,
        ),
        timedelta(days=1),
        (),
        Tier.REAL,
    ),
    "modelled": (lambda: series(START, 700, cadence_s=3600), timedelta(days=30), (), Tier.SYNTHETIC),
}
each_case = pytest.mark.parametrize("case", CASES)
each_plot = pytest.mark.parametrize("plot", ALL, ids=lambda plot: plot.name)


@cache
def window(case: str) -> FieldWindow:
    make, length, marked, tier = CASES[case]
    averages = make()
    start = averages.utc[0].item().replace(tzinfo=UTC)
    return field.window(averages, start, start + length, tier=tier, marks=marked)


@cache
def mission(case: str) -> Mission:
    whole = with_planets()
    return field.mission(window(case), whole, (*PLANETS, *SHOCKS))


def data_of(plot: Any, case: str) -> Any:
    return mission(case) if isinstance(plot, MagnetometerMissionPlot) else window(case)


@each_plot
@each_case
def test_no_two_texts_overlap_and_all_are_inside(plot: Any, case: str, seen: Seen) -> None:
    assert_legible(plot, data_of(plot, case), seen)


@each_plot
@each_case
def test_alt_text_and_table_exist_for_all_data(plot: Any, case: str) -> None:
    assert_told(plot, data_of(plot, case))


@each_plot
@pytest.mark.parametrize("case", ["60 days", "whole mission"])
def test_the_picture_is_small_and_the_same_each_time(plot: Any, case: str) -> None:
    assert_exact(plot, data_of(plot, case), largest_bytes=line_plot_bytes(plot, 1.1))


@each_plot
def test_a_modelled_picture_says_so(plot: Any, seen: Seen) -> None:
    data = data_of(plot, "modelled")
    draw(plot, data)
    texts = [text.get_text() for text, _ in seen]
    assert marks.MODELLED in texts
    assert plot.alt(data).endswith("All of this is modelled.")


@each_plot
def test_plots_describe_themselves(plot: Any) -> None:
    assert plot.name.startswith("magnetometer")
    assert len(plot.caption) > 60
    assert len(plot.caveat) > 60
    assert plot.products == (
        "voyager.magnetic_field_48s",
        "voyager.magnetic_field_1h",
        "voyager.events",
    )


def test_the_alt_text_states_the_jump_at_the_heliopause() -> None:
    text = MagnetometerPlot().alt(window("60 days"))
    assert "Heliopause on 2012-08-25: 0.22 nT before, 0.45 nT after." in text


def test_a_boundary_known_to_the_day_has_no_jump_within_that_day() -> None:
    assert "before" not in MagnetometerPlot().alt(window("1 day"))


def test_a_gap_beside_a_boundary_leaves_its_jump_unsaid() -> None:
    averages = series(START, 60 * 1_800)
    away = (averages.utc < np.datetime64("2012-08-10")) | (averages.utc > np.datetime64("2012-09-10"))
    some = Series(averages.utc[away], averages.values[away], averages.sigma, 48)
    shown = field.window(some, START, START + timedelta(days=60), marks=(field.HELIOPAUSE,))
    assert "before" not in MagnetometerPlot().alt(shown)


def test_the_table_is_what_is_drawn() -> None:
    few = window("1 day")
    columns = MagnetometerPlot().columns(few)
    assert list(columns) == [
        *("utc", "b_nt", "br_nt", "bt_nt", "bn_nt"),
        *("b_sigma_nt", "br_sigma_nt", "bt_sigma_nt", "bn_sigma_nt", "cadence_s"),
    ]
    assert np.array_equal(columns["b_nt"], few.drawn.mean[:, 0])
    many = window("60 days")
    columns = MagnetometerPlot().columns(many)
    assert {"averages", "b_min_nt", "b_mean_nt", "b_max_nt", "bn_max_nt", "column_s"} <= set(columns)
    assert columns["averages"].sum() == many.statistics.count
    assert columns["b_max_nt"].max() == many.statistics.max_nt


def test_directions_are_empty_where_the_field_is_weak() -> None:
    columns = MagnetometerDirectionPlot().columns(window("hourly"))
    assert np.isnan(columns["lambda_deg"]).mean() > 0.9
    strong = MagnetometerDirectionPlot().columns(window("60 days"))
    assert np.isfinite(strong["lambda_deg"]).all()
    assert "has no direction" in MagnetometerDirectionPlot().alt(window("hourly"))


def test_a_window_without_directions_says_so(seen: Seen) -> None:
    draw(MagnetometerDirectionPlot(), window("no component"))
    assert any("no direction" in text.get_text() for text, _ in seen)


def test_gaps_are_gaps_and_a_single_column_is_seen() -> None:
    three = Series(field.times("2012-08-01", 3, 48), field.vectors(3), None, 48)
    three.utc[2] += np.timedelta64(3_600, "s")
    drawn = field.window(three, START, START + timedelta(days=1)).drawn
    assert [(one.start, one.stop) for one in runs(drawn)] == [(0, 2), (2, 3)]
    time, line = steps(drawn, drawn.mean[:, 0])
    assert np.isnan(time).sum() == np.isnan(line).sum() == 1
    last = time[-2:]
    assert (last[1] - last[0]) * 86_400 == pytest.approx(48, abs=0.01)


def test_the_uncertainty_stands_in_the_picture(seen: Seen) -> None:
    draw(MagnetometerPlot(), window("60 days"))
    assert any(text.get_text() == "±0.03 nT: 1σ of one average" for text, _ in seen)
    seen.clear()
    draw(MagnetometerPlot(), window("hourly"))
    assert not any("1σ" in text.get_text() for text, _ in seen)


def test_planets_in_the_window_make_the_axis_logarithmic() -> None:
    figure = draw(MagnetometerPlot(), window("whole mission"))
    assert figure.axes[0].get_yscale() == "log"
    assert draw(MagnetometerPlot(), window("60 days")).axes[0].get_yscale() == "linear"


def test_the_strip_of_the_mission_names_the_window(seen: Seen) -> None:
    draw(MagnetometerMissionPlot(), mission("60 days"))
    assert "this window" in [text.get_text() for text, _ in seen]


def test_a_wide_strip_lets_the_curve_and_the_labels_through() -> None:
    def strip(case: str) -> tuple[float, float]:
        """Width in pixels, and how opaque."""
        axes = draw(MagnetometerMissionPlot(), mission(case)).axes[0]
        (patch,) = [one for one in axes.patches if one.get_alpha() is not None]
        return patch.get_window_extent().width, float(patch.get_alpha() or 0.0)

    found = [strip(case) for case in CASES]
    assert {alpha > 0.5 for _, alpha in found} == {True, False}
    assert all((alpha > 0.5) == (width <= 9.5) for width, alpha in found)
