"""``/space-intelligence/feed.atom``: a valid feed whose entries keep their ids."""

from __future__ import annotations

from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
import time_machine
from django.test import Client

from spaceintel import services
from spaceintel.models import SolarEvent
from tests.support import space
from tests.support.visitor import database_away, forget_everything

PATH = "/space-intelligence/feed.atom"
ATOM = "{http://www.w3.org/2005/Atom}"


def read(visitor: Client) -> ET.Element:
    with time_machine.travel(space.NOW, tick=False):
        response = visitor.get(PATH)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.content)  # noqa: S314 (our own answer)


def entries(feed: ET.Element) -> dict[str, ET.Element]:
    found = feed.findall(f"{ATOM}entry")
    by_id = {said(one, "id"): one for one in found}
    assert len(by_id) == len(found)
    return by_id


def said(element: ET.Element, name: str) -> str:
    found = element.findtext(f"{ATOM}{name}")
    assert found, name
    return found


@pytest.fixture
def site(visitor, settings) -> Client:
    """Every feed up."""
    settings.SITE_URL = "https://example.org"
    space.refresh()
    return visitor


def test_what_rfc_4287_wants_of_a_feed_is_there(site):
    feed = read(site)
    assert feed.tag == f"{ATOM}feed"
    links = {one.get("rel"): one.get("href") for one in feed.findall(f"{ATOM}link")}
    assert links == {
        "alternate": "https://example.org/space-intelligence",
        "self": "https://example.org/space-intelligence/feed.atom",
    }
    assert said(feed, "title").startswith("Space weather")
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    for one in entries(feed).values():
        assert said(one, "id").startswith("tag:example.org,2026:space-intelligence/")
        assert datetime.fromisoformat(said(one, "updated")).tzinfo is not None
        assert "Listed by the rule:" in said(one, "summary")
        link = one.find(f"{ATOM}link")
        assert link is not None
        assert link.attrib["href"].startswith("https://example.org/space-intelligence?days=6&end=")
        published = one.findtext(f"{ATOM}published")
        assert published is None or published <= said(one, "updated")  # an approach to come has none yet
    newest = max(said(one, "updated") for one in entries(feed).values())
    assert said(feed, "updated") == newest


def test_the_feed_and_the_api_list_the_same_events(site):
    with time_machine.travel(space.NOW, tick=False):
        listed = site.get("/api/events").json()["events"]
    assert [name.rpartition("/")[2] for name in entries(read(site))] == [one["id"] for one in listed]
    assert listed


def test_an_id_stays_and_updated_moves_when_an_event_is_revised(site):
    before = entries(read(site))
    flare = SolarEvent.objects.get(event_type="FLR", flare_class="X1.2")
    flare.flare_class, flare.ingested_at = "X1.3", flare.ingested_at + timedelta(hours=2)
    flare.save()
    forget_everything()
    after = entries(read(site))
    assert list(after) == list(before)
    (changed,) = [name for name in after if said(after[name], "title") != said(before[name], "title")]
    assert said(after[changed], "title") == "X1.3 solar flare"
    assert said(after[changed], "updated") > said(before[changed], "updated")
    assert said(after[changed], "published") == said(before[changed], "published")


def test_the_same_bodies_ingested_again_change_no_byte(site):
    with time_machine.travel(space.NOW, tick=False):
        before = site.get(PATH).content
        space.refresh()
        assert site.get(PATH).content == before


def test_a_site_that_moves_keeps_the_path_of_its_ids(site, settings):
    before = [name.partition(":space-intelligence/")[2] for name in entries(read(site))]
    settings.SITE_URL = "https://example.com"
    forget_everything()
    assert [name.partition(":space-intelligence/")[2] for name in entries(read(site))] == before


def test_without_events_the_feed_is_valid_and_empty(visitor):
    assert entries(read(visitor)) == {}


def subtitle(feed: ET.Element) -> str:
    return said(feed, "subtitle")


def test_with_every_source_known_the_subtitle_says_nothing_of_unknown(site):
    assert "nknown" not in subtitle(read(site))
    assert "missing" not in subtitle(read(site))


def test_a_feed_of_a_site_that_never_asked_says_so_and_is_older_than_everything(visitor):
    feed = read(visitor)
    assert entries(feed) == {}
    assert "Events may be missing, because not everything is known." in subtitle(feed)
    for title in ("Solar events", "Close approaches", "NOAA space weather scales", "Planetary K index"):
        assert title in subtitle(feed)
    assert said(feed, "updated") == "1970-01-01T00:00:00+00:00"


def test_a_source_that_is_down_is_named_with_its_since(visitor):
    space.refresh(space.Upstreams(space.NOW - timedelta(hours=5)))
    space.refresh(down=("spaceintel.solar_events",))
    feed = read(visitor)
    assert "Solar events: " in subtitle(feed)
    assert "Unknown since 2026-09-27 13:02 UTC." in subtitle(feed)
    assert "Kp" not in subtitle(feed).partition("missing")[2]
    assert entries(feed)


def test_an_empty_feed_is_as_old_as_what_is_known(visitor, monkeypatch):
    space.refresh(space.Upstreams(space.NOW - timedelta(hours=5)))
    space.refresh(down=space.ALL)
    monkeypatch.setattr(services, "significant_events", lambda *_: ())
    feed = read(visitor)
    assert entries(feed) == {}
    assert datetime.fromisoformat(said(feed, "updated")) <= space.NOW - timedelta(hours=5)
    assert datetime.fromisoformat(said(feed, "updated")) >= space.NOW - timedelta(days=2)


def test_an_empty_feed_with_every_source_known_was_updated_when_they_were_asked(visitor, monkeypatch):
    space.refresh()
    monkeypatch.setattr(services, "significant_events", lambda *_: ())
    assert datetime.fromisoformat(said(read(visitor), "updated")) == space.NOW


def test_while_the_database_is_away_it_is_said_that_nothing_is_known(visitor):
    with database_away():
        feed = ET.fromstring(visitor.get(PATH).content)  # noqa: S314 (our own answer)
    assert "Unknown: the database does not answer." in subtitle(feed)


def test_while_the_database_is_away_the_feed_answers_and_is_kept_nowhere(visitor):
    with database_away():
        response = visitor.get(PATH)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"


def test_script_in_a_name_is_text(visitor):
    space.refresh(space.Upstreams(text=space.SCRIPT))
    with time_machine.travel(space.NOW, tick=False):
        assert b"<script" not in visitor.get(PATH).content
    titles = [said(one, "title") for one in entries(read(visitor)).values()]
    assert any(space.SCRIPT in one for one in titles)


def test_an_unchanged_feed_is_304(site):
    with time_machine.travel(space.NOW, tick=False):
        first = site.get(PATH)
        assert site.get(PATH, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_every_kind_of_event_has_a_rule(site):
    with time_machine.travel(space.NOW, tick=False):
        kinds = {one.kind for one in services.significant_events()}
    assert kinds <= {rule.level for rule in services.EVENT_RULES}
