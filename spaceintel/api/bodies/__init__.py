"""What the space intelligence endpoints answer."""

from spaceintel.api.bodies.answers import EventsBody, SpaceIntelligenceBody

__all__ = ["EventsBody", "SpaceIntelligenceBody"]
