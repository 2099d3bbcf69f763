"""Pages of the Voyager 1 suite."""

from voyager.views.trajectory import trajectory

__all__ = ["trajectory"]
