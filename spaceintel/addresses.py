"""Addresses of the domain, and of its events."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from spaceintel.states import Event

PATH: Final = "/space-intelligence"
FEED_PATH: Final = f"{PATH}/feed.atom"
FEED_TITLE: Final = "Space weather and near-Earth objects"
TABLES_PATH: Final = f"{PATH}/tables/"
# The page's plots, in its order. They have addresses of their own: the pictures would make up most of the JSON.
KP_PLOT: Final = "space-kp"
KP_WINDOW_PLOT: Final = "space-kp-window"
XRAY_PLOT: Final = "space-xray"
EVENTS_PLOT: Final = "space-events"
WIND_PLOT: Final = "space-solar-wind"
APPROACHES_PLOT: Final = "near-earth-approaches"
SENTRY_PLOT: Final = "sentry-objects"
PLOTS_OF_NOW: Final = (KP_PLOT, SENTRY_PLOT)
PLOTS_OF_WINDOW: Final = (KP_WINDOW_PLOT, XRAY_PLOT, EVENTS_PLOT, WIND_PLOT, APPROACHES_PLOT)
_AROUND: Final = timedelta(days=3)  # an event stands in the middle of a week


def event_path(event: Event) -> str:
    """The page with the week around an event."""
    return f"{PATH}?days={2 * _AROUND.days}&end={event.at + _AROUND:%Y-%m-%d}"


def event_tag(event: Event) -> str:
    """A tag URI (RFC 4151): the same for ever, whatever address the site moves its pages to."""
    host = urlsplit(settings.SITE_URL).hostname
    return f"tag:{host},2026:space-intelligence/{event.id}"
