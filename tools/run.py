"""`make run`: prepare the site, serve it, keep its data fresh, until Ctrl-C or SIGTERM.

Comes up without internet too: what could not be fetched is shown from earlier data or from the documented models.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from tools import envfile, port
from tools.processes import Child, Stopped, Supervisor
from tools.static import Collected

ROOT = Path(__file__).resolve().parent.parent
MANAGE = (sys.executable, "manage.py")
GUNICORN = (
    sys.executable,
    "-m",
    "gunicorn",
    "--config",
    "deploy/gunicorn.conf.py",
    "deepspace.wsgi:application",
)

FIRST_INGEST_S = 60
# The command bounds itself; this only holds when it does not.
FIRST_INGEST_LIMIT_S = FIRST_INGEST_S + 30
READY_CHECK_S = 0.2
SLOW_START_S = 60
FIRST_RESTART_DELAY_S = 1.0
LONGEST_RESTART_DELAY_S = 60.0
STEADY_S = 300.0  # a watcher that lived this long died of something new


class StartError(Exception):
    """The site cannot start; the message says why."""


def say(text: str) -> None:
    """One line for the person who waits."""
    print(text, flush=True)


def environment(number: int, configured: dict[str, str]) -> dict[str, str]:
    """Environment of every process of the site."""
    url = os.environ.get("SITE_URL") or configured.get("SITE_URL", "")
    return {
        **os.environ,
        "PORT": str(number),
        "SITE_URL": envfile.site_url(url, number),
        "PYTHONUNBUFFERED": "1",
    }


def var_directory(configured: dict[str, str]) -> Path:
    """Where the site keeps what it makes."""
    return ROOT / (os.environ.get("VAR_DIR") or configured.get("VAR_DIR") or "var")


def prepare(supervisor: Supervisor, var: Path) -> None:
    """Schema, static files, and a first bounded look at the upstreams."""
    var.mkdir(parents=True, exist_ok=True)
    say("Bringing the database to the current schema")
    if supervisor.run([*MANAGE, "migrate", "--verbosity", "0"]):
        raise StartError("The database could not be migrated (the reason is above).")
    collected = Collected(ROOT, var)
    if not collected.is_current():
        say("Collecting static files")
        if supervisor.run([*MANAGE, "collectstatic", "--noinput", "--verbosity", "0"]):
            raise StartError("The static files could not be collected (the reason is above).")
        collected.note()
    say(f"Fetching what is due (at most about {FIRST_INGEST_S} s)")
    ingest = [*MANAGE, "ingest", "--due", "--deadline", str(FIRST_INGEST_S)]
    if supervisor.run(ingest, limit_s=FIRST_INGEST_LIMIT_S):
        say(
            "Not everything could be fetched: pages show what is stored, or the documented models, and say so."
        )


class Watcher:
    """`ingest --watch`, started again with growing pauses whenever it ends."""

    def __init__(self, supervisor: Supervisor) -> None:
        self.supervisor = supervisor
        self.child: Child | None = None
        self.delay_s = FIRST_RESTART_DELAY_S
        self.due = 0.0
        self.started = 0.0

    def tend(self, now: float) -> float:
        """Start or restart when it is time; return the seconds until this wants to be called again."""
        if self.child is not None and self.child.poll() is not None:
            self._plan_restart(now, self.child)
        if self.child is None and now >= self.due:
            self.child = self.supervisor.start([*MANAGE, "ingest", "--watch"])
            self.started = now
        return LONGEST_RESTART_DELAY_S if self.child else self.due - now

    def _plan_restart(self, now: float, child: Child) -> None:
        if now - self.started > STEADY_S:
            self.delay_s = FIRST_RESTART_DELAY_S
        say(f"`ingest --watch` ended (exit {child.returncode}); starting it again in {self.delay_s:.0f} s.")
        self.supervisor.stop(child)  # and whatever it left behind
        self.child = None
        self.due = now + self.delay_s
        self.delay_s = min(2 * self.delay_s, LONGEST_RESTART_DELAY_S)


def serve(supervisor: Supervisor, number: int) -> int:
    """Serve until the web server ends; return the exit code."""
    web = supervisor.start(GUNICORN)
    await_ready(supervisor, web, number)
    watcher = Watcher(supervisor)
    while web.poll() is None:
        supervisor.wait(watcher.tend(time.monotonic()))
    say(f"The web server ended (exit {web.returncode}).")
    return 1


def await_ready(supervisor: Supervisor, web: Child, number: int) -> None:
    """Announce the site once it answers."""
    deadline = time.monotonic() + SLOW_START_S
    while web.poll() is None and time.monotonic() < deadline:
        if port.accepts(number):
            say(f"\n  Deep Space Research Platform: {envfile.loopback_url(number)}   (Ctrl-C stops it)\n")
            return
        supervisor.wait(READY_CHECK_S)


def main() -> int:
    """Start the site; 0 when it was asked to stop, 1 when it could not go on."""
    try:
        number = port.from_environment()
        port.require_free(number)
    except port.PortError as error:
        print(error, file=sys.stderr)
        return 1
    os.chdir(ROOT)
    if envfile.write(envfile.ENV_FILE, number):
        say(f"Wrote {envfile.ENV_FILE} with a new SECRET_KEY")
    configured = envfile.read(envfile.ENV_FILE)
    with Supervisor(environment(number, configured)) as supervisor:
        try:
            prepare(supervisor, var_directory(configured))
            return serve(supervisor, number)
        except StartError as error:
            print(error, file=sys.stderr)
            return 1
        except Stopped:
            say("Stopping")
            return 0


if __name__ == "__main__":
    sys.exit(main())
