"""gunicorn behind a socket that stays open while it dies and comes back, as systemd holds it."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from tests.deploy.files import ROOT, settings
from tests.support.instance import Instance

START_LIMIT_S = 60
GUNICORN = (
    sys.executable,
    "-m",
    "gunicorn",
    "--config",
    "deploy/gunicorn.conf.py",
    "deepspace.wsgi:application",
)
# sd_listen_fds(3): the socket is descriptor 3, and the variable names the process that it is meant for.
_HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])
"""


def prepare(place: Path) -> Instance:
    """Make a migrated site with collected static files and the settings of site.env.example."""
    site = Instance(place)
    key = place / "secret_key"
    key.write_text(site.env.pop("SECRET_KEY") + "\n", encoding="ascii")
    own = {name: site.env[name] for name in ("VAR_DIR", "BACKUP_URL")}
    site.env |= settings() | own | {"SECRET_KEY_FILE": str(key), "ALLOWED_HOSTS": ""}
    site.manage("migrate", "--verbosity", "0")
    site.manage("collectstatic", "--noinput", "--verbosity", "0")
    return site


class Web:
    """The socket, and gunicorn when it runs."""

    def __init__(self, path: Path, site: Instance) -> None:
        self.path, self.site = path, site
        self._log = path.with_suffix(".log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None
        self._listener = self.listen()

    def listen(self) -> socket.socket:
        """Open the socket."""
        self.path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.path))
        self._listener.listen(512)
        return self._listener

    def start(self) -> None:
        """Start gunicorn on the socket."""
        descriptor = self._listener.fileno()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _HAND_OVER, str(descriptor), *GUNICORN],
            cwd=ROOT,
            env=self.site.env,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            pass_fds=(descriptor,),
            start_new_session=True,
        )

    def wait(self) -> None:
        """Until it answers."""
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.ask("/healthz").status == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(self.path.with_suffix(".log").read_text(errors="replace"))

    def ask(self, path: str, headers: Mapping[str, str] | None = None) -> http.client.HTTPResponse:
        """Ask gunicorn itself, past nginx."""
        connection = http.client.HTTPConnection("localhost", timeout=10)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(10)
        connection.sock.connect(str(self.path))
        connection.request("GET", path, headers={"Connection": "close", **(headers or {})})
        response = connection.getresponse()
        response.read()
        connection.close()
        return response

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End gunicorn: asked, or killed with all its workers as systemd does it."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if number == signal.SIGKILL:
                os.killpg(self._process.pid, number)
            else:
                self._process.send_signal(number)
        self._process.wait(timeout=60)
        self._process = None

    def refuse(self) -> None:
        """Close the socket too, as systemd does with a service that cannot be started."""
        self.stop(signal.SIGKILL)
        self._listener.close()
        self.path.unlink(missing_ok=True)

    def serve(self) -> None:
        """Everything up again."""
        if self._listener.fileno() < 0:
            self.listen()
        if self._process is None:
            self.start()
        self.wait()

    def close(self) -> None:
        """End everything."""
        self.refuse()
        self._log.close()
