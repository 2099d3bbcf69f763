"""The closest approach of a window, as one of the three things to look at first."""

from __future__ import annotations

from typing import Final

from spaceintel.names import bare
from spaceintel.services.percentiles import percentile
from spaceintel.services.windows import told
from spaceintel.states import Approach, Highlight, NearEarth

CLOSEST: Final = "the approach with the smallest nominal distance in the window; of equal ones the first"
_ABOUT_A_KM: Final = 0.995  # rounds to 1.0 km


def closest_approach(near: NearEarth) -> Highlight:
    """The highlight; where no approach can be named it says whether there is none or it is not known."""
    best, title = near.closest, "Closest approach"
    if best is None:
        return Highlight("approach", title, CLOSEST, _absent(near), None, "au", None, "", None)
    rarity = percentile("approach_distance", best.distance_au)
    verb = "will pass" if best.at > near.now else "passed"
    return Highlight(
        kind="approach",
        title=title,
        rule=CLOSEST,
        text=f"{bare(best.name)} {verb} at {_distance(best)} on {told(best.at)}{_size(best)}",
        value=best.distance_au,
        unit="au",
        at=best.at,
        unusual=rarity.text if rarity.percent is not None else "",
        rarity=rarity,
        ids=(best.id,),
        link=best.link,
    )


def _distance(one: Approach) -> str:
    """Lunar distances, with the 3-sigma range where that shows at this precision."""
    text = f"{one.distance_ld:.3g} lunar distances"
    low, high = one.distance_min_ld, one.distance_max_ld
    if low is None or high is None or f"{low:.3g}" == f"{high:.3g}":
        return text
    return f"{text} ({low:.3g} to {high:.3g})"


def _size(one: Approach) -> str:
    if one.diameter_km is not None:
        return f", {_length(one.diameter_km)} across"
    if one.diameter_min_km is None or one.diameter_max_km is None:
        return ""
    return f", {_length(one.diameter_min_km)} to {_length(one.diameter_max_km)} across by its brightness"


def _length(diameter_km: float) -> str:
    """To two digits, in metres below a kilometre."""
    if diameter_km < _ABOUT_A_KM:
        return f"{float(f'{diameter_km * 1_000:.2g}'):g} m"
    return f"{diameter_km:.2g} km"


def _absent(near: NearEarth) -> str:
    feeds = (near.neos, near.cneos)
    known = next((feed for feed in feeds if feed.is_none), None)
    if known is not None:
        return known.statement
    return " ".join(dict.fromkeys(feed.statement for feed in feeds))
