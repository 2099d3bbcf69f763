"""Which days of space weather can be asked for."""

import re
from datetime import UTC, datetime

import pytest
from django.http import QueryDict

from deepspace.parameters import ParameterError
from spaceintel.parameters import FIRST_UTC, LAST_UTC, SpaceParameters

PATTERN = SpaceParameters.model_json_schema()["properties"]["end"]["anyOf"][0]["pattern"]


def read(query):
    return SpaceParameters.read(QueryDict(query))


def test_without_parameters_it_is_the_last_thirty_days():
    assert read("") == SpaceParameters(days=30, end=None)


@pytest.mark.parametrize("days", ["1", "366"])
def test_a_day_to_a_leap_year_can_be_asked_for(days):
    assert read(f"days={days}").days == int(days)


@pytest.mark.parametrize("days", ["0", "367", "-1", "1.5", "", "ten", "9" * 12])
def test_other_lengths_are_refused(days):
    with pytest.raises(ParameterError) as refused:
        read(f"days={days}")
    assert refused.value.field == "days"


@pytest.mark.parametrize("end", ["1931-12-31", "2100-01-01", "2026-02-30", "yesterday", "2026-11-21T25:00"])
def test_ends_that_are_off_the_record_are_refused(end):
    with pytest.raises(ParameterError) as refused:
        read(f"end={end}")
    assert refused.value.field == "end"


def test_the_superstorm_of_may_2024_can_be_asked_for():
    assert read("end=2024-05-12T00:00:00Z").end == datetime(2024, 5, 12, tzinfo=UTC)


def test_both_ends_of_the_record_belong_to_it():
    assert read("end=1932-01-01").end == FIRST_UTC
    assert read("end=2099-12-31").end == LAST_UTC


@pytest.mark.parametrize(
    "text", ["1933-01-01", "2024-02-29", "2000-02-29T12:00:00+05:30", "2098-12-31T23:59Z"]
)
def test_what_the_schema_allows_is_answered(text):
    assert re.fullmatch(PATTERN, text)
    assert read(f"end={text.replace('+', '%2B')}").end is not None


@pytest.mark.parametrize(
    "text", ["2023-02-29", "1900-02-29", "2026-04-31", "2100-01-01", "2026-1-1", "2026-01-01T24:00"]
)
def test_what_is_no_date_is_not_in_the_schema(text):
    assert not re.fullmatch(PATTERN, text)


def test_every_leap_day_of_the_schema_is_one():
    for year in range(1900, 2110):
        text = f"{year}-02-29"
        if re.fullmatch(PATTERN, text):
            assert datetime.fromisoformat(text).day == 29
