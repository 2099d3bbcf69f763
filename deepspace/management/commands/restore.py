"""Put a backup in the place of the database, or try whether that would work."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from deepspace.archive import archive
from deepspace.backup import background, check, drill, restore, steps
from deepspace.backup.engines import Candidate, Engine, engine
from deepspace.backup.make import LOCK
from deepspace.backup.manifest import Manifest
from deepspace.backup.stores import Store, open_store
from deepspace.backup.telling import told
from deepspace.locks import hold

_UNFIT = {"drill": ("to", "yes", "migrate", "include_archive"), "to": ("yes", "include_archive")}


class Command(BaseCommand):
    """``manage.py restore``: exit 0 when what was asked is done, 1 when it is not, 2 on bad arguments."""

    help = "Check a backup, then put it in the place of the database; what was there is kept."
    requires_system_checks = []  # it must run where nothing else does

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Command line."""
        parser.add_argument("key", nargs="?", metavar="KEY", help="which one (default: the newest)")
        parser.add_argument("--to", metavar="PATH", help="write a checked copy there, touch nothing else")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument(
            "--migrate", action="store_true", help="bring the copy to this release's schema first"
        )
        parser.add_argument(
            "--include-archive",
            action="store_true",
            help="bring back the archived bodies that are missing here",
        )
        parser.add_argument(
            "--drill", action="store_true", help="restore into a scratch place, count, verify, and remove it"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Run the command."""
        for option, others in _UNFIT.items():
            unfit = [name for name in others if options[option] and options[name]]
            if unfit:
                raise CommandError(
                    f"--{option} does not go with --{unfit[0].replace('_', '-')}", returncode=2
                )
        is_asking = not (options["yes"] or options["to"] or options["drill"])
        if is_asking and not sys.stdin.isatty():
            raise CommandError("nobody can be asked here: say --yes to replace the database", returncode=2)
        if options["drill"]:  # nobody waits for it
            background.step_back()
        with (
            told("the restore", when_interrupted="the database is the old one or the new one, whole"),
            hold(LOCK),
        ):
            steps.reached("locked")
            self._run(open_store(settings.BACKUP_URL), engine(), options)

    def _run(self, store: Store, database: Engine, options: dict[str, Any]) -> None:
        database.recover(lambda line: self.stdout.write(f"restore: {line}"))
        store.check()
        manifest = check.find(store, options["key"], advice=check.NOT_FOUND)
        if options["drill"]:
            for line in drill.run(store, database, manifest, archive()):
                self.stdout.write(f"restore: {line}")
        elif options["to"]:
            restore.copy(store, database, manifest, options["to"], migrate=options["migrate"])
            self.stdout.write(
                f"restore: {manifest.key} is at {options['to']}, checked; the database is as it was"
            )
            self._warn(store)
        else:
            self._replace(store, database, manifest, options)

    def _replace(self, store: Store, database: Engine, manifest: Manifest, options: dict[str, Any]) -> None:
        done = restore.restore(
            store,
            database,
            manifest,
            archive=archive() if options["include_archive"] else None,
            migrate=options["migrate"],
            agreed=lambda candidate: options["yes"] or _is_agreed(manifest, candidate),
        )
        if done is None:
            self.stdout.write("restore: nothing was changed")
            return
        self.stdout.write(f"restore: {manifest.key} is in place, {manifest.rows:,} rows")
        if done.replaced.kept_as:
            self.stdout.write(
                f"restore: what was there is kept as {done.replaced.kept_as}; remove it when you are sure"
            )
        self._warn(store)
        if done.carried is not None:
            self.stdout.write(f"restore: {done.carried.objects:,} archived bodies brought back")
        if done.pending:
            self.stdout.write(f"restore: {len(done.pending)} migrations are pending: run `manage.py migrate`")
        if done.carried is not None and done.carried.lost:
            raise CommandError(
                f"{len(done.carried.lost)} archived bodies are missing here and in the store"
                f" ({done.carried.lost[0][:12]}…): the database is restored, they are not"
            )

    def _warn(self, store: Store) -> None:
        """On stderr: what was asked is done, and the backup will not be there for long."""
        if deleted := check.gone(store):
            self.stderr.write(f"restore: {deleted}")


def _is_agreed(manifest: Manifest, candidate: Candidate) -> bool:
    print(  # noqa: T201 - a question on the terminal
        f"{manifest.key} of {manifest.made:%Y-%m-%d %H:%M} UTC, {candidate.facts.rows:,} rows, is whole.\n"
        "It will take the place of the database; what was written since is only in what is kept aside."
    )
    return input("Go on? Type yes: ").strip() == "yes"
