"""gunicorn takes the socket that systemd opened: with systemd's own tool, and the configuration of deploy/."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.deploy.files import ROOT
from tests.deploy.web import GUNICORN, prepare

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]
ACTIVATE = "systemd-socket-activate"


@pytest.mark.skipif(shutil.which(ACTIVATE) is None, reason=f"no {ACTIVATE} here")
def test_the_first_request_starts_gunicorn_and_is_answered_by_it(tmp_path: Path):
    site = prepare(tmp_path)
    path, log = tmp_path / "web.sock", tmp_path / "web.log"
    passed = [f"--setenv={name}" for name in site.env]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [ACTIVATE, f"--listen={path}", *passed, *GUNICORN], cwd=ROOT, env=site.env, stderr=output
        )
    try:
        deadline = time.monotonic() + 20
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert b"Starting gunicorn" not in log.read_bytes()
        connection = http.client.HTTPConnection("localhost")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(60)
        connection.sock.connect(str(path))
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, b"ok\n")
        connection.close()
        said = log.read_text()
        assert "Starting gunicorn" in said
        assert str(path) in said
        assert "127.0.0.1:" not in said  # nothing else is opened
        assert "control" not in said.lower()
    finally:
        process.terminate()
        process.wait(timeout=60)
        site.close()
