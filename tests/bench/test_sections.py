import pytest

from bench import troubles
from bench.sections import faults, ingest
from bench.sections.serve import until_next_minute


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("hang", "hang:ssd.jpl.nasa.gov"),
        ("status:503", "status:ssd.jpl.nasa.gov:503"),
        ("slow:0.2", "slow:ssd.jpl.nasa.gov:0.2"),
    ],
)
def test_faults_are_told_to_the_mirror_in_its_own_words(kind, spec):
    assert troubles.fault_spec(kind) == spec


def test_the_mirror_knows_every_fault(mirror):
    mirror.faults(*map(troubles.fault_spec, troubles.KINDS))
    mirror.clear()


def test_the_issues_faults_are_all_met():
    asked = {kind.partition(":")[0] for kind in troubles.KINDS}
    issue = (
        "down hang slow status 429 html truncate garbage huge gzipbomb redirectloop badutf8 nan dupes flap"
    )
    assert set(issue.split()) <= asked
    assert set(troubles.QUICK) <= asked


def test_row_counts_are_read_from_the_commands_own_line():
    said = "voyager.trajectory: 18924 created, 0 updated, 2 unchanged, 0 removed, 0 rejected in 5.8 s\n"
    assert ingest.counts(f"log line\n{said}") == "18924 / 0 / 2"
    assert ingest.counts("voyager.trajectory: FAILED Unreachable") == ""


def test_ratios_of_medians_and_the_slowest_answer_are_what_counts():
    base = faults.Latencies(warm=[2.0, 2.0], cold=[10.0, 10.0])
    found = [
        ("down", "1: Unreachable", faults.Latencies([2.2, 2.2], [11.0, 11.0])),
        ("hang", "3: Unreachable", faults.Latencies([2.2, 2.2], [16.0, 16.0])),
        ("nan", "2: SchemaDrift", faults.Latencies([2.2, 2.2, 2.2, 900.0], [10.0] * 4)),
    ]
    rows = {row[0]: row for row in faults._table(base, found, 4).rows}
    assert {name: row[-1] for name, row in rows.items()} == {
        "no ingest": "ok",
        "down": "ok",
        "hang": "over",
        "nan": "over",
    }
    assert rows["hang"][3] == "1.10"
    assert rows["hang"][6] == "1.60"


def test_latencies_of_two_measurements_are_pooled():
    both = faults.Latencies([1.0], [2.0]) + faults.Latencies([3.0], [4.0])
    assert both == faults.Latencies([1.0, 3.0], [2.0, 4.0])


@pytest.mark.parametrize(("second", "waited"), [(10.0, []), (55.0, [5.1])])
def test_a_measurement_that_would_cross_the_minute_waits_for_the_next(monkeypatch, second, waited):
    slept = []
    monkeypatch.setattr("bench.sections.serve.time.time", lambda: 6000.0 + second)
    monkeypatch.setattr("bench.sections.serve.time.sleep", lambda seconds: slept.append(round(seconds, 3)))
    until_next_minute(12.0)
    assert slept == waited
