"""The six trajectory plots: what they draw, say and export, for whole, partial and modelled data."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from deepspace.plotting import marks, table
from deepspace.provenance import Tier
from tests.support.plots import (
    Seen,
    assert_exact,
    assert_legible,
    assert_told,
    draw,
    line_plot_bytes,
    overlaps,
)
from tests.voyager import plot_samples as samples
from voyager import plots
from voyager.constants import LIGHT_DAY_AU
from voyager.plots import earth_distance, planets
from voyager.plots.base import TrajectoryPlot
from voyager.plots.distance import speeds_around
from voyager.plots.milestones import label_text
from voyager.states import TrajectoryData

ALL: list[TrajectoryPlot] = [
    getattr(plots, name)() for name in plots.__all__ if issubclass(getattr(plots, name), TrajectoryPlot)
]
MAPS = [plot for plot in ALL if plot.name not in {"trajectory-timeline", "trajectory-earth-distance"}]
LAUNCH = samples.FIRST_DAY

CASES: dict[str, dict[str, Any]] = {
    "whole": {},
    "modelled": {"tier": Tier.SYNTHETIC},
    "first 60 days": {"days": np.arange(LAUNCH, LAUNCH + 60)},
    "60 days of cruise": {"days": np.arange(2_455_000.5, 2_455_060.5)},
    "to Saturn": {"days": np.arange(LAUNCH, LAUNCH + 1_200)},
    "two states": {"days": np.array([LAUNCH, LAUNCH + 1])},
    "one state": {"days": np.array([LAUNCH])},
    "one late state": {"days": np.array([2_461_000.5])},
    "no events": {"events": ()},
}

each_plot = pytest.mark.parametrize("plot", ALL, ids=lambda plot: plot.name)
each_case = pytest.mark.parametrize("case", CASES)


@cache
def data_of(case: str) -> TrajectoryData:
    return samples.trajectory(**CASES[case])


@pytest.fixture
def whole() -> TrajectoryData:
    return data_of("whole")


@pytest.fixture
def modelled() -> TrajectoryData:
    return data_of("modelled")


@each_plot
@each_case
def test_texts_are_inside_the_picture_and_apart(plot: TrajectoryPlot, case: str, seen: Seen) -> None:
    assert_legible(plot, data_of(case), seen)


@pytest.mark.parametrize("plot", MAPS, ids=lambda plot: plot.name)
def test_every_milestone_finds_room(plot: TrajectoryPlot, whole: TrajectoryData, seen: Seen) -> None:
    draw(plot, whole)
    labels = {text.get_text() for text, _ in seen if text.get_label() == "label"}
    wanted = {label_text(one) for one in whole.milestones if one.is_milestone}
    assert wanted <= labels


def test_long_and_crowded_names_still_do_not_overlap(seen: Seen) -> None:
    crowd = tuple(
        (f"1998-02-{day:02d}", f"An event with quite a long name indeed, number {day}", "milestone", True)
        for day in range(1, 29)
    )
    data = samples.trajectory(events=crowd)
    for plot in ALL:
        seen.clear()
        draw(plot, data)
        assert not list(overlaps(seen)), plot.name


def test_the_timeline_says_how_many_events_it_has_no_row_for(seen: Seen) -> None:
    crowd = tuple((f"19{year}-06-01", f"Event {year}", "instrument", year == 80) for year in range(78, 100))
    many = crowd + tuple((f"20{year:02d}-06-01", f"Event {year}", "anomaly", False) for year in range(26))
    draw(plots.TimelinePlot(), samples.trajectory(events=many))
    texts = [text.get_text() for text, _ in seen]
    named = sum(text.startswith("Event") for text in texts)
    assert f"and {len(many) - named} more in the list of events" in texts
    assert "Event 80" in texts
    assert not list(overlaps(seen))


@each_plot
@each_case
def test_alt_text_and_table_exist_for_all_data(plot: TrajectoryPlot, case: str) -> None:
    assert_told(plot, data_of(case))


@each_plot
def test_the_picture_is_small_exact_and_the_same_each_time(
    plot: TrajectoryPlot, whole: TrajectoryData
) -> None:
    assert_exact(plot, whole, largest_bytes=line_plot_bytes(plot, 1.05))


@each_plot
def test_a_modelled_picture_says_so_in_its_pixels(
    plot: TrajectoryPlot, modelled: TrajectoryData, seen: Seen
) -> None:
    draw(plot, modelled)
    texts = [text.get_text() for text, _ in seen]
    if plot.name == "trajectory-timeline":  # dates are curated; what is modelled is left out
        assert marks.MODELLED not in texts
        assert not any(text.endswith(" au") for text in texts)
    else:
        assert marks.MODELLED in texts
        assert "documented model · synthetic" in texts


@each_plot
def test_a_real_picture_names_its_source(plot: TrajectoryPlot, whole: TrajectoryData, seen: Seen) -> None:
    draw(plot, whole)
    texts = [text.get_text() for text, _ in seen]
    assert marks.MODELLED not in texts
    assert any(text.endswith("· retrieved 2026-11-20") for text in texts)


@pytest.mark.parametrize("plot", MAPS, ids=lambda plot: plot.name)
def test_the_design_part_is_in_the_legend(plot: TrajectoryPlot, whole: TrajectoryData, seen: Seen) -> None:
    draw(plot, whole)
    assert "mission design, before 1981" in [text.get_text() for text, _ in seen]


def test_the_prediction_is_named(whole: TrajectoryData, seen: Seen) -> None:
    for plot in (plots.DistancePlot(), plots.EarthDistancePlot()):
        seen.clear()
        draw(plot, whole)
        assert any("predicted" in text.get_text() for text, _ in seen), plot.name


def test_the_main_table_lists_every_state_digit_for_digit(whole: TrajectoryData) -> None:
    columns = plots.View3DPlot().columns(whole)
    assert list(columns)[:8] == ["utc", "jd_tdb", "x_au", "y_au", "z_au", "vx_au_d", "vy_au_d", "vz_au_d"]
    assert {"earth_x_au", "earth_distance_au", "distance_au", "speed_km_s", "quality"} <= set(columns)
    lines = table.csv_bytes(columns).decode().split("\r\n")
    row = dict(zip(lines[0].split(","), lines[5_001].split(","), strict=True))
    assert float(row["x_au"]) == whole.position_au[5_000, 0]
    assert float(row["jd_tdb"]) == whole.jd_tdb[5_000]
    assert row["utc"].endswith("Z")


def test_light_day_is_computed_from_the_data(whole: TrajectoryData, seen: Seen) -> None:
    plot = plots.EarthDistancePlot()
    draw(plot, whole)
    assert whole.light_day_at is not None
    text = f"one light-day\n{whole.light_day_at:%Y-%m-%d %H:%M} UTC"
    assert text in [one.get_text() for one, _ in seen]
    assert f"{LIGHT_DAY_AU:.2f} au, on 2026-11-18" in plot.alt(whole)


def test_the_earth_distance_shrinks_for_some_months_each_year(whole: TrajectoryData) -> None:
    columns = plots.EarthDistancePlot().columns(whole)
    falling = list(earth_distance.runs(np.diff(columns["earth_distance_au"]) < 0))
    assert len(falling) == 3
    assert all(80 < stop - start < 110 for start, stop in falling)  # days, late January to late April
    assert (np.diff(columns["distance_au"]) > 0).all()
    assert "shrinks by 0.27 au" in plots.EarthDistancePlot().alt(whole)


def test_runs_are_first_and_past_the_last_index() -> None:
    flags = np.array([True, True, False, False, True])
    assert list(earth_distance.runs(flags)) == [(0, 2), (4, 5)]
    assert not list(earth_distance.runs(np.zeros(0, dtype=bool)))


def test_jupiter_gave_more_speed_than_saturn(whole: TrajectoryData) -> None:
    met = {one.name: one for one in whole.milestones if one.kind == "encounter"}
    jupiter, saturn = (speeds_around(whole, met[name]) for name in ("Jupiter", "Saturn"))
    assert jupiter is not None
    assert saturn is not None
    assert jupiter[1] - jupiter[0] > 8.0 > saturn[1] - saturn[0] > 0.0
    assert f"Jupiter took the speed from {jupiter[0]:.1f} to {jupiter[1]:.1f}" in plots.DistancePlot().alt(
        whole
    )


def test_the_path_climbs_35_degrees_out_of_the_ecliptic(whole: TrajectoryData) -> None:
    assert "angle of 35.5°" in plots.SidePlot().alt(whole)
    columns = plots.SidePlot().columns(whole)
    assert np.allclose(columns["z_au"], whole.position_au[:, 2])
    assert columns["along_au"][-1] == pytest.approx(144.0, abs=2.0)


def test_orbits_are_closed_and_of_the_right_size() -> None:
    for name, radius_au in (("earth", 1.0), ("jupiter", 5.2), ("saturn", 9.5)):
        points = planets.orbit(name)
        assert np.linalg.norm(points, axis=1).mean() == pytest.approx(radius_au, rel=0.01)
        assert np.linalg.norm(points[0] - points[-1]) < 0.01 * radius_au


def test_labels_are_short_and_wrapped_evenly(whole: TrajectoryData) -> None:
    by_name = {one.name: label_text(one) for one in whole.milestones}
    assert by_name["Heliopause"] == "Heliopause, 2012"
    assert by_name["Farther than Pioneer 10"] == "Farther than\nPioneer 10, 1998"


@each_plot
def test_plots_describe_themselves(plot: TrajectoryPlot) -> None:
    assert plot.name.startswith(("trajectory", "position"))
    assert len(plot.caption) > 60
    assert plot.products == ("voyager.trajectory", "voyager.events")
