"""Everything of a window at once: all feeds up, one down, all down, none ever, and the database away."""

from datetime import UTC, datetime

import pytest

from deepspace.provenance import Tier
from spaceintel import services
from spaceintel.parameters import SpaceParameters
from spaceintel.services.keys import SPACE_WEATHER
from tests.support import weather as space
from tests.support.visitor import database_away, forget_everything
from tests.support.weather import DAY, HOUR, MINUTE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_held")]
FEEDS = ("kp", "xray", "solar_wind", "goes_flares", "solar_events", "alerts", "scales")


def all_up():
    """Every feed answered five minutes ago, on a quiet day with one flare."""
    now = space.now()
    kp = space.batch("kp")
    space.kp(space.interval(now, 56), [1.0] * 56, log=kp)
    space.kp(now - 30 * MINUTE, [1.33] * 30, kind="estimated", log=kp)
    space.kp(space.interval(now), [2.0] * 24, kind="predicted", log=kp, noaa_scale="")
    flux = space.batch("xray")
    space.xray(now - 3 * HOUR, [4e-7] * 175, log=flux)
    space.xray(now - 3 * HOUR, [4e-9] * 175, band="0.05-0.4nm", log=flux)
    space.wind(now - 3 * HOUR, 175)
    space.flare(now - DAY, 3e-6, "C3.0")
    space.empty("goes_flares")
    space.alert(now - HOUR)
    space.scales(now - 5 * MINUTE)


def test_all_up_is_known_and_real():
    all_up()
    found = services.space_weather()
    assert found.verdict.text == "Quiet"
    assert found.verdict.also == ()
    assert len(found.flares) == 1
    assert {one.provenance.tier for one in found.feeds.values()} == {Tier.REAL}
    assert [key for key, one in found.feeds.items() if one.unknown_since is not None] == []
    assert set(found.feeds) == set(SPACE_WEATHER) - {"spaceintel.kp_gfz", "spaceintel.kp_history"}
    assert services.verdict_now().text == "Quiet"


@pytest.mark.parametrize("down", FEEDS)
def test_one_that_was_never_had_touches_no_other(down, monkeypatch):
    original = {
        name: getattr(space, name) for name in ("kp", "xray", "wind", "flare", "alert", "scales", "empty")
    }
    of = {
        "kp": "kp",
        "xray": "xray",
        "wind": "solar_wind",
        "flare": "solar_events",
        "alert": "alerts",
        "scales": "scales",
    }

    def skipping(name):
        def call(*args, **kwargs):
            key = args[0] if name == "empty" else of[name]
            return None if key == down else original[name](*args, **kwargs)

        return call

    batch = space.batch
    monkeypatch.setattr(
        space, "batch", lambda name, **values: None if name == down else batch(name, **values)
    )
    for name in original:
        monkeypatch.setattr(space, name, skipping(name))
    all_up()
    found = services.space_weather()
    unknown = {key for key, one in found.feeds.items() if not one.is_known}
    assert unknown == {f"spaceintel.{down}"}
    feed = found.feeds[f"spaceintel.{down}"]
    assert "nknown" in feed.statement
    assert not feed.is_none
    assert (found.verdict.level == "unknown") is (down == "kp")


@pytest.mark.parametrize("down", FEEDS)
def test_one_that_fails_since_hours_is_unknown_since_then(down):
    now = space.now()
    ago = 30 * HOUR
    log = space.batch(down, ago=ago)
    then = now - ago
    match down:
        case "kp":
            space.kp(space.interval(then, 8), [1.0] * 8, log=log)
        case "xray":
            space.xray(then - HOUR, [1e-7] * 60, log=log)
        case "solar_wind":
            space.wind(then - HOUR, 60, log=log)
        case "scales":
            space.scales(then, log=log)
    space.failure(down)
    feed = services.space_weather().feeds[f"spaceintel.{down}"]
    assert feed.unknown_since is not None
    assert abs(feed.unknown_since - then) <= 3 * HOUR
    assert not feed.is_known
    assert not feed.is_none
    assert "nknown since" in feed.statement


def test_nothing_was_ever_had():
    found = services.space_weather()
    assert found.verdict.text == "Unknown"
    assert all(one.is_unknown for one in found.feeds.values())
    assert {one.provenance.tier for one in found.feeds.values()} == {Tier.EMPTY}
    assert all("nknown" in text for text in found.statements.values())
    assert services.significant_events() == ()
    assert len(services.highlights(found, services.near_earth())) == 3


def test_while_the_database_is_away_everything_is_unknown():
    all_up()
    with database_away():
        found = services.space_weather()
        assert found.verdict.level == "unknown"
        assert not any(one.is_none for one in found.feeds.values())
        assert all("does not answer" in text for text in found.statements.values())
    forget_everything()
    assert services.space_weather().verdict.level == "quiet"


def test_what_was_read_before_is_shown_while_the_database_is_away():
    all_up()
    services.space_weather()
    with database_away():
        assert len(services.space_weather().flares) == 1


def test_verdict_and_kp_are_of_now_whatever_window_is_asked():
    all_up()
    past = services.space_weather(SpaceParameters(days=7, end=datetime(2025, 1, 1, tzinfo=UTC)))
    assert past.verdict.text == "Quiet"
    assert past.kp_now.kp == 1.33
    assert len(past.forecast) >= 23
    assert not past.is_live


def test_an_old_window_with_recorded_events_shows_them_exactly():
    first = datetime(2025, 8, 26, tzinfo=UTC)
    log = space.batch("solar_events", window_start=first, window_end=first + 31 * DAY)
    for number in range(23):
        space.flare(first + number * DAY, 1e-5, "M1.0", log=log)
    for number in range(3):
        space.event("GST", first + number * 5 * DAY, kp_max=6.0, log=log)
    space.flare(first + HOUR + 3 * MINUTE, 2e-6, "C2.0", kind="XRA")
    found = services.space_weather(SpaceParameters(days=31, end=first + 31 * DAY))
    assert (len(found.donki_flares), len(found.flares), len(found.storms)) == (23, 24, 3)


def test_the_superstorm_of_may_2024_is_g5_in_its_window():
    thirds = [8.0, 8.333, 9.0, 9.0, 8.333, 8.667, 9.0]
    first = datetime(2024, 5, 10, 15, tzinfo=UTC)
    space.kp(first, thirds, source="gfz")
    asked = SpaceParameters(days=7, end=datetime(2024, 5, 13, tzinfo=UTC))
    kp = next(one for one in services.highlights(services.space_weather(asked)) if one.kind == "kp")
    assert "G5 (extreme)" in kp.text
    assert "kp-2024-05-10-G5" in [one.id for one in services.significant_events(asked)]


def test_a_warm_window_costs_no_reading(django_assert_max_num_queries):
    all_up()
    services.space_weather()
    with django_assert_max_num_queries(6):
        services.space_weather()
