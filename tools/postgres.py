"""A private PostgreSQL for one command: python -m tools.postgres [-- COMMAND...].

The cluster lives in a temporary directory and on a free loopback port, the command finds it in DATABASE_URL,
and both are gone afterwards however the command ends. Without a command it serves until Ctrl-C.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tools import debian
from tools.processes import Child, Stopped, Supervisor

HOST = "127.0.0.1"
ROLE = DATABASE = "deepspace"
NEEDED = ("initdb", "postgres", "pg_isready", "createdb")
# Debian keeps the server's programs off the PATH.
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
# PostgreSQL refuses to run as root.
ACCOUNTS = ("postgres", "nobody")
START_LIMIT_S = 30
PORT_TRIES = 3
ADVICE = "No PostgreSQL server was found and none could be installed. Install it with: sudo apt-get install postgresql"
# Nothing here outlives the command, so nothing has to reach the disk.
OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "shared_buffers": "128MB",
    "max_connections": "60",
    "logging_collector": "off",
}


class PostgresError(Exception):
    """The cluster cannot be had; the message says why."""


@dataclass(frozen=True)
class Cluster:
    """A running server and what one needs to reach it."""

    programs: Path
    directory: Path
    password: str
    port: int

    @property
    def url(self) -> str:
        """Address in the form of DATABASE_URL."""
        return f"postgres://{ROLE}:{self.password}@{HOST}:{self.port}/{DATABASE}"


def version_of(directory: Path) -> list[int]:
    """Numbers in a path, to take the newest of several installations."""
    return [
        int(part) for part in str(directory).replace("-", "/").replace("@", "/").split("/") if part.isdigit()
    ]


def find_programs() -> Path | None:
    """Directory with the server's programs."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    for pattern in PLACES:
        candidates += sorted(Path("/").glob(pattern.lstrip("/")), key=version_of, reverse=True)
    return next((each for each in candidates if all((each / name).exists() for name in NEEDED)), None)


def account() -> int | None:
    """User to run the server as: another one only when this one is root."""
    if os.geteuid() != 0:
        return None
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise PostgresError(f"PostgreSQL does not run as root, and there is no user {' or '.join(ACCOUNTS)}.")


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        number: int = probe.getsockname()[1]
        return number


def make_directory(user: int | None) -> Path:
    """Temporary directory that the server's user can reach."""
    # Root's TMPDIR may lie where nobody else can go.
    directory = Path(tempfile.mkdtemp(prefix="deepspace-pg-", dir="/tmp" if user is not None else None))  # noqa: S108
    if user is not None:
        os.chown(directory, user, -1)
    return directory


def initialise(supervisor: Supervisor, programs: Path, directory: Path, user: int | None) -> str:
    """Make the cluster's files; return the password of its only role."""
    password = secrets.token_hex(16)
    secret = directory / "password"
    secret.write_text(password, encoding="ascii")
    if user is not None:
        os.chown(secret, user, -1)
    command = [
        *(
            str(programs / "initdb"),
            "--pgdata",
            str(directory / "data"),
            "--username",
            ROLE,
            "--pwfile",
            str(secret),
        ),
        *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync"),
    ]
    log = directory / "initdb.log"
    with log.open("wb") as output:
        child = supervisor.start(command, user=user, output=output.fileno())
        while child.poll() is None:
            supervisor.wait(None)
    supervisor.stop(child)
    if child.returncode:
        raise PostgresError(f"initdb failed:\n{log.read_text(errors='replace')}")
    return password


def answers(cluster: Cluster) -> bool:
    """Whether the server takes connections."""
    command = [str(cluster.programs / "pg_isready"), "--quiet", "--host", HOST, "--port", str(cluster.port)]
    return subprocess.run(command, check=False).returncode == 0


def launch(supervisor: Supervisor, cluster: Cluster, user: int | None) -> Child | None:
    """Start the server on its port; None when it did not come up there."""
    command = [str(cluster.programs / "postgres"), "-D", str(cluster.directory / "data")]
    for name, value in {**OPTIONS, "port": str(cluster.port)}.items():
        command += ["-c", f"{name}={value}"]
    with (cluster.directory / "server.log").open("ab") as output:
        # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave.
        server = supervisor.start(command, user=user, output=output.fileno(), stop_signal=signal.SIGINT)
    deadline = time.monotonic() + START_LIMIT_S
    while server.poll() is None and time.monotonic() < deadline:
        if answers(cluster):
            return server
        supervisor.wait(0.1)
    supervisor.stop(server)
    return None


def start(supervisor: Supervisor, programs: Path, directory: Path, user: int | None) -> Cluster:
    """Make and start a cluster with an empty database."""
    password = initialise(supervisor, programs, directory, user)
    for _ in range(PORT_TRIES):  # somebody may take the port between the look and the start
        cluster = Cluster(programs, directory, password, free_port())
        if launch(supervisor, cluster, user):
            create_database(cluster)
            return cluster
    log = (directory / "server.log").read_text(errors="replace")
    raise PostgresError(f"PostgreSQL did not start:\n{log}")


def create_database(cluster: Cluster) -> None:
    """Create the database that DATABASE_URL names."""
    subprocess.run(
        [
            str(cluster.programs / "createdb"),
            "--host",
            HOST,
            "--port",
            str(cluster.port),
            "--username",
            ROLE,
            DATABASE,
        ],
        env={**os.environ, "PGPASSWORD": cluster.password},
        check=True,
    )


def serve(programs: Path, command: list[str]) -> int:
    """Run the command beside a cluster and return its exit code."""
    user = account()
    directory = make_directory(user)
    try:
        with Supervisor(dict(os.environ)) as supervisor:
            try:
                cluster = start(supervisor, programs, directory, user)
                supervisor.environment = {**os.environ, "DATABASE_URL": cluster.url}
                if command:
                    return supervisor.run(command)
                print(f"DATABASE_URL={cluster.url}", flush=True)
                while True:
                    supervisor.wait(None)
            except Stopped as stopped:
                return stopped.exit_code if command else 0
    finally:
        shutil.rmtree(directory)


def main(arguments: list[str]) -> int:
    """Command line."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    programs = find_programs()
    if programs is None and debian.install("postgresql"):
        programs = find_programs()
    if programs is None:
        print(ADVICE, file=sys.stderr)
        return 1
    try:
        return serve(programs, command)
    except PostgresError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
