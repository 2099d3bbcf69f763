"""Column blocks: which rows of a block may be stored, and how a column is handed to the database driver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db import connection, models
from django.db.models.fields import Field
from numpy.typing import NDArray

from deepspace.ingestion.product import Columns, Product

SAMPLE = 10  # rejected rows kept in the log with their reason


@dataclass(frozen=True, slots=True)
class Sifted:
    """A block without its bad rows, and what was wrong with those."""

    columns: Columns
    rejected: int
    sample: list[dict[str, Any]]


def natural_key(model: type[models.Model]) -> tuple[str, ...]:
    """Columns of the model's natural key: its one unique constraint."""
    keys = [one for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)]
    if len(keys) != 1:
        raise TypeError(f"{model.__name__} must have exactly one UniqueConstraint: its natural key")
    return tuple(field_of(model, name).attname for name in keys[0].fields)


def row_key(model: type[models.Model]) -> tuple[str, ...]:
    """The natural key as ``parse`` gives it: without the source, which is one for all rows of a product."""
    return tuple(name for name in natural_key(model) if name != "source")


def field_of(model: type[models.Model], name: str) -> Field[Any, Any]:
    """A column's field, by field name or column attribute."""
    field = model._meta.get_field(name)
    if not isinstance(field, Field):
        raise TypeError(f"{model.__name__}.{name} is not a column")
    return field


def data_fields(model: type[models.Model]) -> list[Field[Any, Any]]:
    """Fields that ``parse`` fills: all but the id and what the pipeline stamps."""
    stamped = {"id", "source", "ingested_at", "ingestion"}
    return [field for field in model._meta.concrete_fields if field.name not in stamped]


def length(columns: Columns) -> int:
    """Number of rows of a block.

    Raises
    ------
    ValueError
        The columns differ in length.
    """
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        raise ValueError(f"columns of one block differ in length: {sorted(lengths)}")
    return lengths.pop() if lengths else 0


def take(columns: Columns, rows: NDArray[Any] | slice) -> Columns:
    """Some rows of a block."""
    return {name: column[rows] for name, column in columns.items()}


def sift(product: Product, columns: Columns) -> Sifted:
    """Part the rows that may be stored from those that may not.

    Rejected are rows with no value where the table needs one, an infinity, a number outside the product's
    bounds, a text that does not fit, or a natural key that stands twice with different values. Identical
    repetitions are one row.
    """
    names = {field.attname for field in data_fields(product.model)}
    if set(columns) != names:
        raise ValueError(f"{product.key}: columns {sorted(set(columns) ^ names)} are missing or unknown")
    columns = _typed(product.model, columns)
    n = length(columns)
    reasons = np.full(n, "", dtype=object)
    for field in data_fields(product.model):
        _judge(field, columns[field.attname], reasons, product.bounds.get(field.attname))
    keep = _without_repetitions(columns, row_key(product.model), reasons)
    bad = np.flatnonzero(reasons != "")
    sample = [
        {"reason": reasons[i], "row": {name: _plain(column[i]) for name, column in columns.items()}}
        for i in bad[:SAMPLE]
    ]
    return Sifted(take(columns, keep[reasons[keep] == ""]), len(bad), sample)


def _typed(model: type[models.Model], columns: Columns) -> Columns:
    """Each column in the one form that the table gives back, whatever the parser's arrays were."""
    return {name: _in_form(field_of(model, name), column) for name, column in columns.items()}


def _in_form(field: Any, column: NDArray[Any]) -> NDArray[Any]:
    kind = column.dtype.kind
    if isinstance(field, (models.DateTimeField, models.FloatField)):
        return from_database(field, column.tolist()) if kind == "O" else column
    if isinstance(field, models.DateField) and kind == "M":
        return column.astype("datetime64[D]").astype(object)
    if isinstance(field, models.IntegerField) and kind == "f":  # integers with NaN for "no value"
        whole = np.empty(len(column), dtype=object)
        whole[:] = [
            None if _is_nan(value) else int(value) if value.is_integer() else value
            for value in column.tolist()
        ]
        return whole
    return column


def _judge(
    field: Field[Any, Any], column: NDArray[Any], reasons: NDArray[Any], bounds: tuple[float, float] | None
) -> None:
    name = field.attname
    absent = _absent(column)
    if not field.null:
        reasons[absent & (reasons == "")] = f"{name} has no value"
    if isinstance(field, (models.FloatField, models.IntegerField)):
        numbers = _numbers(column)
        reasons[np.isinf(numbers) & (reasons == "")] = f"{name} is infinite"
        for low, high in _limits(field, bounds):
            outside = ~absent & ~((numbers >= low) & (numbers <= high))
            reasons[outside & (reasons == "")] = f"{name} is outside {low:g} … {high:g}"
        if isinstance(field, models.IntegerField):
            reasons[~absent & (numbers != np.floor(numbers)) & (reasons == "")] = (
                f"{name} is not a whole number"
            )
    elif isinstance(field, models.CharField) and field.max_length:
        too_long = np.array(
            [isinstance(text, str) and len(text) > field.max_length for text in column], dtype=bool
        )
        reasons[too_long & (reasons == "")] = f"{name} is longer than {field.max_length} characters"


def _numbers(column: NDArray[Any]) -> NDArray[np.float64]:
    if column.dtype.kind != "O":
        return column.astype(np.float64, copy=False)
    return np.array([np.nan if value is None else value for value in column], dtype=np.float64)


