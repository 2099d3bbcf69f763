"""The rules that make an event significant, and how an event is made from what is stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from spaceintel.states import Event, Rule

RULES: Final = (
    Rule("flare", "peak of M5 or more (R2), in DONKI's or in SWPC's list"),
    Rule(
        "kp",
        "the first three hours in which a storm reaches a new level, G1 to G5; "
        "24 hours known to be below G1 end a storm",
    ),
    Rule("storm", "a storm of DONKI for which no Kp of a storm is known, not even from DONKI"),
    Rule(
        "radiation",
        "NOAA's scales show a radiation storm reaching a new level, S1 to S5; 24 hours known to be below S1 end one",
    ),
    Rule("cme", "DONKI's model sees a coronal mass ejection arrive at the Earth"),
    Rule("approach", "nominal distance below 1 lunar distance; without an end also of the next 7 days"),
    Rule("sentry", "an object on Sentry's list reaches Torino 1 or more, and each higher value after that"),
)
_BY_KIND: Final = {rule.level: rule.condition for rule in RULES}


def event(kind: str, name: str, title: str, summary: str, *, row: Any, **values: Any) -> Event:
    """One event. Its id is the kind and a name that no revision changes.

    Parameters
    ----------
    row
        What it is made from; its instant, source and time of writing are the event's unless ``values`` says otherwise.
    """
    stored: dict[str, Any] = {"at": row.timestamp_utc, "updated_at": row.ingested_at, "source": row.source}
    return Event(
        id=f"{kind}-{name}",
        kind=kind,
        rule=_BY_KIND[kind],
        title=title,
        summary=summary,
        **(stored | values),
    )


def hyphened(name: str) -> str:
    """A name as a part of an id."""
    return name.replace(" ", "-")


def numbered(name: str, place: int) -> str:
    """The name of the first, the second … event that would have the same one."""
    return name if place == 0 else f"{name}-{place + 1}"


def day_of(at: datetime) -> str:
    """The UTC day of an instant, as a part of an id."""
    return f"{at:%Y-%m-%d}"
