"""Commands killed at a named step, hundreds of them: one process loads Django, and each command is a fork of it.

Run as ``python -m tests.support.zygote``: reads one order per line (JSON), answers one line with how the child ended.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]


class Zygote:
    """The loaded process, as the tests see it."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.zygote"],
            cwd=ROOT,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait(20)

    def run(self, *arguments: str, kill_at: str = "", after_s: float = 0.0) -> tuple[int, str]:
        """Exit code (-9 when killed) and output of a command; killed when a step is reached, or a little later."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"arguments": arguments, "kill_at": kill_at, "after_s": after_s}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        code, output = json.loads(self._process.stdout.readline())
        return code, output


def _child(order: dict[str, Any], output: int) -> None:
    from django.core.management import execute_from_command_line

    from deepspace.backup import steps

    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdout = os.fdopen(1, "w", buffering=1)
    sys.stderr = os.fdopen(2, "w", buffering=1)

    def reached(step: str) -> None:
        if step != order["kill_at"]:
            return
        if not order["after_s"]:
            os.kill(os.getpid(), signal.SIGKILL)
        threading.Thread(target=_kill_later, args=(order["after_s"],), daemon=True).start()

    steps.listeners.append(reached)
    execute_from_command_line(["manage.py", *order["arguments"]])


def _kill_later(seconds: float) -> None:
    time.sleep(seconds)
    os.kill(os.getpid(), signal.SIGKILL)


def _fork(order: dict[str, Any]) -> tuple[int, str]:
    output = os.memfd_create("output")
    child = os.fork()
    if child == 0:
        code = 70
        try:
            _child(order, output)
            code = 0
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    os.lseek(output, 0, os.SEEK_SET)
    with os.fdopen(output, "rb") as file:
        return os.waitstatus_to_exitcode(status), file.read().decode(errors="replace")


def main() -> None:
    """Load once, then fork for each order."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deepspace.settings")
    import django

    django.setup()
    from deepspace.ingestion.registry import products
    from deepspace.management.commands import backup, restore

    products()
    for module in (backup, restore):  # loaded once, for all the children
        assert module.Command
    for line in sys.stdin:
        print(json.dumps(_fork(json.loads(line))), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
