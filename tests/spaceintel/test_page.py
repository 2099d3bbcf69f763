"""``/space-intelligence``: what it says with every feed up, with each of them down, with all down, with nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client

from deepspace import versions
from spaceintel.models import SolarWind
from tests.support import space
from tests.support.visitor import database_away, forget_everything

PATH = "/space-intelligence"
HOURS = 5
DONKI = "spaceintel.solar_events"
# Parts of the page that speak of a product; everything else stays as it is when that product is down.
PARTS = {
    "spaceintel.alerts": {"notices"},
    "spaceintel.close_approaches": {"near-earth", "highlights"},
    "spaceintel.goes_flares": {"sun", "cmes", "highlights"},
    "spaceintel.kp": {"verdict", "kp", "highlights"},
    "spaceintel.kp_gfz": {"kp", "highlights"},
    "spaceintel.neos": {"near-earth", "highlights"},
    "spaceintel.scales": {"kp", "verdict"},
    "spaceintel.sentry": {"sentry"},
    DONKI: {"sun", "cmes", "kp", "highlights"},
    "spaceintel.solar_wind": {"wind"},
    "spaceintel.xray": {"sun"},
}
UNKNOWN_SINCE = {
    "spaceintel.alerts": "notices",
    "spaceintel.goes_flares": None,  # DONKI lists the flares as well
    "spaceintel.kp": None,  # GFZ has Kp as well
    "spaceintel.kp_gfz": None,
    "spaceintel.close_approaches": None,  # asked for two months ahead
    "spaceintel.neos": None,
    "spaceintel.scales": "kp",
    "spaceintel.sentry": None,  # a list is known until it would be stale
    DONKI: "cmes",
    "spaceintel.solar_wind": "wind",
    "spaceintel.xray": "sun",
}


def page(visitor: Client, query: str = "", status: int = 200) -> str:
    """The page at the pinned instant."""
    with time_machine.travel(space.NOW + timedelta(seconds=40), tick=False):
        response = visitor.get(f"{PATH}{query}")
    assert response.status_code == status
    return response.content.decode()


def parts(html: str) -> dict[str, str]:
    """The sections of the page by id, as text; "verdict" is the box at the top. Pictures are left out."""
    main = html[html.index("<main") : html.index("</main>")]
    found = {"verdict": text(main[main.index('<div class="verdict') : main.index("<form")])}
    for section in re.split(r"<section ", main)[2:]:
        name = re.search(r'aria-labelledby="([^"]+)"', section)
        assert name
        found[name[1]] = text(re.sub(r"<img[^>]*>", "", section))
    return found


def text(html: str) -> str:
    bare = re.sub(r"</?(time|a|strong|span|code)\b[^>]*>", "", html)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", bare))).strip()


@pytest.fixture
def earlier(visitor) -> Client:
    """A site that was well some hours ago."""
    space.refresh(space.Upstreams(space.NOW - timedelta(hours=HOURS), minutes=60))
    return visitor


def test_with_every_feed_up_all_of_it_is_known(earlier):
    space.refresh()
    said = parts(page(earlier))
    assert said["verdict"].startswith("G1 storm in progress Kp is 4.67")
    assert "Unknown since" not in " ".join(said.values())
    assert "X1.2 on 2026-09-25 15:43 UTC from active region 14299" in said["highlights"]
    assert "2026 ZH8 will pass at 0.62 lunar distances" in said["highlights"]
    assert "24 coronal mass ejections" in said["cmes"]
    assert "3 to 6" in said["cmes"]  # Kp that a model expects
    assert "2 geomagnetic storms" in said["kp"]
    assert "SOLAR1" in said["wind"]
    assert "540 km/s" in said["wind"]
    assert "WARNING: Geomagnetic K-index of 5 expected" in said["notices"]
    assert "6 objects are on the list; the highest Torino value is 0" in said["sentry"]


@pytest.mark.parametrize("down", PARTS)
def test_one_feed_down_touches_no_other_part_of_the_page(earlier, down):
    space.refresh(down=[down])
    with_one_down = parts(page(earlier))
    space.refresh(only=[down])
    whole = parts(page(earlier))
    changed = {name for name in whole if whole[name] != with_one_down[name]}
    assert changed
    assert changed <= PARTS[down]
    place = UNKNOWN_SINCE[down]
    if place is not None:
        assert "nknown since 2026-09-27 1" in with_one_down[place]
        assert "nknown since 2026-09-27 1" not in whole[place]


def test_with_all_feeds_down_the_verdict_and_every_list_say_since_when(earlier):
    space.refresh(down=space.ALL)
    said = parts(page(earlier))
    assert said["verdict"].startswith("Unknown since 2026-09-27 13:02 UTC")
    assert "Whether a radio blackout is in progress is unknown since 2026-09-27" in said["verdict"]
    for place in ("kp", "sun", "cmes", "wind", "notices"):
        assert "nknown since 2026-09-27 1" in said[place], place
    assert "do not say what the wind is now" in said["wind"]


def test_an_empty_database_is_unknown_everywhere_and_none_nowhere(visitor):
    html = page(visitor)
    said = parts(html)
    assert said["verdict"].startswith("Unknown No value of Kp has been retrieved")
    for place, words in said.items():
        if place not in {"highlights", "method"}:
            assert "nknown" in words or "has not been retrieved" in words, place
        assert not re.search(r"\b(No|none in|0) (flare|storm|approach|coronal|geomagnetic)", words), place
    assert "<table>" not in html[html.index("<main") :]


def test_while_the_database_is_away_the_page_stands_and_says_so(visitor):
    forget_everything()
    with database_away():
        said = parts(page(visitor))
    assert said["verdict"].startswith("Unknown")
    for place in ("kp", "sun", "cmes", "wind", "notices", "near-earth", "sentry"):
        assert "the database does not answer" in said[place].lower(), place


def test_when_the_database_goes_away_what_is_held_in_memory_is_still_shown(earlier):
    space.refresh()
    before = parts(page(earlier))
    with database_away():
        after = parts(page(earlier, "?unknown=1"))  # another address: not from the front cache
    assert after["verdict"] == before["verdict"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?days=0", "days"),
        ("?days=367", "days"),
        ("?days=3.5", "days"),
        ("?days=1&days=2", "days"),
        ("?end=yesterday", "end"),
        ("?end=1931-12-31", "end"),
        ("?end=2100-01-01", "end"),
    ],
)
def test_wrong_parameters_are_refused_in_words(visitor, query, field):
    assert field in text(page(visitor, query, status=422))


def test_a_field_left_empty_counts_as_not_given(earlier):
    assert "Of 2026-08-28 to 2026-09-27." in parts(page(earlier, "?days=30&end="))["highlights"]


def test_older_days_are_called_older_where_nothing_of_those_asked_is_known(earlier):
    said = parts(page(earlier, "?days=7&end=2031-01-01"))
    assert "Of 2030-12-25 to 2031-01-01; where nothing is known of these days" in said["highlights"]
    assert "nothing of the days asked for is known" in said["highlights"].lower()


def test_text_of_an_upstream_is_shown_and_does_nothing(visitor):
    space.refresh(space.Upstreams(text=space.SCRIPT))
    html = page(visitor)
    assert "<script>alert" not in html
    assert unescape(html).count(space.SCRIPT) > 5  # names, headlines, messages


def test_the_page_names_its_feed_to_readers_of_feeds(visitor):
    head = page(visitor).partition("</head>")[0]
    assert re.search(
        r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="[^"]+/feed.atom">',
        head,
    )
    assert "application/atom+xml" not in visitor.get("/trajectory").content.decode()


def test_an_unchanged_page_is_answered_304_within_the_minute(earlier):
    space.refresh()
    with time_machine.travel(space.NOW, tick=False) as clock:
        first = earlier.get(PATH)
        again = earlier.get(PATH, headers={"If-None-Match": first["ETag"]})
        clock.shift(timedelta(minutes=1))
        versions.forget()  # what is held for a second of real time
        next_minute = earlier.get(PATH, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert next_minute.status_code == 200


def test_tables_longer_than_the_page_say_how_many_there_are(earlier):
    space.refresh()
    assert "Shown are the 12 newest of 24." in parts(page(earlier))["cmes"]
    assert "Shown are" not in parts(page(earlier, "?days=7"))["cmes"]


@pytest.mark.parametrize("query", ["?end=1932-01-01", "?end=1932-01-01&days=366", "?end=2099-12-31&days=366"])
def test_the_first_and_the_last_day_on_record_are_answered(visitor, query):
    said = page(visitor, query)
    assert ("Earlier" in said) == ("2099" in query)


def test_plasma_that_ended_is_greyed_beside_a_field_of_now(earlier):
    space.refresh()
    SolarWind.objects.filter(timestamp_utc__gt=space.NOW - timedelta(hours=2)).update(
        speed_km_s=None, density_cm3=None
    )
    forget_everything()
    html = page(earlier)
    wind = html[html.index('id="wind"') : html.index('id="notices"')]
    greyed = re.findall(r'<div class="fact( fact--old)?">\s*<dt class="fact__label">([^<]+)', wind)
    assert [bool(old) for old, _ in greyed] == [True, True, False, False]
    assert greyed[0][1] == "Speed"
    said = parts(html)["wind"]
    assert "Speed and density are older than 15 minutes and do not say what the wind is now." in said


def test_values_are_written_as_a_person_would_and_no_line_ends_inside_an_instant(earlier):
    space.refresh()
    html = page(earlier)
    main = html[html.index("<main") : html.index("</main>")]
    assert re.search(r"\d\.\d\u00a0×\u00a010⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]\u00a0W/m²", main)
    assert not re.search(r"\de-\d\d", re.sub(r"<[^>]+>", "", main))
    prose = re.sub(
        r"<time[^>]*>[^<]*</time>|<[^>]+>", "", re.sub(r"<(pre|title)\b.*?</\1>", "", main, flags=re.DOTALL)
    )
    loose = [line for line in prose.splitlines() if re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", line)]
    assert loose == []
