import os
import signal
import sys
import time
from pathlib import Path

import pytest

from tools.processes import Stopped, Supervisor

PYTHON = sys.executable
# Ignores the polite signal and says when it is ready to be asked.
STUBBORN = "import signal, sys, time; signal.signal(15, signal.SIG_IGN); open(sys.argv[1], 'w').close(); time.sleep(60)"
PARENT = "import subprocess, sys; p = subprocess.Popen(['sleep', '60']); open(sys.argv[1], 'w').write(str(p.pid)); {}"


def wait_for(path, limit_s=10.0):
    deadline = time.monotonic() + limit_s
    while not (path.exists() and (path.stat().st_size or "ready" in path.name)):
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_run_returns_the_exit_code():
    with Supervisor() as supervisor:
        assert supervisor.run([PYTHON, "-c", "raise SystemExit(3)"]) == 3


def test_run_stops_what_takes_too_long():
    began = time.monotonic()
    with Supervisor() as supervisor:
        assert supervisor.run(["sleep", "60"], limit_s=0.1) == -signal.SIGTERM
    assert time.monotonic() - began < 10


def test_a_signal_ends_the_run_and_the_child():
    with Supervisor() as supervisor:
        child = supervisor.start(["sleep", "60"])
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Stopped) as stopped:
            supervisor.wait(10)
    assert stopped.value.exit_code == 143
    assert child.returncode == -signal.SIGTERM


def test_a_child_that_ends_wakes_the_wait():
    with Supervisor() as supervisor:
        child = supervisor.start([PYTHON, "-c", ""])
        began = time.monotonic()
        while child.poll() is None:
            supervisor.wait(30)
    assert time.monotonic() - began < 20


def test_a_child_that_does_not_listen_is_killed_after_the_grace(tmp_path):
    with Supervisor(grace_s=0.2) as supervisor:
        child = supervisor.start([PYTHON, "-c", STUBBORN, str(tmp_path / "ready")])
        wait_for(tmp_path / "ready")
    assert child.returncode == -signal.SIGKILL


def test_what_a_dead_child_left_behind_is_ended_too(tmp_path):
    note = tmp_path / "pid"
    with Supervisor() as supervisor:
        supervisor.run([PYTHON, "-c", PARENT.format("raise SystemExit(0)"), str(note)])
        pid = int(note.read_text())
        deadline = time.monotonic() + 5
        while is_running(pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not is_running(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for a signal at the parent's death")
def test_children_die_with_a_parent_that_was_killed(tmp_path):
    note = tmp_path / "pid"
    program = (
        "import pathlib, sys, time; from tools.processes import Supervisor; s = Supervisor().__enter__(); "
        "c = s.start(['sleep', '60']); pathlib.Path(sys.argv[1]).write_text(str(c.pid)); time.sleep(60)"
    )
    with Supervisor() as supervisor:
        parent = supervisor.start([PYTHON, "-c", program, str(note)])
        wait_for(note)
        pid = int(note.read_text())
        parent.kill()
        deadline = time.monotonic() + 5
        while is_running(pid) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not is_running(pid)


def test_the_handlers_are_put_back():
    before = signal.getsignal(signal.SIGTERM)
    with Supervisor():
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before
