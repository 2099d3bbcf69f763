"""Hours computed by the database from 48 s averages, against the same means in numpy."""

from __future__ import annotations

import numpy as np
import pytest
from django.db import connection

from tests.support import field
from voyager.models import MagneticField
from voyager.services.field_hours import hourly_means

pytestmark = pytest.mark.django_db


def found(first: str, last: str):
    return hourly_means(MagneticField.objects.filter(cadence_s=48), np.datetime64(first), np.datetime64(last))


def test_they_are_the_means_of_what_begins_in_each_hour():
    values = field.vim("2013-01-01T00:59:12", 3_000)
    hours = field.times("2013-01-01T00:59:12", 3_000, 48.0).astype("datetime64[h]")
    utc, means = found("2013-01-01", "2013-01-04")
    assert utc.tolist() == np.unique(hours).astype("datetime64[us]").tolist()
    expected = [values[hours == hour].mean(axis=0) for hour in np.unique(hours)]
    np.testing.assert_allclose(means, expected, rtol=1e-12)


def test_hours_without_an_average_and_those_outside_are_left_out():
    field.vim("2013-01-01", 10)
    field.vim("2013-01-02T05:00", 10)
    field.vim("2013-01-03", 10)
    field.hourly("2013-01-01", 48)
    utc, _ = found("2013-01-01", "2013-01-03")
    assert utc.astype("datetime64[h]").astype(str).tolist() == ["2013-01-01T00", "2013-01-02T05"]


def test_a_component_that_no_average_has_is_missing():
    values = field.vectors(5)
    values[:, 3] = np.nan
    values[0, 1] = np.nan
    field.store(field.times("2013-01-01", 5, 48.0), values, 48)
    _, means = found("2013-01-01", "2013-01-02")
    assert np.isnan(means[0, 3])
    assert means[0, 1] == pytest.approx(values[1:, 1].mean())


def test_nothing_stored_gives_no_hours():
    utc, means = found("2013-01-01", "2013-01-02")
    assert (utc.shape, means.shape) == ((0,), (0, 4))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan is SQLite's")
def test_sqlite_does_not_sort_the_rows(django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        found("2013-01-01", "2013-01-02")
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
        plan = [row[3] for row in cursor.fetchall()]
    assert not any("FOR GROUP BY" in step for step in plan)
    assert any("USING INDEX" in step for step in plan)
