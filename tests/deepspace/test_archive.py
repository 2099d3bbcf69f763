"""The archive: whole bodies under their own checksum or nothing, and the rows that say where they came from."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deepspace import archive as module
from deepspace.archive import Archive, ArchiveCorrupt, ArchiveError, ArchiveFull, ArchiveMissing
from deepspace.models import Payload
from deepspace.upstream.request import Request, Response

BODY = b"JDTDB, X, Y, Z\n"
SHA256 = hashlib.sha256(BODY).hexdigest()
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def kept(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_body_is_a_plain_file_under_its_checksum(kept: Archive):
    assert kept.store(BODY) == SHA256
    path = kept.root / SHA256[:2] / SHA256[2:4] / SHA256
    assert path.read_bytes() == BODY == kept.read(SHA256)
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert files(kept.root) == [path]


def test_the_same_body_is_not_written_twice(kept: Archive, monkeypatch: pytest.MonkeyPatch):
    kept.store(BODY)
    before = kept.path(SHA256).stat()
    monkeypatch.setattr(Archive, "_write", lambda *_: pytest.fail("written again"))
    assert kept.store(BODY) == SHA256
    assert kept.path(SHA256).stat().st_mtime_ns == before.st_mtime_ns


def test_an_empty_body_is_a_body(kept: Archive):
    assert kept.read(kept.store(b"")) == b""


@pytest.mark.parametrize("damage", [b"", b"JDTDB, X, Y, Q\n", BODY + b"more"])
def test_damage_is_noticed_and_healed_by_the_same_body(kept: Archive, damage: bytes):
    path = kept.path(kept.store(BODY))
    path.chmod(0o644)
    path.write_bytes(damage)
    with pytest.raises(ArchiveCorrupt, match="is damaged"):
        kept.read(SHA256)
    kept.store(BODY)
    assert kept.read(SHA256) == BODY


def test_what_is_not_there_is_missing(kept: Archive):
    with pytest.raises(ArchiveMissing, match="is missing"):
        kept.read(SHA256)


@pytest.mark.parametrize(
    "name", ["", "../../../etc/passwd", SHA256.upper(), SHA256 + "0", SHA256[:-1] + "\n"]
)
def test_only_checksums_are_names(kept: Archive, name: str):
    with pytest.raises(ArchiveMissing, match="not a SHA-256"):
        kept.read(name)


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_write_that_fails_leaves_nothing(
    kept: Archive, monkeypatch: pytest.MonkeyPatch, step: str, code: int
):
    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    if step == "write":
        monkeypatch.setattr(os, "fchmod", fail)
    elif step == "fsync":
        kept.store(b"so that the directories are there" * 3)
        monkeypatch.setattr(os, "fsync", fail)
    else:
        monkeypatch.setattr(Path, "replace", fail)
    expected = ArchiveError if code == errno.EIO else ArchiveFull
    before = files(kept.root)
    with pytest.raises(expected) as caught:
        kept.store(BODY)
    assert type(caught.value) is expected
    assert "\n" not in str(caught.value)
    assert files(kept.root) == before
    monkeypatch.undo()
    assert kept.read(kept.store(BODY)) == BODY


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said_in_one_line(kept: Archive, monkeypatch: pytest.MonkeyPatch):
    real_open = Path.open
    monkeypatch.setattr(Path, "open", lambda _self, _mode: real_open(Path("/dev/full"), "wb"))
    with pytest.raises(ArchiveFull, match=r"^the archive at .* is full: 15 bytes not kept$"):
        kept.store(BODY)


def test_an_archive_that_cannot_be_made_is_an_archive_error():
    with pytest.raises(ArchiveError, match="cannot be written"):
        Archive(Path("/dev/null/archive")).store(BODY)


def test_the_sweep_removes_old_leftovers_only(kept: Archive):
    directory = kept.path(kept.store(BODY)).parent
    old, young = directory / ".tmp-1-dead", directory / ".tmp-2-alive"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert kept.sweep() == 1
    assert sorted(path.name for path in files(kept.root)) == [".tmp-2-alive", SHA256]
    assert kept.sweep(older_than_s=-1) == 1
    assert kept.read(SHA256) == BODY


def test_the_sweep_of_an_archive_that_is_not_there_yet_finds_nothing(kept: Archive):
    assert kept.sweep() == 0


REQUEST = Request(
    url="https://api.nasa.gov/neo", params={"date": "2026-11-20"}, secret_params={"api_key": "s3cret"}
)


def response(body: bytes = BODY, at: datetime = NOON, **headers: str) -> Response:
    return Response(200, body, {name.replace("_", "-"): value for name, value in headers.items()}, at)


@pytest.mark.django_db
def test_keeping_a_body_records_where_it_came_from():
    kept = module.keep(REQUEST, response(etag='"v1"', content_type="application/json"))
    row = Payload.objects.get()
    assert (kept.id, kept.sha256, kept.body, kept.not_modified) == (row.pk, SHA256, BODY, False)
    assert row.url == kept.url == "https://api.nasa.gov/neo?date=2026-11-20"
    assert (row.upstream, row.size_bytes, row.etag) == ("api.nasa.gov", len(BODY), '"v1"')
    assert row.retrieved_at == row.last_seen_at == NOON
    assert module.load(row.pk).body == BODY


@pytest.mark.django_db
def test_the_same_bytes_from_the_same_address_are_one_row():
    later = NOON + timedelta(hours=1)
    first = module.keep(REQUEST, response(etag='"v1"'))
    second = module.keep(REQUEST, response(at=later, etag='"v2"'))
    row = Payload.objects.get()
    assert first.id == second.id
    assert (row.retrieved_at, row.last_seen_at, row.etag) == (NOON, later, '"v2"')


@pytest.mark.django_db
def test_the_newest_body_is_the_one_seen_last():
    for hour, body in enumerate([b"A", b"B", b"A"]):
        module.keep(REQUEST, response(body, NOON + timedelta(hours=hour)))
    newest = module.newest(REQUEST.public_url)
    assert Payload.objects.count() == 2
    assert newest is not None
    assert newest.sha256 == hashlib.sha256(b"A").hexdigest()
    assert module.newest("https://example.org/other") is None


@pytest.mark.django_db
def test_a_validator_that_does_not_fit_is_not_kept_by_half():
    module.keep(REQUEST, response(etag="e" * 257, content_type="t" * 500))
    row = Payload.objects.get()
    assert (row.etag, row.content_type) == ("", "t" * 128)


@pytest.mark.django_db
def test_nothing_is_recorded_of_a_body_that_was_not_kept(settings):
    settings.ARCHIVE_DIR = "/dev/null/archive"
    with pytest.raises(ArchiveError):
        module.keep(REQUEST, response())
    assert not Payload.objects.exists()
