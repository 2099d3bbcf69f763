"""The published densities: the whole table, its label when it can be had, and nothing else under its name."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Window
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog
from deepspace.upstream.errors import Refused, Unreachable
from deepspace.upstream.http import Door
from tests.support.door import FakeDoor, Silent
from tests.voyager.readers.test_pds_density import EPO, NAME, QTN, label, table
from voyager.models import ElectronDensity
from voyager.products import ElectronDensityProduct

pytestmark = pytest.mark.django_db


def run(body, its_label=None):
    def answer(request):
        found = body if request.url.endswith(".csv") else its_label or Refused("404 Not Found")
        if isinstance(found, Exception):
            raise found
        return found

    return Pipeline(FakeDoor(answer), Silent()).run(ElectronDensityProduct(), Window())


def many(n: int) -> list[list[str]]:
    return [[f"2020-06-{day:02d}T00:00:00.000Z", *QTN[1:]] for day in range(1, n + 1)]


def last_log() -> IngestionLog:
    return IngestionLog.objects.exclude(payload_ids={}).latest("pk")


def test_rows_have_the_published_numbers_and_bounds():
    outcome = run(table(EPO, QTN))
    assert (outcome.created, outcome.error_class) == (2, "")
    row = ElectronDensity.objects.get(method="epo")
    assert row.timestamp_utc == datetime(2013, 4, 9, tzinfo=UTC)
    assert (row.n_e_cm3, row.n_e_min_cm3, row.n_e_max_cm3, row.f_pe_hz) == (0.08, 0.07, 0.09, 2600.0)
    assert (row.f_ce_hz, row.b_nt, row.distance_au, row.past_heliopause_au) == (13.96, 0.499, 123.826, 2.226)
    assert (row.source, row.significance_sigma) == ("nasa_pds", None)
    assert ElectronDensity.objects.get(method="qtn").n_e_min_cm3 is None


def test_without_a_label_the_table_is_stored_and_the_log_says_so():
    assert run(table(EPO), Unreachable("timed out")).succeeded
    assert last_log().upstream_version == f"{NAME}, no label: MD5 not checked"
    assert IngestionLog.objects.filter(completes_run=True).exists()


def test_with_its_label_the_table_is_checked():
    body = table(EPO)
    md5 = hashlib.md5(body, usedforsecurity=False).hexdigest()
    assert run(body, label(NAME, md5)).succeeded
    assert last_log().upstream_version == f"{NAME}, MD5 {md5} as in the label"
    assert verify(ElectronDensityProduct()).differences == 0


def test_a_table_that_is_not_the_labels_changes_nothing():
    run(table(EPO, QTN))
    outcome = run(table(EPO), label(NAME, "0" * 32))
    assert outcome.error_class == "SchemaDrift"
    assert "MD5" in outcome.error_message
    assert ElectronDensity.objects.count() == 2


def test_a_new_table_replaces_the_old_one():
    run(table(*many(20)))
    changed = many(15)
    changed[3][6] = "0.150"
    outcome = run(table(*changed))
    assert (outcome.updated, outcome.unchanged, outcome.removed) == (1, 14, 5)
    assert verify(ElectronDensityProduct()).differences == 0


def test_lines_found_here_are_not_the_tables_to_remove():
    log = IngestionLog.objects.create(product="x", source="computed", started_at=datetime.now(UTC))
    moment = datetime(2020, 6, 3, tzinfo=UTC)
    ElectronDensity.objects.create(
        timestamp_utc=moment,
        method="ridge",
        n_e_cm3=0.1,
        source="computed",
        ingested_at=moment,
        ingestion=log,
    )
    run(table(QTN))
    run(table(EPO))
    assert sorted(ElectronDensity.objects.values_list("method", flat=True)) == ["epo", "ridge"]


def test_another_method_is_rejected():
    rows = many(19)
    rows[4][9] = "guess"
    outcome = run(table(*rows))
    assert (outcome.created, outcome.rejected) == (18, 1)
    assert last_log().rejected_sample[0]["reason"] == "method has no value"


def test_a_table_of_other_methods_is_refused():
    rows = many(19)
    for row in rows[:5]:
        row[9] = "guess"
    assert run(table(*rows)).error_class == "SchemaDrift"
    assert ElectronDensity.objects.count() == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [(0, "yesterday"), (0, ""), (6, "-9999"), (6, "nan"), (6, "inf"), (6, "147"), (1, "0.003443")],
)
def test_a_record_without_time_or_credible_density_is_rejected(column, value):
    rows = many(19)
    rows[4][column] = value
    outcome = run(table(*rows))
    assert (outcome.created, outcome.rejected) == (18, 1)


def test_the_same_record_twice_is_one_row_and_two_that_differ_are_none():
    rows = many(25)
    other = [*rows[6][:6], "0.2", *rows[6][7:]]
    outcome = run(table(*rows, rows[3], other))
    assert (outcome.created, outcome.rejected) == (24, 2)


@pytest.mark.parametrize("body", [b"", b"<html>no</html>", table(EPO)[:-40], table()])
def test_what_is_no_table_changes_nothing(body):
    run(table(EPO, QTN))
    assert run(body).error_class == "SchemaDrift"
    assert ElectronDensity.objects.count() == 2


def test_the_sample_of_the_mirror_is_stored(through_mirror):
    product = ElectronDensityProduct()
    assert Pipeline(Door(), Silent()).run(product, Window()).created == 4
    again = Pipeline(Door(), Silent()).run(product, Window())
    assert (again.created, again.updated, again.unchanged) == (0, 0, 4)
    assert verify(product).differences == 0
    assert {e["status"] for e in through_mirror.log("pds-ppi.igpp.ucla.edu") if ".csv" in str(e)} == {
        200,
        304,
    }
