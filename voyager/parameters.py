"""Query parameters of the Voyager pages, plots and endpoints."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from deepspace.parameters import Instant, Parameters

LAUNCH_UTC = datetime(1977, 9, 5, 12, 56, tzinfo=UTC)  # as synthetic.MODEL_START_JD_TDB
LAST_UTC = datetime(2099, 12, 31, tzinfo=UTC)  # neither ephemeris nor model go beyond


def _in_flight(at: datetime) -> datetime:
    if not LAUNCH_UTC <= at <= LAST_UTC:
        raise ValueError(f"must be between launch ({LAUNCH_UTC:%Y-%m-%dT%H:%MZ}) and {LAST_UTC:%Y-%m-%d}")
    return at


class PositionParameters(Parameters):
    """When."""

    at: Annotated[Instant, AfterValidator(_in_flight)] | None = Field(
        default=None, description="Instant, ISO 8601, UTC when no zone is given (default: now, to the minute)"
    )
