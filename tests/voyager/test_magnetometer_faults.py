"""Bad files of the magnetometer: one stops nothing, nothing wrong is stored, the log says what and where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from deepspace.fallback import standing
from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Window
from deepspace.models import IngestionLog
from deepspace.provenance import Tier
from deepspace.upstream.errors import Refused, SchemaDrift, Unreachable
from tests.support.cdf import FILL, vim
from tests.support.door import FakeDoor, Silent
from tests.support.magnetometer import (
    ASCII,
    CDF,
    COHO,
    IP,
    MERGED,
    NOTHING,
    assert_proven,
    cdf_name,
    failures,
    hourly,
    ingest,
    three_directories,
    three_years,
    vim_cdf,
    years,
)
from voyager.models import MagneticField
from voyager.products import HourlyMagneticFieldProduct, VimMagneticFieldProduct

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive():
    return three_years()


VIM = "voyager.magnetic_field_48s"
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
    assert (
        outcome.error_message == f"{cdf_name(2014, 2)}: no record has a field, and 20 rows are stored for it"
    )
    assert MagneticField.objects.count() == 20


def test_a_year_that_never_had_a_field_is_known_to_be_empty(archive):
    archive.files[f"{CDF}/{cdf_name(2015)}"] = vim_cdf(2015, FILL, **NOTHING)
    outcome = ingest(archive, since=(2015, 1, 1))
    assert outcome.succeeded
    log = IngestionLog.objects.exclude(payload_ids={}).get()
    assert (log.window_start and log.window_start.year, log.rows_created) == (2015, 0)
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
    archive.files[f"{CDF}/{cdf_name(2014)}"] = vim(
        [f"2014-06-01T00:{minute:02}:00" for minute in range(40)], f1
    )
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
    assert outcome.error_message == f"{CDF}/: 2 entries are listed, none of them as expected"


def test_the_others_go_on_when_the_listing_of_the_second_reader_is_drift(archive):
    archive.faults = {f"{ASCII}/": HTML}
    outcome = ingest(archive)
    assert years() == [2014]
    assert not outcome.succeeded


def test_a_listing_that_cannot_be_had_is_not_taken_for_nothing_there(archive):
    archive.faults = {f"{CDF}/": Unreachable("SPDF answered 503")}
    outcome = ingest(archive, since=(2030, 1, 1))
    assert [name for name, _ in failures()] == ["Unreachable"]
    assert not outcome.succeeded
    archive.faults = {}
    assert ingest(archive, since=(2030, 1, 1)).error_class == "NoData"  # each listing was read, and has none


def test_the_worst_of_several_failures_ends_the_run():
    tree = three_directories()
    down = Unreachable("SPDF answered 503")
    tree.faults = {f"{MERGED}/": HTML, f"{COHO}/": down, f"{IP}/": down}
    assert not hourly(tree).succeeded
    error_class, message = failures()[-1]
    assert error_class == "SchemaDrift"
    assert message.startswith(f"{MERGED}/: a page came where a directory listing was expected")


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


def test_a_file_that_is_bad_for_good_is_named_in_each_run_until_another_reader_supplies_its_year(
    archive, choose
):
    ingest(archive, since=(1977, 9, 5))
    assert standing(VIM).tier is Tier.REAL
    archive.files[f"{CDF}/{cdf_name(2013)}"] = GOOD[:-600]  # and listed so
    archive.dates[cdf_name(2013)] = "2026-09-01 12:00"
    archive.files[f"{CDF}/{cdf_name(2014, 2)}"] = vim_cdf(2014, 0.6)
    for _ in range(3):
        outcome = ingest(archive)
        assert (outcome.error_class, outcome.failures) == ("SchemaDrift", 1)
        where = standing(VIM)
        assert where.tier is Tier.CACHED
        assert where.last_error.startswith(f"{cdf_name(2013)}: cut off after")
        assert where.next_due_at is not None
        assert where.next_due_at - datetime.now(UTC) <= timedelta(hours=1)
    assert years() == [2012, 2013, 2014]
    assert float(MagneticField.objects.latest("timestamp_utc").b_nt) == pytest.approx(
        0.6
    )  # the others went on
    choose(years='2013 = "ascii"')
    assert ingest(archive).succeeded
    assert standing(VIM).tier is Tier.REAL
    assert_proven()


def test_no_request_takes_more_than_fits_into_memory(archive):
    """What is larger (a 30 GB "file") is given up at that size: tests/deepspace/upstream shows that the door does."""
    for product, tree in (
        (VimMagneticFieldProduct(), archive),
        (HourlyMagneticFieldProduct(), three_directories()),
    ):
        door = FakeDoor(tree)
        Pipeline(door, Silent()).run(product, Window(datetime(1977, 9, 5, tzinfo=UTC)))
        assert {request.url.rpartition(".")[2] for request in door.asked} & {"cdf", "asc", "txt"}
        assert max(request.max_bytes for request in door.asked) <= 64 * 2**20
