"""Verify: every stored number came from the bytes it says, and every doubt is found."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from deepspace.archive import archive
from deepspace.ingestion.pipeline import Pipeline
from deepspace.ingestion.product import Window
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog, Payload
from tests.deepspace.ingestion.test_store import ingest
from tests.support.diary import Diary, entry, page
from tests.support.door import FakeDoor, Silent
from tests.support.horizons import answering
from voyager.models import Event, Trajectory
from voyager.products import TrajectoryProduct

pytestmark = pytest.mark.django_db


@pytest.fixture
def trajectory():
    product = TrajectoryProduct()
    window = Window(datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 31, tzinfo=UTC))
    assert Pipeline(FakeDoor(answering()), Silent()).run(product, window).created == 30
    return product


def some_row() -> Trajectory:
    return Trajectory.objects.order_by("timestamp_utc")[7]


def path_of(ingestion: IngestionLog, role: str = "voyager1"):
    path = archive().path(Payload.objects.get(pk=ingestion.payload_ids[role]).sha256)
    path.chmod(0o600)
    return path


def test_good_data_have_no_differences(trajectory):
    report = verify(trajectory)
    assert (report.rows, report.rederived, report.differences, report.problems) == (30, 30, 0, [])


@pytest.mark.parametrize("column", ["x_au", "earth_vy_au_d", "jd_tdb"])
def test_one_unit_in_the_last_place_is_found(trajectory, column):
    row = some_row()
    Trajectory.objects.filter(pk=row.pk).update(**{column: np.nextafter(getattr(row, column), 1e9)})
    report = verify(trajectory)
    assert (report.differing, report.rederived, report.differences) == (1, 29, 1)
    assert report.problems == [f"{row.timestamp_utc.replace(tzinfo=None)}: {column} differs"]


def test_a_computed_column_may_differ_in_its_last_digit_and_no_more(trajectory):
    """Libm differs between machines; the values that Horizons printed do not."""
    row = some_row()
    Trajectory.objects.filter(pk=row.pk).update(ra_deg=np.nextafter(row.ra_deg, 360.0))
    assert verify(trajectory).differences == 0
    Trajectory.objects.filter(pk=row.pk).update(ra_deg=row.ra_deg * (1 + 1e-11))
    assert verify(trajectory).differing == 1


def test_text_and_integer_columns_are_compared_too(trajectory):
    Trajectory.objects.filter(pk=some_row().pk).update(quality="design", cadence_s=3600)
    assert verify(trajectory).differing == 1


def test_a_row_that_no_bytes_explain_is_found(trajectory):
    row = some_row()
    row.pk, row.timestamp_utc = None, datetime(2020, 1, 8, 12, tzinfo=UTC)
    row.save()
    report = verify(trajectory)
    assert (report.unexplained, report.rederived, report.differences) == (1, 30, 1)
    assert report.problems == ["2020-01-08 12:00:00: not in the bytes of its ingestion"]


def test_a_row_that_names_an_ingestion_without_bytes_is_found(trajectory):
    empty = IngestionLog.objects.create(
        product=trajectory.key, source="jpl_horizons", started_at=datetime.now(UTC), status="success"
    )
    Trajectory.objects.filter(pk=some_row().pk).update(ingestion=empty)
    report = verify(trajectory)
    assert report.unexplained == 1
    assert report.differences > 0
    assert "no payload is named" in report.problems[0]


def test_a_deleted_row_is_found(trajectory):
    row = some_row()
    row.delete()
    report = verify(trajectory)
    assert (report.rows, report.missing, report.differences) == (29, 1, 1)
    assert report.problems == [f"{row.timestamp_utc.replace(tzinfo=None)}: archived but not stored"]


def test_an_emptied_table_is_found(trajectory):
    Trajectory.objects.all().delete()
    assert verify(trajectory).missing == 30


def test_a_flipped_bit_in_the_archive_is_found(trajectory):
    path = path_of(some_row().ingestion)
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)
    report = verify(trajectory)
    assert report.broken
    assert report.unexplained == 30
    assert any("is damaged" in line for line in report.problems)


def test_a_missing_file_in_the_archive_is_found(trajectory):
    path_of(some_row().ingestion, "earth").unlink()
    report = verify(trajectory)
    assert report.broken
    assert any("is missing from the archive" in line for line in report.problems)


def test_a_damaged_archive_is_found_even_when_no_row_is_left(trajectory):
    path_of(some_row().ingestion).unlink()
    Trajectory.objects.all().delete()
    assert verify(trajectory).differences == 1


@pytest.fixture
def overlapping():
    ingest(Diary(("a", 1, 20)), a=page(entry(1), entry(10), entry(11), entry(20)))
    old = list(Event.objects.all())
    ingest(Diary(("b", 5, 15)), b=page(entry(7), entry(10, "otherwise")))
    return {row.event_name: row for row in old}


def test_overlapping_windows_have_no_differences(overlapping):
    report = verify(Diary())
    assert (report.rows, report.rederived, report.differences) == (4, 4, 0)


def test_a_value_put_back_to_what_older_bytes_said_is_found(overlapping):
    """It agrees with the ingestion that it names, which newer bytes have replaced."""
    Event.objects.filter(event_name="Day 10").delete()
    overlapping["Day 10"].save(force_insert=True)
    report = verify(Diary())
    assert (report.differing, report.rederived, report.differences) == (1, 3, 1)
    assert report.problems == ["2020-01-10 Day 10: description is superseded"]


def test_a_removed_row_that_came_back_is_found(overlapping):
    overlapping["Day 11"].save(force_insert=True)
    report = verify(Diary())
    assert (report.unexplained, report.rederived, report.differences) == (1, 4, 1)
    assert report.problems == ["1 rows are only in bytes that newer ones have replaced"]


def test_a_row_that_is_wrong_twice_is_counted_once(overlapping):
    Event.objects.filter(event_name="Day 20").update(description="tampered")
    Event.objects.filter(event_name="Day 10").update(description="tampered")
    assert verify(Diary()).differences == 2


def test_findings_are_listed_up_to_a_point(trajectory):
    Trajectory.objects.update(x_au=0.0)
    report = verify(trajectory)
    assert report.differing == 30
    assert len(report.problems) == 10
