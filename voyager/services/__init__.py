"""What the Voyager pages, plots and endpoints show, from the best rung of the ladder that holds."""

from voyager.services.density import DENSITY, published
from voyager.services.facts import facts
from voyager.services.field_archive import HOURLY, VIM
from voyager.services.field_marks import marks
from voyager.services.field_mission import mission
from voyager.services.field_published import published_intervals
from voyager.services.magnetometer import magnetometer
from voyager.services.plasma import PLASMA, plasma
from voyager.services.recordings import RIDGE, WAVEFORM, process
from voyager.services.trajectory import EVENTS, TRAJECTORY, position, states, trajectory

__all__ = [
    "DENSITY",
    "EVENTS",
    "HOURLY",
    "PLASMA",
    "RIDGE",
    "TRAJECTORY",
    "VIM",
    "WAVEFORM",
    "facts",
    "magnetometer",
    "marks",
    "mission",
    "plasma",
    "position",
    "process",
    "published",
    "published_intervals",
    "states",
    "trajectory",
]
