"""The magnetometer's products: which files they take, what replaces what, and that one bad file stops nothing."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Steps, Window
from deepspace.ingestion.replay import replay
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog
from deepspace.upstream.errors import Refused, SchemaDrift, Unreachable
from tests.support.cdf import FILL, REAL4, coho, vim
from tests.support.door import FakeDoor, Silent
from tests.support.spdf import Tree
from voyager.models import MagneticField
from voyager.products import HourlyMagneticFieldProduct, VimMagneticFieldProduct, choices

pytestmark = pytest.mark.django_db

CDF, ASCII = "magnetic_fields_cdaweb/vim_48secmag", "magnetic_fields/VIM_48s_mag_ascii"
MERGED, COHO = "merged", "coho1hr_magplasma"
IP = "magnetic_fields/ip_1hour_ascii/1990-2004"
NOTHING = {name: (REAL4, [FILL] * 20, {"FILLVAL": FILL}) for name in ("BR", "BT", "BN")}


def cdf_name(year, version=1):
    return f"voyager1_48s_mag-vim_{year}0101_v{version:02}.cdf"


def vim_cdf(year, f1=0.4, n=20, **changes):
    return vim([f"{year}-06-01T00:{minute:02}:00" for minute in range(n)], np.full(n, f1), **changes)


def vim_ascii(year, days, f1=0.5):
    return "\n".join(f"FLT1\t{year % 100}\t{day}\t{f1}\t0.1\t-0.4\t0.2" for day in days).encode()


def merged(year, n=24, b="0.062"):
    plasma = "9999.9 9999.9 9999.9 99.99999 9999999. " + " ".join(["9.999e+05"] * 18)
    return "".join(
        f"{year} {1 + hour // 24} {hour % 24} 58.08 32.6 166.9 {b} {b} 0.002 -0.057 0.025 {plasma}\n"
        for hour in range(n)
    ).encode()


def coho_name(year, month, version=1):
    return f"{year}/voyager1_coho1hr_merged_mag_plasma_{year}{month:02}01_v{version:02}.cdf"


def month(year, number, n=20):
    return coho([f"{year}-{number:02}-01T{hour:02}:00:00" for hour in range(n)], [0.5] * n, [0.5] * n)


def ip(year):
    return "".join(f"1\t{year % 100}.{1000 + 0:04}0000\t0.05\t10\t20\t0.05\n" for _ in range(1)).encode()


@pytest.fixture
def archive():
    """Three years of 48 s data, each as CDF; the second one as text too."""
    return Tree(
        {f"{CDF}/{cdf_name(year)}": vim_cdf(year) for year in (2012, 2013, 2014)}
        | {
            f"{ASCII}/SHA1SUM": b"...",
            f"{ASCII}/V1_48s_2013_001-031.dat": vim_ascii(2013, [1.5, 30.5, 31.1, 31.2]),
            f"{ASCII}/V1_48s_2013_031-061_141023.dat": vim_ascii(2013, [31.1, 31.3], 0.6),
        }
    )


@pytest.fixture
def choose(tmp_path, monkeypatch):
    """Another file of choices."""

    def write(prefer='["cdf", "ascii"]', years="", product="voyager.magnetic_field_48s"):
        file = tmp_path / "magnetometer.toml"
        file.write_text(f'["{product}"]\nprefer = {prefer}\n["{product}".years]\n{years}\n')
        monkeypatch.setattr(choices, "FILE", file)

    return write


def ingest(tree, product=None, *, since=None, until=None):
    window = Window(*(None if moment is None else datetime(*moment, tzinfo=UTC) for moment in (since, until)))
    return Pipeline(FakeDoor(tree), Silent()).run(product or VimMagneticFieldProduct(), window)


def hourly(tree, **options):
    return ingest(tree, HourlyMagneticFieldProduct(), **options)


def years():
    found = MagneticField.objects.order_by("timestamp_utc").values_list("timestamp_utc__year", flat=True)
    return sorted(set(found))


def failures():
    return [
        (log.error_class, log.error_message)
        for log in IngestionLog.objects.filter(status=IngestionLog.Status.FAILED).order_by("pk")
    ]


def assert_proven(product=None):
    product = product or VimMagneticFieldProduct()
    report = verify(product)
    assert (report.differences, report.problems) == (0, [])
    assert report.rederived == report.rows == MagneticField.objects.filter(**product.scope).count()
    again = replay(product, Silent())
    assert (again.created, again.updated, again.removed) == (0, 0, 0)


# --- what is taken ------------------------------------------------------------------------------


def test_a_first_run_takes_the_newest_year_alone(archive):
    assert ingest(archive).created == 20
    assert archive.taken() == [cdf_name(2014)]
    assert years() == [2014]
    assert_proven()


def test_since_launch_takes_the_whole_mission_one_batch_per_file(archive):
    assert ingest(archive, since=(1977, 9, 5)).created == 60
    assert years() == [2012, 2013, 2014]
    batches = IngestionLog.objects.exclude(payload_ids={}).order_by("pk")
    assert [(log.window_start.year, log.upstream_version) for log in batches] == [
        (year, cdf_name(year)) for year in (2012, 2013, 2014)
    ]
    assert [log.parameters["reader"] for log in batches] == ["cdf"] * 3
    assert_proven()


def test_a_second_run_stores_nothing_again(archive):
    ingest(archive, since=(1977, 9, 5))
    again = ingest(archive, since=(1977, 9, 5))
    assert (again.batches, again.changed, again.succeeded) == (0, False, True)
    assert IngestionLog.objects.order_by("-pk")[0].completes_run


def test_a_window_takes_the_files_that_it_touches(archive):
    ingest(archive, since=(2012, 12, 31), until=(2013, 1, 1))
    assert years() == [2012, 2013]


def test_a_window_without_files_is_no_data(archive):
    assert ingest(archive, since=(1980, 1, 1), until=(1981, 1, 1)).error_class == "NoData"


def test_a_backfill_goes_on_where_it_stopped(archive):
    archive.faults = {f"{CDF}/{cdf_name(2013)}": KeyboardInterrupt()}
    with pytest.raises(KeyboardInterrupt):
        ingest(archive, since=(1977, 9, 5))
    archive.faults = {}
    assert ingest(archive, since=(1977, 9, 5)).created == 40
    assert_proven()


def test_the_steps_are_the_listings_and_then_the_files(archive):
    class Counting(Silent):
        seen: list[int] = []

        def steps(self, remaining):
            self.seen.append(remaining)

    progress = Counting()
    Pipeline(FakeDoor(archive), progress).run(VimMagneticFieldProduct(), Window(datetime(1977, 9, 5, tzinfo=UTC)))
    assert progress.seen == [2, 3]
    assert Steps(3).remaining == 3


def test_new_files_are_found(archive):
    ingest(archive)
    archive.files[f"{CDF}/{cdf_name(2015)}"] = vim_cdf(2015)
    assert ingest(archive).created == 20
    assert years() == [2014, 2015]


# --- versions -----------------------------------------------------------------------------------


def test_the_highest_version_is_taken(archive):
    archive.files[f"{CDF}/{cdf_name(2014, 2)}"] = vim_cdf(2014, 0.45)
    ingest(archive)
    assert archive.taken() == [cdf_name(2014, 2)]


def test_a_version_that_goes_up_replaces_the_rows_of_its_year_however_old(archive):
    ingest(archive, since=(1977, 9, 5))
    del archive.files[f"{CDF}/{cdf_name(2012)}"]
    archive.files[f"{CDF}/{cdf_name(2012, 2)}"] = vim_cdf(2012, 0.45, n=15)
    outcome = ingest(archive)
    assert (outcome.updated, outcome.removed) == (15, 5)
    assert MagneticField.objects.filter(timestamp_utc__year=2012, b_nt__gt=0.44).count() == 15
    assert_proven()


def test_a_version_that_goes_down_is_ignored_with_a_note(archive, caplog):
    archive.files[f"{CDF}/{cdf_name(2014, 2)}"] = vim_cdf(2014, 0.45)
    ingest(archive)
    del archive.files[f"{CDF}/{cdf_name(2014, 2)}"]
    archive.taken()
    with caplog.at_level(logging.WARNING, "deepspace.ingestion"):
        assert ingest(archive).succeeded
    assert archive.taken() == []
    assert "a lower version than stored is ignored" in caplog.text
    assert set(MagneticField.objects.values_list("b_nt", flat=True)) == {float(np.float32(0.45))}


def test_a_file_rewritten_under_its_name_is_noticed_by_its_date(archive):
    ingest(archive, since=(1977, 9, 5))
    archive.files[f"{CDF}/{cdf_name(2012)}"] = vim_cdf(2012, 0.45)
    archive.dates[cdf_name(2012)] = "2026-09-01 00:00"
    archive.taken()
    assert ingest(archive).updated == 20
    assert cdf_name(2012) in archive.taken()


# --- readers by year ----------------------------------------------------------------------------


def test_a_year_that_the_preferred_reader_lacks_comes_from_the_next_one(archive):
    del archive.files[f"{CDF}/{cdf_name(2013)}"]
    ingest(archive, since=(2013, 1, 1), until=(2013, 12, 31))
    log = IngestionLog.objects.exclude(payload_ids={}).get()
    assert (log.parameters["reader"], sorted(log.payload_ids)) == (
        "ascii",
        ["V1_48s_2013_001-031.dat", "V1_48s_2013_031-061_141023.dat"],
    )
    assert list(MagneticField.objects.order_by("timestamp_utc").values_list("b_nt", flat=True)) == [0.5, 0.5, 0.6, 0.6]
    assert_proven()


def test_another_choice_replaces_the_year_and_only_that(archive, choose):
    ingest(archive, since=(1977, 9, 5))
    choose(years='2013 = "ascii"')
    outcome = ingest(archive)
    assert (outcome.created, outcome.removed) == (4, 20)
    assert not ingest(archive).changed
    choose()
    outcome = ingest(archive)
    assert (outcome.created, outcome.removed) == (20, 4)
    assert not ingest(archive).changed
    assert_proven()


def test_a_year_that_is_no_longer_listed_keeps_its_rows(archive, caplog):
    ingest(archive, since=(1977, 9, 5))
    del archive.files[f"{CDF}/{cdf_name(2013)}"]
    with caplog.at_level(logging.WARNING, "deepspace.ingestion"):
        outcome = ingest(archive, since=(1977, 9, 5))
    assert outcome.succeeded
    assert not outcome.changed
    assert "cdf no longer offers 2013; its rows stay" in caplog.text


def test_a_directory_that_cannot_be_read_gives_no_year_to_another_reader(archive):
    archive.faults = {f"{CDF}/": Refused("SPDF refused /vim_48secmag/: 404 Not Found")}
    outcome = ingest(archive, since=(1977, 9, 5))
    assert not outcome.succeeded
    assert not MagneticField.objects.exists()
    assert archive.taken() == []


@pytest.mark.parametrize(
    ("prefer", "years_chosen", "message"),
    [
        ('["cdf", "paper"]', "", "no reader paper"),
        ("[]", "", "no reader at all"),
        ('["cdf"]', '2013 = "paper"', "no reader paper"),
        ("3", "", "TypeError"),
        ("[", "", "TOMLDecodeError"),
    ],
)
def test_a_choice_that_makes_no_sense_stops_the_run(archive, choose, prefer, years_chosen, message):
    choose(prefer, years_chosen)
    outcome = ingest(archive)
    assert outcome.error_message.startswith("magnetometer.toml: voyager.magnetic_field_48s: ")
    assert message in outcome.error_message


def test_the_reviewed_file_names_readers_that_there_are():
    for product in (HourlyMagneticFieldProduct(), VimMagneticFieldProduct()):
        readers = [route.reader for route in product.routes]
        assert list(choices.choice(product.key, readers).prefer) == readers


# --- hourly -------------------------------------------------------------------------------------


@pytest.fixture
def hours():
    """One year in each of the three directories alone, and one in all of them."""
    name = f"{IP}/vy1mag_pri_1hr_{{}}.txt"
    return Tree(
        {f"{MERGED}/vy1_{year}.asc": merged(year) for year in (1996, 2012)}
        | {f"{COHO}/{coho_name(year, number)}": month(year, number) for year in (1995, 1996) for number in (1, 2)}
        | {name.format(year): ip(year) for year in (1994, 1996)}
        | {f"{IP}/00readme.txt": b"prose"}
    )


def test_each_year_comes_from_the_first_directory_that_has_it(hours):
    assert hourly(hours, since=(1977, 9, 5)).succeeded
    batches = IngestionLog.objects.exclude(payload_ids={}).order_by("pk")
    assert [log.parameters["slot"] for log in batches] == [
        "ip_ascii/1994",
        "coho_cdf/1995-01",
        "coho_cdf/1995-02",
        "merged/1996",
        "merged/2012",
    ]
    assert MagneticField.objects.count() == 1 + 40 + 24 + 24
    assert not hourly(hours, since=(1977, 9, 5)).changed
    assert_proven(HourlyMagneticFieldProduct())


def test_a_month_of_a_window_is_one_file(hours):
    hourly(hours, since=(1995, 2, 1), until=(1995, 2, 3))
    assert hours.taken() == ["voyager1_coho1hr_merged_mag_plasma_19950201_v01.cdf"]


def test_months_are_replaced_as_a_year_when_another_reader_takes_over(hours, choose):
    key = "voyager.magnetic_field_1h"
    hourly(hours, since=(1977, 9, 5))
    choose('["merged", "coho_cdf", "ip_ascii"]', '1996 = "coho_cdf"', key)
    hours.taken()
    outcome = hourly(hours, since=(1996, 2, 1), until=(1996, 2, 2))
    assert hours.taken() == [f"voyager1_coho1hr_merged_mag_plasma_1996{month:02}01_v01.cdf" for month in (1, 2)]
    assert outcome.succeeded
    assert set(MagneticField.objects.filter(timestamp_utc__year=1996).values_list("b_nt", flat=True)) == {0.5}
    assert_proven(HourlyMagneticFieldProduct())


def test_the_two_cadences_share_a_table_and_leave_each_other_alone(archive, hours):
    ingest(archive, since=(1977, 9, 5))
    hourly(hours, since=(1977, 9, 5))
    assert_proven()
    assert_proven(HourlyMagneticFieldProduct())


# --- bad input ----------------------------------------------------------------------------------

HTML = b"<!DOCTYPE html><html><body>Down for maintenance</body></html>"
GOOD = vim_cdf(2013)


@pytest.mark.parametrize(
    ("fault", "error_class", "message"),
    [
        (Refused("SPDF refused /voyager1_48s_mag-vim_20130101_v01.cdf: 404 Not Found"), "Refused", "404"),
        (SchemaDrift("SPDF sent more than 67,108,864 bytes"), "SchemaDrift", "sent more than"),
        (HTML, "SchemaDrift", "61 bytes, where the listing has"),
        (GOOD[: len(GOOD) // 2], "SchemaDrift", "bytes, where the listing has"),
        (GOOD[:-600], "SchemaDrift", f"{cdf_name(2013)}: cut off after"),
        (bytes(len(GOOD)), "SchemaDrift", f"{cdf_name(2013)}: not a CDF file"),
        (vim_cdf(2013, BT=None), "SchemaDrift", "no variable BT"),
    ],
)
def test_one_bad_file_fails_alone(archive, fault, error_class, message):
    archive.faults = {f"{CDF}/{cdf_name(2013)}": fault}
    outcome = ingest(archive, since=(1977, 9, 5))
    assert years() == [2012, 2014]
    ((told_class, told),) = failures()
    assert told_class == outcome.error_class == error_class
    assert message in told
    assert (outcome.failures, outcome.batches) == (1, 2)
    archive.faults = {}
    assert ingest(archive, since=(1977, 9, 5)).created == 20  # the earlier failure is tried again
    assert_proven()


def test_a_file_that_fails_is_parsed_again_though_its_bytes_are_known(archive, monkeypatch):
    from voyager.readers import vim_cdf as reader

    sound = reader.read
    monkeypatch.setattr(reader, "_check_spacecraft", lambda *_: (_ for _ in ()).throw(SchemaDrift("a bug")))
    assert not ingest(archive).succeeded
    monkeypatch.undo()
    assert reader.read is sound
    assert ingest(archive).created == 20


def test_a_bad_new_version_leaves_the_rows_of_the_old_one(archive):
    ingest(archive)
    archive.files[f"{CDF}/{cdf_name(2014, 2)}"] = vim_cdf(2014, FILL, **NOTHING)
    outcome = ingest(archive)
    assert outcome.error_message == f"{cdf_name(2014, 2)}: no record has a field, and 20 rows are stored for it"
    assert MagneticField.objects.count() == 20


def test_a_year_that_never_had_a_field_is_known_to_be_empty(archive):
    archive.files[f"{CDF}/{cdf_name(2015)}"] = vim_cdf(2015, FILL, **NOTHING)
    outcome = ingest(archive, since=(2015, 1, 1))
    assert outcome.succeeded
    log = IngestionLog.objects.exclude(payload_ids={}).get()
    assert (log.window_start.year, log.rows_created) == (2015, 0)
    assert not ingest(archive, since=(2015, 1, 1)).batches


def test_single_bad_records_are_counted_shown_and_not_stored(archive):
    f1 = np.full(40, 0.4)
    f1[[3, 7]] = np.inf, np.nan
    utc = [f"2014-06-01T00:{minute:02}:00" for minute in range(40)]
    utc[20] = utc[19]  # the same instant with the same values: one row
    utc[30] = "2031-01-01T00:00:00"  # a clock that jumps
    archive.files[f"{CDF}/{cdf_name(2014)}"] = vim(utc, f1)
    outcome = ingest(archive)
    log = IngestionLog.objects.exclude(payload_ids={}).get()
    assert (outcome.created, log.rows_rejected) == (36, 3)
    assert {item["reason"] for item in log.rejected_sample} == {
        "b_nt is infinite",
        "b_nt has no value",
        "its time is out of order",
    }
    assert {"where": f"{cdf_name(2014)}, record 31"} in [item["row"] for item in log.rejected_sample]
    assert_proven()


def test_a_duplicate_epoch_with_another_value_is_stored_from_neither(archive):
    utc = [f"2014-06-01T00:{minute:02}:00" for minute in range(40)]
    utc[20] = utc[19]
    archive.files[f"{CDF}/{cdf_name(2014)}"] = vim(utc, np.linspace(0.4, 0.5, 40))
    outcome = ingest(archive)
    assert (outcome.created, outcome.rejected) == (38, 2)


def test_incredible_fields_are_rejected(archive):
    f1 = np.full(40, 0.4)
    f1[[1, 2]] = 0.0, 999.0
    archive.files[f"{CDF}/{cdf_name(2014)}"] = vim([f"2014-06-01T00:{minute:02}:00" for minute in range(40)], f1)
    assert (ingest(archive).created, ingest(archive).changed) == (38, False)


@pytest.mark.parametrize("listing", [HTML, b"<html><div id='app'></div></html>"])
def test_a_listing_of_another_shape_fails_the_run_and_decides_nothing(archive, listing):
    archive.faults = {f"{CDF}/": listing}
    outcome = ingest(archive)
    assert outcome.error_message.startswith(f"{CDF}/: a page came where a directory listing was expected")
    assert not MagneticField.objects.exists()


def test_a_listing_without_a_single_known_name_is_drift(archive):
    archive.files = {f"{CDF}/renamed_{year}.cdf": GOOD for year in (2012, 2013)} | {f"{ASCII}/README": b""}
    outcome = ingest(archive)
    assert outcome.error_message == f"{CDF}/: {CDF}/ lists 2 entries, none of them as expected"


def test_the_others_go_on_when_the_listing_of_the_second_reader_is_drift(archive):
    archive.faults = {f"{ASCII}/": HTML}
    outcome = ingest(archive)
    assert years() == [2014]
    assert not outcome.succeeded


def test_a_host_that_is_down_ends_the_run_after_two_requests(archive):
    archive.faults = {path: Unreachable("SPDF did not answer") for path in archive.files}
    outcome = ingest(archive, since=(1977, 9, 5))
    assert archive.taken() == [cdf_name(2012), cdf_name(2013)]
    assert outcome.error_class == "Unreachable"


def test_a_single_file_that_does_not_come_through_does_not(archive):
    archive.faults = {f"{CDF}/{cdf_name(2012)}": Unreachable("SPDF cut its answer short")}
    ingest(archive, since=(1977, 9, 5))
    assert years() == [2013, 2014]


def test_one_bad_file_of_a_year_of_text_leaves_the_year_as_it_was(archive, choose):
    ingest(archive, since=(1977, 9, 5))
    choose(years='2013 = "ascii"')
    archive.faults = {f"{ASCII}/V1_48s_2013_031-061_141023.dat": Refused("404")}
    assert not ingest(archive).succeeded
    assert MagneticField.objects.filter(timestamp_utc__year=2013).count() == 20
    archive.faults = {}
    assert ingest(archive).created == 4
    assert_proven()


# --- the recorded archive -----------------------------------------------------------------------


def command(*arguments):
    from django.core.management import call_command

    call_command("ingest", *arguments)


def strengths(year):
    rows = MagneticField.objects.filter(cadence_s=48, timestamp_utc__year=year)
    return np.array(rows.values_list("b_nt", flat=True))


@pytest.mark.slow
@pytest.mark.usefixtures("through_mirror")
def test_the_recorded_48_s_archive(mirror):
    command("voyager.magnetic_field_48s", "--since", "1977-09-05")
    found = {year: strengths(year) for year in (2012, 2013, 2014)}
    assert {year: len(values) for year, values in found.items()} == {2012: 156_909, 2013: 256_948, 2014: 181_462}
    assert np.median(found[2012]) == pytest.approx(0.290, abs=0.002)
    assert np.median(found[2013]) == pytest.approx(0.473, abs=0.002)
    assert np.median(found[2014]) == pytest.approx(0.475, abs=0.002)
    until = datetime(2014, 1, 1, tzinfo=UTC) + 0.4 * timedelta(days=365)
    window = MagneticField.objects.filter(cadence_s=48, timestamp_utc__gte="2013-01-01T00:00Z", timestamp_utc__lt=until)
    assert np.mean(window.values_list("b_nt", flat=True)) == pytest.approx(0.479, abs=0.001)
    mirror.clear_log()
    command("voyager.magnetic_field_48s", "--since", "1977-09-05")
    files = [entry for entry in mirror.log("spdf.gsfc.nasa.gov") if not entry["path"].endswith("/")]
    assert [entry["status"] for entry in files] == [304, 304, 304]
    assert_proven()


@pytest.mark.slow
@pytest.mark.usefixtures("through_mirror")
def test_the_recorded_48_s_text_has_the_same_vectors(choose):
    choose('["ascii", "cdf"]')
    command("voyager.magnetic_field_48s", "--since", "2012-01-01", "--until", "2012-12-31")
    values = strengths(2012)
    assert (len(values), np.median(values)) == (156_909, 0.28985)
    log = IngestionLog.objects.exclude(payload_ids={}).get()
    assert (log.parameters["reader"], len(log.payload_ids), log.rows_rejected) == ("ascii", 12, 0)


@pytest.mark.usefixtures("through_mirror")
def test_the_recorded_hourly_archive():
    command("voyager.magnetic_field_1h", "--since", "1977-09-05")
    count = {
        year: MagneticField.objects.filter(cadence_s=3600, timestamp_utc__year=year).count()
        for year in (1990, 1995, 1997, 2012, 2013)
    }
    assert count == {1990: 4790, 1995: 7032, 1997: 5690, 2012: 2724, 2013: 4143}
    assert_proven(HourlyMagneticFieldProduct())


@pytest.mark.usefixtures("through_mirror")
def test_all_three_readers_agree_about_the_recorded_1995(choose):
    rows = {}
    for reader in ("merged", "coho_cdf", "ip_ascii"):
        choose(f'["{reader}"]', product="voyager.magnetic_field_1h")
        command("voyager.magnetic_field_1h", "--since", "1995-01-01", "--until", "1995-12-31")
        columns = ("timestamp_utc", "b_nt", "br_nt", "bt_nt", "bn_nt")
        rows[reader] = list(MagneticField.objects.order_by("timestamp_utc").values_list(*columns))
    first, *others = rows.values()
    for other in others:
        assert [row[0] for row in other] == [row[0] for row in first]
        difference = np.array([row[1:] for row in other]) - np.array([row[1:] for row in first])
        assert np.abs(difference).max() < 6e-4  # three decimals; components computed from angles


@pytest.mark.usefixtures("through_mirror")
def test_the_second_host_stands_in_for_the_first(mirror):
    mirror.faults("status:spdf.gsfc.nasa.gov:404")
    mirror.faults("429:spdf.gsfc.nasa.gov:600")  # asks for patience: not tried again within the run
    command("voyager.magnetic_field_48s")
    assert len(strengths(2014)) == 181_462
    log = IngestionLog.objects.exclude(payload_ids={}).get()
    from deepspace.models import Payload

    sent_by = Payload.objects.get(pk=next(iter(log.payload_ids.values()))).upstream
    assert sent_by == "cdaweb.gsfc.nasa.gov"
    mirror.clear()
    assert not ingest_through_the_door().changed


def ingest_through_the_door():
    from deepspace.models import UpstreamHost
    from deepspace.upstream.http import Door

    UpstreamHost.objects.all().delete()  # the first host is asked again
    return Pipeline(Door(), Silent()).run(VimMagneticFieldProduct(), Window())
