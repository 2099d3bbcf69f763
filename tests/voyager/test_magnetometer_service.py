"""The field in a window: which averages, which statistics, and what is said when they are not those asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deepspace import versions
from deepspace.provenance import Tier
from tests.support import field
from tests.support.stored import batch
from tests.support.visitor import database_away, forget_everything
from voyager import services
from voyager.field import FieldWindow, Series
from voyager.models import Event
from voyager.parameters import FieldParameters
from voyager.services import field_archive
from voyager.services.field_archive import archive
from voyager.services.field_reduction import COLUMNS, reduced
from voyager.services.magnetometer import _kept
from voyager.synthetic_field import FIELD_MODEL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]


def ask(days: int = 30, end: str | None = None) -> FieldWindow:
    forget_everything()
    return services.magnetometer(FieldParameters(days=days, end=None if end is None else utc(end)))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- which window


def test_the_last_days_are_those_of_the_archive():
    values = field.vim("2014-12-20", 40_000)
    found = ask(days=10)
    assert found.end == utc("2014-12-20") + timedelta(seconds=39_999 * 48)
    assert found.archive_until == found.end
    assert found.end - found.start == timedelta(days=10)
    assert found.cadence_s == 48
    assert (
        found.statistics.count == 18_000
    )  # the end of the window belongs to it, its start to the one before
    assert found.statistics.latest_nt == values[-1, 0]
    assert found.provenance.tier is Tier.REAL
    assert found.provenance.product == services.VIM
    assert found.provenance.note == ""


def test_an_end_is_taken_as_it_is_when_the_window_holds_something():
    field.vim("2014-12-20", 100)
    found = ask(days=5, end="2014-12-22")
    assert (found.start, found.end) == (utc("2014-12-17"), utc("2014-12-22"))
    assert found.provenance.note == ""


def test_an_empty_window_gives_the_nearest_earlier_one_and_says_so():
    field.vim("2014-12-20", 100)
    found = ask(days=5, end="2020-01-01")
    assert found.end == utc("2014-12-20") + timedelta(seconds=99 * 48)
    assert found.statistics.count == 100
    assert "Nothing is stored for the 5 days before 2020-01-01 00:00 UTC" in found.provenance.note
    assert found.provenance.is_real


def test_a_window_does_not_begin_before_the_launch():
    field.hourly("1977-09-07", 48)
    found = ask(days=20_000)
    assert found.start == utc("1977-09-05T12:56")
    assert found.statistics.coverage == pytest.approx(48 / 82, abs=0.01)  # hours since launch


@pytest.mark.parametrize("end", [None, "2013-01-01"])
def test_without_any_row_the_model_is_shown_and_says_so(end):
    found = ask(end=end)
    assert found.provenance.tier is Tier.SYNTHETIC
    assert found.provenance.source == "synthetic"
    assert FIELD_MODEL.statement in found.provenance.note
    assert "model" in found.statistics.method
    assert found.archive_until is None
    assert found.cadence_s == 3600


def test_an_end_before_the_first_row_gets_the_model_though_there_are_rows():
    field.vim("2014-12-20", 100)
    found = ask(days=2, end="2013-01-01")
    assert found.provenance.tier is Tier.SYNTHETIC
    assert "at or before 2013-01-01" in found.provenance.note
    assert found.cadence_s == 48
    assert found.statistics.mean_nt == pytest.approx(0.464, abs=0.02)
    assert found.archive_until is not None


def test_the_model_draws_the_same_each_time():
    first, second = ask(end="2013-01-01"), ask(end="2013-01-01")
    assert np.array_equal(first.drawn.mean, second.drawn.mean)
    assert first.statistics == second.statistics


def test_while_the_database_is_away_the_model_stands_in():
    with database_away():
        found = ask(end="2013-01-01")
        assert services.mission(FieldParameters(end=utc("2013-01-01"))).provenances[0].tier is Tier.SYNTHETIC
        assert services.published_intervals() == (None, None)
    assert found.provenance.tier is Tier.SYNTHETIC
    assert "does not answer" in found.provenance.note


# --- which averages


def test_up_to_400_days_48_s_averages_are_taken_where_they_are_stored():
    field.vim("2014-12-20", 1_000, step_s=480)
    field.hourly("2014-12-20", 130, strength=0.2)
    assert ask(days=400).cadence_s == 48
    assert ask(days=401).cadence_s == 3600
    assert ask(days=401).provenance.product == services.HOURLY


def test_hourly_averages_are_taken_where_most_days_have_no_48_s_ones():
    field.hourly("2014-12-01", 24 * 20)
    field.vim("2014-12-20", 100)
    found = ask(days=19, end="2014-12-21")
    assert found.cadence_s == 3600
    assert "hourly" in found.statistics.method


def test_hours_without_an_hourly_average_are_computed_from_48_s_ones_and_said_to_be():
    values = field.vim("2013-01-01", 1_500, step_s=48)  # 20 hours
    field.hourly("2010-01-01", 24)
    found = ask(days=5_000)
    assert found.cadence_s == 3600
    assert found.statistics.count == 24 + 20
    assert found.statistics.latest_nt == pytest.approx(values[-75:, 0].mean())
    assert "20 of them are means of 48 s averages" in found.statistics.method
    assert [one.product for one in found.provenances] == [services.HOURLY, services.VIM]
    assert "20 hourly means are computed here" in found.provenances[1].note


def test_48_s_averages_alone_answer_long_windows():
    field.vim("2013-01-01", 3_000)
    found = ask(days=5_000)
    assert found.statistics.count == 40
    assert [one.product for one in found.provenances] == [services.VIM]


@pytest.mark.parametrize("days", [401, 20_000])
def test_a_long_window_reads_hours_and_never_the_48_s_rows_themselves(days):
    field.vim("2013-01-01", 3_000)
    with CaptureQueriesContext(connection) as asked:
        assert ask(days=days).statistics.count == 40
    read = [one["sql"] for one in asked.captured_queries if '"voyager1_magnetic_field"' in one["sql"]]
    assert read
    assert all(
        "LIMIT 1" in sql or "3600" in sql for sql in read
    )  # first and last, or the archive's own hours


def test_a_short_hole_in_the_hourly_averages_is_left_as_it_is():
    field.hourly("2013-01-01", 24)
    field.hourly("2013-01-05", 24)
    field.vim("2013-01-01", 10_000)  # to 2013-01-06
    whole = field_archive.archive()
    assert whole.is_computed.sum() == 14  # the first hours of the 6th, a day that no hourly average reaches
    assert len(whole.series) == 48 + 14


def test_components_that_are_missing_stay_missing():
    values = field.vectors(10)
    values[3:, 1:] = np.nan
    field.store(field.times("2014-12-20", 10, 48), values, 48)
    found = ask(days=1)
    assert found.statistics.count == 10
    assert np.isnan(found.drawn.mean[3:, 1:]).all()
    assert np.isnan(found.drawn.direction_deg[0][3:]).all()
    assert found.statistics.lambda_deg == pytest.approx(292.5, abs=3)


# --- statistics


def test_statistics_are_those_of_every_average():
    values = field.vim("2014-12-20", 3_000)[:, 0]
    found = ask(days=10).statistics
    assert found.count == 3_000
    assert found.mean_nt == pytest.approx(values.mean())
    assert found.median_nt == pytest.approx(np.median(values))
    assert found.std_nt == pytest.approx(values.std())
    assert (found.min_nt, found.max_nt) == (values.min(), values.max())
    assert found.latest_at == utc("2014-12-20") + timedelta(seconds=2_999 * 48)
    assert found.coverage == pytest.approx(3_000 * 48 / 864_000)
    assert found.method == "exact, of the 48 s averages in the window"


def test_a_mean_vector_that_is_too_short_has_no_direction():
    field.vim("2014-12-20", 100, strength=0.03)
    found = ask(days=1).statistics
    assert (found.lambda_deg, found.delta_deg) == (None, None)


# --- what is drawn


def test_few_averages_are_drawn_one_by_one_with_their_uncertainty():
    values = field.vim("2014-12-20", 300)
    drawn = ask(days=1).drawn
    assert not drawn.is_envelope
    assert np.array_equal(drawn.mean, values)
    assert np.array_equal(drawn.sigma, np.broadcast_to(field.SIGMA, (300, 4)))
    assert drawn.step_s == 48


def test_many_averages_become_columns_that_keep_the_extremes():
    values = field.vectors(20_000)
    values[7_777, 0] = 2.5
    field.store(field.times("2014-12-01", 20_000, 48), values, 48)
    drawn = ask(days=30).drawn
    assert drawn.is_envelope
    assert len(drawn.utc) <= COLUMNS
    assert drawn.high[:, 0].max() == 2.5
    assert drawn.low[:, 0].min() == values[:, 0].min()
    assert drawn.count.sum() == 20_000
    assert drawn.sigma[0].tolist() == list(field.SIGMA)


def test_gaps_have_no_columns():
    series = Series(
        np.concatenate([field.times("2014-12-01", 3_000, 48), field.times("2014-12-20", 3_000, 48)]),
        field.vectors(6_000),
        None,
        48,
    )
    drawn = reduced(series, utc("2014-12-01"), utc("2014-12-31"))
    assert np.diff(drawn.utc).max() > np.timedelta64(17, "D")
    assert np.isnan(drawn.sigma).all()


# --- rows that come in within the second for which a version is held


@pytest.fixture
def _held(monkeypatch: pytest.MonkeyPatch) -> None:
    """The archive is read, and held whatever comes in."""
    monkeypatch.setattr(versions, "rows_token", lambda products: "held")


@pytest.mark.usefixtures("_held")
@pytest.mark.parametrize("days", [30, 400, 401, 20_000])
@pytest.mark.parametrize("end", [None, "2014-12-25"])
def test_rows_that_an_empty_archive_does_not_know_yet_leave_the_model(days, end):
    forget_everything()
    assert not len(archive().series)
    field.hourly("2014-12-20", 48)
    versions.forget()
    found = services.magnetometer(FieldParameters(days=days, end=None if end is None else utc(end)))
    assert found.provenance.tier is Tier.SYNTHETIC
    assert "No real average of the field is stored" in found.provenance.note


@pytest.mark.usefixtures("_held")
@pytest.mark.parametrize("days", [30, 401])
def test_rows_that_the_archive_does_not_know_yet_leave_the_nearest_earlier_ones(days):
    field.hourly("2010-01-01", 48)
    forget_everything()
    archive()
    field.hourly("2014-12-20", 48)
    versions.forget()
    found = services.magnetometer(FieldParameters(days=days, end=utc("2014-12-25")))
    assert found.end == utc("2010-01-02T23:00")
    assert found.statistics.count == 48
    assert f"Nothing is stored for the {days} days before 2014-12-25" in found.provenance.note


@pytest.mark.usefixtures("_held")
@pytest.mark.parametrize("address", ["/magnetometer", "/api/magnetometer"])
def test_page_and_endpoint_answer_while_rows_come_in(client, address):
    forget_everything()
    archive()
    field.hourly("2014-12-20", 48)
    versions.forget()
    assert client.get(f"{address}?days=500").status_code == 200


def test_a_day_of_hourly_averages_has_24_and_neighbours_share_none():
    field.hourly("2010-01-01", 72)
    first, second = ask(days=1, end="2010-01-02"), ask(days=1, end="2010-01-03")
    assert [one.statistics.count for one in (first, second)] == [24, 24]
    assert first.statistics.latest_at == utc("2010-01-02")
    assert second.drawn.utc[0] == np.datetime64("2010-01-02T01:00")


# --- marks, mission, published means


def heliopause(log=None):
    log = log or batch("voyager.events")
    Event.objects.create(
        event_date="2012-08-25",
        event_name="Heliopause",
        kind="boundary",
        description="Crossed.",
        citation="Gurnett et al. 2013",
        source="curated",
        ingested_at=log.ingested_at,
        ingestion=log,
    )


def test_boundaries_inside_the_window_are_marked_and_others_are_not():
    heliopause()
    field.vim("2012-08-20", 15_000)
    inside, outside = ask(days=10, end="2012-08-30"), ask(days=2, end="2012-08-24")
    assert [one.name for one in inside.marks] == ["Heliopause"]
    assert inside.marks[0].has_instant is False
    assert [one.product for one in inside.shown] == [services.VIM, services.EVENTS]
    assert outside.marks == ()
    assert [one.product for one in outside.shown] == [services.VIM]


def test_the_mission_is_all_that_is_stored_with_the_window_on_it():
    field.hourly("1990-01-01", 24 * 40)
    field.vim("2013-01-01", 1_500)
    forget_everything()
    found = services.mission(FieldParameters(days=1))
    assert (found.first, found.last) == (utc("1990-01-01"), utc("2013-01-01T19:00"))
    assert found.drawn.count.sum() == 24 * 40 + 20
    assert found.window.cadence_s == 48


def test_the_mission_of_an_empty_archive_is_the_model_to_the_end_of_the_window():
    forget_everything()
    found = services.mission(FieldParameters(days=30, end=utc("2013-01-01")))
    assert found.provenances[0].tier is Tier.SYNTHETIC
    assert found.first == utc("1977-09-05T12:56")
    assert found.drawn.count.sum() > 12_000  # days


def test_the_published_interval_is_averaged_when_each_of_its_months_is_stored():
    field.hourly("2013-01-01", 24 * 515, strength=0.47)
    forget_everything()
    own, whole = services.published_intervals()
    assert own is not None
    assert whole is not None
    assert (own.start, own.end) == (utc("2013-05-10T14:24"), utc("2013-12-31T07:12"))
    assert own.cadence_s == whole.cadence_s == 3600
    assert own.count == 24 * 235 - 7  # whole hours inside
    assert own.mean_nt == pytest.approx(0.47, abs=0.003)


def test_a_month_that_is_not_stored_leaves_the_published_interval_unknown():
    field.hourly("2013-01-01", 24 * 300)
    forget_everything()
    assert services.published_intervals() == (None, None)


# --- what is kept


def test_windows_are_read_once_per_data_version():
    field.vim("2014-12-20", 100)
    found = ask(days=5)
    assert services.magnetometer(FieldParameters(days=5)) is found
    batch(field.VIM, source="nasa_spdf", rows_updated=1)
    versions.forget()
    assert services.magnetometer(FieldParameters(days=5)) is not found


def test_only_the_last_few_windows_are_kept():
    field.vim("2014-12-20", 100)
    forget_everything()
    for days in range(1, 20):
        services.magnetometer(FieldParameters(days=days))
    assert len(_kept) == 8
