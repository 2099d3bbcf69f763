"""The two density plots: what they draw, say and export, with a line and without, for much and for little."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest

from deepspace.plotting import marks, render
from deepspace.plotting.scale import pixels
from deepspace.plotting.svg import svg
from deepspace.provenance import Provenance, Tier
from tests.support.plots import assert_exact, assert_legible, assert_told, draw
from voyager import plots, synthetic_plasma
from voyager.parameters import ProcessParameters, PublicationParameters
from voyager.plots.density_columns import ROWS_APART
from voyager.services.density import _modelled_densities, _publication
from voyager.services.recordings import _modelled_recordings
from voyager.spectra import Boundary, ProcessData, PublishedDensities, Recording, RidgeDensity
from voyager.synthetic_plasma import HELIOSHEATH_CM3

PROCESS, PUBLISHED = plots.DensityProcessPlot(), plots.DensityPublishedPlot()
END = datetime(2023, 10, 24, 4, tzinfo=UTC)
RETRIEVED = datetime(2026, 11, 20, tzinfo=UTC)
BOUNDARIES = tuple(
    Boundary(name, datetime.fromisoformat(day).replace(tzinfo=UTC), "a paper")
    for name, day in (
        ("Termination shock", "2004-12-16"),
        ("Heliopause", "2012-08-25"),
        ("Pressure front pf2", "2020-05-26"),
    )
)

PROCESS_CASES: dict[str, dict[str, Any]] = {
    "one, nothing found": {},
    "one, found": {"sigmas": (6.3,)},
    "one row": {"rows": 1},
    "some": {"sigmas": (0.5, 5.0, -0.3, 1.0)},
    "as many as stand apart": {"sigmas": (0.5,) * ROWS_APART},
    "many": {"sigmas": (0.5, 14.0, 1.2) * 50},
    "not looked for": {"sigmas": (None,)},
    "modelled": {"modelled": 48},
    "much modelled": {"modelled": 8_760},
}
PUBLISHED_CASES: dict[str, dict[str, Any]] = {
    "the whole table": {"count": 755},
    "as recorded": {"count": 4, "bounds": False},
    "one": {"count": 1},
    "two on a day": {"count": 2, "span_days": 0.5},
    "a year": {"count": 60, "first": "2022-01-01", "span_days": 365},
    "without events": {"count": 40, "boundaries": ()},
    "dense and high": {"count": 20, "scale": 8.0},
    "modelled": {"modelled": None},
    "modelled, early": {"modelled": datetime(1990, 1, 1, tzinfo=UTC)},
}


@cache
def process_of(case: str) -> ProcessData:
    return process(**PROCESS_CASES[case])


@cache
def published_of(case: str) -> PublishedDensities:
    return published(**PUBLISHED_CASES[case])


def process(
    *, sigmas: tuple[float | None, ...] = (0.577,), rows: int = 16, modelled: int | None = None
) -> ProcessData:
    """Recordings of noise; those of 4 sigma or more with a line."""
    if modelled is not None:
        start, end, recordings, left_out = _modelled_recordings(modelled, END)
        provenance = Provenance("voyager.plasma_waveform", Tier.SYNTHETIC, "synthetic")
        return ProcessData(start, end, 18.0, tuple(recordings), (provenance,), left_out)
    generator = np.random.default_rng(7)
    found = []
    for number, sigma in enumerate(sigmas):
        start = END - timedelta(days=2 * (len(sigmas) - number))
        power = generator.gamma(10.0, 0.1, (rows, 801))
        is_line = sigma is not None and sigma >= 4.0
        if is_line:
            power[:, 169] += 3.0
        found.append(
            Recording(
                start=start,
                utc=np.datetime64(start.replace(tzinfo=None), "us")
                + np.arange(rows) * np.timedelta64(3, "s"),
                frames=np.full(rows, 10),
                power_db=10 * np.log10(power),
                ridge_hz=np.full(rows, np.nan if sigma is None else 3_042.0),
                sigma=sigma,
                density=RidgeDensity(0.1148, 0.0004, 3_042.0) if is_line else None,
            )
        )
    provenance = Provenance("voyager.plasma_waveform", Tier.REAL, "computed", RETRIEVED)
    return ProcessData(found[0].start, END, 18.0, tuple(found), (provenance,))


def published(
    *,
    count: int = 4,
    first: str = "2012-10-22",
    span_days: float = 12.5 * 365,
    bounds: bool = True,
    scale: float = 1.0,
    boundaries: tuple[Boundary, ...] = BOUNDARIES,
    **model: Any,
) -> PublishedDensities:
    """Densities along the model's curve."""
    events = Provenance("voyager.events", Tier.REAL if boundaries else Tier.EMPTY, "curated", RETRIEVED)
    if model:
        provenance = Provenance("voyager.electron_density", Tier.SYNTHETIC, "synthetic")
        return _publication(_modelled_densities(None, model["modelled"]), provenance, boundaries, events)
    utc = np.datetime64(first, "us") + (np.linspace(0, span_days, count) * 86_400e6).astype("timedelta64[us]")
    n_e = scale * synthetic_plasma.density_cm3(utc)
    bound = 0.04 * n_e if bounds else np.full(count, np.nan)
    method = tuple("epo" if place < count / 5 else "qtn" for place in range(count))
    stated = np.array(
        [n_e, n_e - bound, n_e + bound, 8_980 * np.sqrt(n_e), synthetic_plasma.distance_au(utc)]
    )
    provenance = Provenance("voyager.electron_density", Tier.REAL, "nasa_pds", RETRIEVED)
    return _publication((utc, method, stated), provenance, boundaries, events)


