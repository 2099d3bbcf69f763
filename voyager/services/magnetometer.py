"""The magnetic field in a window of the archive, reduced to what a picture can show."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final

import numpy as np
from django.db import Error as DatabaseFailure

from deepspace import versions
from deepspace.constants import SECONDS_PER_DAY
from deepspace.fallback import climb, real_provenance
from deepspace.ingestion.registry import product
from deepspace.ingestion.store import stored_rows
from deepspace.memo import per_version, per_window
from deepspace.provenance import Provenance, Tier
from deepspace.reading import UtcText
from voyager import synthetic_field
from voyager.constants import (
    HOURLY_CADENCE_S,
    LONGEST_48S_WINDOW_DAYS,
    VIM_CADENCE_S,
)
from voyager.field import (
    FieldMark,
    FieldWindow,
    Mission,
    Series,
)
from voyager.models import Event
from voyager.parameters import LAUNCH_UTC, FieldParameters
from voyager.services.field_archive import HOURLY, TIME, VIM, archive, read_vim, rows
from voyager.services.field_reduction import PIXELS, reduced, statistics
from voyager.services.windows import instant, newest
from voyager.services.windows import utc as aware

EVENTS: Final = "voyager.events"
_MODEL_48S_DAYS: Final = 10  # longer windows of the model are hourly
_KEPT: Final = 8  # windows held in memory, some 100 kB each
_MARKED: Final = (Event.Kind.BOUNDARY, Event.Kind.ENCOUNTER)
_AS_GOOD: Final = 0.5  # share of the days with hourly averages that must have 48 s ones


def magnetometer(parameters: FieldParameters | None = None) -> FieldWindow:
    """Some days of the field, from the best rung that holds.

    Without an end these are the last days of the archive. When none of the days before the end has a value, the
    nearest earlier ones are taken, with a note. Windows up to 400 days are read from 48 s averages where they are
    stored, all others from hourly ones. The model is shown when nothing is stored at or before the end.
    """
    return _kept(parameters or FieldParameters())


def _while_away(asked: FieldParameters) -> FieldWindow:
    return _model(asked, "The database does not answer, so that nothing stored can be shown.")


@per_window(HOURLY, VIM, EVENTS, capacity=_KEPT, otherwise=_while_away)
def _kept(asked: FieldParameters) -> FieldWindow:
    last = _newest(asked)
    found = _stored(asked, last)
    if found is None and last is not None:  # rows that came in since the archive was read, and are not in it
        found = _stored(asked, archive().newest(asked.end))
    if found is not None:
        return found
    before = "" if asked.end is None else f" at or before {asked.end:%Y-%m-%d %H:%M} UTC"
    return _model(asked, f"No real average of the field is stored{before}.")


def _stored(asked: FieldParameters, last: datetime | None) -> FieldWindow | None:
    """The window of the end asked for, or of the newest average before it; None when that holds nothing."""
    if last is None:
        return None
    end, note = asked.end or last, ""
    if last <= end - timedelta(days=asked.days):
        note = (
            f"Nothing is stored for the {asked.days} days before {end:%Y-%m-%d %H:%M} UTC: "
            f"shown are the {asked.days} days that end with the last average before."
        )
        end = last
    start = _start(asked, end)
    series, computed = _read(asked.days, start, end)
    if not len(series):
        return None
    provenances = tuple(
        real_provenance(
            key, observed_from=aware(series.utc[0]), observed_until=aware(series.utc[-1]), note=text
        )
        for key, text in _sources(series, computed, note)
    )
    return _window(asked.days, start, end, series, _method(series, computed), provenances)


def _start(asked: FieldParameters, end: datetime) -> datetime:
    """Where a window begins: not before the launch, and not later than a day before its end."""
    return max(end - timedelta(days=asked.days), min(LAUNCH_UTC, end - timedelta(days=1)))


def _newest(asked: FieldParameters) -> datetime | None:
    """The newest average at or before the end asked for.

    For a long window that is an hour of the archive as it is held, because its hours are taken from there. A short
    one is read from the database, and takes the held hours only where that has too few 48 s averages: rows that
    came in between can leave it empty.
    """
    if asked.days > LONGEST_48S_WINDOW_DAYS:
        return archive().newest(asked.end)
    found = [newest(rows(key, end=asked.end)) for key in (VIM, HOURLY)]
    return max((one for one in found if one is not None), default=None)


def _read(days: int, start: datetime, end: datetime) -> tuple[Series, int]:
    """The averages of a window, and how many of them were computed here from finer ones."""
    if days <= LONGEST_48S_WINDOW_DAYS:
        fine = read_vim(start, end, PIXELS)
        if len(fine) and _days(fine) >= _AS_GOOD * _hourly_days(start, end):
            return fine, 0
    return archive().between(start, end)


def _days(series: Series) -> int:
    return len(np.unique(series.utc.astype("datetime64[D]")))


def _hourly_days(start: datetime, end: datetime) -> int:
    times = rows(HOURLY, start, end).values_list(UtcText(TIME), flat=True)
    return len({text[: len("2012-08-25")] for text in times})


def _sources(series: Series, computed: int, note: str) -> list[tuple[str, str]]:
    """Products that a window's values come from, the main one first, each with what is to be said of it."""
    if series.cadence_s == VIM_CADENCE_S:
        return [(VIM, note)]
    found = [(HOURLY, note)] if computed < len(series) else []
    if computed:
        own = f"{computed:,} hourly means are computed here from 48 s averages, where no hourly average is stored."
        found.append((VIM, own if found else f"{note} {own}".strip()))
    return found


