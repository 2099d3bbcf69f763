"""``/trajectory``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deepspace.constants import J2000_JD_TDB
from deepspace.pages.panels import panel
from deepspace.templatetags.deepspace import degrees, km_s
from deepspace.versions import public
from voyager import services
from voyager.constants import EPHEMERIS_JUMP_JD_TDB, INTERPOLATION_ERROR_KM, LIGHT_DAY_AU
from voyager.states import Milestone, Position, TrajectoryData

PATH_PLOTS: Final = ("trajectory", "trajectory-ecliptic", "trajectory-side")
DISTANCE_PLOTS: Final = ("trajectory-distance", "trajectory-earth-distance")
TIMELINE_PLOT: Final = "trajectory-timeline"
# To the day, for which a minute of difference between TDB and UTC is nothing.
_DESIGN_UNTIL: Final = datetime(2000, 1, 1, 12, tzinfo=UTC) + timedelta(
    days=EPHEMERIS_JUMP_JD_TDB - J2000_JD_TDB
)
_SAME_EVENT: Final = timedelta(days=2)  # a published instant this near to the computed one speaks of the same


@require_safe
@public(products=("voyager.trajectory", "voyager.events"), live=True)
def trajectory(request: HttpRequest) -> HttpResponse:
    """``/trajectory``."""
    return render(request, "voyager/trajectory.html", trajectory_context(services.trajectory()))


def trajectory_context(data: TrajectoryData) -> dict[str, Any]:
    """What the page prints."""
    position = data.now
    return {
        "data": data,
        "position": position,
        "galactic": f"{degrees(position.gal_longitude_deg)}, {degrees(position.gal_latitude_deg)}",
        "seen_from_earth": _seen_from_earth(position),
        "light_day_au": LIGHT_DAY_AU,
        "design_until": _DESIGN_UNTIL,
        "interpolation_km": INTERPOLATION_ERROR_KM,
        "light_day_is_past": data.light_day_at is not None and data.light_day_at <= position.at_utc,
        "published": _published_light_day(data),
        "path_panels": [panel(name) for name in PATH_PLOTS],
        "distance_panels": [panel(name) for name in DISTANCE_PLOTS],
        "timeline_panel": panel(TIMELINE_PLOT),
    }


def _seen_from_earth(position: Position) -> str:
    rate = position.earth_range_rate_km_s
    direction = "receding from" if rate >= 0 else "nearing"
    return f"now {direction} Earth at {km_s(abs(rate))}"


def _published_light_day(data: TrajectoryData) -> Milestone | None:
    """The event that states the crossing's published instant."""
    if data.light_day_at is None:
        return None
    for event in data.milestones:
        if event.has_instant and abs(event.at_utc - data.light_day_at) < _SAME_EVENT:
            return event
    return None
