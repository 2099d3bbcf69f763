"""The verdict of now, rule by rule."""

from datetime import UTC, datetime, timedelta

import pytest

from deepspace.provenance import Provenance, Tier
from spaceintel.science.space_weather import geomagnetic_scale
from spaceintel.services.verdict import RULES, verdict
from spaceintel.services.xray import Blackout
from spaceintel.states import KpNow, ScalesDay, ScalesNow

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
REAL = Provenance("spaceintel.kp", Tier.REAL, "noaa_swpc")
QUIET_SUN = Blackout(0, NOW, 1e-7)


def kp(value, *, is_current=True, kind="observed"):
    if value is None:
        return KpNow(None, None, None, "", "none", None, is_current=False, provenance=REAL)
    begin = NOW - timedelta(hours=4)
    end = begin + timedelta(hours=3)
    return KpNow(value, begin, end, kind, "noaa_swpc", geomagnetic_scale(value), is_current, REAL)


def scales(*, is_current=True, **levels):
    day = ScalesDay(0, NOW, **({"r_scale": 0, "s_scale": 0, "g_scale": 0} | levels), r_text="", s_text="",
                    g_text="", r_minor_percent=None, r_major_percent=None, s_percent=None)  # fmt: skip
    return ScalesNow(NOW, (day,), is_current, REAL)


@pytest.mark.parametrize(
    ("value", "level", "text"),
    [
        (0.0, "quiet", "Quiet"),
        (2.67, "quiet", "Quiet"),
        (3.0, "unsettled", "Unsettled"),
        (3.67, "unsettled", "Unsettled"),
        (4.0, "active", "Active"),
        (4.33, "active", "Active"),
        (4.67, "G1", "G1 storm in progress"),
        (4.667, "G1", "G1 storm in progress"),
        (6.0, "G2", "G2 storm in progress"),
        (7.33, "G3", "G3 storm in progress"),
        (8.67, "G4", "G4 storm in progress"),
        (9.0, "G5", "G5 storm in progress"),
    ],
)
def test_kp_decides(value, level, text):
    found = verdict(kp(value), QUIET_SUN, scales())
    assert (found.level, found.text, found.also) == (level, text, ())
    assert f"Kp is {value:.2f}" in found.reason
    assert found.is_known


def test_an_old_kp_is_unknown_since_its_end():
    found = verdict(kp(2.0, is_current=False), QUIET_SUN, scales())
    assert (found.level, found.text) == ("unknown", "Unknown since 2026-11-21 03:00 UTC")
    assert not found.is_known
    assert found.at is None


def test_no_kp_at_all_is_unknown_and_never_quiet():
    found = verdict(kp(None), QUIET_SUN, scales())
    assert (found.level, found.text, found.reason) == (
        "unknown",
        "Unknown",
        "No value of Kp has been retrieved.",
    )


def test_a_radio_blackout_is_told_beside_a_quiet_field():
    found = verdict(kp(1.0), Blackout(3, NOW, 1.9e-4), scales())
    assert found.level == "quiet"
    assert [one.scale for one in found.also] == ["R3"]
    assert found.also[0].text == "R3 radio blackout in progress (strong)"
    assert "1.9 × 10⁻⁴ W/m²".replace(" ", "\u00a0") in found.also[0].reason


def test_a_radiation_storm_comes_from_noaas_scales():
    found = verdict(kp(1.0), QUIET_SUN, scales(s_scale=2))
    assert [one.text for one in found.also] == ["S2 radiation storm in progress (moderate)"]


def test_without_minutes_noaas_scales_tell_the_blackout():
    found = verdict(kp(1.0), Blackout(None, None, None), scales(r_scale=1))
    assert [one.scale for one in found.also] == ["R1"]


def test_without_both_it_is_unknown_whether_there_is_one():
    found = verdict(
        kp(1.0), Blackout(None, None, None), ScalesNow(None, (), is_current=False, provenance=REAL)
    )
    assert [(one.scale, one.is_known) for one in found.also] == [("R", False), ("S", False)]
    old = verdict(kp(1.0), QUIET_SUN, scales(is_current=False, s_scale=3))
    assert [one.text for one in old.also] == [
        "Whether a radiation storm is in progress is unknown since 2026-11-21 04:00 UTC"
    ]


def test_why_it_is_unknown_names_what_the_level_would_come_from():
    nothing = ScalesNow(None, (), is_current=False, provenance=REAL)
    blackout, storm = verdict(kp(1.0), Blackout(None, None, None), nothing).also
    assert "X-ray flux" in blackout.reason
    assert "NOAA's scales" in blackout.reason
    assert storm.reason == "No state of NOAA's scales of the last hour is known."


def test_scales_of_now_that_give_no_level_are_unknown_without_a_since():
    (found,) = verdict(kp(1.0), QUIET_SUN, scales(s_scale=None)).also
    assert found.text == "Whether a radiation storm is in progress is unknown"
    assert found.reason == "NOAA's scales of 2026-11-21 04:00 UTC give no level of S."


def test_every_level_stands_in_the_table_of_rules():
    levels = " ".join(rule.level for rule in RULES)
    for word in ("quiet", "unsettled", "active", "G1 to G5", "unknown", "R1 to R5", "S1 to S5"):
        assert word in levels
