"""The API as its OpenAPI document describes it, flattened for people and for /ai-index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter."""

    name: str
    type: str
    default: str
    range: str
    description: str


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the answer."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of the API."""

    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    keys: tuple[Key, ...]

    @property
    def anchor(self) -> str:
        """Fragment on the documentation page."""
        return self.path.strip("/").replace("/", "-")


@cache
def endpoints() -> tuple[Endpoint, ...]:
    """Every GET endpoint, in the order of the document."""
    from deepspace.api import api

    return tuple(read_document(api.get_openapi_schema()))


def read_document(document: Mapping[str, Any]) -> Iterator[Endpoint]:
    """Endpoints of an OpenAPI 3.1 document."""
    for path, operations in document["paths"].items():
        operation = operations.get("get")
        if operation:
            yield Endpoint(
                path=path,
                summary=operation.get("summary", ""),
                description=operation.get("description", ""),
                parameters=tuple(
                    _parameter(one) for one in operation.get("parameters", ()) if one["in"] == "query"
                ),
                keys=tuple(_keys(document, operation)),
            )


def _parameter(described: Mapping[str, Any]) -> Parameter:
    schema = described["schema"]
    default = schema.get("default")
    return Parameter(
        name=described["name"],
        type=_type(schema),
        default="none" if default is None else str(default),
        range=_range(schema),
        description=described.get("description") or schema.get("description", ""),
    )


def _keys(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[Key]:
    answer = operation.get("responses", {}).get(200, {}) or operation.get("responses", {}).get("200", {})
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    for name, described in _resolve(document, schema).get("properties", {}).items():
        resolved = _resolve(document, described)
        yield Key(name, _type(described), described.get("description") or resolved.get("description", ""))


def _resolve(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref", "")
    return document["components"]["schemas"][reference.rpartition("/")[2]] if reference else schema


def _type(schema: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return "object"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    words = {"date-time": "ISO 8601 time", "date": "ISO 8601 date"}
    return words.get(schema.get("format", ""), str(schema.get("type", "any")))


def _range(schema: Mapping[str, Any]) -> str:
    for part in [schema, *schema.get("anyOf", ())]:
        low, high = part.get("minimum"), part.get("maximum")
        if low is not None and high is not None:
            return f"{low} to {high}"
        if low is not None:
            return f"at least {low}"
        if high is not None:
            return f"at most {high}"
    return ""
