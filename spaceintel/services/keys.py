"""Keys of the products that the services read."""

from __future__ import annotations

from typing import Final

KP: Final = "spaceintel.kp"
KP_GFZ: Final = "spaceintel.kp_gfz"
KP_HISTORY: Final = "spaceintel.kp_history"
XRAY: Final = "spaceintel.xray"
FLARE_LIST: Final = "spaceintel.goes_flares"
WIND: Final = "spaceintel.solar_wind"
SOLAR_EVENTS: Final = "spaceintel.solar_events"
ALERTS: Final = "spaceintel.alerts"
SCALES: Final = "spaceintel.scales"
NEOS: Final = "spaceintel.neos"
APPROACHES: Final = "spaceintel.close_approaches"
APPROACH_HISTORY: Final = "spaceintel.close_approach_history"
SENTRY: Final = "spaceintel.sentry"

EVERY_KP: Final = (KP, KP_GFZ, KP_HISTORY)
SPACE_WEATHER: Final = (*EVERY_KP, XRAY, FLARE_LIST, WIND, SOLAR_EVENTS, ALERTS, SCALES)
CLOSE_APPROACHES: Final = (APPROACHES, APPROACH_HISTORY)
NEAR_EARTH: Final = (NEOS, *CLOSE_APPROACHES)
