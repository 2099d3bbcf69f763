"""Kp from 1932 to 2023, from GFZ's file, in one table with the newer values and apart from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Window
from deepspace.ingestion.replay import replay
from deepspace.ingestion.verify import verify
from deepspace.upstream.http import Door
from spaceintel.models import PlanetaryK
from spaceintel.products.kp_gfz import KpGfzProduct, KpHistoryProduct
from spaceintel.readers import gfz_kp
from spaceintel.science.space_weather import ap_of_kp
from tests.deepspace.upstream.asking import HURRIED
from tests.spaceintel.kp_bodies import answer, file, line
from tests.support.door import FakeDoor, Silent

pytestmark = pytest.mark.django_db

GFZ = "kp.gfz.de"
LAST_DAYS = [f"{date(2023, 12, 30) + timedelta(days=i):%Y %m %d}" for i in range(4)]
WHOLE = file(*(line(day, [0, 0.333, 0.667, 1, 4.667, 5.333, 8.667, 9]) for day in LAST_DAYS))
NEWER = answer("2024-01-01T00:00:00Z", [0.333, 0.667, 9.0])


def utc(year, month, day, hour=0, minute=0, second=0):
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def history(body=WHOLE):
    return Pipeline(FakeDoor(lambda _: body), Silent()).run(KpHistoryProduct(), Window())


def newer(body=NEWER):
    window = Window(utc(2024, 1, 1), utc(2024, 1, 2))
    return Pipeline(FakeDoor(lambda _: body), Silent()).run(KpGfzProduct(), window)


def changes(outcome):
    assert outcome.succeeded
    return outcome.created, outcome.updated, outcome.removed


def assert_proven():
    for product in (KpHistoryProduct(), KpGfzProduct()):
        report = verify(product)
        assert (report.differences, report.problems) == (0, [])
        assert changes(replay(product, Silent())) == (0, 0, 0)


def test_the_file_gives_what_is_before_2024():
    assert changes(history()) == (16, 0, 0)
    rows = PlanetaryK.objects.order_by("timestamp_utc")
    assert (rows[0].timestamp_utc, rows[15].timestamp_utc) == (utc(2023, 12, 30), utc(2023, 12, 31, 21))
    assert [row.kp for row in rows[:8]] == [0, 0.333, 0.667, 1, 4.667, 5.333, 8.667, 9]
    assert [row.a_running for row in rows[:8]] == [0, 2, 3, 4, 39, 56, 300, 400]
    assert {(row.source, row.kind, row.upstream_status) for row in rows} == {("gfz", "observed", "def")}
    assert changes(history()) == (0, 0, 0)
    assert_proven()


@pytest.mark.parametrize("order", [(history, newer), (newer, history)])
def test_the_two_products_never_speak_for_each_others_rows(order):
    assert sum(outcome.created for outcome in (one() for one in order)) == 19
    for one in (*order, *reversed(order), *order):
        assert changes(one()) == (0, 0, 0)
    assert_proven()
    assert PlanetaryK.objects.count() == 19


def test_days_without_a_value_have_no_row():
    assert changes(history(file(line("1932 01 01", [1, -1, -1, 2, 3, 4, 5, 6])))) == (6, 0, 0)


def test_a_file_that_has_become_shorter_is_not_believed():
    history()
    outcome = history(file(line(LAST_DAYS[0], [1] * 8)))
    assert outcome.error_class == "SchemaDrift"
    assert outcome.error_message == "GFZ's file has 8 values before 2024, and 16 are stored: it is not whole"
    assert PlanetaryK.objects.count() == 16


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>gone</body></html>",
        WHOLE.replace(b"Kp8", b"Kp9"),
        WHOLE.replace(b"4.667", b"x.xxx"),
        WHOLE.replace(b"0.667", b"0.500"),  # a value of each line that is no third: more than a tenth
        file(line("2024 01 01", [1] * 8)),
    ],
)
def test_a_file_of_another_shape_is_drift_and_leaves_the_table(body):
    history()
    assert history(body).error_class == "SchemaDrift"
    assert PlanetaryK.objects.count() == 16


# ------------------------------------------------------------------ against the recordings


def fetched(**changed):
    door = Door(policies={GFZ: replace(HURRIED, attempt_s=5.0, **changed)})
    return Pipeline(door, Silent()).run(KpHistoryProduct(), Window())


def test_the_recorded_year_is_there_and_not_sent_again(through_mirror):
    assert changes(fetched()) == (366 * 8, 0, 0)
    assert PlanetaryK.objects.order_by("-kp")[0].timestamp_utc.date() in {
        date(2000, 4, 6),
        date(2000, 7, 15),
    }
    assert changes(fetched()) == (0, 0, 0)
    assert [entry["status"] for entry in through_mirror.log(GFZ)] == [200, 304]
    assert_proven()


def test_ap_is_that_of_the_definition_in_every_recorded_interval(through_mirror):
    fetched()
    kp, ap = np.array(PlanetaryK.objects.values_list("kp", "a_running")).T
    np.testing.assert_array_equal(ap_of_kp(kp), ap)


@pytest.mark.parametrize(
    ("fault", "error_class"),
    [
        ("down", "Unreachable"),
        ("status:503", "Unreachable"),
        ("truncate:2000", "Unreachable"),
        ("429:600", "RateLimited"),
        ("status:404", "Refused"),
        ("html", "SchemaDrift"),
        ("empty", "SchemaDrift"),
        ("garbage", "SchemaDrift"),
        ("badutf8", "SchemaDrift"),
        ("huge", "SchemaDrift"),
    ],
)
def test_a_fault_is_the_right_error_and_leaves_the_table(through_mirror, fault, error_class):
    history()
    kind, _, argument = fault.partition(":")
    through_mirror.faults(":".join(filter(None, (kind, GFZ, argument))))
    assert fetched(tries=1).error_class == error_class
    assert PlanetaryK.objects.count() == 16


def test_a_file_as_long_as_the_real_one_is_read_whole():
    days = np.arange("1932-01-01", "2026-03-07", dtype="datetime64[D]").astype(object)
    tail = line("", [0, 0.333, 0.667, 1, 4.667, 5.333, 8.667, 9])
    (read,) = gfz_kp.read_file(file(*(f"{day:%Y %m %d}{tail}" for day in days)))
    assert isinstance(read, tuple)
    times, kp, _ = read
    assert len(times) == len(days) * 8 == 275_192
    assert np.isfinite(kp).all()
