"""The API's own description, flattened."""

from __future__ import annotations

from deepspace.pages.endpoints import Key, Parameter, endpoints, read_document

DOCUMENT = {
    "paths": {
        "/api/density": {
            "get": {
                "summary": "Density",
                "description": "Electron density.",
                "parameters": [
                    {
                        "in": "query",
                        "name": "hours",
                        "schema": {"type": "integer", "default": 48, "minimum": 1, "maximum": 8760},
                    },
                    {
                        "in": "query",
                        "name": "end",
                        "schema": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]},
                        "description": "Last instant.",
                    },
                    {"in": "header", "name": "X-Other", "schema": {"type": "string"}},
                ],
                "responses": {
                    200: {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Body"}}}}
                },
            },
            "post": {"summary": "never shown"},
        },
        "/api/write": {"post": {}},
    },
    "components": {
        "schemas": {
            "Body": {
                "properties": {
                    "statistics": {"$ref": "#/components/schemas/Statistics"},
                    "events": {"type": "array", "items": {"type": "object"}},
                    "plot": {"type": "string", "description": "A picture."},
                }
            },
            "Statistics": {"description": "Counts and medians.", "properties": {}},
        }
    },
}


def test_only_what_can_be_read_is_listed():
    assert [endpoint.path for endpoint in read_document(DOCUMENT)] == ["/api/density"]


def test_parameters_tell_default_and_range():
    (endpoint,) = read_document(DOCUMENT)
    assert endpoint.parameters == (
        Parameter("hours", "integer", "48", "1 to 8760", ""),
        Parameter("end", "ISO 8601 time or null", "none", "", "Last instant."),
    )


def test_keys_follow_references():
    (endpoint,) = read_document(DOCUMENT)
    assert endpoint.keys == (
        Key("statistics", "object", "Counts and medians."),
        Key("events", "list of object", ""),
        Key("plot", "string", "A picture."),
    )
    assert endpoint.anchor == "api-density"


def test_one_sided_ranges_are_told():
    document = {
        "paths": {
            "/x": {
                "get": {
                    "parameters": [
                        {"in": "query", "name": "low", "schema": {"type": "number", "minimum": 10}},
                        {"in": "query", "name": "high", "schema": {"type": "number", "maximum": 5}},
                    ]
                }
            }
        }
    }
    (endpoint,) = read_document(document)
    assert [one.range for one in endpoint.parameters] == ["at least 10", "at most 5"]


def test_the_real_api_is_described():
    known = {endpoint.path: endpoint for endpoint in endpoints()}
    assert {"/api/trajectory", "/api/position", "/api/status"} <= set(known)
    assert "at" in [one.name for one in known["/api/position"].parameters]
    keys = {key.name for key in known["/api/position"].keys}
    assert {"distance_au", "earth_distance_au", "provenance", "data_source"} <= keys
