"""How each upstream host wants to be treated: plain data, one line of reason per figure.

Sources are the vendors' own words as collected in ``docs/upstreams.md`` section "Client rules".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many requests in so many seconds, over all processes."""

    requests: int
    seconds: int


@dataclass(frozen=True, slots=True)
class HostPolicy:
    """What the door may do to one host."""

    name: str = ""  # what people call it, for messages
    slot: str = ""  # hosts with the same slot take turns with each other; empty: the host alone
    concurrency: int = 1  # requests at a time, over all processes
    spacing_s: float = (
        0.2  # from the end of a request to the next (from start to start where concurrency > 1)
    )
    slot_wait_s: float = 300.0  # how long to wait for other processes' requests to end

    tries: int = 3  # the first one included
    backoff_s: float = 2.0  # before the second try; doubles
    backoff_max_s: float = 60.0
    jitter_s: float = 1.0  # added at random, so that clients that failed together do not return together
    retry_after_max_s: float = 30.0  # a longer Retry-After is left to a later run

    allowances: tuple[Allowance, ...] = ()  # with a key of one's own; empty: no limit is published
    demo_allowances: tuple[Allowance, ...] = ()  # with the public DEMO_KEY
    throttled_for_s: float | None = None  # how long a 429 without Retry-After holds; None: not known

    connect_s: float = 5.0  # name resolution, and again each TCP connection
    attempt_s: float = 60.0  # everything about one try, by the wall clock
    redirects: int = 3
    redirect_hosts: frozenset[str] = frozenset()  # beside the host itself

    failures_to_open: int = 3  # fetches in a row without an answer that open the circuit
    refusal_opens: bool = False  # a refusal (4xx, redirect) counts as such a failure
    opens_for_s: float = 60.0  # doubles with each further failure
    opens_at_most_s: float = 3600.0


DEFAULT = HostPolicy()

# "One request at a time" for all JPL services (ssd-api.jpl.nasa.gov); 4 tries from 5 s on
_JPL = HostPolicy(slot="jpl", spacing_s=0.1, tries=4, backoff_s=5.0)
_SPDF = HostPolicy(concurrency=2, attempt_s=120.0)  # CDF files of some 10 MB

POLICIES: Mapping[str, HostPolicy] = {
    "ssd.jpl.nasa.gov": replace(_JPL, name="Horizons"),
    "ssd-api.jpl.nasa.gov": replace(_JPL, name="JPL SSD"),
    "spdf.gsfc.nasa.gov": replace(_SPDF, name="SPDF"),
    "cdaweb.gsfc.nasa.gov": replace(_SPDF, name="CDAWeb"),
    "pds-ppi.igpp.ucla.edu": HostPolicy(name="PDS PPI", attempt_s=120.0),
    "space.physics.uiowa.edu": HostPolicy(name="Iowa", attempt_s=120.0),
    # api.nasa.gov: 1,000 requests an hour; with DEMO_KEY 30 an hour and 50 a day; a 429 holds for the hour
    "api.nasa.gov": HostPolicy(
        name="NASA API",
        allowances=(Allowance(1_000, 3_600),),
        demo_allowances=(Allowance(30, 3_600), Allowance(50, 86_400)),
        throttled_for_s=3_600.0,
    ),
    "kauai.ccmc.gsfc.nasa.gov": HostPolicy(name="DONKI"),
    # files are rewritten every minute and a 404 means retired: the next run is the retry
    "services.swpc.noaa.gov": HostPolicy(name="SWPC", concurrency=4, spacing_s=0.0, tries=1, attempt_s=30.0),
    "kp.gfz.de": HostPolicy(name="GFZ"),
    # firewalls a client after 50 error answers in 2 h: the first one stops us for that long
    "celestrak.org": HostPolicy(
        name="CelesTrak",
        tries=1,
        redirects=0,
        failures_to_open=1,
        refusal_opens=True,
        opens_for_s=7200.0,
        opens_at_most_s=7200.0,
    ),
    "data.minorplanetcenter.net": HostPolicy(name="MPC"),
    "www.minorplanetcenter.net": HostPolicy(name="MPC"),
    "mast.stsci.edu": HostPolicy(name="MAST", attempt_s=600.0),  # answers late by design
}


def policy_for(host: str, policies: Mapping[str, HostPolicy] = POLICIES) -> HostPolicy:
    """The policy of a host; a careful default for one that is not listed."""
    return policies.get(host, DEFAULT)


def hosts_of_slot(host: str, policies: Mapping[str, HostPolicy] = POLICIES) -> list[str]:
    """The hosts that take turns with this one, itself included."""
    slot = policy_for(host, policies).slot
    return [host] if not slot else [other for other, policy in policies.items() if policy.slot == slot]