def _limits(field: Field[Any, Any], bounds: tuple[float, float] | None) -> list[tuple[float, float]]:
    """The product's bounds, and those of the column's type: a fill value of -9999 must not fail its batch."""
    limits = [] if bounds is None else [bounds]
    if isinstance(field, models.IntegerField):
        limits.append(connection.ops.integer_field_range(field.get_internal_type()))
    return limits


def _absent(column: NDArray[Any]) -> NDArray[np.bool_]:
    if column.dtype.kind == "f":
        return np.asarray(np.isnan(column), dtype=np.bool_)
    if column.dtype.kind == "M":
        return np.asarray(np.isnat(column), dtype=np.bool_)
    if column.dtype.kind == "O":
        return np.array([value is None or _is_nan(value) for value in column], dtype=bool)
    return np.zeros(len(column), dtype=np.bool_)


def _is_nan(value: Any) -> bool:
    return bool(value != value)  # noqa: PLR0124 (only NaN differs from itself)


def _without_repetitions(columns: Columns, key: Sequence[str], reasons: NDArray[Any]) -> NDArray[np.intp]:
    """Indices of the first row of each natural key; keys with conflicting rows are marked as rejected."""
    n = len(reasons)
    if len(key) == 1 and columns[key[0]].dtype.kind in "Mifu":
        _, first, inverse = np.unique(columns[key[0]], return_index=True, return_inverse=True)
        if len(first) == n:
            return np.arange(n)
        first_of_row = first[inverse]
    else:
        seen: dict[tuple[Any, ...], int] = {}
        key_rows = zip(*(columns[name].tolist() for name in key), strict=True)
        first_of_row = np.array([seen.setdefault(row, i) for i, row in enumerate(key_rows)], dtype=np.intp)
    rows = np.arange(n)
    for i in rows[first_of_row != rows]:
        if not all(_same(column[i], column[first_of_row[i]]) for column in columns.values()):
            reasons[i] = reasons[first_of_row[i]] = "the same key stands twice with different values"
    return np.flatnonzero(first_of_row == rows)


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) or (_is_nan(one) and _is_nan(other))


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def adapt(model: type[models.Model], columns: Columns) -> dict[str, list[Any]]:
    """Values as the database driver takes them, adapted a column at a time (once per block, not per value)."""
    return {name: _adapt(field_of(model, name), column) for name, column in columns.items()}


def _adapt(field: Field[Any, Any], column: NDArray[Any]) -> list[Any]:
    kind = column.dtype.kind
    plain: list[Any] = column.tolist()
    if kind == "M":
        return _adapt_times(column)
    if kind == "f":
        return [None if _is_nan(value) else value for value in plain] if np.isnan(column).any() else plain
    if kind in "iubU":
        return plain
    return [field.get_db_prep_save(value, connection) for value in plain]


def _adapt_times(column: NDArray[Any]) -> list[Any]:
    moments = column.astype("datetime64[us]")
    if connection.vendor != "sqlite":
        return [None if m is None else f"{m.isoformat(sep=' ')}+00:00" for m in moments.tolist()]
    # Django's own text form, or the same instant would be two keys: microseconds only where there are some.
    texts = np.char.replace(np.datetime_as_string(moments, unit="us"), "T", " ")
    whole = moments == moments.astype("datetime64[s]")
    texts = np.where(whole, texts.astype("U19"), texts)
    absent = np.isnat(moments).tolist()
    return [None if nothing else text for text, nothing in zip(texts.tolist(), absent, strict=True)]


def from_database(field: Any, values: Sequence[Any]) -> NDArray[Any]:
    """A column read from the table, in the form in which ``parse`` gives it."""
    if isinstance(field, models.DateTimeField):
        naive = [None if value is None else _naive_utc(value) for value in values]
        return np.array(naive, dtype="datetime64[us]")
    if isinstance(field, models.FloatField):
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return np.fromiter(values, dtype=object, count=len(values))  # a list (JSON) is one value, not a dimension


def _naive_utc(moment: datetime) -> datetime:
    return (moment.astimezone(UTC) if moment.tzinfo is not None else moment).replace(tzinfo=None)


def instants(column: NDArray[Any]) -> NDArray[np.datetime64]:
    """A time column as ``datetime64[us]``; dates are their midnights."""
    return column.astype("datetime64[us]")


def merged(blocks: Sequence[Columns]) -> Columns:
    """Several blocks as one."""
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def has_repetitions(columns: Columns, key: Sequence[str]) -> bool:
    """Whether a natural key stands in more than one row."""
    if len(key) == 1 and columns[key[0]].dtype.kind in "Mifu":
        return len(np.unique(columns[key[0]])) < length(columns)
    return len(set(zip(*(columns[name].tolist() for name in key), strict=True))) < length(columns)


def equal(one: NDArray[Any], other: NDArray[Any], *, rtol: float = 0.0) -> NDArray[np.bool_]:
    """Where two columns hold the same values; NaN equals NaN; numbers to a relative tolerance."""
    if one.dtype.kind == "f" and other.dtype.kind == "f":
        close = np.abs(one - other) <= rtol * np.abs(other) if rtol else one == other
        return np.asarray(close | (np.isnan(one) & np.isnan(other)), dtype=np.bool_)
    if one.dtype.kind == "M" and other.dtype.kind == "M":
        return np.asarray((one == other) | (np.isnat(one) & np.isnat(other)), dtype=np.bool_)
    return np.array([_same(a, b) for a, b in zip(one.tolist(), other.tolist(), strict=True)], dtype=bool)
