"""Child processes that never outlive their parent, and a parent that can be interrupted at any moment."""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType, TracebackType
from typing import Self

PR_SET_PDEATHSIG = 1  # linux/prctl.h
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE_S = 15.0

Child = subprocess.Popen[bytes]


class Stopped(Exception):
    """A signal asked this process to end; not an error."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


def die_with_parent(number: int) -> Callable[[], None] | None:
    """`preexec_fn` that has Linux signal the child when this process dies, even by SIGKILL."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up before the fork

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, number)

    return ask


def signal_group(child: Child, number: int) -> None:
    """Signal a child and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, number)


class Supervisor:
    """Runs children, each in a process group of its own: Ctrl-C reaches only this process, which ends them in order.

    Waiting is woken by the signals themselves (SIGCHLD included), so nothing is polled.
    """

    def __init__(self, environment: Mapping[str, str] | None = None, grace_s: float = GRACE_S) -> None:
        self.environment = environment
        self.grace_s = grace_s
        self._stop_signals: dict[Child, int] = {}
        self._asked: int | None = None

    def __enter__(self) -> Self:
        self._reader, self._writer = os.pipe()
        for end in (self._reader, self._writer):
            os.set_blocking(end, False)
        self._previous_fd = signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)
        watched = (*STOP_SIGNALS, signal.SIGCHLD)
        self._previous = {number: signal.signal(number, self._note) for number in watched}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop(*self._stop_signals)
        signal.set_wakeup_fd(self._previous_fd)
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        os.close(self._reader)
        os.close(self._writer)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self._asked = number

    def start(
        self,
        command: Sequence[str],
        *,
        user: int | None = None,
        output: int | None = None,
        stop_signal: int = signal.SIGTERM,
    ) -> Child:
        """Start a child, as another user when this one is root and `user` is given."""
        child = subprocess.Popen(
            command,
            env=self.environment,
            cwd="/" if user is not None else None,  # the other user may not even read this directory
            user=user,
            extra_groups=None if user is None else [],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            process_group=0,
            preexec_fn=die_with_parent(stop_signal),  # noqa: PLW1509 - this process has one thread
        )
        self._stop_signals[child] = stop_signal
        return child

    def run(self, command: Sequence[str], *, limit_s: float | None = None, user: int | None = None) -> int:
        """Run a child to its end and return its exit code; after `limit_s` it is stopped."""
        child = self.start(command, user=user)
        deadline = None if limit_s is None else time.monotonic() + limit_s
        try:
            while child.poll() is None:
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    break
                self.wait(left)
        finally:
            self.stop(child)
        return child.returncode

    def wait(self, timeout_s: float | None) -> None:
        """Sleep until a signal, a child's end or the timeout; raise when a signal asks for the end."""
        if self._asked is None:
            self._sleep(timeout_s)
        if self._asked is not None:
            raise Stopped(self._asked)

    def _sleep(self, timeout_s: float | None) -> None:
        if select.select([self._reader], [], [], timeout_s)[0]:
            os.read(self._reader, 4096)

    def stop(self, *children: Child) -> None:
        """End children and what they started: all asked at once, and after the grace by force."""
        for child in children:
            if child.poll() is None:
                signal_group(child, self._stop_signals[child])
        deadline = time.monotonic() + self.grace_s
        while any(child.poll() is None for child in children) and time.monotonic() < deadline:
            self._sleep(max(0.0, deadline - time.monotonic()))
        for child in children:
            signal_group(child, signal.SIGKILL)  # also those whose leader died before them
            child.wait()
            del self._stop_signals[child]
