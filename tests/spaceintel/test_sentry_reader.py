"""Sentry's list: numbers as text, ranges of years, values that may be missing."""

from __future__ import annotations

from datetime import date

import pytest

from deepspace.ingestion.product import Unusable
from deepspace.upstream.errors import NoData, SchemaDrift
from spaceintel.readers import sentry as reader
from tests.spaceintel.near_earth_bodies import sentry, sentry_object


def rows(body: bytes):
    return [one for one in reader.read(body) if not isinstance(one, Unusable)]


def test_an_object_is_read():
    (row,) = rows(sentry(sentry_object()))
    assert row["impact_probability"] == 8.515158e-07
    assert (row["palermo_cumulative"], row["palermo_max"], row["torino_max"]) == (-2.69, -2.99, 0)
    assert (row["year_from"], row["year_until"], row["possible_impacts"]) == (2056, 2113, 4)
    assert row["last_observed_on"] == date(1979, 12, 15)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        *(
            ({"ts_max": None}, "torino_max"),
            ({"ps_max": None}, "palermo_max"),
            ({"h": None}, "absolute_magnitude_h"),
        ),
        *(
            ({"diameter": None}, "diameter_km"),
            ({"range": None}, "year_from"),
            ({"last_obs": None}, "last_observed_on"),
        ),
        *(({"v_inf": None}, "infinity_velocity_km_s"), ({"v_inf": "NaN"}, "infinity_velocity_km_s")),
    ],
)
def test_what_is_not_defined_is_empty(changes, name: str):
    (row,) = rows(sentry(sentry_object(**changes)))
    assert row[name] is None


def test_a_single_year_is_a_range():
    (row,) = rows(sentry(sentry_object(range="2102")))
    assert (row["year_from"], row["year_until"]) == (2102, 2102)


@pytest.mark.parametrize(
    "changes",
    [{"ip": "NaN"}, {"ps_cum": None}, {"ts_max": "0.5"}, {"range": "soon"}, {"n_imp": ""}, {"des": ""}],
)
def test_an_object_that_cannot_be_read_is_counted(changes):
    found = list(reader.read(sentry(sentry_object("2000 A"), sentry_object("2000 B") | changes)))
    assert [one.count for one in found if isinstance(one, Unusable)] == [1]
    assert len(found) == 2


def test_order_and_keys_in_another_order_make_no_other_state():
    one, other = sentry_object("2000 A"), sentry_object("2000 B")
    turned = [dict(reversed(row.items())) for row in (other, one)]
    assert reader.digest(sentry(one, other)) == reader.digest(sentry(*turned))
    assert reader.digest(sentry(one, other)) != reader.digest(sentry(one, other | {"ps_cum": "-2.5"}))


def test_every_object_twice_is_the_same_state():
    one = sentry_object()
    assert reader.digest(sentry(one, one, count="1")) == reader.digest(sentry(one))


def test_a_removed_object_is_no_data():
    body = sentry(error="specified object removed", removed="2021-02-21 21:22:09")
    with pytest.raises(NoData, match="removed on 2021-02-21"):
        rows(body)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (sentry(), NoData),
        (sentry(error="specified object not found"), SchemaDrift),
        (sentry(sentry_object(), count="2"), SchemaDrift),
        (sentry(sentry_object(), signature={"version": "3.0"}), SchemaDrift),
        (sentry(data="none"), SchemaDrift),
        (b"[]", SchemaDrift),
    ],
)
def test_what_is_no_list_or_half_of_one_is_refused(body: bytes, error):
    with pytest.raises(error):
        rows(body)
