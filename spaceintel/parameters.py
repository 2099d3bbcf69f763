"""Query parameters of the space intelligence page, plots and endpoints."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from deepspace.parameters import Instant, Integer, Parameters

FIRST_UTC = datetime(1932, 1, 1, tzinfo=UTC)  # Kp begins here, and nothing else reaches further back
LAST_UTC = datetime(2099, 12, 31, tzinfo=UTC)


def _on_record(at: datetime) -> datetime:
    if not FIRST_UTC <= at <= LAST_UTC:
        raise ValueError(f"must be between {FIRST_UTC:%Y-%m-%d} and {LAST_UTC:%Y-%m-%d}")
    return at


# For programs that read the OpenAPI document: every text that it allows is answered. JSON Schema cannot bound a
# date-time, so that the years are in the pattern; the days of the first and of the last year are answered too.
_D30, _D31 = "(0[1-9]|[12][0-9]|30)", "(0[1-9]|[12][0-9]|3[01])"
_MONTH_DAY = f"((0[13578]|1[02])-{_D31}|(0[469]|11)-{_D30}|02-(0[1-9]|1[0-9]|2[0-8]))"
_YEAR = "(19(3[3-9]|[4-9][0-9])|20([0-8][0-9]|9[0-8]))"
_LEAP_DAY = "(19(3[6]|[468][048]|[579][26])|20([02468][048]|[1357][26]|9[26]))-02-29"
_HOUR_MINUTE = "([01][0-9]|2[0-3]):[0-5][0-9]"
_CLOCK = f"T{_HOUR_MINUTE}(:[0-5][0-9](\\.[0-9]{{1,6}})?)?(Z|[+-]{_HOUR_MINUTE})?"
_ON_RECORD_SCHEMA = {"type": "string", "pattern": f"^({_YEAR}-{_MONTH_DAY}|{_LEAP_DAY})({_CLOCK})?$"}

End = Annotated[Instant, AfterValidator(_on_record), WithJsonSchema(_ON_RECORD_SCHEMA)]


class SpaceParameters(Parameters):
    """Which days of space weather and approaches. Verdict and Kp of now do not depend on them."""

    days: Integer = Field(default=30, ge=1, le=366, description="Length of the window in days")
    end: End | None = Field(
        default=None,
        description="End of the window, ISO 8601, UTC when no zone is given (default: now)",
    )
