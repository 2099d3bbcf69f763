"""Wideband spectra and the densities of their lines."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Window
from deepspace.ingestion.replay import replay
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog
from deepspace.upstream.http import Door
from tests.support.door import FakeDoor, Silent
from tests.voyager.pws_bodies import noise, quantised, times, tone, tree, waveform
from tests.voyager.readers.test_waveform_cdf import MIRRORED
from voyager.constants import PLASMA_LINE_SIGMA
from voyager.models import ElectronDensity, WaveformSpectrum
from voyager.products import RidgeDensityProduct, WaveformProduct
from voyager.readers.waveform_cdf import read_frames
from voyager.science.plasma import electron_density_cm3

pytestmark = pytest.mark.django_db

START = "2023-10-24T03:51:16.461"
NAME = "2023/vg1_pws_wf_2023-10-24T03_v1.0.cdf"
BOTH = (WaveformProduct, RidgeDensityProduct)


def name_of(hour: str, version: str = "1.0") -> str:
    return f"{hour[:4]}/vg1_pws_wf_{hour}_v{version}.cdf"


def body(first: str = START, frames: np.ndarray | None = None, n: int = 155, seed: int = 1) -> bytes:
    return waveform(times(first, n, 0.3), quantised(noise(n, seed)) if frames is None else frames)


def with_line(frequency_hz: float, amplitude: float = 0.6, first: str = START) -> bytes:
    frames = noise(155, 1) + tone(155, 2_401.0, 3.0, 2) + tone(155, frequency_hz, amplitude, 3)
    return body(first, quantised(frames))


def run(product, files, window: Window | None = None):
    door = files if isinstance(files, FakeDoor | Door) else FakeDoor(tree(files))
    return Pipeline(door, Silent()).run(product(), window or Window())


def first_row() -> Any:
    return WaveformSpectrum.objects.order_by("timestamp_utc").first()


def column(name: str) -> list[Any]:
    return list(WaveformSpectrum.objects.order_by("timestamp_utc").values_list(name, flat=True))


def the_density() -> Any:
    return ElectronDensity.objects.get()


def test_a_row_is_three_seconds_of_frames():
    outcome = run(WaveformProduct, {NAME: body()})
    assert (outcome.created, outcome.rejected) == (16, 0)
    first = first_row()
    assert first.timestamp_utc == first.recording_utc == datetime(2023, 10, 24, 3, 51, 16, 461000, tzinfo=UTC)
    assert (first.cadence_s, first.frames, first.source) == (3, 10, "computed")
    assert (first.sample_rate_hz, first.frequency_step_hz, len(first.power_db)) == (28_800.0, 18.0, 801)
    assert sum(column("frames")) == 155
    assert set(column("recording_utc")) == {first.recording_utc}


def test_rows_are_the_same_whenever_they_are_computed():
    run(WaveformProduct, {NAME: body()})
    assert verify(WaveformProduct()).differences == 0
    assert replay(WaveformProduct(), Silent()).changed is False
    assert run(WaveformProduct, {NAME: body()}).changed is False


def test_noise_and_the_power_supply_give_no_density():
    files = {NAME: body(frames=quantised(noise(155, 4) + tone(155, 2_401.0, 3.0, 5)))}
    assert run(WaveformProduct, files).created == 16
    outcome = run(RidgeDensityProduct, files)
    assert outcome.succeeded
    assert ElectronDensity.objects.count() == 0
    sigmas = set(column("ridge_sigma"))
    assert len(sigmas) == 1
    assert max(sigmas) < PLASMA_LINE_SIGMA


def test_a_significant_line_is_a_density_with_its_error():
    files = {NAME: with_line(3_114.0)}
    run(WaveformProduct, files)
    assert run(RidgeDensityProduct, files).created == 1
    row = the_density()
    assert (row.method, row.source) == ("ridge", "computed")
    assert row.timestamp_utc == datetime(2023, 10, 24, 3, 51, 16, 461000, tzinfo=UTC)
    assert abs(row.f_pe_hz - 3_114.0) < 18.0
    assert row.n_e_cm3 == pytest.approx(float(electron_density_cm3(row.f_pe_hz)), rel=1e-12)
    assert row.n_e_min_cm3 < float(electron_density_cm3(3_114.0)) < row.n_e_max_cm3
    assert (row.n_e_max_cm3 - row.n_e_min_cm3) / row.n_e_cm3 < 0.02
    assert row.significance_sigma == first_row().ridge_sigma >= PLASMA_LINE_SIGMA
    assert all(abs(hz - 3_114.0) <= 18.0 for hz in column("ridge_hz"))
    assert verify(RidgeDensityProduct()).differences == 0
    assert verify(WaveformProduct()).differences == 0


def test_a_new_version_without_the_line_takes_the_density_back():
    run(RidgeDensityProduct, {NAME: with_line(3_114.0)})
    outcome = run(RidgeDensityProduct, {name_of("2023-10-24T03", "1.1"): body()})
    assert outcome.removed == 1
    assert verify(RidgeDensityProduct()).differences == 0


def test_densities_of_others_are_not_taken_back():
    log = IngestionLog.objects.create(product="x", source="nasa_pds", started_at=datetime.now(UTC))
    moment = datetime(2023, 10, 24, 4, tzinfo=UTC)
    ElectronDensity.objects.create(
        timestamp_utc=moment,
        method="qtn",
        n_e_cm3=0.147,
        source="nasa_pds",
        ingested_at=moment,
        ingestion=log,
    )
    run(RidgeDensityProduct, {NAME: body()})
    assert ElectronDensity.objects.get().method == "qtn"


def test_a_file_speaks_until_the_next_one():
    files = {
        NAME: waveform(
            np.concatenate([times(START, 60, 0.3), times("2023-10-24T04:10", 60, 0.3)]),
            quantised(noise(120, 6)),
        ),
        name_of("2023-10-24T09"): body("2023-10-24T09:30"),
    }
    assert run(WaveformProduct, files).created == 6 + 6 + 16
    ends = (
        IngestionLog.objects.exclude(window_end=None)
        .order_by("window_start")
        .values_list("window_end", flat=True)
    )
    assert list(ends) == [
        datetime(2023, 10, 24, 8, 59, 59, 999999, tzinfo=UTC),
        datetime(2023, 10, 25, 8, 59, 59, 999999, tzinfo=UTC),
    ]


@pytest.mark.parametrize("until", ["2023-10-24T05:00", "2023-10-24T23:00"])
def test_a_file_stored_again_does_not_take_the_rows_of_the_next_one(until):
    later = name_of("2023-10-24T09")
    files = {NAME: body(), later: body("2023-10-24T09:30")}
    run(WaveformProduct, files)
    files[name_of("2023-10-24T03", "1.1")] = body(seed=2)
    del files[later]  # not listed for the moment
    outcome = run(WaveformProduct, files, Window(None, datetime.fromisoformat(until).replace(tzinfo=UTC)))
    assert (outcome.updated, outcome.removed) == (16, 0)
    assert WaveformSpectrum.objects.count() == 32
    assert verify(WaveformProduct()).differences == 0


def test_a_clock_that_jumps_out_of_the_files_time_gives_no_rows_there():
    moments = times(START, 400, 0.3)
    moments[200:205] = times("2031-01-01", 5, 0.3)
    outcome = run(WaveformProduct, {NAME: waveform(moments, quantised(noise(400, 7)))})
    assert outcome.rejected == 1  # the five frames are a recording of one row
    assert not WaveformSpectrum.objects.filter(timestamp_utc__year=2031).exists()


def test_unfit_frames_are_left_out_and_said():
    codes = quantised(noise(155, 8))
    codes[20, 400:] = 0
    outcome = run(WaveformProduct, {NAME: body(frames=codes)})
    assert outcome.created == 16
    assert sum(column("frames")) == 154
    sample = IngestionLog.objects.get(completes_run=True).rejected_sample
    assert sample[0]["row"]["where"] == "record 20: samples are missing"


@pytest.mark.parametrize(
    "broken",
    [b"<html>no</html>", body()[:20_000], b"", waveform(times(START, 9, 0.3), np.zeros((9, 1600), np.int8))],
)
@pytest.mark.parametrize("product", BOTH)
def test_one_bad_file_does_not_stop_the_others(product, broken):
    files = {NAME: broken, name_of("2023-10-26T03"): with_line(3_006.0, first="2023-10-26T03:10")}
    outcome = run(product, files)
    assert outcome.error_class == "SchemaDrift"
    assert outcome.created == (16 if product is WaveformProduct else 1)


def test_before_the_heliopause_there_are_spectra_and_no_lines():
    files = {name_of("1992-10-24T03"): with_line(2_700.0, 3.0, "1992-10-24T03:10")}
    run(WaveformProduct, files)
    run(RidgeDensityProduct, files)
    assert WaveformSpectrum.objects.filter(ridge_hz=None, ridge_sigma=None).count() == 16
    assert ElectronDensity.objects.count() == 0


def test_the_recorded_waveform_has_155_frames_and_no_density(through_mirror):
    for product in BOTH:
        assert run(product, Door()).succeeded
    assert sum(column("frames")) == 155
    assert WaveformSpectrum.objects.count() == 16
    assert ElectronDensity.objects.count() == 0
    assert first_row().ridge_sigma < PLASMA_LINE_SIGMA
    spectrum = np.mean(
        [10 ** (np.array(p) / 10) for p in column("power_db")],
        axis=0,
    )
    assert abs(56 + spectrum[56:].argmax() - 2_400 / 18) < 1  # the naive finder's 0.071 per cm3
    through_mirror.clear_log()
    for product in BOTH:
        assert run(product, Door()).changed is False
        assert verify(product()).differences == 0
    assert {e["status"] for e in through_mirror.log("space.physics.uiowa.edu") if ".cdf" in str(e)} == {304}


@pytest.mark.parametrize("frequency_hz", [2_610.0, 3_006.0, 3_443.0])
def test_a_ridge_of_8_sigma_in_the_recorded_waveform_is_found_within_one_bin(mirror_dir, frequency_hz):
    from tests.voyager.science.test_plasma_line import amplitude_of

    recorded = read_frames((mirror_dir / "data" / MIRRORED).read_bytes(), "recorded")
    frames = np.nan_to_num(recorded.samples)
    frames += tone(155, frequency_hz, amplitude_of(8.0, frames, frequency_hz), seed=20231024)
    files = {NAME: waveform(recorded.times_utc, frames.astype(np.float32))}
    assert run(RidgeDensityProduct, files).created == 1
    assert abs(the_density().f_pe_hz - frequency_hz) < 18.0


def test_the_web_process_loads_neither_scipy_nor_cdflib():
    code = (
        "import django, os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; django.setup();"
        "import voyager.products, voyager.science.plasma_line, voyager.science.recording;"
        "print([name for name in ('scipy', 'cdflib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
