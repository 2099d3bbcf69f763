"""What Linux says about running processes (``/proc``, see proc(5)), and children measured to their end."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.processes import die_with_parent

PROC = Path("/proc")
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PPID, _UTIME, _STIME = 1, 11, 12  # places in stat after the name, whose parentheses may hold anything
_KIB_PER_MIB = 1024


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of one process, MB (2**20 bytes); PSS divides shared pages among their users."""

    rss_mb: float
    pss_mb: float


@dataclass(frozen=True, slots=True)
class Finished:
    """A child that ended."""

    returncode: int
    seconds: float
    cpu_s: float
    peak_rss_mb: float
    output: str


def cpu_s(pids: Iterable[int], *, proc: Path = PROC) -> float:
    """CPU seconds (utime + stime, all threads) that processes have used so far."""
    return sum(_ticks((proc / str(pid) / "stat").read_text()) for pid in pids) / TICKS_PER_S


def _fields(stat: str) -> list[str]:
    return stat.rpartition(")")[2].split()


def _ticks(stat: str) -> int:
    fields = _fields(stat)
    return int(fields[_UTIME]) + int(fields[_STIME])


def children(parent: int, *, proc: Path = PROC) -> list[int]:
    """Processes started by a process, oldest first."""
    found = []
    for entry in proc.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue  # ended between the listing and the reading
        if int(_fields(stat)[_PPID]) == parent:
            found.append(int(entry.name))
    return sorted(found)


def memory(pid: int, *, proc: Path = PROC) -> Memory:
    """Resident memory of a process now."""
    lines = (proc / str(pid) / "smaps_rollup").read_text().splitlines()[1:]
    kib = {name: int(value.split()[0]) for name, _, value in (line.partition(":") for line in lines)}
    return Memory(kib["Rss"] / _KIB_PER_MIB, kib["Pss"] / _KIB_PER_MIB)


def start(
    command: Sequence[str], env: Mapping[str, str], output: Path, *, cwd: Path
) -> subprocess.Popen[bytes]:
    """Start a child that does not outlive this process; what it says goes to a file."""
    with output.open("ab") as sink:
        return subprocess.Popen(
            command,
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509 - this process has one thread
        )


def run(command: Sequence[str], env: Mapping[str, str], output: Path, *, cwd: Path) -> Finished:
    """Run a child to its end.

    The peak is the kernel's own (wait4). It counts this process too, which the child is a copy of until it
    starts its program: so nothing large is imported here.
    """
    return run_beside(command, env, output, None, cwd=cwd)


def run_beside(
    command: Sequence[str],
    env: Mapping[str, str],
    output: Path,
    work: Callable[[], None] | None,
    *,
    cwd: Path,
) -> Finished:
    """Run a child to its end, and ``work`` again and again beside it, at least once.

    The time ends when the child does, not when the last work does: a thread waits for it.
    """
    output.unlink(missing_ok=True)
    began = time.monotonic()
    child = start(command, env, output, cwd=cwd)
    ended: list[tuple[int, resource.struct_rusage, float]] = []

    def wait() -> None:
        _, status, usage = os.wait4(child.pid, 0)
        ended.append((status, usage, time.monotonic() - began))

    if work is None:
        wait()
    else:
        waiting = threading.Thread(target=wait)
        waiting.start()
        work()
        while not ended:
            work()
        waiting.join()
    status, usage, seconds = ended[0]
    child.returncode = os.waitstatus_to_exitcode(status)  # it is reaped: Popen must not wait for it again
    return Finished(
        returncode=child.returncode,
        seconds=seconds,
        cpu_s=usage.ru_utime + usage.ru_stime,
        peak_rss_mb=usage.ru_maxrss / _KIB_PER_MIB,
        output=output.read_text(errors="replace"),
    )


def end(child: subprocess.Popen[bytes], *, grace_s: float = 10.0) -> None:
    """Ask a child to end, and make it after the grace."""
    child.terminate()
    try:
        child.wait(grace_s)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
