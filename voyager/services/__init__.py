"""What the Voyager pages, plots and endpoints show, from the best rung of the ladder that holds."""

from voyager.services.trajectory import EVENTS, TRAJECTORY, position, states, trajectory

__all__ = ["EVENTS", "TRAJECTORY", "position", "states", "trajectory"]
