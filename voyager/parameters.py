"""Query parameters of the Voyager pages, plots and endpoints."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from deepspace.parameters import Instant, Parameters

LAUNCH_UTC = datetime(1977, 9, 5, 12, 56, tzinfo=UTC)  # as synthetic.MODEL_START_JD_TDB
LAST_UTC = datetime(2099, 12, 31, tzinfo=UTC)  # neither ephemeris nor model go beyond


def _in_flight(at: datetime) -> datetime:
    if not LAUNCH_UTC <= at <= LAST_UTC:
        raise ValueError(f"must be between launch ({LAUNCH_UTC:%Y-%m-%dT%H:%MZ}) and {LAST_UTC:%Y-%m-%d}")
    return at


# For programs that read the OpenAPI document: every text that it allows is answered. JSON Schema cannot bound a
# date-time, so that the years are in the pattern; the days next to launch and to the end of 2099 are answered too.
_D30, _D31 = "(0[1-9]|[12][0-9]|30)", "(0[1-9]|[12][0-9]|3[01])"
_MONTH_DAY = f"((0[13578]|1[02])-{_D31}|(0[469]|11)-{_D30}|02-(0[1-9]|1[0-9]|2[0-8]))"
_YEAR = "(19(7[89]|[89][0-9])|20([0-8][0-9]|9[0-8]))"
_LEAP_DAY = "(19(8[048]|9[26])|20([02468][048]|[1357][26]|9[26]))-02-29"
_FIRST_MONTHS = f"1977-(09-(0[7-9]|[12][0-9]|30)|1[02]-{_D31}|11-{_D30})"
_HOUR_MINUTE = "([01][0-9]|2[0-3]):[0-5][0-9]"
_CLOCK = f"T{_HOUR_MINUTE}(:[0-5][0-9](\\.[0-9]{{1,6}})?)?(Z|[+-]{_HOUR_MINUTE})?"
_IN_FLIGHT_SCHEMA = {
    "type": "string",
    "pattern": f"^(({_YEAR}-{_MONTH_DAY})|{_LEAP_DAY}|{_FIRST_MONTHS})({_CLOCK})?$",
}


class PositionParameters(Parameters):
    """When."""

    at: Annotated[Instant, AfterValidator(_in_flight), WithJsonSchema(_IN_FLIGHT_SCHEMA)] | None = Field(
        default=None, description="Instant, ISO 8601, UTC when no zone is given (default: now, to the minute)"
    )
