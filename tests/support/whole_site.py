"""A site on which each product of Voyager 1 has a few rows, so that no page or plot shows a model."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.support import field, stored
from tests.voyager import plasma_samples


def fill() -> None:
    """The states and events of ``stored.site``, and around 2014-04-05 a little of every instrument."""
    stored.site()
    field.hourly("2012-01-01", 24 * 30)
    field.hourly("2014-03-27", 24 * 10)
    field.vim("2014-04-04T06:00", 400)
    plasma_samples.spectra(hours=4.0)
    plasma_samples.densities()
    plasma_samples.recording(datetime(2014, 4, 5, 10, tzinfo=UTC), sigma=6.0)
