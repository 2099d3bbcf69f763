"""The repository as an upstream."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from deepspace import archive
from deepspace.models import Payload, UpstreamHost
from deepspace.upstream.errors import Refused, SchemaDrift
from deepspace.upstream.http import Door
from deepspace.upstream.repository import repository_request
from tests.deepspace.upstream.asking import PAGE

pytestmark = pytest.mark.django_db


@pytest.fixture
def repository(settings: Settings, tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    (root / "voyager" / "data").mkdir(parents=True)
    (root / ".env").write_text("SECRET_KEY=x")
    (root / "voyager" / "data" / "events.toml").write_text('[[event]]\nname = "Launch"\n')
    (tmp_path / "outside.toml").write_text("x = 1")
    (root / "link.toml").symlink_to(tmp_path / "outside.toml")
    (root / "hidden.toml").symlink_to(root / ".env")
    settings.BASE_DIR = root
    return root


def test_a_file_of_the_repository_is_archived_like_any_body(repository: Path):
    door = Door()
    payload = door.fetch(repository_request("voyager/data/events.toml"))
    assert payload.body == (repository / "voyager/data/events.toml").read_bytes()
    row = Payload.objects.get()
    assert (row.url, row.upstream) == ("repository:voyager/data/events.toml", "repository")
    assert archive.load(payload.id) == payload
    assert not UpstreamHost.objects.exists()
    assert not door.journal


@pytest.mark.parametrize(
    "path",
    ["../outside.toml", "/etc/passwd", "voyager/../../outside.toml", ".env", "link.toml", "hidden.toml"],
)
def test_the_repository_gives_nothing_but_its_own_visible_files(repository: Path, path: str):
    with pytest.raises(Refused, match="only its own, visible files"):
        Door().fetch(repository_request(path))


@pytest.mark.parametrize("path", ["voyager/data/none.toml", "voyager/data", ""])
def test_the_repository_gives_files_only(repository: Path, path: str):
    with pytest.raises(Refused, match="has no file"):
        Door().fetch(repository_request(path))


def test_a_file_of_the_repository_is_looked_into_as_well(repository: Path):
    (repository / "page.toml").write_bytes(PAGE)
    with pytest.raises(SchemaDrift, match="the repository sent an HTML page"):
        Door().fetch(repository_request("page.toml"))
