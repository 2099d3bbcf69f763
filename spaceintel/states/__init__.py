"""What the services hand to pages, plots, the API and feeds: values with their provenance.

Times are aware datetimes in UTC, or ``datetime64[us]`` in arrays. "Unknown" and "none" are different things
everywhere: an empty tuple says nothing by itself, the :class:`Feed` beside it says what it means.
"""

from spaceintel.states.approaches import CNEOS, NEOWS, Approach, NearEarth
from spaceintel.states.arrays import Floats, Texts, Times
from spaceintel.states.feed import Feed, Interval
from spaceintel.states.impacts import PossibleImpacts, Sentry
from spaceintel.states.kp import KpClimatology, KpForecast, KpNow, KpSeries
from spaceintel.states.meaning import Event, Highlight, InProgress, Rarity, Rule, Verdict
from spaceintel.states.minutes import (
    BT,
    BZ,
    DENSITY,
    OLD_WIND,
    SPEED,
    WIND_NAMES,
    Reduced,
    WindNow,
    WindSeries,
    XrayNow,
    XraySeries,
)
from spaceintel.states.notices import AlertNotice, ScalesDay, ScalesNow
from spaceintel.states.sun import Cme, Flare, KpOfStorm, OtherEvent, Storm
from spaceintel.states.weather import SpaceWeather

__all__ = [
    "BT",
    "BZ",
    "CNEOS",
    "DENSITY",
    "NEOWS",
    "OLD_WIND",
    "SPEED",
    "WIND_NAMES",
    "AlertNotice",
    "Approach",
    "Cme",
    "Event",
    "Feed",
    "Flare",
    "Floats",
    "Highlight",
    "InProgress",
    "Interval",
    "KpClimatology",
    "KpForecast",
    "KpNow",
    "KpOfStorm",
    "KpSeries",
    "NearEarth",
    "OtherEvent",
    "PossibleImpacts",
    "Rarity",
    "Reduced",
    "Rule",
    "ScalesDay",
    "ScalesNow",
    "Sentry",
    "SpaceWeather",
    "Storm",
    "Texts",
    "Times",
    "Verdict",
    "WindNow",
    "WindSeries",
    "XrayNow",
    "XraySeries",
]
