"""NOAA's R, S and G scales: five entries of one file, texts for numbers, null for what is not said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Window
from deepspace.ingestion.replay import replay
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog
from deepspace.upstream.http import Door
from spaceintel.models import Scales
from spaceintel.products.scales import ScalesProduct
from tests.spaceintel.swpc_bodies import NOW, SCALES, ingest, scales, told
from tests.support.door import Silent
from tests.support.mirror import Mirror

pytestmark = pytest.mark.django_db

ISSUED = NOW - timedelta(minutes=2)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


def run(value):
    return ingest(ScalesProduct(), {SCALES: value})


def test_the_file_is_five_rows_issued_at_one_time():
    assert told(run(scales(ISSUED))) == ("", 5, 0, 0, 0)
    rows = {row.day_offset: row for row in Scales.objects.all()}
    assert sorted(rows) == [-1, 0, 1, 2, 3]
    assert {row.issued_at for row in rows.values()} == {ISSUED}
    assert rows[-1].timestamp_utc == ISSUED - timedelta(days=1)
    assert rows[3].timestamp_utc == datetime(2026, 9, 29, tzinfo=UTC)
    now = rows[0]
    assert (now.r_scale, now.s_scale, now.g_scale, now.r_text) == (0, 0, 0, "none")
    assert (now.r_minor_percent, now.s_percent) == (None, None)


def test_what_a_forecast_does_not_say_is_not_zero():
    run(scales(ISSUED))
    tomorrow = Scales.objects.get(day_offset=1)
    assert (tomorrow.r_scale, tomorrow.s_scale, tomorrow.g_scale) == (None, None, 0)
    assert (tomorrow.r_minor_percent, tomorrow.r_major_percent, tomorrow.s_percent) == (15, 15, 15)
    assert (tomorrow.r_text, tomorrow.g_text) == ("", "none")


def test_a_second_run_changes_nothing_and_every_row_is_proven():
    for expected in (("", 5, 0, 0, 0), ("", 0, 0, 5, 0)):
        assert told(run(scales(ISSUED))) == expected
    assert told(run(scales(NOW))) == ("", 5, 0, 0, 0)
    report = verify(ScalesProduct())
    assert (report.rederived, report.rows, report.differences, report.problems) == (10, 10, 0, [])
    again = replay(ScalesProduct(), Silent())
    assert (again.created, again.updated, again.removed) == (0, 0, 0)


def test_numbers_as_numbers_are_the_same():
    text = scales(ISSUED)
    run(text)
    text["1"]["R"]["MinorProb"], text["0"]["G"]["Scale"] = 15, 0
    assert told(run(text)) == ("", 0, 0, 5, 0)


def test_an_entry_that_is_not_there_is_no_row():
    value = scales(ISSUED)
    del value["3"]
    assert told(run(value)) == ("", 4, 0, 0, 0)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda value: value.pop("0"),
        lambda value: value["0"].pop("DateStamp"),
        lambda value: value["0"].update(DateStamp="1970-01-01"),
        lambda value: value["0"].update(DateStamp="2099-01-01"),
        lambda value: value["0"].update(TimeStamp="<b>now</b>"),
        lambda value: value.update({"0": []}),
        lambda value: value["0"].update(G=None),
        lambda value: value["0"]["G"].update(Scale="many"),
        lambda value: value["0"]["G"].update(Scale="6"),
        lambda value: value["0"]["G"].update(Text="x" * 100),
        lambda value: value["1"]["S"].update(Prob="101"),
        lambda value: value["1"]["S"].update(Prob="-1"),
    ],
)
def test_a_file_that_cannot_be_is_refused_and_nothing_changes(spoil):
    run(scales(ISSUED))
    value = scales(NOW)
    spoil(value)
    outcome = run(value)
    assert outcome.error_class == "SchemaDrift", outcome.error_message
    assert len(outcome.error_message) < 200
    assert Scales.objects.count() == 5


@pytest.mark.parametrize("days", [2, 4])
def test_only_the_forecast_may_be_days_ahead(days):
    """A state of now from the future would be the newest one for days."""
    run(scales(ISSUED))
    for entry in ("0", "-1"):
        value = scales(ISSUED)
        value[entry]["DateStamp"] = f"{NOW + timedelta(days=days):%Y-%m-%d}"
        assert run(value).error_class == "SchemaDrift"
    assert Scales.objects.count() == 5
    value = scales(ISSUED)
    value["3"]["DateStamp"] = f"{NOW + timedelta(days=days):%Y-%m-%d}"
    assert run(value).succeeded


@pytest.mark.parametrize("value", [[], {}, b"null", b'{"0": NaN}', "text", 3])
def test_another_shape_is_schema_drift(value):
    assert run(value).error_class == "SchemaDrift"


def test_script_is_data():
    value = scales(ISSUED)
    value["0"]["G"]["Text"] = "<script>alert(1)</script>"
    run(value)
    assert Scales.objects.get(day_offset=0).g_text == "<script>alert(1)</script>"


def test_the_batch_covers_what_it_tells_of():
    run(scales(ISSUED))
    log = IngestionLog.objects.get()
    assert (log.window_start, log.window_end) == (
        ISSUED - timedelta(days=1),
        datetime(2026, 9, 29, tzinfo=UTC),
    )


def test_the_recorded_file_is_stored_as_it_was(through_mirror: Mirror):
    with time_machine.travel(datetime(2026, 11, 20, tzinfo=UTC)):
        assert told(Pipeline(Door(), Silent()).run(ScalesProduct(), Window())) == ("", 5, 0, 0, 0)
    assert Scales.objects.get(day_offset=0).issued_at == datetime(2026, 8, 8, 18, 50, tzinfo=UTC)
    assert json.dumps(
        list(Scales.objects.values_list("r_minor_percent", flat=True).order_by("day_offset"))
    ) == ("[null, null, 15, 15, 15]")
