"""deploy/manage: manage.py with the settings that the units have."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.deploy.files import DEPLOY, ROOT, exchange

SCRIPT = DEPLOY / "manage"
SHOW = "from django.conf import settings as s; print(s.SITE_URL, s.VAR_DIR, s.SECRET_KEY, s.BACKUP_URL)"
KEY = "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz"
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="the script is for root")


def run(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        ["sh", str(script), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory like /etc/deepspace."""
    (tmp_path / "secret_key").write_text(f"{KEY}\n")
    example = (DEPLOY / "site.env.example").read_text(encoding="utf-8")
    settings = exchange(example, {"/var/lib/deepspace": f"{tmp_path}/var"})
    (tmp_path / "site.env").write_text(
        f"{settings}DATABASE_URL=sqlite:///{tmp_path}/db.sqlite3"
    )  # no last line end
    return tmp_path


@pytest.fixture
def script(place: Path) -> Path:
    """The script for that directory, run as the user of the test."""
    path = place / "manage"
    parts = {
        "configuration=/etc/deepspace": f"configuration={place}",
        "user=deepspace": "user=root",
        '"$(dirname -- "$0")/.."': f'"{ROOT}"',
        "HOME=/var/lib/deepspace": f"HOME={place}",
    }
    path.write_text(exchange(SCRIPT.read_text(encoding="utf-8"), parts))
    return path


def test_it_can_be_executed_and_is_a_shell_script():
    assert os.access(SCRIPT, os.X_OK)
    assert subprocess.run(["sh", "-n", str(SCRIPT)], check=False).returncode == 0


@needs_root
@pytest.mark.sqlite_only
def test_commands_get_the_settings_and_the_key_of_the_units(script: Path, place: Path):
    done = run(script, "shell", "--no-imports", "--command", SHOW)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [
        "https://example.org",
        f"{place}/var",
        KEY,
        "file:///var/backups/deepspace",
    ]


@needs_root
@pytest.mark.sqlite_only
def test_the_stores_keys_are_passed_on_too(script: Path, place: Path):
    (place / "backup.env").write_text(
        "# of the writer\n\nBACKUP_URL=s3://bucket/prefix\nAWS_ACCESS_KEY_ID=a b\n"
    )
    done = run(
        script,
        "shell",
        "--no-imports",
        "--command",
        f"{SHOW}; import os; print(os.environ['AWS_ACCESS_KEY_ID'])",
    )
    assert done.stdout.split()[-3:] == ["s3://bucket/prefix", "a", "b"]


@needs_root
@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('SITE_URL="https://example.org"', "quotes are not understood here: SITE_URL"),
        ("export A=b", "not NAME=value"),
    ],
)
def test_a_line_that_systemd_would_read_otherwise_is_refused(
    script: Path, place: Path, line: str, complaint: str
):
    (place / "site.env").write_text(f"{line}\n")
    done = run(script, "check")
    assert done.returncode == 1
    assert complaint in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root is welcome")
def test_nobody_else_gets_further():
    done = run(SCRIPT, "check")
    assert done.returncode == 1
    assert "is for root" in done.stderr


MODES = (
    "import os; from django.conf import settings as s; from django.db import connection as c;"
    " c.cursor().execute('CREATE TABLE t (x)'); n = c.settings_dict['NAME'];"
    " print(*[oct(os.stat(n + e).st_mode & 0o777) for e in ('', '-wal', '-shm')])"
)


@needs_root
@pytest.mark.sqlite_only
def test_what_it_writes_is_for_the_site_alone(script: Path):
    assert run(script, "shell", "--no-imports", "--command", MODES).stdout.split() == ["0o600"] * 3


@needs_root
@pytest.mark.sqlite_only
def test_static_files_can_be_read_by_their_group(script: Path, place: Path):
    """That group is nginx's, by the set-group-id bit of a directory that is closed to others (deploy/tmpfiles.d)."""
    static = place / "var" / "static"
    static.mkdir(parents=True)
    static.chmod(0o2750)
    os.chown(static, 0, 12345)
    done = run(script, "collectstatic", "--noinput", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    files = [path for path in static.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert {(path.stat().st_gid, path.stat().st_mode & 0o040) for path in files} == {(12345, 0o040)}
    directories = [path for path in static.rglob("*") if path.is_dir()]
    assert {(path.stat().st_gid, path.stat().st_mode & 0o077) for path in directories} == {(12345, 0o050)}
