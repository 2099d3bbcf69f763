"""The magnetic field of the whole mission at a glance, with a window on it."""

from __future__ import annotations

import numpy as np
from django.db import Error as DatabaseFailure

from deepspace import versions
from deepspace.constants import SECONDS_PER_DAY
from deepspace.fallback import real_provenance
from deepspace.provenance import Provenance, Tier
from voyager import synthetic_field
from voyager.field import FieldWindow, Mission, Series
from voyager.parameters import LAUNCH_UTC, FieldParameters
from voyager.services.field_archive import HOURLY, archive
from voyager.services.field_marks import marks
from voyager.services.field_reduction import reduced
from voyager.services.field_window import sources
from voyager.services.magnetometer import magnetometer
from voyager.services.windows import instant
from voyager.services.windows import utc as aware


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
    return whole.series, tuple(
        real_provenance(key, observed_from=first, observed_until=last, note=text)
        for key, text in sources(whole.series, int(whole.is_computed.sum()), "")
    )


def _model_at_a_glance(window: FieldWindow) -> tuple[Series, tuple[Provenance, ...]]:
    """Daily values of the model, and what the window says of it (or of the model's summary, if that is real)."""
    day, launch = np.timedelta64(1, "D"), instant(LAUNCH_UTC)
    utc = np.arange(launch, max(instant(window.end), launch + 2 * day), day)  # never less than a stroke
    text = f"Shown is a model: {synthetic_field.FIELD_MODEL.statement}"
    modelled = Provenance(HOURLY, Tier.SYNTHETIC, "synthetic", note=text)
    series = Series(utc, synthetic_field.field_nt(utc), None, int(SECONDS_PER_DAY))
    return series, ((modelled,) if window.provenance.is_real else window.provenances)