EVERY: list[Any] = [
    *(pytest.param(PROCESS, process_of, case, id=f"process: {case}") for case in PROCESS_CASES),
    *(pytest.param(PUBLISHED, published_of, case, id=f"published: {case}") for case in PUBLISHED_CASES),
]
each_picture = pytest.mark.parametrize(("plot", "of", "case"), EVERY)


@each_picture
def test_texts_are_inside_the_picture_and_apart(plot, of, case, seen) -> None:
    assert_legible(plot, of(case), seen)


@each_picture
def test_alt_text_and_table_exist_for_all_data(plot, of, case) -> None:
    assert_told(plot, of(case))


@pytest.mark.parametrize(
    ("plot", "data"), [(PROCESS, process_of("some")), (PUBLISHED, published_of("the whole table"))]
)
def test_the_picture_is_small_exact_and_the_same_each_time(plot, data) -> None:
    assert_exact(plot, data, largest_bytes=70_000)
    assert len(svg(render.compose(plot, data), plot.title, plot.alt(data))) < 1_200_000


@pytest.mark.parametrize(("plot", "of"), [(PROCESS, process_of), (PUBLISHED, published_of)])
def test_a_modelled_picture_says_so(plot, of, seen) -> None:
    draw(plot, of("modelled"))
    texts = [text for text, _ in seen if text.get_text() == marks.MODELLED]
    assert texts
    if plot is PROCESS:
        assert max(text.get_zorder() for text in texts) > 1  # before the image, not behind it
    assert "model" in plot.alt(of("modelled")).lower()


def test_without_a_significant_line_the_pixels_and_the_text_say_so(seen) -> None:
    draw(PROCESS, process_of("one, nothing found"))
    texts = [text.get_text() for text, _ in seen]
    said = "No significant line, so no density:\nthe strongest reaches 0.6 sigma of 4 needed."
    assert said in texts
    assert "0.6 sigma" in texts
    assert " ".join(said.split()) in PROCESS.alt(process_of("one, nothing found"))
    assert np.isnan(PROCESS.columns(process_of("one, nothing found"))["n_e_cm3"]).all()


def test_a_significant_line_is_named_with_density_and_error(seen) -> None:
    draw(PROCESS, process_of("some"))
    texts = " ".join(text.get_text() for text, _ in seen)
    assert "f_pe = 3042 Hz at 5.0 sigma" in texts
    assert "n_e = 0.1148 ± 0.0004 per cm³" in texts
    assert "1 of 4 recordings" in texts


def test_interference_is_masked_and_named(seen) -> None:
    figure = draw(PROCESS, process_of("one, found"))
    assert "power supply, masked" in [text.get_text() for text, _ in seen]
    hatched = [patch for patch in figure.axes[0].patches if patch.get_hatch()]
    spans = sorted(patch.get_extents().y0 for patch in hatched)
    assert len(spans) == 2
    assert "0.064 to 0.079" in PROCESS.caveat


def test_the_process_table_has_a_row_per_column_and_the_searched_bins() -> None:
    columns = PROCESS.columns(process_of("some"))
    assert len(columns["utc"]) == 4 * 16
    powers = [name for name in columns if name.startswith("power_")]
    assert (powers[0], powers[-1]) == ("power_1008_hz_db", "power_4986_hz_db")
    assert len(PROCESS.columns(process_of("many"))["utc"]) == 150


def test_densities_are_told_by_method_and_date() -> None:
    text = PUBLISHED.alt(published_of("the whole table"))
    assert "755 published densities (151 epo, 604 qtn): from 0.060 per cm³ on 2012-10-22" in text
    assert "One published density" in PUBLISHED.alt(published_of("one"))


def test_confirmed_boundaries_are_named_where_they_are_in_view(seen) -> None:
    draw(PUBLISHED, published_of("the whole table"))
    texts = [text.get_text() for text, _ in seen]
    assert "Pressure front pf2\n2020-05-26" in texts
    assert "Heliopause\n2012-08-25" in texts
    assert not any("Termination" in text for text in texts)
    assert "heliosheath, about 0.002" in texts
    assert "150 au" in texts


def test_names_of_boundaries_keep_clear_of_the_heliosheath_s_level(seen) -> None:
    shocks = (
        ("Heliopause", "2012-08-25"),
        ("First interstellar shock", "2012-11-30"),
        ("Second interstellar shock", "2014-08-24"),
        ("Pressure front pf2", "2020-05-26"),
    )
    marked = tuple(
        Boundary(name, datetime.fromisoformat(day).replace(tzinfo=UTC), "") for name, day in shocks
    )
    figure = draw(PUBLISHED, published(count=4, bounds=False, boundaries=marked))
    boxes = [box for text, box in seen if text.get_text() in {f"{name}\n{day}" for name, day in shocks}]
    assert len(boxes) == len(shocks)
    ((_, level),) = pixels(figure.axes[0], [(0.0, HELIOSHEATH_CM3)])
    assert not [box for box in boxes if box.y0 <= level <= box.y1]


def test_without_events_only_the_densities_have_a_source() -> None:
    assert len(PUBLISHED.provenance(published_of("without events"))) == 1
    assert len(PUBLISHED.provenance(published_of("one"))) == 2


def test_where_the_model_does_not_reach_the_picture_says_so(seen) -> None:
    draw(PUBLISHED, published_of("modelled, early"))
    assert any("begins at the termination shock" in text.get_text() for text, _ in seen)


def test_each_plot_takes_its_own_parameters() -> None:
    assert PROCESS.parameters is ProcessParameters
    assert PUBLISHED.parameters is PublicationParameters
    assert "voyager.events" in PUBLISHED.products
