"""What every test stands on: directories of its own, the mirror of the upstreams, a site in other processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests.support import mirror as mirrors
from tests.support.instance import Instance
from tests.support.mirror import Mirror

MirrorFactory = Callable[..., Mirror]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need the recordings, so that `-m "not mirror"` leaves them out."""
    for item in items:
        if "mirror_dir" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.mirror)


@pytest.fixture(scope="session", autouse=True)
def _no_downloads_by_astropy() -> None:
    """Earth-rotation and leap-second tables come from the pinned package, today and in ten years."""
    from astropy.utils import iers

    iers.conf.auto_download = False
    iers.conf.auto_max_age = None


@pytest.fixture(autouse=True)
def var_dir(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Give each test a var directory, an archive and caches of its own; the real ones are never touched."""
    from django.core.cache import caches

    var = tmp_path / "var"
    settings.VAR_DIR = var
    settings.ARCHIVE_DIR = var / "archive"
    settings.BACKUP_URL = f"file://{var / 'backups'}"
    settings.CACHES = {
        alias: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": f"{alias}-{tmp_path}"}
        for alias in settings.CACHES
    }
    yield var
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture(scope="session")
def mirror_dir() -> Path:
    """Directory of the replay mirror; tests that need it are skipped where it is not."""
    place = mirrors.directory()
    if place is None:
        pytest.skip(f"no upstream recordings here: set {mirrors.VARIABLE} to the mirror's directory")
    return place


@pytest.fixture(scope="session")
def mirror(mirror_dir: Path) -> Iterator[Mirror]:
    """One mirror per test process. Faults and log are cleared after each test that used it."""
    with Mirror(mirror_dir) as running:
        yield running


@pytest.fixture(autouse=True)
def _mirror_as_before(request: pytest.FixtureRequest) -> Iterator[None]:
    """Leave no fault and no log entry to the next test."""
    used: Mirror | None = request.getfixturevalue("mirror") if "mirror" in request.fixturenames else None
    yield
    if used is not None:
        used.clear()
        used.clear_log()


@pytest.fixture
def mirror_factory(mirror_dir: Path) -> Iterator[MirrorFactory]:
    """Start mirrors with a day or faults of their own: ``mirror_factory(today="2026-02-14")``."""
    with ExitStack() as running:

        def start(*, today: str | None = None, faults: tuple[str, ...] = ()) -> Mirror:
            return running.enter_context(Mirror(mirror_dir, today=today, faults=faults))

        yield start


@pytest.fixture
def through_mirror(mirror: Mirror, settings: Settings) -> Mirror:
    """Send this process's upstream requests to the mirror."""
    settings.UPSTREAM_MIRROR = mirror.url
    return mirror


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    """Make a site on disk for commands in other processes; its database is not migrated yet."""
    place = tmp_path / "instance"
    place.mkdir()
    site = Instance(place)
    yield site
    site.close()


@pytest.fixture
def nothing_held() -> Iterator[None]:
    """Neither this test nor the next one sees what the process remembers of another database."""
    from tests.support.visitor import forget_everything

    forget_everything()
    yield
    forget_everything()


@pytest.fixture
def visitor(nothing_held: None, db: None) -> Client:
    """A reader of the public site who comes for the first time, with no cookie."""
    from tests.support.visitor import Visitor

    return Visitor()