def _method(series: Series, computed: int) -> str:
    if series.cadence_s == VIM_CADENCE_S:
        return "exact, of the 48 s averages in the window"
    text = "exact, of the hourly averages in the window"
    return f"{text}; {computed} of them are means of 48 s averages, computed here" if computed else text


def _model(asked: FieldParameters, reason: str) -> FieldWindow:
    """The documented model on the grid of the cadence that stands for it."""
    end = asked.end or datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    start = _start(asked, end)
    cadence_s = VIM_CADENCE_S if asked.days <= _MODEL_48S_DAYS else HOURLY_CADENCE_S
    step = np.timedelta64(cadence_s * 1_000_000, "us")
    utc = np.arange(instant(start), instant(end), step)
    series = Series(utc, synthetic_field.field_nt(utc), None, cadence_s)
    text = f"{reason} Shown is a model: {synthetic_field.FIELD_MODEL.statement}"
    key = VIM if cadence_s == VIM_CADENCE_S else HOURLY
    provenance = Provenance(
        key,
        Tier.SYNTHETIC,
        "synthetic",
        observed_from=aware(utc[0]),
        observed_until=aware(utc[-1]),
        note=text,
    )
    return _window(asked.days, start, end, series, "of the model, not of measurements", (provenance,))


def _window(
    days: int,
    start: datetime,
    end: datetime,
    series: Series,
    method: str,
    provenances: tuple[Provenance, ...],
) -> FieldWindow:
    everything, marks_provenance = marks()
    until = [versions.held_standing(key).observed_until for key in (VIM, HOURLY)]
    return FieldWindow(
        days=days,
        start=start,
        end=end,
        cadence_s=series.cadence_s,
        drawn=reduced(series, start, end),
        statistics=statistics(series, end - start, method),
        marks=tuple(one for one in everything if start < one.at <= end),
        provenances=provenances,
        marks_provenance=marks_provenance,
        archive_until=max((one for one in until if one is not None), default=None),
    )


def _no_marks() -> tuple[tuple[FieldMark, ...], Provenance]:
    return (), Provenance(EVENTS, Tier.EMPTY, "none", note="The database does not answer.")


@per_version(EVENTS, otherwise=_no_marks)
def marks() -> tuple[tuple[FieldMark, ...], Provenance]:
    """Boundaries, shocks and encounters from the list of events, oldest first."""

    def stored() -> tuple[tuple[FieldMark, ...], Provenance] | None:
        found: list[Event] = list(
            stored_rows(product(EVENTS)).filter(kind__in=_MARKED).order_by("event_date")
        )
        if not found:
            return None
        every = tuple(_mark(one) for one in found)
        return every, real_provenance(EVENTS, observed_from=every[0].at, observed_until=every[-1].at)

    return climb(EVENTS, real=stored, nothing=lambda: ())


def _mark(event: Event) -> FieldMark:
    at = event.timestamp_utc or datetime.combine(event.event_date, time(12), UTC)
    has_instant = event.timestamp_utc is not None
    return FieldMark(event.event_name, event.kind, at, has_instant, event.citation, event.citation_url)


def mission(parameters: FieldParameters | None = None) -> Mission:
    """The whole archive by hours, or the whole flight by the model, with the window chosen on it."""
    window = magnetometer(parameters)
    try:
        found = _archive_at_a_glance()
    except DatabaseFailure:
        versions.lost_database()
        found = None
    series, provenances = found or _model_at_a_glance(window)
    first, last = aware(series.utc[0]), aware(series.utc[-1])
    return Mission(
        drawn=reduced(series, first, last),
        first=first,
        last=last,
        marks=tuple(one for one in marks()[0] if first <= one.at <= last),
        window=window,
        provenances=provenances,
    )


def _archive_at_a_glance() -> tuple[Series, tuple[Provenance, ...]] | None:
    whole = archive()
    if not len(whole.series):
        return None
    first, last = aware(whole.series.utc[0]), aware(whole.series.utc[-1])
    sources = _sources(whole.series, int(whole.is_computed.sum()), "")
    return whole.series, tuple(
        real_provenance(key, observed_from=first, observed_until=last, note=text) for key, text in sources
    )


def _model_at_a_glance(window: FieldWindow) -> tuple[Series, tuple[Provenance, ...]]:
    """Daily values of the model, and what the window says of it (or of the model's summary, if that is real)."""
    day, launch = np.timedelta64(1, "D"), instant(LAUNCH_UTC)
    utc = np.arange(launch, max(instant(window.end), launch + 2 * day), day)  # never less than a stroke
    text = f"Shown is a model: {synthetic_field.FIELD_MODEL.statement}"
    modelled = Provenance(HOURLY, Tier.SYNTHETIC, "synthetic", note=text)
    series = Series(utc, synthetic_field.field_nt(utc), None, int(SECONDS_PER_DAY))
    return series, ((modelled,) if window.provenance.is_real else window.provenances)
