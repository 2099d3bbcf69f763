"""Column blocks: what may be stored, and that every value comes back from the database as it went in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deepspace.ingestion.columns import (
    SAMPLE,
    adapt,
    equal,
    from_database,
    length,
    natural_key,
    row_key,
    sift,
)
from deepspace.ingestion.product import Columns
from tests.support.diary import Diary, block_of, entry, row
from voyager.models import Event, Trajectory
from voyager.products import TrajectoryProduct

FLOATS = [f.attname for f in Trajectory._meta.concrete_fields if isinstance(f, models.FloatField)]


def states(n: int, **changed: object) -> dict[str, np.ndarray]:
    """A block of ``n`` valid states, with some columns changed."""
    block: dict[str, np.ndarray] = {name: np.linspace(1.0, 2.0, n) for name in FLOATS}
    block |= {
        "timestamp_utc": np.datetime64("2020-01-01", "us") + np.arange(n) * np.timedelta64(1, "D"),
        "cadence_s": np.full(n, 86_400),
        "jd_tdb": 2_458_849.5 + np.arange(n),
        "distance_au": np.full(n, 148.0),
        "speed_km_s": np.full(n, 17.0),
        **{name: np.full(n, "refit") for name in ("quality", "solution", "earth_solution")},
    }
    return block | {name: np.asarray(values) for name, values in changed.items()}


def sifted(columns: Columns):
    return sift(TrajectoryProduct(), columns)


def events(*entries: dict[str, object], **changed: object) -> Columns:
    return block_of(*({**row(item), **changed} for item in entries))


def test_good_rows_pass_untouched():
    block = states(5)
    result = sifted(block)
    assert (result.rejected, result.sample) == (0, [])
    assert all((result.columns[name] == block[name]).all() for name in block)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("x_au", np.nan, "x_au has no value"),
        ("x_au", np.inf, "x_au is infinite"),
        ("vz_au_d", -np.inf, "vz_au_d is infinite"),
        ("distance_au", 0.5, "distance_au is outside 0.9 … 1000"),
        ("distance_au", 1e9, "distance_au is outside 0.9 … 1000"),
        ("timestamp_utc", np.datetime64("NaT"), "timestamp_utc has no value"),
        ("cadence_s", -9999, "cadence_s is outside 0 … "),
    ],
)
def test_a_bad_value_costs_its_row_and_says_why(name, value, reason):
    block = states(20)
    block[name] = block[name].copy()
    block[name][7] = value
    result = sifted(block)
    assert (length(result.columns), result.rejected) == (19, 1)
    assert result.sample[0]["reason"].startswith(reason)
    assert set(result.sample[0]["row"]) == set(block)


def test_the_bounds_themselves_are_credible():
    assert sifted(states(2, distance_au=[0.9, 1000.0])).rejected == 0


def test_a_text_that_does_not_fit_is_rejected_not_cut():
    result = sifted(states(3, solution=np.array(["a", "b" * 65, "c" * 64])))
    assert result.rejected == 1
    assert result.sample[0]["reason"] == "solution is longer than 64 characters"
    assert result.columns["solution"].tolist() == ["a", "c" * 64]


def test_an_absent_value_is_fine_where_the_table_allows_it():
    block = events(entry(1), timestamp_utc=None)
    result = sift(Diary(), block)
    assert result.rejected == 0
    assert np.isnat(result.columns["timestamp_utc"]).all()


def test_only_some_of_many_bad_rows_are_kept_as_a_sample():
    result = sifted(states(50, x_au=np.full(50, np.nan)))
    assert (result.rejected, len(result.sample)) == (50, SAMPLE)


def test_identical_repetitions_are_one_row():
    block = {name: np.repeat(column, 3) for name, column in states(4).items()}
    result = sifted(block)
    assert (length(result.columns), result.rejected) == (4, 0)


def test_conflicting_repetitions_are_both_rejected():
    block = states(4)
    block["timestamp_utc"][3] = block["timestamp_utc"][1]
    result = sifted(block)
    assert (length(result.columns), result.rejected) == (2, 2)
    assert {one["reason"] for one in result.sample} == {"the same key stands twice with different values"}


@pytest.mark.parametrize(("text", "rows", "rejected"), [("as usual", 1, 0), ("another", 0, 2)])
def test_keys_of_several_columns_repeat_only_as_a_whole(text, rows, rejected):
    other = {**entry(1), "name": "Another"}
    result = sift(Diary(), events(entry(1), entry(1, text), other))
    assert (length(result.columns), result.rejected) == (rows + 1, rejected)


def test_a_repeated_row_without_a_key_is_counted_once_per_row():
    block = states(3, timestamp_utc=np.array(["2020-01-01", "NaT", "NaT"], dtype="datetime64[us]"))
    assert sifted(block).rejected == 2


def test_missing_and_unknown_columns_are_a_bug_that_names_them():
    block = states(2)
    del block["x_au"]
    with pytest.raises(ValueError, match=r"voyager\.trajectory: columns \['w_au', 'x_au'\]"):
        sifted(block | {"w_au": np.zeros(2)})


def test_columns_of_different_lengths_are_a_bug():
    with pytest.raises(ValueError, match=r"differ in length: \[2, 3\]"):
        sifted(states(3, x_au=[1.0, 2.0]))


def test_a_model_without_a_natural_key_cannot_be_stored():
    from deepspace.models import IngestionLog

    with pytest.raises(TypeError, match="exactly one UniqueConstraint"):
        natural_key(IngestionLog)
    assert natural_key(Event) == ("event_date", "event_name")


def test_the_source_in_a_natural_key_is_not_asked_of_the_parser():
    from spaceintel.models import PlanetaryK

    assert natural_key(PlanetaryK) == ("timestamp_utc", "kind", "source")
    assert row_key(PlanetaryK) == ("timestamp_utc", "kind")


def test_times_of_any_zone_are_stored_in_utc():
    """A parser that leaves a zone on its times must not shift them."""
    vienna = datetime(2020, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    result = sift(Diary(), events(entry(1), timestamp_utc=vienna))
    assert result.columns["timestamp_utc"].tolist() == [datetime(2020, 1, 1)]  # noqa: DTZ001 (numpy's UTC)


@isolate_apps("voyager")
def test_integers_with_gaps_and_dates_come_in_any_array():
    class Count(models.Model):
        on = models.DateField()
        n = models.IntegerField(null=True)

        class Meta:
            app_label = "voyager"
            constraints = (models.UniqueConstraint(fields=["on"], name="count_key"),)

    product = TrajectoryProduct()
    block = {
        "on": np.array(["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-04"], dtype="datetime64[us]"),
        "n": np.array([4.0, np.nan, 2.5, np.inf]),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(product), "model", Count)
        result = sift(product, block)
    assert [one["reason"] for one in result.sample] == ["n is not a whole number", "n is infinite"]
    assert result.columns["on"].tolist() == [date(2020, 1, 1), date(2020, 1, 2)]
    assert result.columns["n"].tolist() == [4, None]


# --- to the driver and back

MOMENTS = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)) | st.datetimes(  # noqa: DTZ001
    min_value=datetime(1977, 1, 1),  # noqa: DTZ001
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
).map(lambda moment: moment.replace(microsecond=0))
NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)
ANY_NUMBER_OF_TIMES = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def field(name: str):
    return Trajectory._meta.get_field(name)


@ANY_NUMBER_OF_TIMES
@given(moments=st.lists(st.none() | MOMENTS, min_size=1, max_size=20))
def test_times_are_adapted_to_djangos_own_form(db, moments):
    column = np.array(moments, dtype="datetime64[us]")
    adapted = adapt(Trajectory, {"timestamp_utc": column})["timestamp_utc"]
    own = [
        None if moment is None else connection.ops.adapt_datetimefield_value(moment.replace(tzinfo=UTC))
        for moment in moments
    ]
    if connection.vendor == "sqlite":
        assert adapted == own
    else:
        parsed = [None if text is None else datetime.fromisoformat(text) for text in adapted]
        assert parsed == [None if moment is None else moment.replace(tzinfo=UTC) for moment in moments]


@ANY_NUMBER_OF_TIMES
@given(moments=st.lists(MOMENTS, min_size=1, max_size=10))
def test_times_come_back_from_the_database_as_they_went_in(db, moments):
    column = np.array(moments, dtype="datetime64[us]")
    assert equal(round_trip("timestamp_utc", column), column).all()


@ANY_NUMBER_OF_TIMES
@given(numbers=st.lists(NUMBERS, min_size=1, max_size=20))
def test_numbers_come_back_from_the_database_bit_for_bit(db, numbers):
    column = np.array([np.nan if value is None else value for value in numbers])
    back = round_trip("x_au", column)
    # SQLite keeps -0.0 as 0.0 where a REAL can be stored as an integer: equal, and the sign of nothing is nothing
    assert np.array_equal((back + 0.0).view(np.int64), (column + 0.0).view(np.int64))
    assert equal(back, column).all()


def round_trip(name: str, column: np.ndarray) -> np.ndarray:
    """Through the driver into a table with a column of that type, and back through Django."""
    values = adapt(Trajectory, {name: column})[name]
    kind = field(name).db_type(connection)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS trip")
        cursor.execute(f"CREATE TEMPORARY TABLE trip (n integer, value {kind})")
        cursor.executemany("INSERT INTO trip VALUES (%s, %s)", list(enumerate(values)))
        cursor.execute("SELECT value FROM trip ORDER BY n")
        raw = [value for (value,) in cursor.fetchall()]
    converters = connection.ops.get_db_converters(field(name).get_col("trip"))
    for convert in converters:
        raw = [convert(value, field(name).get_col("trip"), connection) for value in raw]
    return from_database(field(name), raw)


def test_equal_knows_what_is_nothing():
    numbers = np.array([1.0, np.nan, 0.0])
    assert equal(numbers, np.array([1.0, np.nan, np.nextafter(0.0, 1.0)])).tolist() == [True, True, False]
    times = np.array(["2020-01-01", "NaT"], dtype="datetime64[us]")
    assert equal(times, times.copy()).all()
    assert equal(np.array([1.0]), np.array([1.0 + 1e-13]), rtol=1e-12).all()
    assert not equal(np.array([1.0]), np.array([1.0 + 1e-11]), rtol=1e-12).any()
    assert equal(np.array(["a", None], dtype=object), np.array(["a", None], dtype=object)).all()
