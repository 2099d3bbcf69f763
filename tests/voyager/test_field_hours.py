"""Hours computed from 48 s averages: the right means, in step with their rows whatever happens to these."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest
from django.apps import apps
from django.db import connection

from deepspace.ingestion.replay import replay
from deepspace.ingestion.verify import verify
from deepspace.models import IngestionLog
from tests.support import field
from tests.support.door import Silent
from tests.support.magnetometer import CDF, assert_proven, cdf_name, ingest, three_years, vim_cdf
from voyager.models import FieldHour, MagneticField
from voyager.products import VimMagneticFieldProduct, field_hours
from voyager.products.field_hours import FieldHours

pytestmark = pytest.mark.django_db


def hours() -> list[str]:
    found = FieldHour.objects.order_by("timestamp_utc").values_list("timestamp_utc", flat=True)
    return [f"{hour:%Y-%m-%dT%H}" for hour in found]


def means() -> np.ndarray:
    rows = FieldHour.objects.order_by("timestamp_utc").values_list("b_nt", "br_nt", "bt_nt", "bn_nt")
    return np.array(rows, dtype=np.float64)


def test_they_are_the_means_of_what_begins_in_each_hour():
    values = field.vim("2013-01-01T00:59:12", 3_000)
    hour_of_row = field.times("2013-01-01T00:59:12", 3_000, 48.0).astype("datetime64[h]")
    each = np.unique(hour_of_row)
    assert hours() == each.astype(str).tolist()
    np.testing.assert_allclose(means(), [values[hour_of_row == one].mean(axis=0) for one in each], rtol=1e-12)
    counts = list(FieldHour.objects.order_by("timestamp_utc").values_list("averages", flat=True))
    assert counts == [(hour_of_row == one).sum() for one in each]


def test_hours_without_an_average_have_no_row_and_hourly_averages_make_none():
    field.vim("2013-01-01", 10)
    field.vim("2013-01-02T05:00", 10)
    field.hourly("2013-01-01", 48)
    assert hours() == ["2013-01-01T00", "2013-01-02T05"]


def test_an_hour_at_the_turn_of_the_year_is_whole():
    field.vim("2012-12-31T23:30", 75)  # an hour, half of it in each year
    assert hours() == ["2012-12-31T23", "2013-01-01T00"]
    assert list(FieldHour.objects.values_list("averages", flat=True)) == [38, 37]


def test_a_component_that_no_average_has_is_missing():
    values = field.vectors(5)
    values[:, 3] = np.nan
    values[0, 1] = np.nan
    field.store(field.times("2013-01-01", 5, 48.0), values, 48)
    ((_, radial, _, normal),) = means()
    assert np.isnan(normal)
    assert radial == pytest.approx(values[1:, 1].mean())


# --- in step with the rows


def test_an_ingest_writes_them_with_its_rows_and_names_its_batch():
    archive = three_years()
    ingest(archive, since=(2012, 1, 1), until=(2013, 12, 31))
    assert hours() == ["2012-06-01T00", "2013-06-01T00"]
    of_2013 = FieldHour.objects.get(timestamp_utc__year=2013)
    assert of_2013.ingestion == MagneticField.objects.filter(timestamp_utc__year=2013)[0].ingestion
    assert (of_2013.source, of_2013.averages) == ("computed", 20)
    assert of_2013.b_nt == pytest.approx(0.4)
    assert_proven()


def test_a_new_version_of_a_file_renews_its_year_and_leaves_the_others_alone():
    archive = three_years()
    ingest(archive, since=(1977, 9, 5))
    before = {hour.timestamp_utc.year: hour for hour in FieldHour.objects.all()}
    del archive.files[f"{CDF}/{cdf_name(2013)}"]
    archive.files[f"{CDF}/{cdf_name(2013, 2)}"] = vim_cdf(2013, f1=0.7, n=10)
    ingest(archive)
    after = {hour.timestamp_utc.year: hour for hour in FieldHour.objects.all()}
    assert after[2013].averages == 10
    assert after[2013].b_nt == pytest.approx(0.7)
    for year in (2012, 2014):
        assert after[year].ingested_at == before[year].ingested_at
    assert_proven()


def test_a_batch_that_fails_while_they_are_written_leaves_rows_and_hours_as_they_were(monkeypatch):
    def fail(*_):
        assert FieldHour.objects.exists()
        raise RuntimeError("in the middle")

    monkeypatch.setattr(field_hours, "_remove_others", fail)
    assert ingest(three_years()).error_class == "RuntimeError"
    assert not MagneticField.objects.exists()
    assert not FieldHour.objects.exists()


@pytest.mark.parametrize("harm", ["deleted", "changed", "invented"])
def test_verify_notices_hours_that_are_not_what_the_rows_say_and_replay_mends_them(harm):
    ingest(three_years())
    if harm == "deleted":
        FieldHour.objects.all().delete()
    elif harm == "changed":
        FieldHour.objects.update(b_nt=0.9)
    else:
        hour = FieldHour.objects.get()
        hour.pk, hour.timestamp_utc = None, datetime(2014, 6, 2, tzinfo=UTC)
        hour.save()
    report = verify(VimMagneticFieldProduct())
    assert report.differences == 1
    assert report.problems[0].startswith("hour 2014-06-")
    replay(VimMagneticFieldProduct(), Silent())
    assert_proven()


def test_rows_that_replay_removes_take_their_hours_along():
    ingest(three_years())
    field.vim("2014-09-01", 10, log=IngestionLog.objects.exclude(payload_ids={}).get())
    assert hours() == ["2014-06-01T00", "2014-09-01T00"]
    replay(VimMagneticFieldProduct(), Silent())
    assert hours() == ["2014-06-01T00"]


def test_renewing_twice_changes_nothing(django_assert_max_num_queries):
    log = ingest_log()
    before = list(FieldHour.objects.values())
    with django_assert_max_num_queries(12):
        FieldHours().renew(log, None, None)
    assert list(FieldHour.objects.values()) == before


def ingest_log() -> IngestionLog:
    ingest(three_years())
    return IngestionLog.objects.exclude(payload_ids={}).get()


# --- rows from before there were hours


def test_the_migration_fills_the_table_from_the_stored_rows():
    field.vim("2012-12-31T20:00", 1_000)
    field.hourly("1990-01-01", 24)
    expected = list(FieldHour.objects.order_by("timestamp_utc").values("timestamp_utc", "averages", "b_nt"))
    FieldHour.objects.all().delete()
    migration = import_module("voyager.migrations.0006_hours_of_48s_field")
    migration.fill(apps, SimpleNamespace(connection=connection))
    assert len(expected) == 14
    found = FieldHour.objects.order_by("timestamp_utc").values("timestamp_utc", "averages", "b_nt")
    assert list(found) == expected
    assert not list(FieldHours().differences())


def test_the_migration_of_an_empty_table_does_nothing():
    migration = import_module("voyager.migrations.0006_hours_of_48s_field")
    migration.fill(apps, SimpleNamespace(connection=connection))
    assert not FieldHour.objects.exists()
