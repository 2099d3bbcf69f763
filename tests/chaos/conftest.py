"""A site under attack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.horizons import HorizonsServer
from tests.support.ingests import Watched
from tests.support.instance import Instance


@pytest.fixture
def watched(instance: Instance) -> Iterator[Watched]:
    """A migrated site with a Horizons of its own."""
    with HorizonsServer(pause_s=0.02) as server:
        yield Watched(instance, server)
