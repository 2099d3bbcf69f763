"""The hourly budget of NASA's public key, over processes: what one has spent, the next one does not ask for."""

from __future__ import annotations

import pytest

from tests.support.instance import Instance
from tests.support.mirror import Mirror

HOST = "api.nasa.gov"


@pytest.mark.slow
def test_a_process_stops_at_thirty_requests_and_the_next_one_asks_nothing(instance: Instance, mirror: Mirror):
    instance.env["UPSTREAM_MIRROR"] = mirror.url
    instance.manage("migrate", "--verbosity", "0")
    first = instance.manage(
        "ingest", "spaceintel.neos", "--since", "2025-01-01", "--until", "2025-08-31", check=False
    )
    asked = len(mirror.log())
    second = instance.manage("ingest", "spaceintel.neos", check=False)
    assert (first.returncode, second.returncode) == (1, 1)
    assert asked == len(mirror.log()) == 30
    for done in (first, second):
        assert "RateLimited" in done.stdout + done.stderr
        assert "the 30 requests that its key allows in 1 h are spent" in done.stdout + done.stderr
