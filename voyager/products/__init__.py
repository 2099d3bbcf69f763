"""Products of the Voyager suite: what is asked of whom, and how bytes become rows. One module per data set."""

from voyager.products.events import EventsProduct
from voyager.products.trajectory import TrajectoryProduct

__all__ = ["EventsProduct", "TrajectoryProduct"]
