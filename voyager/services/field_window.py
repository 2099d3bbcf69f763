"""A window of the magnetic field put together: averages or model, with what is to be said of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from deepspace import versions
from deepspace.fallback import real_provenance
from deepspace.provenance import Provenance, Tier
from voyager import synthetic_field
from voyager.constants import HOURLY_CADENCE_S, VIM_CADENCE_S
from voyager.field import FieldWindow, Series
from voyager.parameters import LAUNCH_UTC, FieldParameters
from voyager.services.field_archive import HOURLY, VIM
from voyager.services.field_marks import marks
from voyager.services.field_reduction import reduced, statistics
from voyager.services.windows import instant
from voyager.services.windows import utc as aware

_MODEL_48S_DAYS: Final = 10  # longer windows of the model are hourly


def measured(
    days: int, start: datetime, end: datetime, series: Series, *, computed: int, note: str
) -> FieldWindow:
    """A window of stored averages, ``computed`` of which are hours made of 48 s ones."""
    provenances = tuple(
        real_provenance(
            key, observed_from=aware(series.utc[0]), observed_until=aware(series.utc[-1]), note=text
        )
        for key, text in sources(series, computed, note)
    )
    return _window(days, start, end, series, _method(series, computed), provenances)


def modelled(asked: FieldParameters, reason: str) -> FieldWindow:
    """The documented model on the grid of the cadence that stands for it."""
    end = asked.end or datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    start = start_of(asked, end)
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


def start_of(asked: FieldParameters, end: datetime) -> datetime:
    """Where a window begins: not before the launch, and not later than a day before its end."""
    return max(end - timedelta(days=asked.days), min(LAUNCH_UTC, end - timedelta(days=1)))


def sources(series: Series, computed: int, note: str) -> list[tuple[str, str]]:
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
