"""The form of the instruments' pages: its bounds are those of the parameters, and its links keep the rest."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from deepspace.pages.forms import Link
from voyager.parameters import LAUNCH_UTC, DensityParameters, FieldParameters, PlasmaParameters
from voyager.views.forms import Views, controls, earlier

NOON = datetime(2014, 4, 5, 12, tzinfo=UTC)


def of(parameters, *names, **more):
    return controls(
        "/page", parameters, {name: name.title() for name in names}, example="2014", views=(), **more
    )


def test_numbers_have_the_bounds_of_the_parameter():
    (days,) = of(FieldParameters(days=7), "days").fields
    assert (days.value, days.low, days.high, days.is_required) == (7, 1, 20_000, True)
    hours, lowest, highest = of(PlasmaParameters(), "hours", "freq_min", "freq_max").fields
    assert (hours.low, hours.high) == (1, 720)
    assert (lowest.low, lowest.high) == (1, 99_999)
    assert (highest.low, highest.high) == (2, 100_000)


@pytest.mark.parametrize("days", [None, 365])
def test_a_parameter_that_may_be_left_out_may_be_left_empty(days):
    field, hours = of(DensityParameters(days=days), "days", "hours").fields
    assert (field.value, field.is_required) == (days, False)
    assert hours.is_required


@pytest.mark.parametrize(
    ("end", "written"),
    [
        (None, ""),
        (NOON.replace(hour=0), "2014-04-05"),
        (NOON, "2014-04-05T12:00"),
        (NOON.replace(second=5), "2014-04-05T12:00:05"),
    ],
)
def test_the_end_is_written_as_one_would_type_it(end, written):
    found = of(FieldParameters(end=end), "days")
    assert found.end == written
    assert FieldParameters(end=found.end or None).end == end


def test_a_window_elsewhere_leads_back_to_the_newest_with_all_else_kept():
    assert of(FieldParameters(days=7, end=NOON), "days").newest == Link("Newest", "/page?days=7")
    assert of(FieldParameters(days=7), "days").newest is None


def test_earlier_ends_where_the_window_begins_and_stops_at_the_launch():
    found = earlier("/page", FieldParameters(days=7), NOON.replace(microsecond=9))
    assert found == Link("Earlier", "/page?days=7&end=2014-04-05T12%3A00%3A00Z")
    assert earlier("/page", FieldParameters(), LAUNCH_UTC) is None
    assert of(FieldParameters(), "days").earlier is None
    assert of(FieldParameters(), "days", start=NOON).earlier is not None


def test_only_fields_that_have_choices_offer_them():
    found = of(PlasmaParameters(), "hours", "freq_min", choices=[10, 18], with_choices=("freq_min",))
    assert [field.has_choices for field in found.fields] == [False, True]
    assert found.choices == [10, 18]


def test_views_keep_their_name():
    views = [Views("Length", [Link("A day", "/page?days=1", is_current=True)])]
    assert controls("/page", FieldParameters(), {}, example="", views=views).views == views
