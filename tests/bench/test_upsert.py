import pytest

from bench.lab import BenchError, Lab, Site
from bench.probes import upsert as probe
from bench.report import Table
from bench.sections import ingest, upsert
from deepspace.ingestion.upsert import Stamp
from tests.support.stored import batch
from voyager.models import MagneticField


def found(write, *, created=100, peak=200.0, **counts):
    seconds = {"parse": 1.0, "validate": 0.5, "write": write, "again": 1.0}
    return {
        "counts": {"created": created} | counts,
        "seconds": seconds,
        "peak_rss_mb": peak,
    }


def table():
    return Table("Upsert", ("step", "seconds", "rows/s", "ratio to the driver alone", "peak RSS MB"))


@pytest.fixture
def texts(tmp_path):
    """Two years of two vectors each, as the archive writes them."""
    for year in (12, 13):
        lines = [f"FLT1\t{year}\t1.0003{i}\t0.5\t0.1\t-0.4\t0.2" for i in (1, 7)]
        (tmp_path / f"V1_48s_20{year}_001-031_000000.dat").write_text("\n".join(["header", *lines, ""]))
    return tmp_path


def test_files_come_one_year_at_a_time(texts):
    assert [sorted(files) for files in probe.years(texts)] == [
        ["V1_48s_2012_001-031_000000.dat"],
        ["V1_48s_2013_001-031_000000.dat"],
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("work", "counts"),
    [
        (probe.ours, {"created": 4, "unchanged": 4, "changed_again": 0}),
        (probe.raw, {"created": 4}),
    ],
)
def test_both_candidates_write_every_row_and_time_their_writing(texts, work, counts):
    log, clock = batch("voyager.magnetic_field_48s"), probe.Clock()
    assert work(texts, Stamp("nasa_spdf", log.ingested_at, log.pk), clock) == counts
    assert {"parse", "validate", "write"} <= set(clock.seconds)
    rows = MagneticField.objects.values_list("timestamp_utc", "b_nt", "b_sigma_nt", "b_kind", "source")
    assert rows.count() == 4
    assert str(rows.order_by("timestamp_utc")[0][0]).startswith("2012-01-01 00:00:26")
    assert set(rows.values_list("b_nt", "b_kind", "source")) == {(0.5, "magnitude", "nasa_spdf")}


def test_the_upsert_alone_has_the_targets():
    shown = table()
    upsert.fill(shown, "SQLite", [found(2.0), found(8.0)], [found(1.0), found(2.0)])
    rows = {row[0].removeprefix("SQLite: "): row for row in shown.rows}
    assert rows["upsert with counting"][3:] == ("3.00", "200", "< 3, < 400 MB", "over")
    assert rows["parse"][-1] == rows["the driver alone"][-1] == ""


@pytest.mark.parametrize("wrong", [{"created": 99}, {"changed_again": 1}, {"unchanged": 3}])
def test_a_candidate_that_wrote_something_else_is_no_measurement(wrong):
    with pytest.raises(BenchError, match="not 100 rows everywhere"):
        upsert.fill(table(), "SQLite", [found(1.0)], [found(1.0), found(1.0, **wrong)])


def test_counts_are_those_of_the_product_asked():
    said = f"{upsert.PRODUCT}: 256948 created, 0 updated, 0 unchanged, 0 removed\n"
    assert ingest.counts(said, upsert.PRODUCT) == "256948 / 0 / 0"
    assert ingest.counts(said) == ""


def test_postgresql_is_not_installed_for_the_bench(monkeypatch, tmp_path):
    monkeypatch.setattr("tools.postgres.find_programs", lambda: None)
    shown = table()
    upsert._postgresql(Lab(runs=1, quick=True), Site(tmp_path / "site", ""), "", shown)
    assert shown.rows == []
    assert "no server is installed" in shown.notes[0]


def test_a_site_forgets_its_rows_and_nothing_else(tmp_path):
    site = Site(tmp_path / "site", "")
    for name in (site.database.name, f"{site.database.name}-wal", "command.log"):
        (site.place / name).write_text("")
    site.forget_rows()
    assert [file.name for file in site.place.iterdir()] == ["command.log"]
