"""Numbers, instants and provenance as a reader sees them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.template import Context, Template

from deepspace.provenance import Provenance, Tier
from deepspace.templatetags import deepspace as tags

pytestmark = pytest.mark.django_db  # a chip says where its product stands now
THIN, WIDE, MINUS = "\u202f", "\u00a0", "\u2212"


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (25902068371.2, 0, f"25{THIN}902{THIN}068{THIN}371"),
        (173.14463, 4, "173.1446"),
        (-0.28, 1, f"{MINUS}0.3"),
        (-0.0001, 2, "0.00"),
        (None, 2, "unknown"),
        (float("nan"), 2, "unknown"),
        (float("inf"), 2, "unknown"),
    ],
)
def test_numbers_are_grouped_and_signed_properly(value, decimals, shown):
    assert tags.number(value, decimals) == shown


def test_a_unit_never_leaves_its_number():
    assert tags.au(172.41429) == f"172.4143{WIDE}au"
    assert tags.km(65180) == f"65{THIN}180{WIDE}km"
    assert tags.km_s(16.9123) == f"16.912{WIDE}km/s"
    assert tags.degrees(-12.5, 1) == f"{MINUS}12.5°"
    assert tags.au(None) == "unknown"


@pytest.mark.parametrize(
    ("degrees", "shown"),
    [(258.974, "17h 15m 54s"), (359.9999, "00h 00m 00s"), (0.0, "00h 00m 00s"), (-15.0, "23h 00m 00s")],
)
def test_right_ascension_is_in_hours(degrees, shown):
    assert tags.right_ascension(degrees) == shown.replace(" ", WIDE)


@pytest.mark.parametrize(
    ("degrees", "shown"),
    [(12.224, "+12° 13′ 26″"), (-0.5, f"{MINUS}00° 30′ 00″"), (59.99999, "+60° 00′ 00″")],
)
def test_declination_is_always_signed(degrees, shown):
    assert tags.declination(degrees) == shown.replace(" ", WIDE)


def test_light_time_is_written_out():
    assert tags.light_time(86418.4) == f"24{WIDE}h 00{WIDE}min 18{WIDE}s"
    assert tags.light_time(float("nan")) == "unknown"


def test_instants_are_absolute_and_utc_whatever_their_zone():
    moment = datetime(2026, 11, 20, 16, 3, 9, tzinfo=timezone(timedelta(hours=2)))
    assert tags.utc(moment) == f'<time datetime="2026-11-20T14:03:09Z">2026-11-20{WIDE}14:03{WIDE}UTC</time>'
    assert "14:03:09" in tags.utc(moment, "second")
    assert ">2026-11-20<" in tags.utc(moment, "day")
    assert tags.day(date(1990, 2, 14)) == '<time datetime="1990-02-14">1990-02-14</time>'


def test_what_never_happened_is_said_in_words():
    assert tags.utc(None) == "never"
    assert Template("{{ nothing.at_all|utc }}").render(Context()) == "never"
    assert tags.utc(None, "day") == tags.day(None) == tags.span(None) == "unknown"


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (timedelta(days=1), "24 hours"),
        (timedelta(days=7), "7 days"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(minutes=15), "15 minutes"),
        (timedelta(seconds=90), "90 s"),
    ],
)
def test_lengths_of_time_are_in_human_units(length, shown):
    assert tags.span(length) == shown.replace(" ", WIDE)


@pytest.mark.parametrize("tier", list(Tier))
def test_a_tier_is_a_word_and_a_mark_not_only_a_colour(tier):
    markup = tags.tier(tier)
    assert f"tier--{tier.value}" in markup
    assert tags._TIER_WORDS[tier][0] in markup
    assert 'aria-hidden="true"' in markup


def test_a_file_missing_from_the_manifest_has_its_plain_address(settings, monkeypatch):
    def refuse(path):
        raise ValueError(f"Missing staticfiles manifest entry for {path!r}")

    monkeypatch.setattr(tags, "static", refuse)
    assert tags.asset("deepspace/site.css") == "/static/deepspace/site.css"


def _chip(provenance: Provenance) -> str:
    return Template("{% chip one %}").render(Context({"one": provenance}))


def test_a_chip_of_real_data_names_tier_source_time_and_product():
    at = datetime(2026, 11, 20, 14, 3, tzinfo=UTC)
    markup = _chip(Provenance("voyager.trajectory", Tier.CACHED, "jpl_horizons", at, note="A note."))
    assert "Cached" in markup
    assert "Horizons" in markup
    assert f"2026-11-20{WIDE}14:03{WIDE}UTC" in markup
    assert 'href="/data/voyager.trajectory"' in markup
    assert "A note." in markup


def test_a_chip_of_modelled_data_says_that_nothing_was_measured():
    markup = _chip(Provenance("voyager.trajectory", Tier.SYNTHETIC, "synthetic"))
    assert "Modelled" in markup
    assert "model, not measured" in markup
    assert "retrieved" not in markup


def test_a_chip_without_data_or_product_still_prints():
    markup = _chip(Provenance("gone.product", Tier.EMPTY, "none"))
    assert "No data" in markup
    assert "<a" not in markup
