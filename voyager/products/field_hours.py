"""Hours of the magnetic field, computed from the stored 48 s averages and kept in step with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db.models import QuerySet

from deepspace.ingestion.columns import data_fields, equal, length
from deepspace.ingestion.product import Columns
from deepspace.ingestion.upsert import Stamp, Upsert
from deepspace.models import IngestionLog
from deepspace.reading import read_columns
from voyager.constants import VIM_CADENCE_S
from voyager.field import NAMES
from voyager.models import FieldHour, MagneticField
from voyager.science.hourly import hourly

SOURCE: Final = "computed"
_TIME: Final = "timestamp_utc"
_ORDERS: Final = (_TIME, f"-{_TIME}")
_HOUR: Final = timedelta(hours=1)
_AT_ONCE: Final = 500  # rows named in one DELETE

Span = tuple[datetime, datetime]  # whole hours: the first one, and the one after the last


class FieldHours:
    """The roll-up of ``voyager.magnetic_field_48s``: a row per hour in which a 48 s average begins."""

    def renew(self, log: IngestionLog, start: datetime | None, end: datetime | None) -> None:
        """Make the hours of an interval what its 48 s rows say; those that are so already are left alone."""
        written_at = (
            log.ingested_at or log.started_at
        )  # a batch that only removes rows has no time of its own
        upsert = Upsert(FieldHour, Stamp(SOURCE, written_at, log.pk))
        for span in _years(start, end):
            computed = _computed(span)
            if length(computed):
                upsert.write(computed)
            _remove_others(span, computed)

    def differences(self) -> Iterator[str]:
        """Hours that are stored and are not what the 48 s rows say, or that are missing."""
        for span in _years(None, None):
            computed, stored = _computed(span), _stored(span)
            hours, said = stored[_TIME], computed[_TIME]
            for hour in np.setdiff1d(hours, said).tolist():
                yield f"hour {hour}: no 48 s row begins in it"
            for hour in np.setdiff1d(said, hours).tolist():
                yield f"hour {hour}: its mean is not stored"
            _, mine, theirs = np.intersect1d(hours, said, return_indices=True)
            for name in set(stored) - {_TIME}:
                differs = ~equal(stored[name][mine], computed[name][theirs])
                for hour in hours[mine][differs].tolist():
                    yield f"hour {hour}: {name} is not the mean of its 48 s rows"


def _years(start: datetime | None, end: datetime | None) -> Iterator[Span]:
    """The hours of an interval, a calendar year at a time: as much as is held in memory at once."""
    low, high = _extent() if start is None or end is None else (start, end)
    first, last = start or low, end or high
    if first is None or last is None:
        return
    first = first.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    last = last.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + _HOUR
    while first < last:
        until = min(last, datetime(first.year + 1, 1, 1, tzinfo=UTC))
        yield first, until
        first = until


def _extent() -> tuple[datetime | None, datetime | None]:
    """First and last instant of the 48 s rows and of the hours."""
    tables = (_averages(), FieldHour.objects.all())
    ends = [
        [rows.order_by(order).values_list(_TIME, flat=True).first() for rows in tables] for order in _ORDERS
    ]
    first, last = ([one for one in end if one is not None] for end in ends)
    return min(first, default=None), max(last, default=None)


def _averages() -> QuerySet[Any]:
    return MagneticField.objects.filter(cadence_s=VIM_CADENCE_S)


def _inside(rows: QuerySet[Any], span: Span) -> QuerySet[Any]:
    return rows.filter(timestamp_utc__gte=span[0], timestamp_utc__lt=span[1])


def _computed(span: Span) -> Columns:
    """What the 48 s rows say."""
    blocks = list(read_columns(_inside(_averages(), span), _TIME, NAMES))
    utc = np.concatenate([np.empty(0, "datetime64[us]"), *(times for times, _ in blocks)])
    values = np.concatenate([np.empty((0, len(NAMES))), *(found for _, found in blocks)])
    hours = hourly(utc, values)
    return {_TIME: hours.start_utc, "averages": hours.records, **dict(zip(NAMES, hours.mean.T, strict=True))}


def _stored(span: Span) -> Columns:
    """What is kept."""
    names = [field.attname for field in data_fields(FieldHour) if field.attname != _TIME]
    blocks = list(read_columns(_inside(FieldHour.objects.all(), span), _TIME, names))
    utc = np.concatenate([np.empty(0, "datetime64[us]"), *(times for times, _ in blocks)])
    values = np.concatenate([np.empty((0, len(names))), *(found for _, found in blocks)])
    return {_TIME: utc, **dict(zip(names, values.T, strict=True))}


def _remove_others(span: Span, computed: Columns) -> None:
    """Delete the hours that no 48 s row begins in any more."""
    kept = _inside(FieldHour.objects.all(), span)
    if kept.count() == length(computed):
        return
    said = {moment.replace(tzinfo=UTC) for moment in computed[_TIME].tolist()}
    doomed = [pk for pk, hour in kept.values_list("pk", _TIME) if hour not in said]
    for start in range(0, len(doomed), _AT_ONCE):
        FieldHour.objects.filter(pk__in=doomed[start : start + _AT_ONCE]).delete()
