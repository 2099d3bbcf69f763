"""``/space-intelligence/tables/xray.csv`` and ``solar-wind.csv``: every stored minute, sent piece by piece."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from spaceintel.models import SolarWind
from tests.support import weather
from tests.support.visitor import database_away
from tests.support.weather import DAY, HOUR, MINUTE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]
LAST = datetime(2026, 9, 20, 12, tzinfo=UTC)
NAMES = ("xray", "solar-wind")


def ask(visitor, name, query=""):
    return visitor.get(f"/space-intelligence/tables/{name}.csv{query}")


def lines(visitor, name, query="?days=3&end=2026-09-20T12:00:00Z"):
    response = ask(visitor, name, query)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert response["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    return list(csv.DictReader(io.StringIO(response.getvalue().decode())))


def test_every_minute_of_both_bands_is_there_with_its_source_and_tier(visitor):
    weather.xray(LAST - 2 * DAY, [1e-6, None, 3e-6])
    weather.xray(LAST - 2 * DAY, [1e-8], band="0.05-0.4nm")
    weather.xray(LAST - 1 * DAY, [4e-6], satellite=18)
    weather.xray(LAST - 9 * DAY, [5e-6])
    found = lines(visitor, "xray")
    assert [(one["band"], one["flux_w_m2"], one["satellite"]) for one in found] == [
        ("0.1-0.8nm", "1e-06", "19"),
        ("0.05-0.4nm", "1e-08", "19"),
        ("0.1-0.8nm", "", "19"),
        ("0.1-0.8nm", "3e-06", "19"),
        ("0.1-0.8nm", "4e-06", "18"),
    ]
    assert found[0]["timestamp_utc"] == "2026-09-18T12:00:00.000000Z"
    assert {(one["source"], one["data_tier"]) for one in found} == {("noaa_swpc", "real")}


def test_a_minute_on_the_edge_of_two_days_is_there_once_and_both_ends_are_in(visitor):
    weather.xray(LAST - 3 * DAY, [1e-6])
    weather.xray(LAST - 2 * DAY, [2e-6])
    weather.xray(LAST, [3e-6])
    assert [one["flux_w_m2"] for one in lines(visitor, "xray")] == ["1e-06", "2e-06", "3e-06"]


def test_the_wind_has_a_column_for_every_value(visitor):
    weather.wind(LAST - HOUR, 2, bz_gsm_nt=-60.0, bx_gsm_nt=None)
    SolarWind.objects.filter(timestamp_utc=LAST - HOUR).update(spacecraft="=1+1")
    first, second = lines(visitor, "solar-wind")
    assert (first["bz_gsm_nt"], first["bx_gsm_nt"], first["speed_km_s"]) == ("-60.0", "", "400.0")
    assert (first["spacecraft"], second["spacecraft"]) == ("'=1+1", "SOLAR1")
    assert first["cadence_s"] == "60"


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_sent_in_pieces_of_a_day(visitor, name):
    weather.xray(LAST - 30 * HOUR, [1e-6])
    weather.xray(LAST - HOUR, [1e-6])
    weather.wind(LAST - 30 * HOUR, 1)
    weather.wind(LAST - HOUR, 1)
    response = ask(visitor, name, "?days=3&end=2026-09-20T12:00:00Z")
    assert response.streaming
    pieces = [one for one in response.streaming_content if one]
    assert [piece.count(b"\r\n") for piece in pieces] == [1, 1, 1]


@pytest.mark.parametrize("name", NAMES)
def test_a_window_of_which_nothing_is_known_gives_the_earlier_days_that_are_shown(visitor, name):
    weather.xray(LAST - 200 * DAY, [1e-6, 2e-6])
    weather.wind(LAST - 200 * DAY, 2)
    assert len(lines(visitor, name)) == 2


@pytest.mark.parametrize("name", NAMES)
def test_without_rows_the_file_is_its_header(visitor, name):
    assert lines(visitor, name) == []


@pytest.mark.parametrize("name", NAMES)
def test_while_the_database_is_away_the_file_is_empty_and_kept_nowhere(visitor, name):
    weather.xray(LAST - MINUTE, [1e-6])
    with database_away():
        response = ask(visitor, name)
        assert response.getvalue().count(b"\r\n") == 1
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", NAMES)
def test_an_unchanged_file_is_304_and_a_head_reads_no_row_but_the_first(visitor, name):
    first = ask(visitor, name, "?days=1&end=2026-09-20")
    again = visitor.get(
        f"/space-intelligence/tables/{name}.csv?days=1&end=2026-09-20",
        headers={"If-None-Match": first["ETag"]},
    )
    assert again.status_code == 304
    head = visitor.head(f"/space-intelligence/tables/{name}.csv?days=366&end=2026-09-20")
    assert head.status_code == 200
    assert head["ETag"]


@pytest.mark.parametrize("query", ["?days=0", "?end=soon", "?days=1&days=2"])
def test_wrong_parameters_are_refused(visitor, query):
    assert ask(visitor, "xray", query).status_code == 422


def test_a_database_that_goes_away_in_the_middle_ends_the_transfer_with_an_error(visitor):
    weather.wind(LAST - 30 * HOUR, 1)
    weather.wind(LAST - HOUR, 1)
    response = ask(visitor, "solar-wind", "?days=3&end=2026-09-20T12:00:00Z")
    pieces = iter(response.streaming_content)
    next(pieces)
    with database_away(), pytest.raises(OperationalError):
        list(pieces)


def test_a_million_rows_are_never_held_at_once():
    """Each question is of one day."""
    from spaceintel.services import minutes

    weather.wind(LAST, 3)
    weather.wind(LAST + DAY, 2)
    found = minutes.days(SolarWind.objects.all(), ("speed_km_s",), LAST, LAST + DAY + timedelta(seconds=59))
    assert [len(day) for day in found] == [3, 1]
