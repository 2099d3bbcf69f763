"""The ladder from end to end: what a reader is told on each rung, in the pixels, the markup, the API, the header."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.core.management import call_command

from deepspace import versions
from tests.support import stored

pytestmark = [pytest.mark.usefixtures("nothing_held"), pytest.mark.django_db]
PLOT = "/plots/trajectory-distance"


@pytest.fixture
def told(visitor):
    """What the site says of the trajectory: header, page, endpoint, picture."""

    def look() -> dict[str, str]:
        versions.forget()
        page = visitor.get("/trajectory")
        body = visitor.get("/api/position").json()
        return {
            "header": visitor.get("/")["X-Data-Tier"],
            "page": page.content.decode(),
            "api": body["provenance"]["tier"],
            "source": body["data_source"],
            "status": visitor.get("/api/status").json()["data_sources"]["voyager.trajectory"]["tier"],
            "picture": hashlib.sha256(visitor.get(f"{PLOT}.png").content).hexdigest(),
            "drawing": visitor.get(f"{PLOT}.svg").content.decode(),
        }

    return look


def test_an_empty_site_is_modelled_everywhere(told):
    found = told()
    assert found["header"] == found["api"] == found["status"] == "synthetic"
    assert found["source"] == "synthetic"
    assert "Modelled" in found["page"]
    assert "not measured" in found["page"]
    assert "tier--real" not in found["page"].partition("<main")[2]


@pytest.mark.parametrize(
    ("ago", "fails", "tier"),
    [
        (timedelta(minutes=5), False, "real"),
        (timedelta(minutes=5), True, "cached"),
        (timedelta(days=3), False, "cached"),
        (timedelta(days=9), True, "stale"),
    ],
)
def test_real_data_are_real_at_any_age(told, ago, fails, tier):
    stored.site(ago=ago)
    if fails:
        stored.failure()
    found = told()
    assert found["header"] == found["api"] == found["status"] == tier
    assert found["source"] == "jpl_horizons"
    assert f"tier--{tier}" in found["page"]
    assert "not measured" not in found["page"]


def test_a_picture_of_the_model_is_marked(visitor):
    """The same states twice: once as the model's, once as Horizons'."""
    from voyager import services

    stored.events()
    modelled = visitor.get(f"{PLOT}.svg").content.decode()
    path, _ = services.states()
    stored.states(path.utc[::20])
    versions.forget()
    real = visitor.get(f"{PLOT}.svg").content.decode()
    assert "modelled" in modelled.lower()
    assert "modelled" not in real.lower()


def test_the_picture_changes_with_the_first_real_row(told):
    before = told()
    stored.site()
    assert told()["picture"] != before["picture"]


def test_an_ingest_makes_it_real_and_a_failed_one_only_older(told, through_mirror):
    call_command("ingest", "voyager.events", verbosity=0)
    call_command("ingest", "voyager.trajectory", "--since=2026-01-01", verbosity=0)
    first = told()
    assert first["header"] == "real"
    assert first["source"] == "jpl_horizons"
    through_mirror.faults("html:ssd.jpl.nasa.gov")
    with pytest.raises(SystemExit):
        call_command("ingest", "voyager.trajectory", "--since=2026-01-01", verbosity=0)
    failed = told()
    assert failed["header"] == failed["api"] == "cached"
    assert failed["source"] == "jpl_horizons"
    through_mirror.clear()
    call_command("ingest", "voyager.trajectory", "--since=2026-01-01", verbosity=0)
    assert told()["header"] == "real"


@pytest.mark.parametrize("has_data", [False, True], ids=["empty", "with data"])
def test_each_panel_has_a_chip_and_downloads(visitor, has_data):
    if has_data:
        stored.site()
    page = visitor.get("/trajectory").content.decode()
    panels = page.split('<figure class="panel"')[1:]
    assert len(panels) == 6
    for panel in panels:
        assert 'class="chip chip--' in panel
        for fmt in ("png", "svg", "csv"):
            assert f".{fmt}" in panel
        chips = panel.partition("</figure>")[0]
        assert any(f'tier--{tier}"' in chips for tier in ("synthetic", "empty")) is not has_data


def test_the_page_names_the_design_part(visitor):
    stored.site()
    page = visitor.get("/trajectory").content.decode()
    assert page.count("mission-design trajectory") >= 2  # in the text, and with the data it is about
