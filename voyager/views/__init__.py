"""Pages of the Voyager 1 suite."""

from voyager.views.density import density
from voyager.views.facts import facts
from voyager.views.magnetometer import magnetometer
from voyager.views.plasma import plasma
from voyager.views.trajectory import trajectory

__all__ = ["density", "facts", "magnetometer", "plasma", "trajectory"]
