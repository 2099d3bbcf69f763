"""Make a backup, list what there is, or prove that one can be read."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from deepspace.archive import archive
from deepspace.backup import background, check, retention
from deepspace.backup.engines import engine
from deepspace.backup.errors import BackupError
from deepspace.backup.make import LOCK, Made, make
from deepspace.backup.retention import Policy
from deepspace.backup.stores import Store, open_store
from deepspace.backup.telling import told
from deepspace.locks import hold
from deepspace.management.progress import table

_KEEP = ("keep", "keep_daily", "keep_weekly", "keep_monthly")


class Command(BaseCommand):
    """``manage.py backup``: exit 0 when what was asked is done, 1 when it is not, 2 on bad arguments."""

    help = "Copy the database to BACKUP_URL, read the copy back, and log it."
    requires_system_checks = []  # a backup is wanted most when something is wrong

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Command line."""
        parser.add_argument("--list", action="store_true", help="show the backups in the store, then stop")
        parser.add_argument(
            "--verify",
            nargs="?",
            const="",
            metavar="KEY",
            help="download, check, open and count one (the newest)",
        )
        parser.add_argument(
            "--ensure-bucket", action="store_true", help="make the store with all its settings, then stop"
        )
        parser.add_argument(
            "--include-archive", action="store_true", help="send the archived bodies that the store lacks"
        )
        parser.add_argument("--keep", type=int, metavar="N", help="keep the newest N, remove others")
        for period in ("daily", "weekly", "monthly"):
            parser.add_argument(
                f"--keep-{period}",
                type=int,
                metavar="N",
                help=f"keep the newest {period} one of N, remove others",
            )

    def handle(self, *_: Any, **options: Any) -> None:
        """Run the command."""
        _refuse_unfit(options)
        background.step_back()  # the pages go first
        with told("the backup", when_interrupted="what was not verified is not claimed"):
            self._run(open_store(settings.BACKUP_URL), options)

    def _run(self, store: Store, options: dict[str, Any]) -> None:
        if options["ensure_bucket"]:
            for line in store.ensure():
                self.stdout.write(f"backup: {line}")
        elif options["list"]:
            self.stdout.write(_listing(store))
        elif options["verify"] is not None:
            self._verify(store, options["verify"] or None)
        else:
            self._make(store, options)

    def _make(self, store: Store, options: dict[str, Any]) -> None:
        policy = Policy(*(options[name] or 0 for name in _KEEP))
        made = make(
            store, engine(), archive() if options["include_archive"] else None, policy, self.stdout.write
        )
        for line in _report(store, made):
            self.stdout.write(line)
        if complaints := _complaints(made):
            raise CommandError("; ".join(complaints))

    def _verify(self, store: Store, key: str | None) -> None:
        with hold(LOCK):
            manifest = check.find(store, key)
            check.verify(store, manifest, engine())
        self.stdout.write(
            f"backup: {manifest.key} is whole: {manifest.rows:,} rows in {len(manifest.tables)} tables"
            + (f", {manifest.archive_objects:,} archived bodies" if manifest.archive_included else "")
        )


def _refuse_unfit(options: dict[str, Any]) -> None:
    alone = [name for name in ("list", "ensure_bucket") if options[name]]
    alone += ["verify"] if options["verify"] is not None else []
    others = [name for name in (*_KEEP, "include_archive") if options[name] not in {None, False}]
    if len(alone) > 1 or (alone and others):
        first, second = (alone + others)[:2]
        raise CommandError(f"--{_dashed(first)} does not go with --{_dashed(second)}", returncode=2)
    for name in _KEEP:
        if options[name] is not None and options[name] < 1:
            raise CommandError(f"--{_dashed(name)} must be 1 or more", returncode=2)


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _report(store: Store, made: Made) -> list[str]:
    manifest = made.manifest
    first = (
        f"backup: {manifest.key} is kept at {store.url} and was read back: {manifest.rows:,} rows,"
        f" {manifest.database_bytes:,} bytes, {manifest.size_bytes:,} packed"
    )
    lines = [first]
    if made.carried is not None:
        lines.append(
            f"backup: {made.carried.objects:,} new archived bodies sent ({made.carried.size_bytes:,} bytes),"
            f" {manifest.archive_objects:,} are in the store"
        )
    if made.pruned.note:
        lines.append(f"backup: {made.pruned.note}")
    elif made.pruned.doomed:
        lines.append(f"backup: {len(made.pruned.doomed)} older backups removed")
    return lines


def _complaints(made: Made) -> list[str]:
    """What was asked beside the backup, which is good, and was not done."""
    told = []
    if made.carried is not None and made.carried.lost:
        told.append(
            f"{len(made.carried.lost)} archived bodies are missing here and in the store"
            f" ({made.carried.lost[0][:12]}…): the database is safe, they are not; see"
            ' "An archived body is lost or damaged" in docs/operations.md'
        )
    if made.pruned.failure:
        told.append(
            f"{made.manifest.key} is made and was read back, but older backups were not removed: {made.pruned.failure}"
        )
    return told


def _listing(store: Store) -> str:
    store.check()
    rows: list[tuple[str, ...]] = []
    for key in reversed(retention.backups(store)):
        try:
            one = check.find(store, key)
        except BackupError as error:
            rows.append((key, "-", "-", "-", "-", str(error).removeprefix(f"{key}: ")))
            continue
        bodies = f"{one.archive_objects:,}" if one.archive_included else "-"
        hours = (datetime.now(UTC) - one.made).total_seconds() / 3600
        rows.append(
            (key, f"{hours:,.1f} h", f"{one.size_bytes:,}", f"{one.rows:,}", bodies, one.code_version)
        )
    if not rows:
        return f"{store.url} holds no backup"
    return table(("key", "age", "bytes", "rows", "archived bodies", "release"), rows)
