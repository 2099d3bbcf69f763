"""The three plots of plasma waves: what they draw, say and export, for whole, sparse and modelled windows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch

from deepspace.plotting import marks, render
from deepspace.plotting.svg import svg
from deepspace.provenance import Provenance, Tier
from tests.support.plots import Seen, assert_exact, assert_legible, assert_told, draw
from voyager import plots, synthetic_plasma
from voyager.plots.plasma import (
    PlasmaPlot,
    field_name,
    frequency_name,
    nice_numbers,
    plain_frequency,
    power_text,
    screen_colors,
    step_area,
    supply_lines,
)
from voyager.services.plasma import _statistics, reduced
from voyager.spectra import PlasmaData, channels_between

ALL: list[PlasmaPlot] = [
    plots.PlasmaSpectrogramPlot(),
    plots.PlasmaSpectrumPlot(),
    plots.PlasmaSeriesPlot(),
]
END = datetime(2014, 4, 5, 23, 59, 54, tzinfo=UTC)
each_plot = pytest.mark.parametrize("plot", ALL, ids=lambda plot: plot.name)

CASES: dict[str, dict[str, Any]] = {
    "a day": {},
    "modelled": {"tier": Tier.SYNTHETIC},
    "an hour": {"hours": 1},
    "a month": {"hours": 720, "every": 40},
    "by the hour": {"hours": 240, "hourly": True},
    "gaps": {"gaps": True},
    "one spectrum": {"hours": 1, "only": 1},
    "one channel": {"low": 1_400, "high": 1_500},
    "few channels": {"low": 1_000, "high": 10_000},
    "a storm": {"storm": 3e-2},
    "a dead channel": {"dead": 3},
    "nothing finite": {"dead": slice(None)},
}
each_case = pytest.mark.parametrize("case", CASES)


@cache
def data_of(case: str) -> PlasmaData:
    return sample(**CASES[case])


def sample(
    *,
    hours: int = 24,
    tier: Tier = Tier.REAL,
    low: int = 10,
    high: int = 56_200,
    every: int = 4,
    only: int | None = None,
    gaps: bool = False,
    hourly: bool = False,
    storm: float | None = None,
    dead: Any = None,
) -> PlasmaData:
    """A window of the model's spectra, changed."""
    start = END - timedelta(hours=hours)
    times, values = synthetic_plasma.spectra(start, END)
    times, values = times[::every], values[::every].copy()
    if only is not None:
        times, values = times[-only:], values[-only:]
    if gaps:
        keep = (np.arange(len(times)) // 150) % 3 == 0
        times, values = times[keep], values[keep]
    if storm is not None:
        values[len(values) // 2, 10] = storm
    if dead is not None:
        values[:, dead] = np.nan
    peaks = None
    if hourly:
        times = np.unique(times.astype("datetime64[h]")).astype("datetime64[us]")[1:]
        values, peaks = values[: len(times)], values[: len(times)] * 2
    window = reduced(times, values, peaks, start, END)
    chosen = channels_between(low, high)
    source = "synthetic" if tier is Tier.SYNTHETIC else "nasa_spdf"
    provenance = Provenance("voyager.plasma_wave", tier, source, datetime(2026, 11, 20, tzinfo=UTC))
    return PlasmaData(window, chosen, provenance, hours, _statistics(window, chosen, hours))


@each_plot
@each_case
def test_texts_are_inside_the_picture_and_apart(plot: PlasmaPlot, case: str, seen: Seen) -> None:
    assert_legible(plot, data_of(case), seen)


@each_plot
@each_case
def test_alt_text_and_table_exist_for_all_data(plot: PlasmaPlot, case: str) -> None:
    assert_told(plot, data_of(case))


@each_plot
def test_the_picture_is_small_exact_and_the_same_each_time(plot: PlasmaPlot) -> None:
    assert_exact(plot, data_of("a day"), largest_bytes=60_000)


@each_plot
def test_a_modelled_picture_says_so_where_it_can_be_seen(plot: PlasmaPlot, seen: Seen) -> None:
    figure = draw(plot, data_of("modelled"))
    texts = [text for text, _ in seen if text.get_text() == marks.MODELLED]
    assert texts
    if figure.findobj(QuadMesh):  # an image hides the watermark
        assert max(text.get_zorder() for text in texts) > 1
    seen.clear()
    draw(plot, data_of("a day"))
    assert marks.MODELLED not in [text.get_text() for text, _ in seen]


@each_plot
def test_the_drawing_stays_small_because_its_image_is_one(plot: PlasmaPlot) -> None:
    drawing = svg(render.compose(plot, data_of("a day")), plot.title, plot.alt(data_of("a day")))
    assert len(drawing) < 1_200_000


def test_colours_grow_lighter_with_the_power_so_that_they_can_be_read_without_hue() -> None:
    rgb = screen_colors()(np.linspace(0.0, 1.0, 64))[:, :3]
    luminance = rgb @ np.array([0.2126, 0.7152, 0.0722])  # ITU-R BT.709
    assert (np.diff(luminance) >= 0).all()
    assert luminance[-1] - luminance[0] > 0.6


def test_known_interference_is_marked_and_named(seen: Seen) -> None:
    for plot in ALL[:2]:
        seen.clear()
        draw(plot, data_of("a day"))
        texts = [text.get_text() for text, _ in seen]
        assert "2.4 kHz and multiples: power supply" in texts
        assert "interstellar plasma frequency" in texts
    assert supply_lines(10, 56_200) == [2_400.0, 4_800.0, 7_200.0]
    assert supply_lines(10, 700) == []


def test_the_spectrogram_is_linear_in_logarithms_with_edges_at_geometric_means() -> None:
    data = data_of("a day")
    figure = draw(ALL[0], data)
    mesh = figure.axes[0].collections[0]
    assert isinstance(mesh, QuadMesh)
    coordinates = np.asarray(mesh.get_coordinates())
    assert coordinates.shape == (17, len(data.window.utc) + 1, 2)
    assert np.allclose(coordinates[:, 0, 1], np.log10(data.edges_hz))
    drawn: np.ndarray = np.ma.filled(np.ma.asarray(mesh.get_array(), dtype=np.float64), np.nan)
    assert np.allclose(drawn, np.log10(data.window.mean.T), equal_nan=True)
    low, high = mesh.get_clim()
    assert high - low >= 0.799


def test_alt_texts_state_the_finding() -> None:
    spectrogram, spectrum, series = (plot.alt(data_of("a storm")) for plot in ALL)
    assert "the strongest wave is in the 3.11 kHz channel on 2014-04-05 at" in spectrogram
    assert "85 dB above the channel's median (30 mV/m)" in spectrogram
    assert "The newest spectrum (2014-04-05 23:" in spectrum
    assert "3.11 kHz rose most, by 85 dB" in series
    assert "quiet, nothing stands 6 dB" in ALL[0].alt(data_of("few channels"))
    assert "no values" in ALL[0].alt(data_of("nothing finite"))


def test_the_table_holds_what_is_drawn() -> None:
    data = data_of("gaps")
    columns = plots.PlasmaSeriesPlot().columns(data)
    assert list(columns)[:4] == ["utc", "seconds", "records", "rms_v_m"]
    assert {"mean_17.8_hz_v_m", "low_10_hz_v_m", "high_56200_hz_v_m"} <= set(columns)
    assert np.array_equal(columns["mean_3110_hz_v_m"], data.window.mean[:, 10], equal_nan=True)
    assert np.isnan(columns["rms_v_m"]).any()
    spectrum = plots.PlasmaSpectrumPlot().columns(data)
    assert spectrum["median_v_m"].tolist() == data.window.quantiles[2].tolist()


def test_areas_leave_out_what_is_missing() -> None:
    figure = Figure()
    axes = figure.add_subplot()
    step_area(axes, np.arange(4.0), np.zeros(3), np.array([1.0, np.nan, 1.0]))
    (patch,) = (one for one in axes.get_children() if isinstance(one, PathPatch))
    assert len(np.asarray(patch.get_path().vertices)) == 2 * 5


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.28e-6, "1.28 µV/m"), (436e-9, "436 nV/m"), (0.03, "30 mV/m"), (None, "unknown")],
)
def test_fields_are_printed_with_fitting_units(value: float | None, text: str) -> None:
    assert field_name(value) == text


def test_numbers_on_axes_are_round_and_few() -> None:
    assert nice_numbers(7.5, 75_000) == [10, 100, 1_000, 10_000]
    assert nice_numbers(3e-7, 2.4e-6) == [5e-7, 1e-6, 2e-6]
    assert len(nice_numbers(1e-9, 1e3)) <= 7
    assert [power_text(one) for one in (1e-6, 5e-7, 2e-10)] == ["10⁻⁶", "5·10⁻⁷", "2·10⁻¹⁰"]
    assert [plain_frequency(one) for one in (10, 1_000, 30_000)] == ["10", "1k", "30k"]
    assert [frequency_name(one) for one in (17.8, 3_110.0)] == ["17.8 Hz", "3.11 kHz"]
