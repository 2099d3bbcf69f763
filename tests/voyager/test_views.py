"""/trajectory while the database is away (the rest of the page: tests/deepspace/pages/test_trajectory_page.py)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from deepspace import versions
from tests.support import stored
from tests.support.visitor import database_away

pytestmark = [pytest.mark.usefixtures("nothing_held"), pytest.mark.django_db]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PATHS = ["/", "/trajectory", "/status", "/data", "/data/voyager.trajectory", "/plots/trajectory-distance.png"]


@pytest.mark.parametrize("path", PATHS)
def test_a_process_that_has_read_the_data_goes_on_showing_them(visitor, path):
    stored.site()
    before = visitor.get(path)
    versions._held.read_at -= 2.0
    with database_away():
        from deepspace import frontcache

        frontcache.store.clear()
        response = visitor.get(path)
    assert response.status_code == 200
    if path.startswith("/plots"):
        assert response.content == before.content
    if path == "/trajectory":
        assert "tier--real" in response.content.decode()
        assert "not measured" not in response.content.decode()


@pytest.mark.parametrize("path", PATHS)
@time_machine.travel(NOW, tick=False)  # ages on the page are told in minutes
def test_what_is_in_front_is_answered_as_before(visitor, path):
    stored.site()
    before = visitor.get(path)
    with database_away():
        versions._held.read_at -= 2.0
        assert visitor.get(path).content == before.content


@pytest.mark.parametrize("path", PATHS)
def test_a_process_that_knows_nothing_still_answers(visitor, path):
    stored.site()
    with database_away():
        response = visitor.get(path)
        assert visitor.get("/readyz").status_code == 503
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    if path in {"/", "/trajectory", "/status"}:
        assert "database does not answer" in response.content.decode()


def test_a_picture_drawn_meanwhile_is_not_taken_for_the_real_one(visitor):
    stored.site()
    path = "/plots/trajectory-distance.png"
    versions.token(("voyager.trajectory", "voyager.events"))  # known, but no state was read yet
    with database_away():
        meanwhile = visitor.get(path).content
    versions._held.read_at -= 2.0
    after = visitor.get(path)
    assert after["X-Data-Tier"] == "real"
    assert after.content != meanwhile
