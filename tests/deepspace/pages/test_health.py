"""/healthz and /readyz."""

from __future__ import annotations

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor
from django.test import RequestFactory

from deepspace.pages import health


def test_the_process_answers_without_looking_at_anything(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = health.healthz(RequestFactory().get("/healthz"))
    assert response.content == b"ok\n"
    assert "no-store" in response["Cache-Control"]


def test_ready_when_every_part_is(client, db):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ready",
        "parts": {"database": "ok", "migrations": "ok", "cache": "ok"},
    }


def test_not_ready_without_the_database(client, db, monkeypatch):
    def refuse(*args: object) -> None:
        raise OperationalError("password=hunter2 could not connect")

    monkeypatch.setattr("deepspace.pages.health.MigrationExecutor", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["parts"]["database"] == "unreachable: OperationalError"
    assert b"hunter2" not in response.content


def test_not_ready_before_migrations(client, db, monkeypatch):
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: ["one", "two"])
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["parts"]["migrations"] == "2 not applied"


@pytest.mark.parametrize("failure", [OSError, ConnectionRefusedError])
def test_a_broken_cache_is_told_but_does_not_take_the_site_down(client, db, monkeypatch, failure):
    def refuse(*args: object, **kwargs: object) -> None:
        raise failure("gone")

    monkeypatch.setattr(LocMemCache, "set", refuse)
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["parts"]["cache"] == f"unreachable: {failure.__name__}"


def test_probes_are_read_only(client, db):
    assert client.post("/healthz").status_code == 405
    assert client.post("/readyz").status_code == 405
