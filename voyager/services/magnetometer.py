"""The magnetic field in a window of the archive, from the best rung of the ladder that holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import numpy as np

from deepspace.memo import per_window
from deepspace.reading import UtcText
from voyager.constants import LONGEST_48S_WINDOW_DAYS
from voyager.field import FieldWindow, Series
from voyager.parameters import FieldParameters
from voyager.services.field_archive import HOURLY, TIME, VIM, archive, read_vim, rows
from voyager.services.field_marks import EVENTS
from voyager.services.field_reduction import PIXELS
from voyager.services.field_window import measured, modelled, start_of
from voyager.services.windows import newest

_KEPT: Final = 8  # windows held in memory, some 100 kB each
_AS_GOOD: Final = 0.5  # share of the days with hourly averages that must have 48 s ones


def magnetometer(parameters: FieldParameters | None = None) -> FieldWindow:
    """Some days of the field, from the best rung that holds.

    Without an end these are the last days of the archive. When none of the days before the end has a value, the
    nearest earlier ones are taken, with a note. Windows up to 400 days are read from 48 s averages where they are
    stored, all others from hourly ones. The model is shown when nothing is stored at or before the end.
    """
    return _kept(parameters or FieldParameters())


def _while_away(asked: FieldParameters) -> FieldWindow:
    return modelled(asked, "The database does not answer, so that nothing stored can be shown.")


@per_window(HOURLY, VIM, EVENTS, capacity=_KEPT, otherwise=_while_away)
def _kept(asked: FieldParameters) -> FieldWindow:
    last = _newest(asked)
    found = _stored(asked, last)
    if found is None and last is not None:  # rows that came in since the archive was read, and are not in it
        found = _stored(asked, archive().newest(asked.end))
    if found is not None:
        return found
    before = "" if asked.end is None else f" at or before {asked.end:%Y-%m-%d %H:%M} UTC"
    return modelled(asked, f"No real average of the field is stored{before}.")


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
    start = start_of(asked, end)
    series, computed = _read(asked.days, start, end)
    return measured(asked.days, start, end, series, computed=computed, note=note) if len(series) else None


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
