"""A whole machine but for PID 1: nginx, gunicorn on a socket that is held for it, a migrated database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.front import Front, program
from tests.deploy.web import Web, prepare


@pytest.fixture(scope="session")
def nginx() -> None:
    """Skip where there is no nginx."""
    if program() is None:
        pytest.skip("no nginx here: sudo apt-get install nginx")


@pytest.fixture(scope="module")
def machine(nginx: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Front, Web]]:
    """Everything running, once per file of tests."""
    place: Path = tmp_path_factory.mktemp("machine")
    site = prepare(place)
    web = Web(place / "web.sock", site)
    front = Front(place, web.path, site.var / "static")
    front.write()
    try:
        web.serve()
        front.start()
        yield front, web
    finally:
        front.close()
        web.close()
        site.close()


@pytest.fixture
def web(machine: tuple[Front, Web]) -> Web:
    """gunicorn, up when the test begins."""
    machine[1].serve()
    return machine[1]


@pytest.fixture
def front(machine: tuple[Front, Web], web: Web) -> Front:
    """Nginx with gunicorn behind it."""
    return machine[0]
