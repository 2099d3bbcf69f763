"""Query parameters: one strict grammar for pages, plots and the API.

Integers are decimal digits only; instants are ISO 8601, UTC when no zone is given; a known parameter that is
repeated is an error, an unknown one is ignored.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Self, TypeVar

from django.http import QueryDict
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

_DIGITS = re.compile(r"[0-9]{1,9}")
_INSTANT = re.compile(r"[0-9]{4}[0-9TWZ:.,+ -]{0,60}")


class ParameterError(Exception):
    """A query parameter that cannot be used; becomes a 422 answer in the one error shape."""

    def __init__(self, field: str, message: str, code: str = "invalid_parameter") -> None:
        super().__init__(message)
        self.field, self.message, self.code = field, message, code


def _decimal_digits(value: object) -> object:
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise ValueError("must be a whole number written in decimal digits")
    return value


def _instant(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        if not _INSTANT.fullmatch(value):
            raise ValueError
        moment = datetime.fromisoformat(value.replace(" ", "+") if "T" in value else value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("must be an ISO 8601 date or time, such as 2026-11-18T10:16:00Z") from None


Integer = Annotated[int, BeforeValidator(_decimal_digits)]
Instant = Annotated[datetime, BeforeValidator(_instant)]

P = TypeVar("P", bound="Parameters")


class Parameters(BaseModel):
    """Base of every parameter set; subclasses add fields with defaults and ranges."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    def canonical(self) -> dict[str, Any]:
        """JSON values of the parameters that differ from their defaults, sorted; what caches are keyed by."""
        return dict(sorted(self.model_dump(mode="json", exclude_defaults=True).items()))

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Parameters of a request.

        Raises
        ------
        ParameterError
            For the first parameter that is repeated or invalid.
        """
        known: dict[str, str] = {}
        for name in cls.model_fields:
            values = query.getlist(name)
            if len(values) > 1:
                raise ParameterError(name, "is given more than once", "repeated_parameter")
            if values:
                known[name] = values[0]
        try:
            return cls.model_validate(known)
        except ValidationError as problem:
            first = problem.errors(include_url=False, include_context=False)[0]
            field = str(first["loc"][0]) if first["loc"] else ""
            raise ParameterError(field, first["msg"].removeprefix("Value error, ")) from None


class NoParameters(Parameters):
    """For pages, plots and endpoints that take none."""
