"""The promise over the whole suite: each stored number is in the archived bytes that its row names."""

from __future__ import annotations

from typing import Final

import pytest
from django.core.management import call_command

from deepspace.ingestion.registry import products
from deepspace.ingestion.store import stored_rows
from deepspace.ingestion.verify import verify

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Windows that the recordings cover, small enough that the test stays below a minute.
WINDOWS: Final = {
    "voyager.trajectory": ("2012-08-01", "2012-08-31"),
    "voyager.magnetic_field_1h": ("2012-01-01", "2012-12-31"),
    "voyager.magnetic_field_48s": ("2014-01-01", "2014-12-31"),
    "voyager.plasma_wave": ("2014-04-02", "2014-04-05"),
}
MAY_HOLD_NOTHING: Final = {"voyager.electron_density_ridge"}  # the recorded waveform has no significant line


@pytest.mark.usefixtures("through_mirror")
def test_a_site_filled_from_the_recordings_has_no_difference():
    mine = [one for one in products() if one.app_label == "voyager"]
    for one in mine:
        since, until = WINDOWS.get(one.key, (None, None))
        window = [] if since is None else ["--since", since, "--until", until]
        call_command("ingest", one.key, *window)
    reports = {one.key: verify(one) for one in mine}
    assert {key: (one.differences, one.problems) for key, one in reports.items()} == dict.fromkeys(
        reports, (0, [])
    )
    assert all(one.rederived == one.rows for one in reports.values())
    assert {one.key for one in mine if not stored_rows(one).exists()} <= MAY_HOLD_NOTHING
