"""The directory store: complete or not at all, never over another, for its owner only."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deepspace.backup.errors import AlreadyThere, BackupError, Forbidden, NotThere, StoreError
from deepspace.backup.stores import DirectoryStore, Stored, open_store, read_small
from tests.support.instance import ROOT


@pytest.fixture
def body(tmp_path) -> tuple[Path, str]:
    path = tmp_path / "body"
    path.write_bytes(b"body" * 1000)
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def test_what_is_kept_comes_back(store, body):
    store.put("a/b/c", *body)
    assert b"".join(store.chunks("a/b/c")) == body[0].read_bytes()
    assert read_small(store, "a/b/c") == body[0].read_bytes()
    assert list(store.objects("a/")) == list(store.objects("a/b/c")) == [Stored("a/b/c", 4000)]
    assert list(store.objects("a/x")) == list(store.objects("z/")) == []


def test_nothing_is_written_over(store, body, tmp_path):
    store.put("a", *body)
    with pytest.raises(AlreadyThere, match="is not written over"):
        store.put("a", *body)
    assert [one.name for one in store.root.iterdir()] == ["a"]


def test_a_file_that_changed_is_not_kept(store, body):
    with pytest.raises(StoreError, match="changed while it was sent; run the backup again"):
        store.put("a", body[0], "0" * 64)
    assert list(store.root.iterdir()) == []


@pytest.mark.parametrize("call", ["fsync", "link"])
def test_a_full_disk_leaves_nothing_and_says_so(store, body, monkeypatch, call):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(f"os.{call}", full)
        with pytest.raises(BackupError, match="the disk is full; free some space"):
            store.put("a", *body)
    assert list(store.root.iterdir()) == []


def test_deleting_twice_is_no_error(store, body):
    store.put("a", *body)
    store.delete("a")
    store.delete("a")
    with pytest.raises(NotThere, match="has no a"):
        read_small(store, "a")


def test_what_is_far_too_large_is_not_read_into_memory(store, body):
    store.put("a", *body)
    with pytest.raises(StoreError, match="far larger"):
        read_small(store, "a", limit=100)


def test_only_the_owner_can_read_what_is_kept(tmp_path, body):
    store = DirectoryStore(tmp_path / "new")
    store.check()
    store.put("a/b", *body)
    assert [(path.stat().st_mode & 0o077) for path in (store.root, store.root / "a", store.root / "a/b")] == [
        0,
        0,
        0,
    ]


def test_every_directory_below_a_store_is_for_its_owner(tmp_path, body):
    """Also where somebody made the store itself, and left it open."""
    before = os.umask(0o022)
    try:
        (tmp_path / "made").mkdir(mode=0o755)
        DirectoryStore(tmp_path / "made").put("db-backups/2026/11/x", *body)
    finally:
        os.umask(before)
    below = [path for path in (tmp_path / "made").rglob("*") if path.is_dir()]
    assert len(below) == 3
    assert [path for path in below if path.stat().st_mode & 0o077] == []


def test_a_directory_has_no_rules_that_would_remove_anything(store):
    with pytest.raises(Forbidden, match="correct the owner of the directory"):
        store.retire("a")


def test_a_disk_that_is_not_mounted_is_not_made_up(tmp_path):
    store = DirectoryStore(tmp_path / "not" / "mounted")
    with pytest.raises(StoreError, match=r"there is no directory .*mount the disk"):
        store.check()
    assert not (tmp_path / "not").exists()
    assert "is there" in store.ensure()[0]
    store.check()


def test_a_file_in_the_place_of_the_store_is_said(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="is a file and not a directory; correct BACKUP_URL"):
        DirectoryStore(tmp_path / "file").check()


def test_a_directory_of_somebody_else_is_said(store, monkeypatch, body):
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(Forbidden, match="correct its owner or BACKUP_URL"):
        store.check()

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("os.link", refuse)
    with pytest.raises(Forbidden, match="correct the owner"):
        store.put("a", *body)


def test_the_address_chooses_the_store(tmp_path):
    assert open_store(f"file://{tmp_path}/with%20blank").url == f"file://{tmp_path}/with blank"
    store = open_store("s3://bucket/some/prefix")
    assert (type(store).__name__, store.url) == ("S3Store", "s3://bucket/some/prefix")


def test_the_web_process_loads_nothing_of_it():
    """Nor do the commands for a directory load boto3."""
    program = (
        "import sys, deepspace.wsgi, django.urls; django.urls.get_resolver().url_patterns;"
        "print([name for name in sys.modules if name.partition('.')[0] in {'boto3', 'botocore', 'zstandard'}"
        " or name.startswith('deepspace.backup')])"
    )
    env = {name: text for name, text in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=env | {"DEBUG": "true", "VAR_DIR": "", "DATABASE_URL": "sqlite://:memory:"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
