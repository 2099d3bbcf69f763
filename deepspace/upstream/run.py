"""What the fetches of one run share: clocks, deadline, policies, and a journal of every try."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from deepspace.upstream.policy import POLICIES, HostPolicy


def utc_now() -> datetime:
    """The time of day, for what is stored."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Visit:
    """One try, for the journal of a run."""

    host: str
    url: str  # public: without secrets
    started_at: datetime
    attempt: int
    waited_s: float  # for the turn, the pace and the pause before this try
    elapsed_s: float
    status: int | None  # None: no answer
    outcome: str


@dataclass(slots=True)
class Run:
    """What the fetches of one run share: its clocks, its deadline, its journal."""

    deadline: float | None = None
    policies: Mapping[str, HostPolicy] = field(default_factory=lambda: POLICIES)
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = utc_now
    journal: list[Visit] = field(default_factory=list)

    @property
    def left_s(self) -> float:
        """Seconds until the deadline."""
        return float("inf") if self.deadline is None else self.deadline - self.clock()
