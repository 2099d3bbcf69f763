"""The form at the top of each instrument's page: number fields, an end, and links to views and to other windows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache

from deepspace.pages.forms import Link, link
from deepspace.parameters import Parameters
from voyager.parameters import LAUNCH_UTC, DensityParameters, FieldParameters, PlasmaParameters


@dataclass(frozen=True, slots=True)
class NumberField:
    """A whole number that the form asks for, within the bounds that the parameter has."""

    name: str
    label: str
    value: int | None
    low: int
    high: int
    is_required: bool
    has_choices: bool


@dataclass(frozen=True, slots=True)
class Views:
    """Links to other views of the page, under a name that is read out."""

    label: str
    links: Sequence[Link]


@dataclass(frozen=True, slots=True)
class Controls:
    """All of it, as ``voyager/includes/controls.html`` prints it."""

    path: str
    fields: Sequence[NumberField]
    end: str
    example: str  # of an end
    views: Sequence[Views]
    earlier: Link | None
    newest: Link | None
    choices: Sequence[int]  # numbers worth choosing, for the fields that have some


def controls(
    path: str,
    parameters: FieldParameters | PlasmaParameters | DensityParameters,
    labels: dict[str, str],
    *,
    example: str,
    views: Iterable[Views],
    start: datetime | None = None,
    choices: Sequence[int] = (),
    with_choices: Sequence[str] = (),
) -> Controls:
    """The form of a page with parameters as they are now.

    Parameters
    ----------
    labels
        Number fields in order: the parameter and what it is called.
    start
        Where the window shown begins, where there is one window to move.
    with_choices
        Fields that offer the ``choices``.
    """
    return Controls(
        path=path,
        fields=[
            NumberField(
                name,
                label,
                getattr(parameters, name),
                *_bounds(type(parameters), name),
                has_choices=name in with_choices,
            )
            for name, label in labels.items()
        ],
        end="" if parameters.end is None else _short(parameters.end),
        example=example,
        views=list(views),
        earlier=None if start is None else earlier(path, parameters, start),
        newest=link(path, parameters, "Newest", end=None) if parameters.end else None,
        choices=choices,
    )


def earlier(path: str, parameters: Parameters, start: datetime) -> Link | None:
    """The window before this one; None where the flight has not begun."""
    return link(path, parameters, "Earlier", end=start.replace(microsecond=0)) if start > LAUNCH_UTC else None


@cache
def _bounds(kind: type[Parameters], name: str) -> tuple[int, int, bool]:
    """Smallest and largest number that a parameter takes, and whether it needs one, as its OpenAPI schema says."""
    schema = kind.model_json_schema()["properties"][name]
    bounded = next(one for one in (schema, *schema.get("anyOf", ())) if "minimum" in one)
    return bounded["minimum"], bounded["maximum"], bounded is schema


def _short(moment: datetime) -> str:
    """An instant as one would type it: the day alone where that is all of it, and seconds where there are some."""
    if moment.time() == time():
        return f"{moment:%Y-%m-%d}"
    return f"{moment:%Y-%m-%dT%H:%M:%S}" if moment.second else f"{moment:%Y-%m-%dT%H:%M}"
