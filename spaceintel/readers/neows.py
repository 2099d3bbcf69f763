"""NeoWs feed: objects by day, numbers as text, times on the TDB scale."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final

import numpy as np
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError

from deepspace.ingestion.product import Columns, Row, Unusable
from deepspace.timescales import tdb_to_utc
from deepspace.upstream.errors import SchemaDrift
from spaceintel.readers.counts import check_count, complaint, document
from spaceintel.readers.numbers import Number
from spaceintel.readers.tdb import tdb_calendar

_NAME: Final = "NeoWs"
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - TDB

# Names are (2001 UP), 162882 (2001 FD58), 99942 Apophis (2004 MN4), 2P/Encke or C/2020 F3 (NEOWISE).
_DESIGNATIONS: Final = (
    re.compile(r"\((?P<designation>[^()]+)\)"),
    re.compile(r"(?P<designation>\d+)(?: .*)?"),
    re.compile(r"(?P<designation>\d+[PDI])/.*"),
    re.compile(r"(?P<designation>[CPDXAI]/-?\d+ [A-Z0-9-]+)(?: .*)?"),
)


def _calendar_day(text: object) -> date:
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError("is not a date such as 2026-11-20")
    return date.fromisoformat(text)


def _web_address(text: str) -> str:
    return text if text.startswith(("https://", "http://")) else ""  # anything else is no link


Day = Annotated[date, BeforeValidator(_calendar_day)]


class _Kilometres(BaseModel):
    estimated_diameter_min: Number
    estimated_diameter_max: Number


class _Diameter(BaseModel):
    kilometers: _Kilometres


class _Velocity(BaseModel):
    kilometers_per_second: Number


class _Miss(BaseModel):
    astronomical: Number
    lunar: Number
    kilometers: Number


class _Approach(BaseModel):
    close_approach_date: Day
    close_approach_date_full: str | None = None
    epoch_date_close_approach: int | None = None
    relative_velocity: _Velocity
    miss_distance: _Miss
    orbiting_body: str

    def tdb(self) -> datetime:
        """Closest approach on the TDB calendar: from the text, or from the milliseconds that stand for it."""
        if self.close_approach_date_full:
            moment = tdb_calendar(self.close_approach_date_full)
        elif self.epoch_date_close_approach is not None:
            moment = _EPOCH + timedelta(milliseconds=self.epoch_date_close_approach)
        else:
            raise ValueError("the approach has no time")
        if moment.date() != self.close_approach_date:
            raise ValueError("the time of the approach is not on its day")
        return moment


class _Object(BaseModel):
    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    nasa_jpl_url: Annotated[str, AfterValidator(_web_address)] = ""
    absolute_magnitude_h: Number | None = None
    estimated_diameter: _Diameter | None = None
    is_potentially_hazardous_asteroid: bool
    is_sentry_object: bool = False
    close_approach_data: list[_Approach]


class _Feed(BaseModel):
    element_count: int
    near_earth_objects: dict[Day, list[Any]]


def designation_of(name: str) -> str:
    """Number or provisional designation of an object, as CNEOS calls it; the name itself where it has neither."""
    for form in _DESIGNATIONS:
        if found := form.fullmatch(name.strip()):
            return found["designation"].strip()
    return name.strip()


def read(body: bytes) -> Iterator[Columns | Unusable]:
    """Rows of ``space_intel_neos`` from one answer of the feed; of two approaches on one day the nearer.

    Raises
    ------
    SchemaDrift
        The body is no feed, or does not have as many objects as it says.
    """
    try:
        feed = _Feed.model_validate(document(body, _NAME))
    except ValidationError as error:
        raise SchemaDrift(f"{_NAME}: {complaint(error)}") from None
    listed = [(day, entry) for day, entries in feed.near_earth_objects.items() for entry in entries]
    distinct = {(day, str(entry.get("id")) if isinstance(entry, dict) else "") for day, entry in listed}
    check_count(feed.element_count, len(listed), len(distinct), _NAME)
    rows: dict[tuple[str, date], Row] = {}
    for place, (day, entry) in enumerate(listed):
        try:
            found = _Object.model_validate(entry)
            for row in _rows(found):
                key = row["neo_id"], row["close_approach_date"]
                if key not in rows or row["miss_distance_au"] < rows[key]["miss_distance_au"]:
                    rows[key] = row
        except ValidationError as error:
            yield Unusable(complaint(error), 1, (f"{day}, object {place + 1}",))
        except (ValueError, OverflowError) as error:
            yield Unusable(str(error)[:200], 1, (f"{day}, object {place + 1}",))
    if rows:
        yield _columns(list(rows.values()))


def _rows(found: _Object) -> Iterator[Row]:
    size = found.estimated_diameter.kilometers if found.estimated_diameter else None
    for approach in found.close_approach_data:
        if approach.orbiting_body != "Earth":
            continue
        yield {
            "neo_id": found.id,
            "close_approach_date": approach.close_approach_date,
            "timestamp_utc": approach.tdb(),
            "designation": designation_of(found.name),
            "name": found.name,
            "absolute_magnitude_h": found.absolute_magnitude_h,
            "diameter_min_km": size.estimated_diameter_min if size else None,
            "diameter_max_km": size.estimated_diameter_max if size else None,
            "is_potentially_hazardous": found.is_potentially_hazardous_asteroid,
            "is_sentry_object": found.is_sentry_object,
            "relative_velocity_km_s": approach.relative_velocity.kilometers_per_second,
            "miss_distance_au": approach.miss_distance.astronomical,
            "miss_distance_km": approach.miss_distance.kilometers,
            "miss_distance_ld": approach.miss_distance.lunar,
            "orbiting_body": approach.orbiting_body,
            "nasa_jpl_url": found.nasa_jpl_url,
        }


def _columns(rows: list[Row]) -> Columns:
    columns: dict[str, Any] = {
        name: np.fromiter((row[name] for row in rows), dtype=object, count=len(rows)) for name in rows[0]
    }
    columns["timestamp_utc"] = tdb_to_utc(columns["timestamp_utc"].astype("datetime64[us]"))
    return columns
