"""``/facts``: each fact is computed or has a source, and nothing stands in the template."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from deepspace.provenance import Tier
from tests.support import field, stored
from voyager import services
from voyager.models import Event
from voyager.services.facts import _list
from voyager.views.facts import Line, facts_context

pytestmark = pytest.mark.usefixtures("nothing_held")
ROOT = Path(__file__).resolve().parents[2]
REVIEWED = tomllib.loads((ROOT / "voyager/data/facts.toml").read_text())
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def crossing(db):
    """States of the whole flight, and the events that the page computes with."""
    stored.site()
    log = stored.batch("voyager.events")
    for name, date, kind in (
        ("Launch", "1977-09-05", "launch"),
        ("Heliopause", "2012-08-25", "boundary"),
        ("Termination shock", "2004-12-16", "boundary"),
    ):
        Event.objects.create(
            event_date=date,
            event_name=name,
            kind=kind,
            description=name,
            citation=f"Source of {name}",
            citation_url="https://example.org/",
            is_milestone=True,
            source="curated",
            ingested_at=log.ingested_at,
            ingestion=log,
        )


@pytest.fixture
def text(visitor):
    """The page, with spaces as they are seen."""

    def get() -> str:
        response = visitor.get("/facts")
        assert response.status_code == 200
        return re.sub(r"[\s\u00a0\u202f]+", " ", response.content.decode())

    return get


def lines() -> dict[str, Line]:
    context = facts_context(services.facts())
    return {line.label: line for _title, group in context["groups"] for line in group}


def test_there_are_about_twenty_facts_with_a_source_each(crossing):
    field.vim("2014-12-20", 100)
    found = lines()
    assert 18 <= len(found) <= 30
    assert all(line.value and line.source for line in found.values())
    assert all(line.url for line in found.values())


@time_machine.travel(NOW, tick=False)
def test_computed_facts_are_those_of_the_trajectory(crossing):
    found, now = lines(), services.position()
    assert found["Distance from the Sun"].value.startswith(f"{now.distance_au:.4f}")
    both = found["Light takes, there and back"].value
    assert re.match(r"4[78]\sh", both)
    assert found["Speed relative to the Sun"].value.startswith(f"{now.speed_km_s:.3f}")
    assert found["In interstellar space for"].value == "14.2 years"
    assert "since 2012-08-25" in found["In interstellar space for"].detail
    assert found["In flight for"].value == "49.2 years"
    assert found["Heliopause"].detail.replace("\u00a0", " ") == "121.6 au from the Sun"
    assert found["Farther than one light-day since"].value == "2026-11-18"


def test_the_field_is_a_fact_only_when_it_is_measured(crossing):
    assert "Magnetic field" not in lines()
    from tests.support.visitor import forget_everything

    values = field.vim("2014-12-20", 100)
    forget_everything()
    assert lines()["Magnetic field"].value.startswith(f"{values[-1, 0]:.3f}")


def test_the_page_prints_them_with_their_dates(crossing, text):
    page = text()
    for label in ("Power at launch", "Golden Record", "Distance from the Earth", "Light takes, one way"):
        assert label in page
    assert (
        "Of 10 instruments 2 still measure: the magnetometer (MAG) and the plasma wave subsystem (PWS)."
        in page
    )
    assert "2026-04-17" in page
    assert "day not confirmed here" in page


def test_without_any_data_it_is_labelled_as_modelled(visitor):
    response = visitor.get("/facts")
    assert response.status_code == 200
    assert response["X-Data-Tier"] == Tier.EMPTY  # there are no events either
    page = response.content.decode()
    assert "Modelled" in page
    assert "modelled: no ephemeris is stored yet" in page
    assert "JPL Horizons, interpolated here" not in page


def test_events_are_not_placed_on_a_modelled_path(db):
    stored.events()
    assert lines()["Jupiter"].detail == ""
    assert lines()["Distance from the Sun"].source.startswith("modelled")


def test_it_begins_the_journey(crossing, text):
    page = text()
    assert 'rel="next"' in page
    assert 'rel="prev"' not in page


# --- the reviewed list


def test_every_reviewed_fact_has_a_source_and_says_how_it_was_checked():
    for entry in REVIEWED["fact"]:
        assert entry["source"].strip()
        assert entry["url"].startswith("https://")
        assert entry["checked"] in {"read", "copy"}


def test_all_ten_instruments_are_there_once():
    names = [entry["short"] for entry in REVIEWED["instrument"]]
    assert sorted(names) == sorted({"MAG", "PWS", "LECP", "CRS", "ISS", "PLS", "UVS", "PRA", "IRIS", "PPS"})


def test_dates_of_instruments_agree_with_the_events():
    events = tomllib.loads((ROOT / "voyager/data/events.toml").read_text())["event"]
    dates = {str(entry["when"]) for entry in events if entry["kind"] == "instrument"}
    assert {str(entry["off"]) for entry in REVIEWED["instrument"] if "off" in entry} <= dates


def test_an_instrument_is_off_only_with_a_source():
    _facts, instruments = _list()
    assert {one.short for one in instruments if one.is_on} == {"MAG", "PWS"}
    assert all(one.source for one in instruments if not one.is_on)


def test_no_number_is_typed_into_the_template():
    template = (ROOT / "templates/voyager/facts.html").read_text()
    words = re.sub(r"{[{%].*?[}%]}|<[^>]*>", " ", template)
    assert re.findall(r"\d", words) == []
