"""What the JPL and NeoWs readers check alike: signature, number of records, and what pydantic says of a bad one."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from deepspace.upstream.bodies import parse_json
from deepspace.upstream.errors import SchemaDrift


def document(body: bytes, name: str) -> dict[str, Any]:
    """The JSON object that a body is.

    Raises
    ------
    SchemaDrift
        It is none.
    """
    found = parse_json(body)
    if not isinstance(found, dict):
        raise SchemaDrift(f"{name} sent JSON that is not an object")
    return found


def check_signature(found: dict[str, Any], name: str, major: str) -> str:
    """The version of a JPL interface, whose first number must be the one that this reader knows.

    Raises
    ------
    SchemaDrift
        It is another one, or not there.
    """
    signature = found.get("signature")
    version = str(signature.get("version", "")) if isinstance(signature, dict) else ""
    if version.partition(".")[0] != major:
        raise SchemaDrift(f"{name} has version {version[:16]!r}, this reader knows {major}")
    return version


def check_count(told: object, found: int, distinct: int, name: str) -> None:
    """A body that says how many records it has must have them: half a list is no list.

    Records that stand there twice may be counted once or twice.

    Raises
    ------
    SchemaDrift
        The numbers differ.
    """
    try:
        count = int(str(told))
    except ValueError:
        raise SchemaDrift(f"{name} does not say how many records it has") from None
    if count not in {found, distinct}:
        raise SchemaDrift(f"{name} says that it has {count} records, there are {found}")


def complaint(error: ValidationError) -> str:
    """What is wrong with a record, without quoting it."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg'].removeprefix('Value error, ')}"
