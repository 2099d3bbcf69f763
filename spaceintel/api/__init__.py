"""JSON endpoints of the space intelligence domain; each module adds its operations to the one router."""

from spaceintel.api import events, space_intelligence
from spaceintel.api.router import router

__all__ = ["events", "router", "space_intelligence"]
