"""SWPC's messages: kinds, validity, cancellations; their text is data, however long and whatever is in it."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from deepspace.fallback import standing
from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Window
from deepspace.ingestion.replay import replay
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog
from deepspace.provenance import Tier
from deepspace.upstream.http import Door
from spaceintel.models import Alert
from spaceintel.products.alerts import AlertsProduct
from spaceintel.readers.swpc_alert import read_alert
from tests.spaceintel.swpc_bodies import ALERTS, NOW, alert, ingest, told
from tests.support.door import Silent
from tests.support.mirror import Mirror

pytestmark = pytest.mark.django_db

ISSUED = NOW - timedelta(hours=2)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def run(*messages):
    return ingest(AlertsProduct(), {ALERTS: list(messages)})


def read(*lines, **head):
    return read_alert(alert("X", ISSUED, *lines, **head)["message"])


def at(day, hour, minute=0):
    return datetime(2026, 9, day, hour, minute, tzinfo=UTC)


# --- the text


def test_a_warning_says_for_how_long_it_holds():
    text = read(
        "WARNING: Geomagnetic K-index of 4 expected",
        "Valid From: 2026 Sep 27 0502 UTC",
        "Valid To: 2026 Sep 27 1500 UTC",
        "Warning Condition: Onset",
    )
    assert (text.kind, text.message_code, text.serial_number) == ("warning", "WARK04", "5123")
    assert text.headline == "WARNING: Geomagnetic K-index of 4 expected"
    assert (text.valid_from, text.valid_until) == (at(27, 5, 2), at(27, 15))
    assert (text.noaa_scale, text.cancels_serial) == ("", "")


def test_an_extended_warning_names_what_it_extends_and_its_new_end():
    text = read(
        "EXTENDED WARNING: Geomagnetic K-index of 5 expected",
        "Extension to Serial Number: 2194",
        "Valid From: 2026 Sep 27 0502 UTC",
        "Now Valid Until: 2026 Sep 28 0600 UTC",
        "Warning Condition: Persistence",
        "NOAA Scale: G1 - Minor",
    )
    assert (text.kind, text.cancels_serial, text.noaa_scale) == ("warning", "2194", "G1")
    assert (text.valid_from, text.valid_until) == (at(27, 5, 2), at(28, 6))


@pytest.mark.parametrize("what", ["WARNING", "ALERT", "WATCH", "SUMMARY"])
def test_a_cancellation_is_of_no_other_kind_and_names_what_it_cancels(what):
    text = read(
        f"CANCEL {what}: Geomagnetic K-index of 5 expected",
        "Cancel Serial Number: 5122",
        "Original Issue Time: 2026 Sep 27 0403 UTC",
        "Comment: Conditions have subsided.",
    )
    assert (text.kind, text.cancels_serial) == ("cancel", "5122")
    assert (text.valid_from, text.valid_until) == (None, None)
    assert text.headline.startswith(f"CANCEL {what}:")


def test_a_continued_alert_names_the_one_before():
    text = read(
        "CONTINUED ALERT: Electron 2MeV Integral Flux exceeded 1000pfu",
        "Continuation of Serial Number: 4021",
        "Begin Time: 2026 Sep 20 1355 UTC",
        code="ALTEF3",
    )
    assert (text.kind, text.cancels_serial, text.valid_from) == ("alert", "4021", at(20, 13, 55))


def test_a_summary_says_when_it_was():
    text = read(
        "SUMMARY: X-ray Event exceeded M5",
        "Begin Time: 2026 Sep 27 0917 UTC",
        "Maximum Time: 2026 Sep 27 0931 UTC",
        "End Time: 2026 Sep 27 0935 UTC",
        "X-ray Class: M5.6",
        "NOAA Scale: R2 - Moderate",
        code="SUMXM5",
    )
    assert (text.kind, text.noaa_scale) == ("summary", "R2")
    assert (text.valid_from, text.valid_until) == (at(27, 9, 17), at(27, 9, 35))


def test_the_scale_is_that_of_the_text_and_not_of_the_code():
    text = read("ALERT: Geomagnetic K-index of 8, 9-", "NOAA Scale: G4 - Severe", code="ALTK08")
    assert text.noaa_scale == "G4"
    assert read("ALERT: Geomagnetic K-index of 4", code="ALTK04").noaa_scale == ""
    assert read("WATCH: Geomagnetic Storm Category G3 Predicted", code="WATA50").noaa_scale == "G3"
    assert read("ALERT: G5 is in the headline", "Comment: NOAA Scale: G5").noaa_scale == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\r\n",
        "no colon",
        "Serial Number: <b>1</b>",
        "Serial Number: 12345678901234567",
        "x" * 100_000,
        "Space Weather Message Code: <script>",
        ":" * 50_000,
        "a: " * 30_000,
        "NOAA Scale: G9",
        "\u202e: \u2028",
    ],
)
def test_any_text_can_be_read(text):
    found = read_alert(text)
    assert (found.kind, found.message_code, found.serial_number) == ("other", "", "")
    assert (found.headline, found.noaa_scale, found.valid_from) == ("", "", None)


@pytest.mark.parametrize(
    "when", ["soon", "2026 Sep 31 0000 UTC", "2026 Foo 01 0000 UTC", "2026 Sep 01 2500 UTC", ""]
)
def test_a_time_that_is_none_is_not_known(when):
    assert read("WARNING: K", f"Valid To: {when}").valid_until is None


def test_a_long_headline_is_cut_to_its_column():
    assert len(read("ALERT: " + "long " * 100).headline) == 255


# --- the product


def test_a_message_is_stored_as_sent():
    message = alert("K04W", ISSUED, "WARNING: Geomagnetic K-index of 4 expected")
    assert told(run(message)) == ("", 1, 0, 0, 0)
    one = Alert.objects.get()
    assert one.message == message["message"]
    assert "\r\n" in one.message
    assert (one.product_id, one.kind, one.message_code) == ("K04W", "warning", "WARK04")
    assert one.issue_datetime == one.timestamp_utc == ISSUED + timedelta(milliseconds=940)


def test_a_second_run_changes_nothing_and_every_row_is_proven():
    messages = [alert("K04W", ISSUED + timedelta(minutes=i), "WARNING: K", serial=i) for i in range(5)]
    for expected in (("", 5, 0, 0, 0), ("", 0, 0, 5, 0)):
        assert told(run(*messages)) == expected
    report = verify(AlertsProduct())
    assert (report.rederived, report.rows, report.differences, report.problems) == (5, 5, 0, [])
    again = replay(AlertsProduct(), Silent())
    assert (again.created, again.updated, again.removed) == (0, 0, 0)


def test_a_correction_with_the_same_serial_number_is_another_message():
    assert run(*(alert("K04W", ISSUED + timedelta(minutes=i), "WARNING: K") for i in range(2))).created == 2


def test_script_in_a_message_is_data():
    hostile = "ALERT: <script>alert(1)</script> {{ 7*7 }} '; DROP TABLE space_intel_alerts; --"
    run(alert("<b>x</b>", ISSUED, hostile, "Serial Number: <i>", code="<svg/onload=1>"))
    one = Alert.objects.get()
    assert one.headline == hostile
    assert (one.product_id, one.message_code) == ("<b>x</b>", "")


@pytest.mark.parametrize("text", ["NUL \0 inside", "half a pair \udc00"])
def test_text_that_no_database_takes_is_left_out(text):
    good = [alert("K04W", ISSUED + timedelta(minutes=i), "WARNING: K") for i in range(20)]
    outcome = run(*good, alert("K05W", ISSUED, text))
    assert (outcome.error_class, outcome.created, outcome.rejected) == ("", 20, 1)


def test_dates_of_1970_and_of_the_future_are_left_out():
    good = [alert("K04W", ISSUED + timedelta(minutes=i), "WARNING: K") for i in range(30)]
    outcome = run(*good, alert("A", datetime(1970, 1, 1, tzinfo=UTC)), alert("B", NOW + timedelta(days=30)))
    assert (outcome.error_class, outcome.created, outcome.rejected) == ("", 30, 2)


def test_no_message_is_an_answer():
    assert told(run()) == ("", 0, 0, 0, 0)
    assert standing("spaceintel.alerts").tier == Tier.REAL
    log = IngestionLog.objects.get()
    assert (log.window_start, log.window_end) == (NOW - timedelta(days=30), NOW)


def test_ten_megabytes_are_read_in_bounded_time_and_memory():
    filler = "\r\n".join(["Potential Impacts: weak power grid fluctuations can occur."] * 18)
    messages = [
        alert(
            "K04W",
            ISSUED - timedelta(minutes=i),
            "WARNING: Geomagnetic K-index of 4 expected",
            filler,
            serial=i,
        )
        for i in range(8000)
    ]
    body = json.dumps(messages).encode()
    assert len(body) > 10_000_000
    began = time.process_time()
    tracemalloc.start()
    outcome = ingest(AlertsProduct(), {ALERTS: body})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told(outcome) == ("", 8000, 0, 0, 0)
    assert time.process_time() - began < 20.0  # tracing alone makes it several times slower
    assert peak < 150 * 2**20


def test_one_message_of_ten_megabytes_is_kept_whole():
    run(alert("K04W", ISSUED, "WARNING: K", "x: y " * 2_000_000))
    one = Alert.objects.get()
    assert (one.kind, len(one.message) > 10_000_000) == ("warning", True)


def test_a_file_that_is_gone_is_refused_with_a_plain_word_and_nothing_is_lost(through_mirror: Mirror):
    run(alert("K04W", ISSUED, "WARNING: K"))
    outcome = Pipeline(Door(), Silent()).run(AlertsProduct(), Window())
    assert outcome.error_class == "Refused"
    assert outcome.error_message == (
        "SWPC (services.swpc.noaa.gov) refused /products/alerts.json: 404 Not Found;"
        " if this lasts, SWPC has retired the file"
    )
    where = standing("spaceintel.alerts")
    assert (where.tier, where.last_error_class, where.has_rows) == (Tier.CACHED, "Refused", True)
    assert len(through_mirror.log("services.swpc.noaa.gov")) == 1
