"""Every table of the page: its rows in a window, and the products that they come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from deepspace import versions
from deepspace.provenance import worst
from spaceintel.constants import RECENT_APPROACHES_FROM
from spaceintel.products.kp_gfz import SINCE as GFZ_SINCE
from spaceintel.services import keys
from spaceintel.services.kp import SWPC
from spaceintel.states import CNEOS, NEOWS, Approach, Flare
from spaceintel.tables import near_earth, sun
from spaceintel.tables.briefing import Briefing
from spaceintel.tables.columns import Table


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table, the products behind it, and how its rows are found."""

    table: Table[Any]
    products: tuple[str, ...]
    rows: Callable[[Briefing], Sequence[Any]]
    origin: Callable[[Any], Sequence[str]] | None = None  # products of one row; None: there is only one

    @property
    def key(self) -> str:
        """Its name in a template."""
        return self.table.name.replace("-", "_")

    def csv(self, briefing: Briefing) -> bytes:
        """All rows of a window as CSV, each with who lists it and the worst tier among those."""
        held = {key: versions.held_standing(key) for key in self.products}

        def provenance(row: Any) -> tuple[str, str]:
            own = [held[key] for key in (self.origin(row) if self.origin else self.products)]
            return "; ".join(one.source for one in own), worst([one.tier for one in own]).value

        return self.table.csv(self.rows(briefing), provenance)


def _of_flare(flare: Flare) -> tuple[str, ...]:
    return tuple(
        {"nasa_donki": keys.SOLAR_EVENTS, "noaa_swpc": keys.FLARE_LIST}[one] for one in flare.sources
    )


def _of_kp(value: sun.KpValue) -> tuple[str, ...]:
    if value.source == SWPC:
        return (keys.KP,)
    return (keys.KP_GFZ if value.at >= GFZ_SINCE else keys.KP_HISTORY,)


def _of_approach(approach: Approach) -> tuple[str, ...]:
    cneos = keys.APPROACHES if approach.at.date() >= RECENT_APPROACHES_FROM else keys.APPROACH_HISTORY
    return tuple({NEOWS: keys.NEOS, CNEOS: cneos}[one] for one in approach.sources)


SHEETS: Final = (
    Sheet(
        sun.FLARES,
        (keys.SOLAR_EVENTS, keys.FLARE_LIST),
        lambda shown: shown.weather.flares,
        _of_flare,
    ),
    Sheet(sun.CMES, (keys.SOLAR_EVENTS,), lambda shown: shown.weather.cmes),
    Sheet(sun.STORMS, (keys.SOLAR_EVENTS,), lambda shown: shown.weather.storms),
    Sheet(sun.OTHERS, (keys.SOLAR_EVENTS,), lambda shown: shown.weather.others),
    Sheet(sun.ALERTS, (keys.ALERTS,), lambda shown: shown.weather.alerts),
    Sheet(sun.SCALES, (keys.SCALES,), lambda shown: shown.weather.scales.days),
    Sheet(sun.KP, keys.EVERY_KP, lambda shown: sun.observed(shown.weather.kp), _of_kp),
    Sheet(sun.FORECAST, (keys.KP,), lambda shown: sun.predicted(shown.weather.forecast)),
    Sheet(near_earth.APPROACHES, keys.NEAR_EARTH, lambda shown: shown.near.approaches, _of_approach),
    Sheet(near_earth.POSSIBLE_IMPACTS, (keys.SENTRY,), lambda shown: shown.sentry.listed),
)
_BY_NAME: Final = {one.table.name: one for one in SHEETS}


def sheet_named(name: str) -> Sheet:
    """A table by the name in its address.

    Raises
    ------
    KeyError
        There is none of that name.
    """
    return _BY_NAME[name]
