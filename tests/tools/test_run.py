"""`make run` on a small stand-in site: the same supervisor, gunicorn and configuration, other commands."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, cast
from urllib.request import urlopen

import pytest

from tools import run
from tools.processes import Supervisor

ROOT = Path(__file__).resolve().parents[2]
# Writes down its calls; `ingest --watch` stays, and any command fails that the environment says shall fail.
MANAGE = """
import os, pathlib, sys, time
with open("calls", "a") as calls:
    calls.write(" ".join(sys.argv[1:]) + "\\n")
if "--watch" in sys.argv:
    pathlib.Path("watcher.pid").write_text(str(os.getpid()))
    time.sleep(300)
if sys.argv[1] == "collectstatic":
    os.makedirs("var/static", exist_ok=True)
sys.exit(1 if sys.argv[1] in os.environ.get("FAIL", "").split() else 0)
"""
WSGI = """
import os
from django.conf import settings
settings.configure()
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.getppid()} {os.environ['SITE_URL']}".encode()]
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, limit_s=20.0):
    deadline = time.monotonic() + limit_s
    while not (value := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
    return value


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Site:
    """A running stand-in."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.port = free_port()
        self.process: Any = None

    def start(self, **environment: str) -> None:
        self.output = (self.place / "output").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tools.run"],
            cwd=self.place,
            env={"PATH": os.environ["PATH"], "PORT": str(self.port), **environment},
            stdout=self.output,
            stderr=subprocess.STDOUT,
        )

    def get(self) -> str:
        with urlopen(f"http://127.0.0.1:{self.port}/", timeout=5) as answer:
            return answer.read().decode()

    def serve(self, **environment: str) -> None:
        self.start(**environment)
        wait_until(lambda: self.process.poll() is not None or "Ctrl-C stops it" in self.said())
        wait_until(lambda: self.process.poll() is not None or (self.place / "watcher.pid").exists())

    def said(self) -> str:
        return (self.place / "output").read_text()

    def calls(self) -> list[str]:
        return (self.place / "calls").read_text().splitlines()

    def watcher(self) -> int:
        return int((self.place / "watcher.pid").read_text())

    def close(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(30)
            self.output.close()


@pytest.fixture
def site(tmp_path):
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    (tmp_path / "deploy").mkdir()
    shutil.copy(ROOT / "deploy" / "gunicorn.conf.py", tmp_path / "deploy")
    (tmp_path / "manage.py").write_text(MANAGE)
    (tmp_path / "deepspace").mkdir()
    (tmp_path / "deepspace" / "wsgi.py").write_text(WSGI)
    running = Site(tmp_path)
    yield running
    running.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_serves_until_it_is_asked_to_stop_and_leaves_nothing_running(site, number):
    site.serve()
    master, url = site.get().split()
    assert url == f"http://127.0.0.1:{site.port}"

    site.process.send_signal(number)

    assert site.process.wait(20) == 0, site.said()
    assert not is_running(int(master))
    assert not is_running(site.watcher())
    assert not (site.place / ".gunicorn").exists()


def test_it_prepares_the_site_in_order_and_collects_static_files_once(site):
    site.serve()
    prepared = [
        "migrate --verbosity 0",
        "collectstatic --noinput --verbosity 0",
        "ingest --due --deadline 60",
    ]
    assert site.calls() == [*prepared, "ingest --watch"]
    site.close()
    (site.place / "calls").unlink()
    (site.place / "watcher.pid").unlink()

    site.serve()

    assert site.calls() == [prepared[0], prepared[2], "ingest --watch"]


def test_an_upstream_that_is_away_does_not_keep_the_site_from_starting(site):
    site.serve(FAIL="ingest")
    assert "Not everything could be fetched" in site.said()
    assert site.get()


def test_a_database_that_cannot_be_migrated_stops_the_start(site):
    site.start(FAIL="migrate")
    assert site.process.wait(20) == 1
    assert "could not be migrated" in site.said()


def test_a_watcher_that_dies_is_started_again(site):
    site.serve()
    first = site.watcher()
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: site.watcher() != first)
    assert "starting it again in 1 s" in site.said()
    assert site.get()


def test_when_the_web_server_dies_everything_ends_with_an_error(site):
    site.serve()
    master = int(site.get().split()[0])

    os.kill(master, signal.SIGKILL)

    assert site.process.wait(30) == 1
    assert "The web server ended" in site.said()
    assert not is_running(site.watcher())


def test_a_port_in_use_is_said_before_anything_else_is_done(site):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", site.port))
        taken.listen()
        site.start()
        assert site.process.wait(20) == 1
    assert f"Port {site.port} on 127.0.0.1 cannot be used" in site.said()
    assert not (site.place / "calls").exists()


def test_a_public_address_is_kept_whatever_the_port(monkeypatch):
    monkeypatch.delenv("SITE_URL", raising=False)
    assert run.environment(8001, {"SITE_URL": "https://example.org"})["SITE_URL"] == "https://example.org"
    assert run.environment(8001, {"SITE_URL": "http://127.0.0.1:8000"})["SITE_URL"] == "http://127.0.0.1:8001"


class RecordingSupervisor:
    """Starts nothing, hands out children whose end the test decides."""

    class Child:
        returncode: int | None = None

        def poll(self) -> int | None:
            return self.returncode

    def __init__(self) -> None:
        self.children: list[RecordingSupervisor.Child] = []

    def start(self, command):
        self.children.append(self.Child())
        return self.children[-1]

    def stop(self, child) -> None:
        pass


def test_the_pauses_before_restarts_grow_and_shrink_again_after_a_steady_time():
    supervisor = RecordingSupervisor()
    watcher = run.Watcher(cast("Supervisor", supervisor))
    now = 0.0
    pauses = []
    for _ in range(8):
        watcher.tend(now)
        supervisor.children[-1].returncode = 1
        pauses.append(watcher.tend(now))
        now += pauses[-1]
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]

    watcher.tend(now)
    supervisor.children[-1].returncode = 1
    assert watcher.tend(now + run.STEADY_S + 1) == 1
