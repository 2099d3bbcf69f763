"""The grammar of query parameters: what is not understood is 422, and nothing else is ever raised."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from deepspace.parameters import Instant, Integer, NoParameters, ParameterError, Parameters


class Asked(Parameters):
    days: Annotated[Integer, Field(ge=1, le=20_000)] = 30
    end: Instant | None = None


def read(query: str) -> Asked:
    return Asked.read(QueryDict(query))


def refused(query: str) -> ParameterError:
    with pytest.raises(ParameterError) as caught:
        read(query)
    assert caught.value.message
    return caught.value


@pytest.mark.parametrize("days", ["1", "30", "20000", "007"])
def test_decimal_digits_are_a_number(days):
    assert read(f"days={days}").days == int(days)


@pytest.mark.parametrize(
    "days",
    [
        *(
            "abc",
            "-1",
            "1e99",
            "NaN",
            "Infinity",
            "-Infinity",
            "0x10",
            "1_000",
            "1.0",
            "1,000",
            "true",
            "null",
        ),
        *(
            "%2B5",
            "+5",
            "%205",
            "5%20",
            "5%0A",
            "",
            "%00",
            "5%00",
            "１２",
            "१२",
            "²",
            "1" + "0" * 30,
            "9" * 5000,
        ),
        *("0", "20001", "999999999"),
    ],
)
def test_anything_else_is_refused_with_the_field_named(days):
    assert refused(f"days={days}").field == "days"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-18T10:16:00Z", datetime(2026, 11, 18, 10, 16, tzinfo=UTC)),
        ("2026-11-18T10:16:00", datetime(2026, 11, 18, 10, 16, tzinfo=UTC)),
        ("2026-11-18T10:16", datetime(2026, 11, 18, 10, 16, tzinfo=UTC)),
        ("2026-11-18", datetime(2026, 11, 18, tzinfo=UTC)),
        ("2026-11-18%2010:16:00", datetime(2026, 11, 18, 10, 16, tzinfo=UTC)),
        ("2026-11-18T12:16:00%2B02:00", datetime(2026, 11, 18, 10, 16, tzinfo=UTC)),
        (
            "2026-11-18T12:16:00+02:00",
            datetime(2026, 11, 18, 10, 16, tzinfo=UTC),
        ),  # "+" left as it is: a space
        ("2026-11-18T10:16:00+00:00", datetime(2026, 11, 18, 10, 16, tzinfo=UTC)),
        ("2026-11-18T05:16:00-05:00", datetime(2026, 11, 18, 10, 16, tzinfo=UTC)),
        ("2026-11-18T10:16:00.123456Z", datetime(2026, 11, 18, 10, 16, 0, 123456, tzinfo=UTC)),
        ("20261118T101600Z", datetime(2026, 11, 18, 10, 16, tzinfo=UTC)),
        ("2026-W47-3", datetime(2026, 11, 18, tzinfo=UTC)),
    ],
)
def test_instants_are_iso_8601_and_utc_unless_they_say_otherwise(text, instant):
    found = read(f"end={text}").end
    assert found == instant
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        *(
            "now",
            "today",
            "",
            "%00",
            "2026",
            "2026-11",
            "0000-01-01",
            "10000-01-01",
            "-2026-01-01",
            "2026-13-01",
        ),
        *("2026-02-29", "2026-11-18T25:00", "2026-11-18T10:16:60Z", "2026-11-18T10:16Q", "2026-11-18%00"),
        *(
            "２０２６-11-18",
            "2026-11-18T10:16:00Z%20",
            "%202026-11-18",
            "1763460960",
            "0001-01-01T00:00%2B23:59",
        ),
        *("9999-12-31T23:59-23:59", "2026-11-18x10:16", "2026-11-18T10:16:00%2B24:00", "2" * 10_000, "NaN"),
    ],
)
def test_what_is_no_instant_is_refused(text):
    assert refused(f"end={text}").field == "end"


def test_a_known_parameter_given_twice_is_refused():
    error = refused("days=3&days=3")
    assert (error.field, error.code) == ("days", "repeated_parameter")


def test_unknown_parameters_are_ignored_even_when_repeated():
    assert read("x=1&x=2&days[]=4&DAYS=5&utm_source=%00") == Asked()


def test_nothing_asked_is_the_default():
    assert read("") == Asked(days=30, end=None)
    assert NoParameters.read(QueryDict("days=abc&days=abc")) == NoParameters()


def test_only_what_differs_from_the_default_keys_a_cache():
    assert read("days=30").canonical() == {}
    assert read("end=2026-11-18&days=2").canonical() == {"days": 2, "end": "2026-11-18T00:00:00Z"}
    assert read("end=2026-11-18T02:00%2B02:00").canonical() == read("end=2026-11-18").canonical()


def fields(query: QueryDict) -> set[str]:
    """The field that is refused, or both when the query is understood; nothing else may be raised."""
    try:
        found = Asked.read(query)
    except ParameterError as error:
        return {error.field}
    assert 1 <= found.days <= 20_000
    return {"days", "end"}


ALMOST = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]?[0-9:.+Z-]{0,20}"


@given(st.text() | st.from_regex(ALMOST) | st.datetimes().map(str))
def test_no_text_makes_anything_but_a_value_or_a_parameter_error(text):
    query = QueryDict(mutable=True)
    query["end"] = query["days"] = text
    assert fields(query) <= {"days", "end"}


@given(st.binary(max_size=60))
def test_no_bytes_do_either(raw):
    assert "end" in fields(QueryDict(b"end=" + raw))
