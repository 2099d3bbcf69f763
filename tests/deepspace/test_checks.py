"""System checks: what must not go to production."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.db import connection

from deepspace import checks

OLD, FIXED = (3, 40, 1), (3, 51, 3)
pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def found(monkeypatch, settings):
    def check(version: tuple[int, int, int], journal: str, *, debug: bool = False) -> list[str | None]:
        settings.DEBUG = debug
        monkeypatch.setattr(checks, "library_version", lambda: version)
        options = {"init_command": f"PRAGMA journal_mode={journal};"}
        monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
        return [message.id for message in checks.sqlite_is_safe()]

    return check


def test_writing_ahead_on_a_vulnerable_sqlite_is_refused_in_production(found):
    assert found(OLD, "WAL") == ["deepspace.E001"]


def test_under_debug_it_is_said(found):
    assert found(OLD, "WAL", debug=True) == ["deepspace.W001"]


def test_a_vulnerable_sqlite_that_does_not_write_ahead_is_said(found):
    assert found(OLD, "TRUNCATE") == ["deepspace.W001"]


@pytest.mark.parametrize("journal", ["WAL", "TRUNCATE"])
def test_a_fixed_sqlite_is_fine(found, journal):
    assert found(FIXED, journal) == []


def test_postgresql_is_fine(found, monkeypatch):
    monkeypatch.setattr(connection, "vendor", "postgresql")
    assert found(OLD, "WAL") == []


def test_every_command_runs_the_check(monkeypatch, found):
    found(OLD, "WAL")
    assert "deepspace.E001" in {message.id for message in run_checks()}


def test_what_must_hold_for_the_data_is_checked_by_its_tag_alone(monkeypatch, found):
    found(OLD, "WAL")
    assert [message.id for message in run_checks(tags=[checks.DATA])] == ["deepspace.E001"]
