import pytest

from bench.__main__ import SECTIONS
from bench.probes.fill_insights import FINDINGS, plain
from bench.probes.insights import ADMIN, PUBLIC
from bench.sections import insights
from insights.models import ResearchInsight, Status


def test_the_section_is_one_of_the_bench():
    assert SECTIONS["insights"] is insights.measure


def test_there_are_as_many_findings_as_the_issue_asks_for_of_every_kind():
    found = [plain(number) for number in range(FINDINGS)]
    assert len({one["slug"] for one in found}) == FINDINGS == 2_000
    counts = {status: sum(one["status"] == status for one in found) for status in Status}
    assert counts == {"draft": 100, "review": 0, "published": 1_850, "retracted": 50}
    assert all((one["published_at"] is None) == (one["status"] == "draft") for one in found)


@pytest.mark.parametrize("number", [0, 3, 7, 1_999])
def test_a_made_up_finding_is_one_that_the_admin_would_take(db, number):
    ResearchInsight(**plain(number)).full_clean()


def test_what_is_asked_for_is_there():
    assert "/insights/finding-1001" in PUBLIC.values()
    assert plain(1_001)["status"] == "published"
    assert 1_001 % 2  # those with a number like this have data


def test_only_the_admin_is_held_to_its_limit():
    one = {"first": 300.0, "ms": 250.0, "cpu_ms": 90.0, "queries": 9, "bytes": 62_000}
    run = {"the list": one, "admin: the list": one}
    faster = {name: {**one, "ms": 150.0} for name in run}
    table = insights.lists_table({"findings": 2_000}, [run, faster, faster])
    assert table.rows[0] == ("the list", "300", "150.0", "90.0", "9", "62", "", "")
    assert table.rows[1] == ("admin: the list", "300", "150.0", "90.0", "9", "62", "< 200 ms", "ok")
    assert insights.lists_table({}, [run]).rows[1][-1] == "over"
    assert "2,000 findings" in table.notes[0]


def test_every_list_of_the_admin_is_the_one_of_the_findings():
    assert all(address.startswith("/admin/insights/researchinsight/") for address in ADMIN.values())
