"""Log records carry the id of their request."""

from __future__ import annotations

import json
import logging
import logging.config
from typing import Any

import pytest
from django.conf import settings

from deepspace.logs import RequestIdFilter, request_id

RECORD = logging.LogRecord("deepspace.x", logging.WARNING, "x.py", 1, "said %s", ("so",), None)


@pytest.mark.parametrize("identity", ["", "abc-123"])
def test_every_record_is_stamped_and_none_is_dropped(identity):
    reset = request_id.set(identity)
    try:
        assert RequestIdFilter().filter(RECORD)
    finally:
        request_id.reset(reset)
    assert vars(RECORD)["request_id"] == identity


def test_a_line_is_one_json_object_when_nobody_sits_at_a_terminal():
    import pythonjsonlogger.json

    formatters: Any = settings.LOGGING["formatters"]
    options = {name: value for name, value in formatters["json"].items() if name != "()"}
    options["fmt"] = options.pop("format")
    RequestIdFilter().filter(RECORD)
    line = json.loads(pythonjsonlogger.json.JsonFormatter(**options).format(RECORD))
    assert set(line) == {"time", "level", "logger", "message", "request_id"}
    assert (line["level"], line["logger"], line["message"]) == ("WARNING", "deepspace.x", "said so")


def test_answers_and_scanners_are_not_logged_as_failures(client, db, caplog):
    client.get("/nope")
    client.get("/api/position?at=x")
    client.get("/healthz", headers={"host": "evil.example"})
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
