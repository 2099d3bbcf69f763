"""Taking turns at a host, over all processes: so many requests at a time, and a pause between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime

from deepspace.locks import LockBusy, hold_one_of
from deepspace.upstream import breaker
from deepspace.upstream.errors import Unreachable
from deepspace.upstream.policy import HostPolicy, hosts_of_slot


@contextmanager
def turn(host: str, policy: HostPolicy, *, who: str, wait_s: float) -> Iterator[None]:
    """Hold one of the host's slots.

    Raises
    ------
    deepspace.upstream.errors.Unreachable
        Other processes kept them all for ``wait_s`` seconds.
    """
    with ExitStack() as held:
        try:
            held.enter_context(hold_one_of(f"host-{policy.slot or host}", policy.concurrency, wait_s=wait_s))
        except LockBusy:
            raise Unreachable(
                f"{who} is not asked: other requests were under way for {wait_s:.3g} s"
            ) from None
        yield


def wait_for_pace(
    host: str,
    policies: Mapping[str, HostPolicy],
    policy: HostPolicy,
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> None:
    """Wait until the pause after the last request to the host (or to one that shares its slot) is over.

    One request at a time is paced from the end of the last one, which whoever had the turn has noted. Where several
    run at once, each notes its own start under a lock, so that two never start together.
    """
    if policy.spacing_s <= 0:
        return
    with ExitStack() as held:
        if policy.concurrency > 1:
            held.enter_context(turn(f"{host}-pace", HostPolicy(), who=host, wait_s=policy.slot_wait_s))
        left_s = pause_left_s(host, policies, policy, now)
        if left_s > 0:
            sleep(left_s)
        if policy.concurrency > 1:
            breaker.record_request(host, now())


def pause_left_s(
    host: str, policies: Mapping[str, HostPolicy], policy: HostPolicy, now: Callable[[], datetime]
) -> float:
    """Seconds of that pause that are still to come; 0 when it is over."""
    last = breaker.last_request_at(hosts_of_slot(host, policies)) if policy.spacing_s > 0 else None
    if last is None:
        return 0.0
    since_s = (now() - last).total_seconds()
    return max(policy.spacing_s - since_s, 0.0) if since_s >= 0 else 0.0  # a clock set back: not for hours
