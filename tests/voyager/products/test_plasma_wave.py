"""The plasma wave product: which files, which rows, and what happens when the archive misbehaves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import cdflib
import numpy as np
import pytest

from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Window
from deepspace.ingestion.replay import replay
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog
from deepspace.upstream.errors import Refused, SchemaDrift, Unreachable
from deepspace.upstream.http import Door
from tests.support.door import FakeDoor, Silent
from tests.voyager.pws_bodies import FILL, NO_TIME, amplitudes, listing, spectra, times, tree, tt2000
from voyager.constants import PWS_CHANNELS_HZ
from voyager.models import PlasmaWave
from voyager.products import PlasmaWaveProduct
from voyager.products import plasma_wave as module

pytestmark = pytest.mark.django_db

TREE = "spdf.gsfc.nasa.gov/pub/data/voyager/voyager1/wave_spectra_pws/spectrum_analyzer_cdf"
SPDF, CDAWEB, IOWA = "spdf.gsfc.nasa.gov", "cdaweb.gsfc.nasa.gov", "space.physics.uiowa.edu"


def name_of(day: str, version: str = "5.30") -> str:
    return f"{day[:4]}/vg1_pws_lr_{day.replace('-', '')}_v{version}.cdf"


def body_of(day: str, n: int = 20, seed: int = 0) -> bytes:
    return spectra(times(f"{day}T06:30", n), amplitudes(n, seed))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def run(files, window: Window | None = None, **more):
    door = files if isinstance(files, FakeDoor) else FakeDoor(tree(files, **more))
    return Pipeline(door, Silent()).run(PlasmaWaveProduct(), window or Window())


def asked_files(door: FakeDoor) -> list[str]:
    return [request.url.rpartition("/")[2] for request in door.asked if request.expects == "cdf"]


def stored(cadence_s: int = 4) -> list[tuple[datetime, float | None]]:
    rows = PlasmaWave.objects.filter(cadence_s=cadence_s).order_by("timestamp_utc")
    return list(rows.values_list("timestamp_utc", "e_1000_hz"))


def of_day(day: str) -> int:
    return PlasmaWave.objects.filter(timestamp_utc__date=day).count()


# --- rows -----------------------------------------------------------------------------------------


def test_a_row_is_a_spectrum_of_the_file_to_the_last_bit():
    values = amplitudes(20)
    values[3, 8] = FILL
    moments = times("2014-04-02T12:44:42.347", 20)
    outcome = run({name_of("2014-04-02"): spectra(moments, values)})
    assert (outcome.created, outcome.rejected, outcome.error_class) == (20, 0, "")
    row: Any = PlasmaWave.objects.order_by("timestamp_utc").first()
    assert (row.cadence_s, row.samples, row.source) == (4, 1, "nasa_spdf")
    assert row.timestamp_utc == utc("2014-04-02T12:44:42.347")
    channels = [f.name for f in PlasmaWave._meta.fields if f.name.startswith("e_")]
    assert [getattr(row, channel) for channel in channels] == values[0].astype(float).tolist()
    assert all(getattr(row, f.name) is None for f in PlasmaWave._meta.fields if f.name.startswith("peak_"))
    assert PlasmaWave.objects.filter(e_1000_hz=None).get().timestamp_utc == utc("2014-04-02T12:45:30.347")
    assert len(channels) == len(PWS_CHANNELS_HZ)


def test_records_of_fill_alone_are_no_rows_and_the_log_says_how_many():
    values = amplitudes(20)
    values[5:8] = FILL
    outcome = run({name_of("2014-04-02"): spectra(times("2014-04-02T06:30", 20), values)})
    assert (outcome.created, outcome.rejected) == (17, 0)
    assert "3 records hold fill" in IngestionLog.objects.get(completes_run=True).rejected_sample[0]["reason"]


def test_identical_repetitions_are_one_row_and_contradictions_none():
    moments, values = times("2014-04-02T06:30", 40), amplitudes(40)
    moments[[10, 20]] = moments[[9, 19]]
    values[10] = values[9]
    outcome = run({name_of("2014-04-02"): spectra(moments, values)})
    assert (outcome.created, outcome.rejected) == (37, 2)


@pytest.mark.parametrize("bad", [np.float32(np.inf), np.float32(1.0), np.float32(-1e-6)])
def test_an_incredible_amplitude_is_rejected_and_shown(bad):
    values = amplitudes(20)
    values[4, 2] = bad
    outcome = run({name_of("2014-04-02"): spectra(times("2014-04-02T06:30", 20), values)})
    assert (outcome.created, outcome.rejected) == (19, 1)
    assert "e_31_1_hz" in IngestionLog.objects.get(completes_run=True).rejected_sample[0]["reason"]


def test_a_clock_that_jumps_to_another_day_or_stops_gives_no_rows_there():
    raw = tt2000(times("2014-04-02T06:30", 40))
    raw[7], raw[8] = NO_TIME, tt2000(times("2031-01-01", 1))[0]
    outcome = run({name_of("2014-04-02"): spectra(None, amplitudes(40), raw_times=raw)})
    assert (outcome.created, outcome.rejected) == (38, 2)
    assert not PlasmaWave.objects.filter(timestamp_utc__year=2031).exists()


def test_hours_have_the_mean_and_peak_of_what_would_be_stored(monkeypatch):
    monkeypatch.setattr(module, "FULL", timedelta(days=10))
    moments, values = times("2014-01-01T06:59:40", 60), amplitudes(60)
    values[10, 8], values[30] = FILL, FILL  # a value and a record of the second hour
    moments[41], values[41] = moments[40], values[40]  # there twice
    outcome = run(
        {name_of("2014-01-01"): spectra(moments, values), name_of("2014-04-02"): body_of("2014-04-02")},
        Window(utc("2014-01-01")),
    )
    assert (outcome.created, outcome.rejected) == (2 + 20, 0)
    first, second = PlasmaWave.objects.filter(cadence_s=3600).order_by("timestamp_utc")
    assert (first.timestamp_utc, first.samples) == (utc("2014-01-01T06:00"), 2)
    assert (second.timestamp_utc, second.samples) == (utc("2014-01-01T07:00"), 56)
    assert first.e_1000_hz == np.float64(values[:2, 8].astype(float).sum()) / 2
    others = np.delete(values[2:, 8].astype(float), [8, 28, 39])
    assert second.e_1000_hz == pytest.approx(others.mean(), rel=1e-14)
    assert second.peak_1000_hz == others.max()


def test_unfit_records_stay_out_of_the_hours_and_too_many_fail_the_file(monkeypatch):
    monkeypatch.setattr(module, "FULL", timedelta(days=10))
    files = {name_of("2014-04-02"): body_of("2014-04-02")}
    values, moments = amplitudes(60), times("2014-01-01T06:30", 60)
    values[4, 2], moments[9] = np.inf, moments[8]
    files[name_of("2014-01-01")] = spectra(moments, values)
    bad = amplitudes(60)
    bad[:10, 2] = np.inf
    files[name_of("2014-01-02")] = spectra(times("2014-01-02T06:30", 60), bad)
    outcome = run(files, Window(utc("2014-01-01")))
    assert sum(PlasmaWave.objects.filter(cadence_s=3600).values_list("samples", flat=True)) == 57
    sample = IngestionLog.objects.get(window_start=utc("2014-01-01")).rejected_sample
    assert [entry["row"]["where"] for entry in sample] == [
        "record 4: an amplitude is outside the valid range",
        *("record 8: two records of one instant differ", "record 9: two records of one instant differ"),
    ]
    assert outcome.error_class == "SchemaDrift"
    assert "vg1_pws_lr_20140102_v5.30.cdf: 10 of 60 records are unfit, record 0" in outcome.error_message
    assert of_day("2014-01-02") == 0


# --- which files ----------------------------------------------------------------------------------


def test_a_first_run_takes_thirty_days_back_from_the_newest_file():
    days = ["2013-12-30", "2014-01-05", "2014-02-01", "2014-02-04"]
    door = FakeDoor(tree({name_of(day): body_of(day) for day in days}))
    run(door)
    assert asked_files(door) == [name_of(day)[5:] for day in days[1:]]


def test_a_first_run_goes_back_over_the_turn_of_the_year():
    days = ["2013-11-01", "2013-12-30", "2014-01-05"]
    door = FakeDoor(tree({name_of(day): body_of(day) for day in days}))
    run(door)
    assert asked_files(door) == [name_of(day)[5:] for day in days[1:]]


def test_a_year_without_files_yet_is_no_end():
    files = {name_of("2013-12-30"): body_of("2013-12-30")}
    outcome = run(files, listings={"": listing("2013/", "2014/"), "2014": listing()})
    assert outcome.created == 20


def test_a_later_run_closes_the_gap_since_the_newest_stored_file():
    days = ["2013-09-01", "2013-10-01", "2014-02-01"]
    run({name_of(days[0]): body_of(days[0])})
    door = FakeDoor(tree({name_of(day): body_of(day) for day in days}))
    assert run(door).created == 40
    assert asked_files(door) == [name_of(day)[5:] for day in days]


def test_a_window_takes_its_days():
    days = ["2013-12-30", "2014-01-05", "2014-02-01"]
    door = FakeDoor(tree({name_of(day): body_of(day) for day in days}))
    run(door, Window(utc("2014-01-05T12:00"), utc("2014-01-31")))
    assert asked_files(door) == [name_of(days[1])[5:]]


def test_a_window_without_files_says_so():
    outcome = run(
        {name_of("2014-01-05"): body_of("2014-01-05")}, Window(utc("1980-01-01"), utc("1980-02-01"))
    )
    assert outcome.error_class == "NoData"


def test_the_newest_400_days_of_a_window_are_full_spectra_and_the_rest_hours():
    days = ["2012-12-01", "2013-02-28", "2013-03-01", "2014-04-05"]
    run({name_of(day): body_of(day) for day in days}, Window(utc("2012-01-01")))
    assert [of_day(day) for day in days] == [1, 1, 20, 20]


def test_a_day_that_is_stored_in_full_stays_so():
    days = ["2012-12-01", "2014-04-05"]
    files = {name_of(day): body_of(day) for day in days}
    run(files, Window(utc("2012-12-01"), utc("2012-12-02")))
    assert of_day("2012-12-01") == 20
    run(files, Window(utc("2012-01-01")))
    assert [of_day(day) for day in days] == [20, 20]


def test_hours_become_spectra_when_their_days_are_asked_for():
    days = ["2012-12-01", "2014-04-05"]
    files = {name_of(day): body_of(day) for day in days}
    run(files, Window(utc("2012-01-01")))
    assert len(stored(3600)) == 1
    outcome = run(files, Window(utc("2012-12-01"), utc("2012-12-01T23:00")))
    assert (outcome.created, outcome.removed) == (20, 1)
    assert verify(PlasmaWaveProduct()).differences == 0


def test_the_highest_version_is_taken_and_a_higher_one_replaces_its_day():
    run(
        {
            name_of("2014-04-02", "5.4"): body_of("2014-04-02", 30),
            name_of("2014-04-03"): body_of("2014-04-03"),
        }
    )
    assert of_day("2014-04-02") == 30
    newer = {
        name_of("2014-04-02", "5.4"): body_of("2014-04-02", 30),
        name_of("2014-04-02", "5.30"): body_of("2014-04-02", 25, seed=1),  # 5.30 is above 5.4
        name_of("2014-04-03"): body_of("2014-04-03"),
    }
    door = FakeDoor(tree(newer))
    outcome = run(door)
    assert "vg1_pws_lr_20140402_v5.30.cdf" in asked_files(door)
    assert (outcome.updated, outcome.removed) == (25, 5)
    assert (of_day("2014-04-02"), of_day("2014-04-03")) == (25, 20)
    assert verify(PlasmaWaveProduct()).differences == 0


def test_a_version_that_goes_down_changes_nothing(caplog):
    run({name_of("2014-04-02", "5.30"): body_of("2014-04-02")})
    before = stored()
    outcome = run({name_of("2014-04-02", "5.20"): body_of("2014-04-02", 3, seed=9)})
    assert outcome.succeeded
    assert stored() == before
    assert "vg1_pws_lr_20140402_v5.20.cdf: a lower version than stored is ignored" in caplog.text


def test_running_twice_changes_nothing_and_stores_nothing_again():
    files = {name_of(day): body_of(day) for day in ("2014-04-02", "2014-04-03")}
    run(files)
    logs = IngestionLog.objects.exclude(window_start=None).count()
    outcome = run(files)
    assert (outcome.created, outcome.updated, outcome.removed, outcome.batches) == (0, 0, 0, 0)
    assert outcome.succeeded
    assert IngestionLog.objects.exclude(window_start=None).count() == logs


def test_a_backfill_goes_on_where_it_was_cut_off():
    files = {name_of(day): body_of(day) for day in ("2014-04-01", "2014-04-02", "2014-04-03")}
    whole = tree(files)

    def cut_off(request):
        if "20140402" in request.url:
            raise KeyboardInterrupt
        return whole(request)

    window = Window(utc("2014-01-01"))
    with pytest.raises(KeyboardInterrupt):
        run(FakeDoor(cut_off), window)
    assert of_day("2014-04-01") == 20
    door = FakeDoor(whole)
    assert run(door, window).created == 40
    assert asked_files(door) == [name_of(day)[5:] for day in ("2014-04-02", "2014-04-03")]


def test_a_file_that_was_replaced_under_the_same_version_is_asked_again_by_a_backfill():
    files = {name_of("2014-04-02"): body_of("2014-04-02")}
    run(files, Window(utc("2014-01-01")))
    changed = {name_of("2014-04-02"): body_of("2014-04-02", 25)}
    newer = listing("vg1_pws_lr_20140402_v5.30.cdf", modified="2026-10-01 06:00")
    assert run(changed, Window(utc("2014-01-01")), listings={"2014": newer}).created == 5


# --- trouble --------------------------------------------------------------------------------------

BROKEN = {
    "html": b"<!DOCTYPE html><html>maintenance</html>",
    "cut off": body_of("2014-04-02")[:1500],
    "empty": b"",
    "all fill": spectra(times("2014-04-02", 5), np.full((5, 16), FILL)),
    "vanished": Refused("404 Not Found"),
    "unreachable": Unreachable("timed out"),
    "30 GB": SchemaDrift("SPDF sent more than 16,777,216 bytes"),
}


@pytest.mark.parametrize("kind", list(BROKEN))
def test_one_bad_file_does_not_stop_the_others(kind):
    files = {name_of(day): body_of(day) for day in ("2014-04-01", "2014-04-03")}
    outcome = run(files | {name_of("2014-04-02"): BROKEN[kind]})
    assert (of_day("2014-04-01"), of_day("2014-04-02"), of_day("2014-04-03")) == (20, 0, 20)
    assert not outcome.succeeded
    failed = IngestionLog.objects.get(status="failed")
    assert failed.error_class == outcome.error_class
    assert failed.error_message
    assert not IngestionLog.objects.filter(completes_run=True).exists()


def test_a_bad_new_version_leaves_the_old_rows():
    run({name_of("2014-04-02", "5.30"): body_of("2014-04-02")})
    before = stored()
    outcome = run({name_of("2014-04-02", "5.40"): BROKEN["all fill"]})
    assert outcome.error_class == "SchemaDrift"
    assert stored() == before
    assert verify(PlasmaWaveProduct()).differences == 0


def test_an_archive_that_is_down_ends_the_run_after_three_files():
    files = {name_of(f"2014-04-{day:02d}"): Unreachable("down") for day in range(1, 20)}
    door = FakeDoor(tree(files))
    assert run(door).error_class == "Unreachable"
    assert len(asked_files(door)) == 3


@pytest.mark.parametrize(
    "page", [b"<html><h1>Welcome</h1></html>", listing(), listing("readme.txt", "20xx/")]
)
def test_a_listing_of_another_shape_is_said_and_nothing_stored(page):
    outcome = run({name_of("2014-04-02"): body_of("2014-04-02")}, listings={"": page})
    assert outcome.error_class == "SchemaDrift"
    assert PlasmaWave.objects.count() == 0


@pytest.mark.parametrize(
    ("fault", "error_class"),
    [
        (Unreachable("SPDF answered 503"), "Unreachable"),
        (Refused("SPDF answered 404"), "Refused"),
        (b"<html>no</html>", "SchemaDrift"),
    ],
)
@pytest.mark.parametrize("window", [Window(), Window(utc("2014-01-01"))])
def test_a_listing_that_cannot_be_had_or_read_is_not_taken_for_nothing_there(window, fault, error_class):
    assert not run({name_of("2014-04-02"): body_of("2014-04-02")}, window, listings={"2014": fault}).succeeded
    failed = IngestionLog.objects.filter(status=IngestionLog.Status.FAILED)
    assert set(failed.values_list("error_class", flat=True)) == {error_class}


def test_a_year_whose_listing_is_broken_does_not_stop_the_others():
    files = {name_of(day): body_of(day) for day in ("2013-12-30", "2014-01-05")}
    outcome = run(files, Window(utc("2013-01-01")), listings={"2014": b"<html>no</html>"})
    assert of_day("2013-12-30") == 20
    assert outcome.error_class == "SchemaDrift"


def test_files_with_impossible_dates_or_other_names_are_not_ours():
    names = [
        "vg1_pws_lr_20140231_v5.30.cdf",
        "vg2_pws_lr_20140402_v5.30.cdf",
        "vg1_pws_lr_20140402_v5.30.cdf.md5",
    ]
    door = FakeDoor(
        tree({f"2014/{name}": b"" for name in names} | {name_of("2014-04-02"): body_of("2014-04-02")})
    )
    run(door)
    assert asked_files(door) == ["vg1_pws_lr_20140402_v5.30.cdf"]


# --- routes ---------------------------------------------------------------------------------------


def test_the_same_bytes_are_asked_of_cdaweb_and_iowa_where_spdf_does_not_answer():
    door = FakeDoor(tree({name_of("2014-04-02"): body_of("2014-04-02")}))
    run(door)
    by_kind = {request.expects: request for request in door.asked}
    assert [str(url).split("/")[2] for url in (by_kind["cdf"].url, *by_kind["cdf"].alternatives)] == [
        SPDF,
        CDAWEB,
        IOWA,
    ]
    assert by_kind["cdf"].alternatives[1] == (
        "https://space.physics.uiowa.edu/plasma-wave/voyager/data/voyager-1-pws-sa/data/2014/vg1pws_lr_20140402_v5.30.cdf"
    )
    assert str(by_kind["html"].alternatives[1]).endswith("/voyager-1-pws-sa/data/2014/")
    assert by_kind["cdf"].max_bytes < 30e9


def test_names_as_iowa_lists_them_are_the_same_files():
    files = {"2014/vg1_pws_lr_20140402_v5.30.cdf": body_of("2014-04-02")}
    run(files, listings={"2014": listing("vg1pws_lr_20140402_v5.30.cdf")})
    door = FakeDoor(tree(files))
    outcome = run(door)
    assert (outcome.created, outcome.updated) == (0, 0)
    assert asked_files(door) == ["vg1_pws_lr_20140402_v5.30.cdf"]


# --- the recorded days ----------------------------------------------------------------------------


def test_the_recorded_days_are_stored_as_they_are_and_asked_for_once(through_mirror, mirror_dir):
    product = PlasmaWaveProduct()
    outcome = Pipeline(Door(), Silent()).run(product, Window())
    assert (outcome.created, outcome.rejected) == (1_722 + 2_088 + 2_372 + 2_684, 0)
    _compare_with_cdflib(mirror_dir, "2014", "20140402", "2014-04-02")
    through_mirror.clear_log()
    again = Pipeline(Door(), Silent()).run(product, Window())
    assert (again.created, again.updated, again.batches) == (0, 0, 0)
    files = [entry for entry in through_mirror.log(SPDF) if ".cdf" in str(entry)]
    assert len(files) == 4
    assert {entry["status"] for entry in files} == {304}
    assert verify(product).differences == 0
    assert replay(product, Silent()).changed is False


def test_the_whole_archive_of_the_mirror(through_mirror, mirror_dir):
    outcome = Pipeline(Door(), Silent()).run(PlasmaWaveProduct(), Window(utc("1977-09-05")))
    assert outcome.created == 8_866 + 1_398
    _compare_with_cdflib(mirror_dir, "2013", "20130301", "2013-03-01")


def test_when_spdf_is_down_cdaweb_has_the_files(through_mirror):
    through_mirror.faults(f"status:{SPDF}:503")
    door = Door(sleep=lambda seconds: None)
    assert Pipeline(door, Silent()).run(PlasmaWaveProduct(), Window()).created == 8_866


def _compare_with_cdflib(mirror_dir, year: str, stamp: str, day: str) -> None:
    file = cdflib.CDF(mirror_dir / "data" / TREE / year / f"vg1_pws_lr_{stamp}_v5.30.cdf")
    raw, epoch = file.varget("electric_field"), file.varget("epoch")
    channels = [f.name for f in PlasmaWave._meta.fields if f.name.startswith("e_")]
    rows = PlasmaWave.objects.filter(timestamp_utc__date=day).order_by("timestamp_utc")
    values = np.array(rows.values_list(*channels), dtype=np.float64)
    expected = np.where(raw <= np.float32(-1e30), np.nan, raw.astype(np.float64))
    np.testing.assert_array_equal(values, expected)
    moments = [moment.replace(tzinfo=None) for moment in rows.values_list("timestamp_utc", flat=True)]
    np.testing.assert_array_equal(
        np.array(moments, dtype="datetime64[us]"), cdflib.cdfepoch.to_datetime(epoch).astype("datetime64[us]")
    )
