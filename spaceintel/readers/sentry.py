"""CNEOS Sentry (version 2), mode S: the list of objects with possible impacts. Numbers are text."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from deepspace.ingestion.product import Row, Unusable
from deepspace.upstream.errors import NoData, SchemaDrift
from spaceintel.readers.counts import check_count, check_signature, complaint, document
from spaceintel.readers.numbers import Number, number

_NAME: Final = "Sentry"
_MAJOR: Final = "2"
_RANGE: Final = re.compile(r"(\d{4})(?:-(\d{4}))?")


def _whole(value: object) -> int:
    found = number(value)
    if not found.is_integer():
        raise ValueError("is not a whole number")
    return int(found)


def _years(value: object) -> tuple[int, int] | None:
    if value is None:
        return None
    found = _RANGE.fullmatch(str(value).strip())
    if found is None:
        raise ValueError("is not a range of years such as 2056-2113")
    return int(found[1]), int(found[2] or found[1])


def _day(value: object) -> date | None:
    if value is None:
        return None
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise ValueError("is not a date such as 2026-11-20")
    return date.fromisoformat(value)


def _no_speed(value: object) -> object:
    """Sentry writes NaN for 2006 RH120, which came from an orbit around the Earth and has no speed at infinity."""
    return None if value == "NaN" else value


Whole = Annotated[int, BeforeValidator(_whole)]


class _Object(BaseModel):
    des: str = Field(min_length=1)
    id: str = Field(min_length=1)
    fullname: str
    h: Number | None
    diameter: Number | None
    ip: Number
    ps_cum: Number
    ps_max: Number | None
    ts_max: Whole | None
    n_imp: Whole
    range: Annotated[tuple[int, int] | None, BeforeValidator(_years)]
    v_inf: Annotated[Number | None, BeforeValidator(_no_speed)]
    last_obs: Annotated[date | None, BeforeValidator(_day)] = None


def read(body: bytes) -> Iterator[Mapping[str, Any] | Unusable]:
    """Objects of the list, without the instant of its state.

    Raises
    ------
    NoData
        The list is empty, or the body says that the object was removed from it.
    SchemaDrift
        The body is something else, or does not have as many objects as it says.
    """
    found = document(body, _NAME)
    check_signature(found, _NAME, _MAJOR)
    if "error" in found:
        if "removed" in found:
            raise NoData(f"{_NAME}: the object was removed on {str(found['removed'])[:32]}")
        raise SchemaDrift(f"{_NAME} sent an error where its list was expected")
    entries = found.get("data")
    if not isinstance(entries, list):
        raise SchemaDrift(f"{_NAME} sent something else than a list")
    names = {entry.get("des") if isinstance(entry, dict) else None for entry in entries}
    check_count(found.get("count"), len(entries), len(names), _NAME)
    if not entries:
        raise NoData(f"{_NAME} lists no object")
    for place, entry in enumerate(entries, start=1):
        try:
            yield _row(_Object.model_validate(entry))
        except ValidationError as error:
            yield Unusable(complaint(error), 1, (f"object {place}",))


def _row(found: _Object) -> Row:
    return {
        "designation": found.des.strip(),
        "sentry_id": found.id,
        "fullname": found.fullname.strip(),
        "absolute_magnitude_h": found.h,
        "diameter_km": found.diameter,
        "impact_probability": found.ip,
        "palermo_cumulative": found.ps_cum,
        "palermo_max": found.ps_max,
        "torino_max": found.ts_max,
        "possible_impacts": found.n_imp,
        "year_from": found.range[0] if found.range else None,
        "year_until": found.range[1] if found.range else None,
        "infinity_velocity_km_s": found.v_inf,
        "last_observed_on": found.last_obs,
    }


def digest(body: bytes) -> str:
    """A checksum of what the list says: the service orders objects and keys anew with each answer.

    Raises
    ------
    NoData, SchemaDrift
        As ``read``.
    """
    rows = {
        json.dumps(row, sort_keys=True, default=str) for row in read(body) if not isinstance(row, Unusable)
    }
    return hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()
