"""SWPC's ``noaa-scales.json``: an object of five entries, keyed by days from now."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from deepspace.ingestion.product import Unusable
from deepspace.upstream.bodies import parse_json
from deepspace.upstream.errors import SchemaDrift
from spaceintel.readers.swpc import Instant, MaybeCount, Record, Text, reason

_NAME: Final = "noaa-scales.json"
_OFFSETS: Final = {"-1": -1, "0": 0, "1": 1, "2": 2, "3": 3}

_Text = Annotated[Text, BeforeValidator(lambda value: "" if value is None else value)]


class Scale(Record):
    """One of the three scales; levels and probabilities are texts or null."""

    scale: MaybeCount = Field(alias="Scale")
    text: _Text = Field(alias="Text", default="")
    minor_percent: MaybeCount = Field(alias="MinorProb", default=None)
    major_percent: MaybeCount = Field(alias="MajorProb", default=None)
    percent: MaybeCount = Field(alias="Prob", default=None)


class Entry(Record):
    """What holds at one instant, or is forecast for one day."""

    time: Instant
    r: Scale = Field(alias="R")
    s: Scale = Field(alias="S")
    g: Scale = Field(alias="G")

    @model_validator(mode="before")
    @classmethod
    def _one_time(cls, value: object) -> object:
        """Date and time of day stand apart."""
        if not isinstance(value, dict):
            raise ValueError("it is no object")  # noqa: TRY004 (pydantic takes ValueError alone)
        return {**value, "time": f"{value.get('DateStamp')}T{value.get('TimeStamp')}"}


def read_scales(
    body: bytes, *, latest: datetime, forecast_latest: datetime
) -> tuple[dict[int, Entry], list[Unusable]]:
    """Read the file.

    Parameters
    ----------
    latest
        Later times of yesterday's entry and of the one of now are not credible (UTC).
    forecast_latest
        Later times of the three days ahead are not.

    Returns
    -------
    dict, list
        Usable entries by days from now, and what was wrong with the others.

    Raises
    ------
    SchemaDrift
        Not strict JSON, not such an object, or no usable entry "0", whose time is that of the file.
    """
    value = parse_json(body)
    if not isinstance(value, dict):
        raise SchemaDrift(f"{_NAME} is not an object of entries")
    entries: dict[int, Entry] = {}
    unusable: list[Unusable] = []
    for key, offset in _OFFSETS.items():
        try:
            if key in value:
                context = {"latest": forecast_latest if offset > 0 else latest}
                entries[offset] = Entry.model_validate(value[key], context=context)
        except ValidationError as error:
            unusable.append(Unusable(reason(error), 1, (f'{_NAME}, entry "{key}"',)))
    if 0 not in entries:
        told = f": {unusable[0].reason}" if unusable else ""
        raise SchemaDrift(f'{_NAME} has no usable entry "0"{told}')
    return entries, unusable
