"""The real nginx with the configuration of deploy/nginx, on free loopback ports, and a client that speaks TLS to it."""

from __future__ import annotations

import http.client
import itertools
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.deploy import certificate
from tests.deploy.files import DEPLOY, HOST, INSTALLED, NGINX, exchange

ADDRESS = "127.0.0.1"
START_LIMIT_S = 10
# As Debian's nginx.conf has it: what the site's file does not say for itself is decided here.
MAIN = """
{user}
worker_processes 2;
pid {place}/nginx.pid;
error_log {place}/error.log;
events {{ worker_connections 768; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    sendfile on;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    gzip on;
    client_body_temp_path {place}/body;
    proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi;
    scgi_temp_path {place}/scgi;
    include {place}/site.conf;
}}
"""


def program() -> str | None:
    """The nginx of this machine."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        number: int = probe.getsockname()[1]
        return number


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for one, value in self.headers if one.lower() == name.lower()]

    def __getitem__(self, name: str) -> str:
        (value,) = self.all(name)
        return value


class Front:
    """nginx in front of a unix socket."""

    def __init__(self, place: Path, upstream: Path, static: Path) -> None:
        self.place, self.upstream, self.static = place, upstream, static
        self.http, self.https = free_port(), free_port()
        self.certificate = place / "fullchain.pem"
        self._process: subprocess.Popen[bytes] | None = None
        self._context: ssl.SSLContext | None = None
        # Each request is another visitor's, so that the limits meet only the tests that are about them.
        self._sources = itertools.cycle(f"127.0.4.{number}" for number in range(1, 251))

    def write(self) -> None:
        """Write the configuration as an operator would, with the paths of the test."""
        certificate.write(self.certificate, self.place / "privkey.pem", HOST)
        (self.place / "acme" / ".well-known" / "acme-challenge").mkdir(parents=True)
        text = exchange(
            (NGINX / "deepspace.conf").read_text(encoding="utf-8"),
            {
                "/run/deepspace/web.sock": str(self.upstream),
                "/var/lib/nginx/deepspace": f"{self.place}/cache",
                "/var/lib/deepspace/static/": f"{self.static}/",
                "/var/log/nginx/": f"{self.place}/",
                "/var/www/html": f"{self.place}/acme",
                f"/etc/letsencrypt/live/{HOST}/": f"{self.place}/",
                f"{INSTALLED}/deploy/": f"{DEPLOY}/",
                "include snippets/": f"include {NGINX}/",
                "    listen [::]:80 default_server;\n": "",
                "    listen [::]:80;\n": "",
                "    listen [::]:443 ssl http2 default_server;\n": "",
                "    listen [::]:443 ssl http2;\n": "",
                "listen 80": f"listen {ADDRESS}:{self.http}",
                "listen 443": f"listen {ADDRESS}:{self.https}",
            },
        )
        (self.place / "site.conf").write_text(text, encoding="utf-8")
        user = "user root;" if os.geteuid() == 0 else ""  # the directories of a test are its user's only
        (self.place / "nginx.conf").write_text(MAIN.format(place=self.place, user=user), encoding="utf-8")

    def command(self, *arguments: str) -> list[str]:
        """A command line for this configuration."""
        nginx = program()
        assert nginx is not None
        return [nginx, "-p", str(self.place), "-c", str(self.place / "nginx.conf"), *arguments]

    def start(self) -> None:
        """Start it and wait until it listens."""
        tested = subprocess.run(self.command("-t"), capture_output=True, text=True, check=False)
        assert tested.returncode == 0, tested.stderr
        self._process = subprocess.Popen(
            self.command("-g", "daemon off;"), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            try:
                socket.create_connection((ADDRESS, self.https), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self.place / "error.log").read_text(errors="replace"))

    def close(self) -> None:
        """Stop it."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=20)

    # --- the client ---------------------------------------------------------------------------------------

    def tls(self) -> ssl.SSLContext:
        """What a browser would insist on, with the test's certificate as the only authority."""
        return ssl.create_default_context(cafile=str(self.certificate))

    def connect(
        self, *, name: str = HOST, source: str | None = None, context: ssl.SSLContext | None = None
    ) -> ssl.SSLSocket:
        """Open a TLS connection from a loopback address."""
        raw = socket.create_connection(
            (ADDRESS, self.https), timeout=40, source_address=(source or next(self._sources), 0)
        )
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as http.client does, and browsers
        self._context = self._context or self.tls()
        try:
            return (context or self._context).wrap_socket(raw, server_hostname=name)
        except BaseException:
            raw.close()
            raise

    def ask(
        self,
        path: str,
        headers: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        body: bytes | None = None,
        source: str | None = None,
        host: str = HOST,
    ) -> Answer:
        """One request on a connection of its own."""
        connection = http.client.HTTPSConnection(host)
        connection.sock = self.connect(source=source)
        try:
            return _exchange(connection, method, path, body, {"Host": host, **(headers or {})})
        finally:
            connection.close()

    def ask_often(self, path: str, times: int, *, source: str) -> list[Answer]:
        """Many requests on one connection, as fast as they are answered."""
        connection = http.client.HTTPSConnection(HOST)
        connection.sock = self.connect(source=source)
        try:
            return [_exchange(connection, "GET", path, None, {}) for _ in range(times)]
        finally:
            connection.close()

    def ask_plainly(self, path: str, *, host: str = HOST) -> Answer:
        """One request without TLS."""
        connection = http.client.HTTPConnection(ADDRESS, self.http, timeout=10)
        try:
            return _exchange(connection, "GET", path, None, {"Host": host})
        finally:
            connection.close()


def _exchange(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None,
    headers: dict[str, str],
) -> Answer:
    connection.request(method, path, body=body, headers=headers)
    response = connection.getresponse()
    return Answer(response.status, response.getheaders(), response.read())
