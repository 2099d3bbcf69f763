"""A full disk: one clear line, the tables and the archive as before, and all is well once there is room."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from deepspace.ingestion.pipeline import Pipeline
from deepspace.models import IngestionLog, Payload
from tests.support.diary import dump
from tests.support.door import FakeDoor, Silent
from tests.support.horizons import HorizonsServer, answering
from tests.support.ingests import DAYS, KEY, Watched
from tests.support.instance import Instance
from tests.voyager.test_products import DAYS_60
from voyager.models import Trajectory
from voyager.products import TrajectoryProduct

pytestmark = pytest.mark.chaos


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    """A file system of that size, where this process may mount one."""
    place.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(place: Path) -> Path:
    """Take all the room there is."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):  # ENOSPC
        while True:
            file.write(b"x" * 4096)
    return ballast


@pytest.fixture
def served(instance: Instance) -> Iterator[HorizonsServer]:
    with HorizonsServer() as server:
        yield server


@pytest.mark.sqlite_only
def test_a_full_archive_fails_the_batch_and_recovers(instance: Instance, served: HorizonsServer):
    watched = Watched(instance, served)
    with small_disk(instance.archive, "2m") as disk:
        instance.manage(*watched.arguments(0))
        before = watched.query("SELECT * FROM voyager1_trajectory ORDER BY id")
        ballast = fill(disk)
        done = instance.manage(*watched.arguments(1), check=False)
        assert done.returncode == 1
        assert done.stdout.startswith(
            f"{KEY}: FAILED ArchiveFull: the archive at {instance.archive} is full: "
        )
        assert done.stdout.count("\n") == 1
        assert "Traceback" not in done.stderr
        assert watched.query("SELECT * FROM voyager1_trajectory ORDER BY id") == before
        assert watched.statuses() == ["success", "failed"]
        assert watched.query("SELECT error_class FROM ingestion_log ORDER BY id")[-1] == ("ArchiveFull",)
        assert list(disk.rglob(".tmp-*")) == []
        watched.assert_consistent()
        ballast.unlink()
        assert instance.manage(*watched.arguments(1)).returncode == 0
        assert watched.rows(1) == (DAYS, 1)
        assert instance.manage("verify").returncode == 0


@pytest.mark.sqlite_only
def test_a_full_database_disk_fails_in_one_line_and_recovers(tmp_path: Path, served: HorizonsServer):
    with small_disk(tmp_path / "disk", "8m") as disk:
        site = Instance(disk)
        try:
            site.archive, site.env["ARCHIVE_DIR"] = tmp_path / "archive", str(tmp_path / "archive")
            watched = Watched(site, served)
            site.manage(*watched.arguments(0))
            before = watched.query("SELECT * FROM voyager1_trajectory ORDER BY id")
            ballast = fill(disk)
            done = site.manage(*watched.arguments(1), check=False)
            assert done.returncode == 1
            assert done.stdout.startswith(f"{KEY}: FAILED ")
            assert done.stdout.count("\n") == 1
            assert "Traceback" not in done.stderr
            ballast.unlink()
            assert watched.query("SELECT * FROM voyager1_trajectory ORDER BY id") == before
            watched.assert_consistent()
            assert site.manage(*watched.arguments(1)).returncode == 0
            assert watched.rows(1) == (DAYS, 1)
            watched.assert_consistent()
        finally:
            site.close()


@pytest.mark.django_db
@pytest.mark.parametrize(("call", "nth"), [("fchmod", 1), ("fsync", 1), ("fsync", 2)])
def test_no_room_while_archiving_leaves_the_tables_as_they_were(monkeypatch, settings, call, nth):
    """The same without a disk of one's own: the n-th call of the archive's finds no room."""

    def ingest(shift_au: float):
        return Pipeline(FakeDoor(answering(shift_au=shift_au)), Silent()).run(TrajectoryProduct(), DAYS_60)

    assert ingest(0.0).created == DAYS
    before, payloads = dump(Trajectory), Payload.objects.count()
    real, calls = getattr(os, call), []

    def full(descriptor, *arguments):
        calls.append(descriptor)
        if len(calls) >= nth:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(f"deepspace.archive.os.{call}", full)
        outcome = ingest(1e-6)
    assert (outcome.error_class, "\n" in outcome.error_message) == ("ArchiveFull", False)
    assert dump(Trajectory) == before
    assert Payload.objects.count() in {payloads, payloads + 1}
    assert IngestionLog.objects.order_by("-pk")[0].error_class == "ArchiveFull"
    assert list(Path(settings.ARCHIVE_DIR).rglob(".tmp-*")) == []
    assert ingest(1e-6).updated == DAYS
