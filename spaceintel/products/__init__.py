"""Products of the space intelligence domain, one module per upstream."""

from spaceintel.products.alerts import AlertsProduct
from spaceintel.products.close_approaches import CloseApproachesProduct, CloseApproachHistoryProduct
from spaceintel.products.goes_flares import GoesFlaresProduct
from spaceintel.products.kp import KpProduct
from spaceintel.products.kp_gfz import KpGfzProduct, KpHistoryProduct
from spaceintel.products.neos import NearEarthObjectsProduct
from spaceintel.products.scales import ScalesProduct
from spaceintel.products.sentry import SentryProduct
from spaceintel.products.solar_events import SolarEventsProduct
from spaceintel.products.solar_wind import SolarWindProduct
from spaceintel.products.xray import XrayProduct

__all__ = [
    "AlertsProduct",
    "CloseApproachHistoryProduct",
    "CloseApproachesProduct",
    "GoesFlaresProduct",
    "KpGfzProduct",
    "KpHistoryProduct",
    "KpProduct",
    "NearEarthObjectsProduct",
    "ScalesProduct",
    "SentryProduct",
    "SolarEventsProduct",
    "SolarWindProduct",
    "XrayProduct",
]
