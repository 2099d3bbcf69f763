"""The throw-away sites that the bench measures: a database, an archive and caches in a temporary directory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from bench import processes
from bench.standin import Standin
from tests.support import mirror
from tests.support.instance import ROOT, Instance
from tests.support.mirror import Mirror

PROBE_LIMIT_S = 600


class BenchError(Exception):
    """Something did not work, so there is nothing to measure."""


class Site:
    """One site on disk, and the commands that work on it."""

    def __init__(self, place: Path, upstream_url: str) -> None:
        place.mkdir()
        self.place = place
        self.database = Instance(place).database
        # Byte code is kept, as on a real site: otherwise each start would compile anew.
        kept = {name: text for name, text in Instance(place).env.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self.env = kept | {"DJANGO_SETTINGS_MODULE": "bench.settings", "UPSTREAM_MIRROR": upstream_url}

    def manage(self, *arguments: str, check: bool = True) -> processes.Finished:
        """Run a management command to its end, measured."""
        command = [sys.executable, "manage.py", *arguments]
        done = processes.run(command, self.env, self.place / "command.log", cwd=ROOT)
        if check and done.returncode:
            raise BenchError(
                f"manage.py {' '.join(arguments)} exited {done.returncode}:\n{done.output[-2000:]}"
            )
        return done

    def prepare(self) -> Self:
        """Make the tables, and the static files as a deployment has them."""
        self.manage("migrate", "--verbosity", "0")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        return self

    def forget_rows(self) -> None:
        """Remove the database: the next process finds an empty one."""
        for file in self.place.glob(f"{self.database.name}*"):
            file.unlink()

    def probe(self, module: str, *arguments: str, under: Sequence[str] = ()) -> Any:
        """What a module of ``bench.probes`` prints, run in a process of its own on this site.

        ``under`` is a command that runs the process, and may give it another environment.
        """
        done = subprocess.run(
            [*under, sys.executable, "-m", f"bench.probes.{module}", *arguments],
            env=self.env,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PROBE_LIMIT_S,
            check=False,
        )
        if done.returncode:
            raise BenchError(f"bench.probes.{module} exited {done.returncode}:\n{done.stderr[-2000:]}")
        return json.loads(done.stdout)


class Lab:
    """What the sections share: how much to measure, an upstream, and a site with the whole mission stored."""

    def __init__(self, *, runs: int, quick: bool) -> None:
        self.runs = min(runs, 2) if quick else runs
        self.quick = quick
        self._count = 0
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        self._place = Path(self._opened.enter_context(tempfile.TemporaryDirectory(prefix="deepspace-bench-")))
        return self

    def __exit__(self, *exception: object) -> None:
        self._opened.close()

    @staticmethod
    def say(text: str) -> None:
        """Tell whoever waits."""
        print(f"  {text}", file=sys.stderr, flush=True)

    @cached_property
    def mirror(self) -> Mirror | None:
        """The recordings of the upstreams, where this machine has them."""
        place = mirror.directory()
        return None if place is None else self._opened.enter_context(Mirror(place))

    @cached_property
    def upstream_url(self) -> str:
        """The mirror, or else the stand-in that knows Horizons' format and computes the states."""
        return self.mirror.url if self.mirror else self._opened.enter_context(Standin()).url

    @property
    def upstream_name(self) -> str:
        """For the reader of the tables."""
        return "the mirror's recordings" if self.mirror else "a loopback stand-in of Horizons"

    def new_site(self) -> Site:
        """An empty site."""
        return self.bare_site().prepare()

    def bare_site(self) -> Site:
        """A site without tables and static files."""
        self._count += 1
        return Site(self._place / f"site-{self._count}", self.upstream_url)

    @cached_property
    def site(self) -> Site:
        """The site with every epoch and event stored."""
        self.say(f"filling a site from {self.upstream_name}")
        site = self.new_site()
        site.manage("ingest", "voyager.trajectory", "voyager.events")
        if self.mirror:  # and what else it has recorded; what it has not would fail the command
            site.manage("ingest", "--due", check=False)
        return site
