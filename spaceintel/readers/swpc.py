"""SWPC's JSON files: both shapes, all three time formats, numbers as text or not.

Until 2026-03-31 many files were a list of lists with the names in the first one, and single values were an object;
since then all are lists of objects. Archives and caches hold both. Times come as ``…T12:00:00Z``, without a zone, and
as ``2026-09-27 05:02:04.940``: all are UTC.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo

from deepspace.ingestion.product import Unusable
from deepspace.upstream.bodies import parse_json
from deepspace.upstream.errors import SchemaDrift

FEEDS_SINCE: Final = datetime(
    2000, 1, 1, tzinfo=UTC
)  # no file of today's SWPC is older: 1970 is a broken clock
FUTURE: Final = timedelta(days=1)  # how far beyond its retrieval an observation may be dated
FILL: Final = -9999.0  # and below: SWPC's "no value" in numbers

_PLACES = 3  # bad records named per reason
_TIME_RE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?Z?")


class Record(BaseModel):
    """One record of a file: the fields that are used, the others are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


Model = TypeVar("Model", bound=Record)


@dataclass(slots=True)
class Records(Generic[Model]):
    """What a file holds: its usable records in its order, and what was wrong with the others."""

    usable: list[Model] = field(default_factory=list)
    unusable: list[Unusable] = field(default_factory=list)

    def __iter__(self) -> Iterator[Model]:
        return iter(self.usable)

    def __len__(self) -> int:
        return len(self.usable)


def read(body: bytes, name: str, model: type[Model], *, latest: datetime) -> Records[Model]:
    """Read the records of a file.

    Parameters
    ----------
    name
        The file, for messages.
    model
        What a record must have.
    latest
        Later times are not credible (UTC).

    Raises
    ------
    SchemaDrift
        Not strict JSON, or none of the known shapes.
    """
    records: Records[Model] = Records()
    reasons: Counter[str] = Counter()
    places: dict[str, list[str]] = {}
    context = {"latest": latest}
    for number, item in enumerate(_items(parse_json(body), name), start=1):
        try:
            records.usable.append(model.model_validate(item, context=context))
        except ValidationError as error:
            told = reason(error)
            reasons[told] += 1
            places.setdefault(told, []).append(f"{name}, record {number}")
    records.unusable = [
        Unusable(told, count, tuple(places[told][:_PLACES])) for told, count in reasons.items()
    ]
    return records


def utc(text: object) -> datetime:
    """An instant in any of SWPC's formats.

    Raises
    ------
    ValueError
        It is none of them.
    """
    if not isinstance(text, str) or not _TIME_RE.fullmatch(text.strip()):
        raise ValueError("it is no time")
    return datetime.fromisoformat(text.strip().removesuffix("Z")).replace(tzinfo=UTC)


def _items(value: Any, name: str) -> Sequence[Any]:
    """The records of any shape; what does not fit its header stays as it is and will not validate."""
    if isinstance(value, dict):
        return [value]
    if not isinstance(value, list):
        raise SchemaDrift(f"{name} is neither a list nor an object")
    if not value or not isinstance(value[0], list):
        return value
    header, rows = value[0], value[1:]
    if not all(isinstance(column, str) for column in header) or len(set(header)) != len(header):
        raise SchemaDrift(f"{name}: its first line is not the names of its columns")
    return [
        dict(zip(header, row, strict=True)) if isinstance(row, list) and len(row) == len(header) else row
        for row in rows
    ]


def reason(error: ValidationError) -> str:
    """The first thing wrong, without the record's own text."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    told = first["msg"].removeprefix("Value error, ")
    return f"{where}: {told}" if where else told


def _instant(value: object, info: ValidationInfo) -> datetime:
    moment = utc(value)
    latest = (info.context or {}).get("latest")
    if moment < FEEDS_SINCE or (latest is not None and moment > latest):
        raise ValueError("its date is not credible")
    return moment


def _number(value: object) -> object:
    """A number or its text; None where there is none, or the fill value."""
    if isinstance(value, bool):
        raise ValueError("it is no number")  # noqa: TRY004 (pydantic takes ValueError alone)
    if isinstance(value, str):
        value = float(value) if value.strip() else None
    is_fill = isinstance(value, (int, float)) and value <= FILL
    return None if is_fill else value


def _storable(text: str) -> str:
    """What every database takes: no NUL, no half of a surrogate pair."""
    if "\0" in text or not _is_utf8(text):
        raise ValueError("it has characters that cannot be stored")
    return text


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unknown_as_none(value: object) -> object:
    return (
        None if isinstance(value, str) and value.strip().lower() in {"", "unk", "unknown", "null"} else value
    )


Instant = Annotated[datetime, BeforeValidator(_instant)]
MaybeInstant = Annotated[Instant | None, BeforeValidator(_unknown_as_none)]
Number = Annotated[float, BeforeValidator(_number)]
Count = Annotated[int, BeforeValidator(_number)]
MaybeNumber = Annotated[float | None, BeforeValidator(_number)]
MaybeCount = Annotated[int | None, BeforeValidator(_number)]
Text = Annotated[str, AfterValidator(_storable)]
MaybeText = Annotated[Text | None, BeforeValidator(_unknown_as_none)]
