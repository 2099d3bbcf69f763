"""What the space intelligence page, plots, endpoints and feeds show, from what is stored."""

from spaceintel.services.highlights import highlights
from spaceintel.services.near_earth import near_earth
from spaceintel.services.percentiles import METRICS, climatology, percentile
from spaceintel.services.sentry import sentry
from spaceintel.services.significant import RULES as EVENT_RULES
from spaceintel.services.significant import significant_events
from spaceintel.services.verdict import KP_RULE
from spaceintel.services.verdict import RULES as VERDICT_RULES
from spaceintel.services.weather import space_weather, verdict_now

__all__ = [
    "EVENT_RULES",
    "KP_RULE",
    "METRICS",
    "VERDICT_RULES",
    "climatology",
    "highlights",
    "near_earth",
    "percentile",
    "sentry",
    "significant_events",
    "space_weather",
    "verdict_now",
]
