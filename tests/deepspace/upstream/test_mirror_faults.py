"""The door and the recorded Horizons, with the mirror's faults."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from deepspace.models import Payload, UpstreamHost
from deepspace.upstream.errors import RateLimited, Refused, SchemaDrift, Unreachable
from deepspace.upstream.http import Door
from deepspace.upstream.request import Request
from tests.deepspace.upstream.asking import HURRIED, archived_files
from tests.support.mirror import Mirror

pytestmark = pytest.mark.django_db


JPL = "ssd.jpl.nasa.gov"
MIRROR_FAULTS = {
    "down": (f"down:{JPL}", Unreachable),
    "refuse": (f"refuse:{JPL}", Unreachable),
    "hang": (f"hang:{JPL}", Unreachable),
    "slow": (f"slow:{JPL}:0.1", Unreachable),
    "503": (f"status:{JPL}:503", Unreachable),
    "404": (f"status:{JPL}:404", Refused),
    "429": (f"429:{JPL}:1", RateLimited),
    "429 for long": (f"429:{JPL}:600", RateLimited),
    "html": (f"html:{JPL}", SchemaDrift),
    "empty": (f"empty:{JPL}", SchemaDrift),
    "garbage": (f"garbage:{JPL}", SchemaDrift),
    "truncate": (f"truncate:{JPL}:500", Unreachable),
    "huge": (f"huge:{JPL}", SchemaDrift),
    "gzipbomb": (f"gzipbomb:{JPL}:64", SchemaDrift),
    "redirectloop": (f"redirectloop:{JPL}", Refused),
    "badutf8": (f"badutf8:{JPL}", SchemaDrift),
}
WEEK = Request(
    url=f"https://{JPL}/api/horizons.api",
    params={
        "format": "text",
        "COMMAND": "'-31'",
        "EPHEM_TYPE": "VECTORS",
        "CENTER": "'500@10'",
        "START_TIME": "'2026-11-01'",
        "STOP_TIME": "'2026-11-08'",
        "STEP_SIZE": "'1d'",
    },
    expects="text",
    max_bytes=2**20,
)


@pytest.fixture
def horizons_door() -> Door:
    return Door(policies={JPL: replace(HURRIED, tries=3, backoff_s=0.05, spacing_s=0.05)})


@pytest.mark.parametrize("fault", MIRROR_FAULTS)
def test_a_fault_of_horizons_is_the_right_error(
    through_mirror: Mirror, horizons_door: Door, var_dir: Path, fault: str
):
    spec, expected = MIRROR_FAULTS[fault]
    through_mirror.faults(spec)
    started = time.monotonic()
    with pytest.raises(expected) as caught:
        horizons_door.fetch(WEEK)
    assert time.monotonic() - started < 2.5
    assert "\n" not in str(caught.value)
    assert not Payload.objects.exists()
    assert not archived_files(var_dir)


@pytest.mark.parametrize("fault", [None, "nan", "dupes", "flap"])
def test_bytes_that_may_be_read_are_archived_as_they_came(
    through_mirror: Mirror, horizons_door: Door, fault: str | None
):
    if fault:
        through_mirror.faults(f"{fault}:{JPL}:2" if fault == "flap" else f"{fault}:{JPL}")
    for _ in range(2):
        assert b"$$EOE" in horizons_door.fetch(WEEK).body
    assert UpstreamHost.objects.get().failures == 0
