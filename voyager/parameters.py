"""Query parameters of the Voyager pages, plots and endpoints."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, WithJsonSchema

from deepspace.parameters import Instant, Integer, Parameters

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


# === plasma waves and densities ===============================================================

End = Annotated[Instant, AfterValidator(_in_flight), WithJsonSchema(_IN_FLIGHT_SCHEMA)]
_END_HELP = "End of the window, ISO 8601, UTC when no zone is given (default: the newest value stored)"
_LOWEST_HZ, _HIGHEST_HZ = 10, 56_200  # the outermost channels of the spectrum analyser


def _above_the_lowest(freq_max: int, info: ValidationInfo) -> int:
    if freq_max <= info.data.get("freq_min", _LOWEST_HZ - 1):
        raise ValueError("must be higher than freq_min")
    return freq_max


class PlasmaParameters(Parameters):
    """Which plasma wave spectra."""

    hours: Integer = Field(default=24, ge=1, le=720, description="Length of the window in hours")
    freq_min: Integer = Field(
        default=_LOWEST_HZ, ge=1, le=99_999, description="Lowest frequency shown, Hz; below freq_max"
    )
    freq_max: Annotated[Integer, AfterValidator(_above_the_lowest)] = Field(
        default=_HIGHEST_HZ,
        validate_default=True,  # freq_min alone can be too high for it
        ge=2,
        le=100_000,
        description="Highest frequency shown, Hz",
    )
    end: End | None = Field(default=None, description=_END_HELP)


class ProcessParameters(Parameters):
    """Which wideband spectra."""

    hours: Integer = Field(default=48, ge=1, le=8_760, description="Window of the process plot in hours")
    end: End | None = Field(default=None, description=_END_HELP)


# As said by the bounds beside it: inside of an optional type pydantic prints them as "ge" and "le".
_DAYS_SCHEMA = {"type": "integer", "minimum": 1, "maximum": 20_000}


class PublicationParameters(Parameters):
    """Which published densities."""

    days: Annotated[Integer, Field(ge=1, le=20_000), WithJsonSchema(_DAYS_SCHEMA)] | None = Field(
        default=None,
        description="Window of the publication plot and of the statistics in days (default: everything)",
    )
    end: End | None = Field(default=None, description=_END_HELP)


class DensityParameters(ProcessParameters, PublicationParameters):
    """Both windows, and their common end."""

    @property
    def process(self) -> ProcessParameters:
        """What the process plot takes."""
        return ProcessParameters(hours=self.hours, end=self.end)

    @property
    def publication(self) -> PublicationParameters:
        """What the publication plot takes."""
        return PublicationParameters(days=self.days, end=self.end)


# === magnetic field ===========================================================================


class FieldParameters(Parameters):
    """Which days of the magnetic field."""

    days: Integer = Field(default=30, ge=1, le=20_000, description="Length of the window in days")
    end: End | None = Field(default=None, description=_END_HELP)
