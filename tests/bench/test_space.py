import numpy as np
import pytest

from bench import invented_space
from bench.__main__ import SECTIONS
from bench.sections import space
from deepspace.ingestion.columns import row_key
from spaceintel import models

BLOCKS = {
    "xray": (lambda: invented_space.xray("0.1-0.8nm", 1), models.XrayFlux),
    "wind": (invented_space.wind, models.SolarWind),
    "kp": (lambda: invented_space.kp(invented_space.minutes(9), "estimated", 60, 1), models.PlanetaryK),
    "flares": (lambda: invented_space.events("FLR", 50), models.SolarEvent),
    "ejections": (lambda: invented_space.events("CME", 50), models.SolarEvent),
    "alerts": (invented_space.alerts, models.Alert),
    "scales": (invented_space.scales, models.Scales),
    "approaches": (lambda: invented_space.approaches(50), models.CloseApproach),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_rows_are_columns_of_the_table_with_one_length_and_unique_keys(name):
    make, model = BLOCKS[name]
    rows = make()
    fields = {field.attname for field in model._meta.concrete_fields}
    assert set(rows) == fields - {"id", "source", "ingested_at", "ingestion_id"}
    (length,) = {len(column) for column in rows.values()}
    key = row_key(model)
    assert len(set(zip(*(rows[one].tolist() for one in key), strict=True))) == length


def test_a_year_has_the_rows_that_a_year_has():
    assert invented_space.MINUTES == 525_600
    year = np.timedelta64(365, "D")
    kp = invented_space.intervals(invented_space.now() - year, invented_space.now())
    assert 2_920 <= len(kp) <= 2_928  # the first day is whole
    assert sum(invented_space.EVENTS.values()) + invented_space.FLARES == 10_000
    assert len(invented_space.intervals(invented_space.HISTORY_FROM, invented_space.now())) > 270_000


def test_the_section_is_one_of_the_bench():
    assert SECTIONS["space"] is space.measure


def test_medians_stand_side_by_side_and_the_default_window_is_held_to_the_limit():
    runs = [
        {"ms": {"weather, cold": cold, "percentile of Kp, warm": 0.05}, "sample": 277_265}
        for cold in (400, 900, 500)
    ]
    slow = [{"ms": {"weather, cold": 1_800.0, "percentile of Kp, warm": 0.05}, "sample": 277_265}]
    table = space.services_table({"spaceintel.kp": 3_000}, {30: runs, 366: slow})
    assert table.rows[0] == ("weather, cold", "500", "1800", "< 1000 ms", "ok")
    assert table.rows[1] == ("percentile of Kp, warm", "0.05", "0.05", "< 5 ms", "ok")
    assert "277,265" in table.notes[1]
