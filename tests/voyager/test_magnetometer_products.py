"""The magnetometer's products: which files they take, and what replaces what."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import numpy as np
import pytest

from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Steps, Window
from deepspace.models import IngestionLog
from deepspace.upstream.errors import Refused
from tests.support.door import FakeDoor, Silent
from tests.support.magnetometer import (
    CDF,
    assert_proven,
    cdf_name,
    hourly,
    ingest,
    three_directories,
    three_years,
    vim_cdf,
    years,
)
from voyager.models import MagneticField
from voyager.products import HourlyMagneticFieldProduct, VimMagneticFieldProduct, choices

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive():
    return three_years()


@pytest.fixture
def hours():
    return three_directories()


def test_a_first_run_takes_the_newest_year_alone(archive):
    assert ingest(archive).created == 20
    assert archive.taken() == [cdf_name(2014)]
    assert years() == [2014]
    assert_proven()


def test_since_launch_takes_the_whole_mission_one_batch_per_file(archive):
    assert ingest(archive, since=(1977, 9, 5)).created == 60
    assert years() == [2012, 2013, 2014]
    batches = IngestionLog.objects.exclude(payload_ids={}).order_by("pk")
    assert [(log.window_start and log.window_start.year, log.upstream_version) for log in batches] == [
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
    Pipeline(FakeDoor(archive), progress).run(
        VimMagneticFieldProduct(), Window(datetime(1977, 9, 5, tzinfo=UTC))
    )
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
    assert list(MagneticField.objects.order_by("timestamp_utc").values_list("b_nt", flat=True)) == [
        0.5,
        0.5,
        0.6,
        0.6,
    ]
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
    assert hours.taken() == [
        f"voyager1_coho1hr_merged_mag_plasma_1996{month:02}01_v01.cdf" for month in (1, 2)
    ]
    assert outcome.succeeded
    assert set(MagneticField.objects.filter(timestamp_utc__year=1996).values_list("b_nt", flat=True)) == {0.5}
    assert_proven(HourlyMagneticFieldProduct())


def test_the_two_cadences_share_a_table_and_leave_each_other_alone(archive, hours):
    ingest(archive, since=(1977, 9, 5))
    hourly(hours, since=(1977, 9, 5))
    assert_proven()
    assert_proven(HourlyMagneticFieldProduct())
