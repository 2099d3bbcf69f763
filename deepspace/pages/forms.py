"""Plain GET forms: what they send, and links that carry a view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import QueryDict

from deepspace import versions
from deepspace.parameters import Parameters
from deepspace.provenance import Provenance, worst

P = TypeVar("P", bound=Parameters)


@dataclass(frozen=True, slots=True)
class Link:
    """A view of the page."""

    title: str
    url: str
    is_current: bool = False


def read_form(kind: type[P], query: QueryDict) -> P:
    """Parameters that a form sent. A field that was left empty counts as not given.

    Raises
    ------
    deepspace.parameters.ParameterError
        For the first parameter that is repeated or invalid.
    """
    given = query.copy()
    for name in kind.model_fields:
        if given.getlist(name) == [""]:
            del given[name]
    return kind.read(given)


def link(path: str, parameters: Parameters, title: str, **changes: Any) -> Link:
    """The same view with something changed; its address holds what differs from the defaults."""
    changed = type(parameters).model_validate(parameters.model_dump() | changes)
    query = urlencode(changed.canonical())
    return Link(title, f"{path}{'?' if query else ''}{query}", changed == parameters)


def tier_shown(provenances: Iterable[Provenance]) -> str:
    """The worst tier of what is shown, as of now: for X-Data-Tier where a window decides on the rung."""
    return worst([versions.current(one).tier for one in provenances]).value
