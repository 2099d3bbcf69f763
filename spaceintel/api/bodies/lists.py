"""Long lists and long series in the answers: what is sent of them, and where all of it is."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from spaceintel.api.bodies.row import Row


class ListBody(Row):
    """How much of a list is sent."""

    total: int = Field(description="Rows in the window; of Sentry's list in all of it")
    shown: int = Field(description="Rows in this answer")
    method: str = Field(
        description="Which rows those are: all, the newest, the nearest, or the first (Sentry's list)"
    )
    csv: str = Field(description="Address of the file with all of them")


class RangeBody(Row):
    """One value of a series at each point; null where none is given."""

    low: list[float | None]
    mean: list[float | None]
    high: list[float | None]


class SeriesBody(Row):
    """A series of one-minute values: each minute, or smallest, mean and largest value of equal intervals."""

    method: str = Field(
        description="minutes: each value by itself, low = mean = high; envelope: of equal intervals"
    )
    points: int = Field(description="How many are sent")
    step_s: float = Field(description="Length of a point's interval")
    utc: list[datetime] = Field(description="Its start; intervals without a value are left out")
    values: dict[str, RangeBody] = Field(description="By name with unit")
    csv: str = Field(description="Address of the file with every minute")
