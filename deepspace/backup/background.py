"""Let the site go first: a backup takes only the time of a core that nobody else wants."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Final

_NICENESS: Final = 19


def step_back() -> None:
    """For this process and those it starts, to their end.

    Niceness alone still takes its turn of some milliseconds before a worker that has just been asked; under
    SCHED_IDLE (Linux) the worker comes first. Services of systemd may not change it, and get the same from their unit.
    """
    with suppress(OSError):
        os.nice(_NICENESS)
    with suppress(OSError, AttributeError):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
