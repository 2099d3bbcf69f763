"""Windows at and before launch, and instants that lie in the future."""

from __future__ import annotations

import csv
import io

import pytest
import time_machine

from tests.support import stored

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/plasma", "/density", "/magnetometer"])
@pytest.mark.parametrize("end", ["1977-09-05T12:56", "1977-09-05T12:57", "1977-09-06"])
def test_a_window_at_launch_is_a_page_without_an_earlier_one(visitor, path, end):
    answer = visitor.get(path, {"end": end})
    assert answer.status_code == 200
    assert ">Earlier<" not in answer.content.decode()


def test_the_model_has_no_distance_before_launch_and_none_below_zero(visitor):
    answer = visitor.get("/plots/density-published.csv", {"end": "1990-01-01", "days": "20000"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert min(row["utc"] for row in rows) >= "1977-09-05"
    assert all(float(row["distance_au"]) > 0 for row in rows if row["distance_au"])
    assert "-modelled.csv" in answer["Content-Disposition"]


@time_machine.travel("2026-06-01T12:00:00Z", tick=False)
def test_a_state_of_the_future_says_that_it_is_predicted(visitor):
    stored.states(stored.days("2026-01-01", "2027-01-01"))
    future = visitor.get("/api/position", {"at": "2026-10-01"}).json()
    assert "prediction" in future["provenance"]["note"]
    past = visitor.get("/api/position", {"at": "2026-03-01"}).json()
    assert past["provenance"]["note"] == ""
