import sqlite3
from contextlib import closing
from types import SimpleNamespace

from bench.lab import Site
from bench.probes import cold
from bench.report import Table, Target
from bench.sections import archive


def found(seconds, *, peak=120.0):
    return {"seconds": seconds, "cpu_s": seconds / 2, "bytes": 52_400, "tier": "real", "peak_rss_mb": peak}


def test_the_median_of_the_processes_is_what_counts():
    columns = ("address", "seconds", "CPU s", "file not in memory", "kB", "tier", "peak RSS MB")
    table = Table("Cold", columns)
    archive.add(table, "/density", [found(0.4), found(3.0, peak=150), found(0.6)], found(2.0), Target(1.5))
    assert table.rows == [("/density", "0.60", "0.30", "2.00", "52", "real", "150", "< 1.5", "ok")]


def test_every_window_of_the_issue_is_asked():
    assert {f"/api/magnetometer?days={days}" for days in (1, 30, 400, 3650, 20000)} <= set(archive._COLD)
    assert {"/plasma", "/density"} <= set(archive._COLD)


def test_the_endpoints_are_set_side_by_side_kind_by_kind():
    def case(name, *cpu_us):
        return SimpleNamespace(name=name, ours=[SimpleNamespace(cpu_us=one) for one in cpu_us])

    cases = [
        case("/api/magnetometer 200", 300.0, 310.0),
        case("/api/magnetometer 304", 100.0),
        case("/api/trajectory 200", 300.0, 310.0),
        case("/api/trajectory 304", 80.0),
    ]
    assert "(200: 1.00; 304: 1.25)" in archive._side_by_side(cases)


def test_hourly_rows_alone_are_dropped(tmp_path):
    site = Site(tmp_path / "site", "")
    with closing(sqlite3.connect(site.database)) as database:
        database.execute("CREATE TABLE voyager1_magnetic_field (cadence_s)")
        database.executemany("INSERT INTO voyager1_magnetic_field VALUES (?)", [(48,), (3600,), (48,)])
        database.commit()
        archive._drop_hours(site)
        left = database.execute("SELECT cadence_s FROM voyager1_magnetic_field").fetchall()
    assert left == [(48,), (48,)]


def test_an_address_is_taken_apart_as_a_server_does():
    environ = cold.environ_of("/api/magnetometer?days=400&end=2014-12-01")
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == ("/api/magnetometer", "days=400&end=2014-12-01")
    assert environ["REQUEST_METHOD"] == "GET"


def test_evicting_a_file_leaves_its_bytes(tmp_path):
    file = tmp_path / "rows"
    file.write_bytes(b"rows" * 4096)
    cold.evict(str(file))
    assert file.read_bytes() == b"rows" * 4096
