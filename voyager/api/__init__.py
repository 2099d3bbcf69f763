"""JSON endpoints of the Voyager suite; each module adds its operations to the one router."""

from voyager.api import density, magnetometer, plasma, trajectory
from voyager.api.router import router

__all__ = ["density", "magnetometer", "plasma", "router", "trajectory"]
