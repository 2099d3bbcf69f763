"""Tables of the space intelligence domain."""

from spaceintel.models.near_earth import CloseApproach, NearEarthObject, SentryObject
from spaceintel.models.notices import Alert, Scales
from spaceintel.models.series import PlanetaryK, SolarWind, XrayFlux
from spaceintel.models.solar import SolarEvent

__all__ = [
    "Alert",
    "CloseApproach",
    "NearEarthObject",
    "PlanetaryK",
    "Scales",
    "SentryObject",
    "SolarEvent",
    "SolarWind",
    "XrayFlux",
]
