"""The units of deploy/systemd: systemd reads them without a word, they expose little, and their commands exist."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from tests.deploy.files import DEPLOY, INSTALLED, ROOT, UNITS, exchange

SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
TIMERS = sorted(path.name for path in UNITS.glob("*.timer"))
LARGEST_EXPOSURE = 2.0

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")


def lines(unit: str, name: str) -> list[str]:
    """Values of a setting in a unit's own file."""
    text = (UNITS / unit).read_text(encoding="utf-8")
    return re.findall(rf"^{name}=(.*)$", text, re.MULTILINE)


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units, with the programs of this Python instead of the installed ones."""
    place = tmp_path / "units"
    shutil.copytree(UNITS, place)
    programs = str(Path(sys.executable).parent)
    for path in place.glob("*.service"):
        text = path.read_text(encoding="utf-8")
        if INSTALLED in text:
            path.write_text(exchange(text, {f"{INSTALLED}/.venv/bin": programs}), encoding="utf-8")
    return place


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": ""},
    )


def test_every_unit_is_there():
    assert SERVICES == [
        "dsrp-alert@.service",
        "dsrp-backup.service",
        "dsrp-ingest.service",
        "dsrp-restore-drill.service",
        "dsrp-web.service",
    ]
    assert TIMERS == ["dsrp-backup.timer", "dsrp-ingest.timer", "dsrp-restore-drill.timer"]


@needs_systemd
@pytest.mark.parametrize("unit", [*SERVICES, *TIMERS, "dsrp-web.socket"])
def test_systemd_has_nothing_to_say_about_a_unit(units: Path, unit: str):
    done = analyze("verify", "--man=no", str(units / unit.replace("@", "@instance")))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs_systemd
def test_systemd_would_say_something(units: Path):
    broken = units / "dsrp-web.service"
    broken.write_text(broken.read_text().replace("Restart=always", "Restart=sometimes"))
    assert "restart specifier" in analyze("verify", "--man=no", str(broken)).stderr


@needs_systemd
@pytest.mark.parametrize("unit", SERVICES)
def test_a_service_exposes_little(units: Path, unit: str):
    done = analyze("security", "--offline=true", str(units / unit))
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert found is not None, done.stderr
    assert float(found[1]) < LARGEST_EXPOSURE


@needs_systemd
@pytest.mark.parametrize(
    ("timer", "calendar"),
    [
        ("dsrp-ingest.timer", "*-*-* *:00/15:00"),
        ("dsrp-backup.timer", "*-*-* 03:17:00 UTC"),
        ("dsrp-restore-drill.timer", "*-*-02 04:17:00 UTC"),
    ],
)
def test_a_timer_runs_when_the_page_says(timer: str, calendar: str):
    (when,) = lines(timer, "OnCalendar")
    assert f"Normalized form: {calendar}" in analyze("calendar", when).stdout
    assert lines(timer, "Persistent") == ["true"]


def test_what_a_service_writes_is_for_its_user_alone():
    """Database, log and backups hold password hashes and sessions."""
    drop_in = (UNITS / "dsrp-.service.d" / "sandbox.conf").read_text(encoding="utf-8")
    assert re.findall(r"^UMask=(.*)$", drop_in, re.MULTILINE) == ["0077"]
    assert [unit for unit in SERVICES if lines(unit, "UMask")] == []


@pytest.mark.parametrize("unit", ["dsrp-backup.service", "dsrp-restore-drill.service"])
def test_the_site_goes_first(unit: str):
    """The sandbox forbids a service to change its own priority, so the unit gives it (backup/background.py)."""
    assert (lines(unit, "Nice"), lines(unit, "CPUSchedulingPolicy")) == (["19"], ["idle"])
    assert lines(unit, "IOSchedulingClass") == ["idle"]


def commands() -> Iterator[tuple[str, str, list[str]]]:
    """Unit, management command and arguments of each ExecStart= of this project."""
    for unit in SERVICES:
        for line in lines(unit, "ExecStart"):
            words = line.split()
            if "manage.py" in words:
                after = words[words.index("manage.py") + 1 :]
                yield unit, after[0], after[1:]


@pytest.mark.parametrize(("unit", "command", "arguments"), list(commands()))
def test_the_command_of_a_unit_exists_with_its_options(unit: str, command: str, arguments: list[str]):
    known = get_commands()
    assert command in known
    parser = load_command_class(known[command], command).create_parser("manage.py", command)
    parser.parse_args(arguments)


def test_the_ingest_ends_before_it_is_ended_and_before_the_next_one():
    (command,) = lines("dsrp-ingest.service", "ExecStart")
    deadline = int(command.rsplit(maxsplit=1)[1])
    (limit,) = map(int, lines("dsrp-ingest.service", "TimeoutStartSec"))
    assert deadline < limit < 15 * 60


def test_the_web_process_has_no_network_and_the_key_is_a_credential():
    assert lines("dsrp-web.service", "PrivateNetwork") == ["yes"]
    assert lines("dsrp-web.service", "RestrictAddressFamilies") == ["AF_UNIX"]
    for unit in SERVICES:
        if lines(unit, "User"):
            (credential,) = lines(unit, "LoadCredential")
            assert credential.startswith("secret_key:")
            assert "SECRET_KEY_FILE=%d/secret_key" in lines(unit, "Environment")


def test_every_service_of_the_site_is_in_the_sandbox():
    sandbox = (UNITS / "dsrp-.service.d" / "sandbox.conf").read_text(encoding="utf-8")
    assert "ProtectSystem=strict" in sandbox
    assert all(name.startswith("dsrp-") for name in SERVICES)
    own = {
        line.partition("=")[0] for line in sandbox.splitlines() if "=" in line and not line.startswith("#")
    }
    for unit in SERVICES:  # nobody takes anything of it back
        assert not [name for name in own if lines(unit, name)]


def test_what_fails_at_night_says_so():
    for unit in ("dsrp-web", "dsrp-backup", "dsrp-restore-drill"):
        assert lines(f"{unit}.service", "OnFailure") == ["dsrp-alert@%n.service"]
    (command,) = lines("dsrp-alert@.service", "ExecStart")
    assert Path(command.split()[0]).name == "logger"


@needs_systemd
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_users_and_directories_are_made_as_declared(tmp_path: Path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "passwd").write_text("root:x:0:0::/:/bin/sh\nwww-data:x:33:33::/:/bin/sh\n")
    (tmp_path / "etc" / "group").write_text("root:x:0:\nwww-data:x:33:\n")
    for program, file in (
        (["systemd-sysusers"], "sysusers.d"),
        (["systemd-tmpfiles", "--create"], "tmpfiles.d"),
    ):
        command = [*program, f"--root={tmp_path}", str(DEPLOY / file / "deepspace.conf")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
    (user,) = [line for line in (tmp_path / "etc" / "passwd").read_text().splitlines() if "deepspace" in line]
    number, home, shell = int(user.split(":")[2]), user.split(":")[5], user.split(":")[6]
    assert (home, Path(shell).name) == ("/var/lib/deepspace", "nologin")
    state, static = tmp_path / "var/lib/deepspace", tmp_path / "var/lib/deepspace/static"
    assert (state.stat().st_uid, state.stat().st_mode & 0o7777) == (number, 0o711)
    assert (static.stat().st_uid, static.stat().st_gid, static.stat().st_mode & 0o7777) == (
        number,
        33,
        0o2750,
    )
    assert (tmp_path / "var/backups/deepspace").stat().st_mode & 0o7777 == 0o700


def test_the_working_directory_is_where_the_page_installs():
    for unit in SERVICES:
        assert set(lines(unit, "WorkingDirectory")) <= {INSTALLED}
    assert (ROOT / "manage.py").exists()
