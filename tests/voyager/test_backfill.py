"""Long backfills of 48 s averages as an operator runs them: how long, how much memory, and going on after a kill."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from typing import Any, Final

import pytest

from tests.support.instance import NO_UPSTREAM, ROOT, Instance

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]

KEY: Final = "voyager.magnetic_field_48s"
YEAR: Final = ("--since", "2013-01-01", "--until", "2013-12-31")
TWO_YEARS: Final = ("--since", "2012-01-01", "--until", "2013-12-31")
ROWS: Final = {2012: 156_909, 2013: 256_948, 2014: 181_462}
# The high-water mark of the process itself: getrusage would count the memory of the one that started it too.
MEASURED: Final = """
import runpy, sys, time
sys.argv = ["manage.py", *sys.argv[1:]]
try:
    runpy.run_path("manage.py", run_name="__main__")
finally:
    peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print("peak", int(peak.split()[1]) // 1024, "MB, CPU", time.process_time(), "s")
"""


@pytest.fixture
def site(instance: Instance, mirror: Any) -> Instance:
    """A site without a row, beside the recordings."""
    instance.manage("migrate", "--verbosity", "0")
    instance.env["UPSTREAM_MIRROR"] = mirror.url
    return instance


def measured(site: Instance, *arguments: str) -> tuple[float, float, str]:
    """Peak memory in MB, CPU seconds, and what a command said."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *arguments],
        cwd=ROOT,
        env=site.env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    found = re.search(r"peak (\d+) MB, CPU ([\d.]+) s", done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert found, done.stdout
    return float(found[1]), float(found[2]), done.stdout


def stored(site: Instance) -> dict[int, int]:
    rows = site.connect().execute(
        "SELECT CAST(substr(timestamp_utc, 1, 4) AS INTEGER) AS year, COUNT(*)"
        " FROM voyager1_magnetic_field WHERE cadence_s = 48 GROUP BY year"
    )
    return dict(rows.fetchall())


def test_a_year_takes_less_than_20_s_and_memory_does_not_grow_with_the_files(site):
    one_mb, cpu_s, output = measured(site, "ingest", KEY, *YEAR)
    assert cpu_s < 15  # the clock is stretched by whatever else the machine does; `make bench` shows it
    assert "256948 created" in output
    all_mb, _, _ = measured(site, "ingest", KEY, "--since", "1977-09-05")
    assert stored(site) == ROWS
    assert max(one_mb, all_mb) < 400
    assert all_mb < one_mb + 60


def test_a_backfill_that_was_killed_goes_on_with_the_next_file(site, mirror):
    wanted = {year: ROWS[year] for year in (2012, 2013)}
    child = site.popen("ingest", KEY, *TWO_YEARS)
    deadline = time.monotonic() + 60
    while not stored(site):
        assert child.poll() is None, "it ended before it was killed"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    child.kill()
    child.wait()
    assert stored(site) == {2012: ROWS[2012]}  # whole files or none
    mirror.clear_log()
    site.manage("ingest", KEY, *TWO_YEARS)
    assert stored(site) == wanted
    log = mirror.log("spdf.gsfc.nasa.gov")
    status = {year: [one["status"] for one in log if f"_{year}0101_" in one["path"]] for year in wanted}
    assert status[2012] == [304]  # what is stored is not sent again
    assert status[2013]
    site.env["UPSTREAM_MIRROR"] = NO_UPSTREAM
    total = sum(wanted.values())
    assert f"{total} of {total} rows re-derived, 0 differences" in site.manage("verify", KEY).stdout
