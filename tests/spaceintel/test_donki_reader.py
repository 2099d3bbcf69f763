"""DONKI's lists: what becomes of each kind, and what of lists that are not as they should be."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from deepspace.ingestion.product import Unusable
from deepspace.upstream.errors import SchemaDrift
from spaceintel.readers import donki
from tests.spaceintel.donki_bodies import analysis, cme, flare, run, storm

LATEST = datetime(2026, 11, 1, tzinfo=UTC)


def read(kind, *events):
    return list(donki.read(kind, json.dumps(events).encode(), latest=LATEST))


def only(kind, event):
    (row,) = read(kind, event)
    assert not isinstance(row, Unusable)
    return row


def utc(year, month, day, hour=0, minute=0, second=0):
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def test_a_flare_has_its_times_its_class_and_the_flux_of_the_class():
    row = only("FLR", flare(linkedEvents=[{"activityID": "2025-08-28T15:00:00-CME-001"}]))
    assert (row["event_type"], row["event_id"]) == ("FLR", "2025-08-28T14:11:00-FLR-001")
    assert row["timestamp_utc"] == utc(2025, 8, 28, 14, 11)
    assert (row["peak_at"], row["end_at"]) == (utc(2025, 8, 28, 14, 16), utc(2025, 8, 28, 14, 22))
    assert (row["flare_class"], row["peak_flux_w_m2"]) == ("M1.1", 1.1e-5)
    assert (row["source_location"], row["active_region"]) == ("S17E22", 14197)
    assert row["instruments"] == "GOES-P: EXIS 1.0-8.0"
    assert row["linked_events"] == ["2025-08-28T15:00:00-CME-001"]
    assert (row["version_id"], row["submitted_at"]) == (1, utc(2025, 8, 28, 14, 56))
    assert row["details"] == {}


def test_what_a_flare_does_not_have_is_empty_and_no_error():
    row = only(
        "FLR", {"flrID": "x", "beginTime": "2025-08-28T14:11Z", "instruments": None, "linkedEvents": None}
    )
    assert (row["peak_at"], row["end_at"], row["peak_flux_w_m2"], row["active_region"]) == (None,) * 4
    assert (row["flare_class"], row["instruments"], row["note"], row["linked_events"]) == ("", "", "", [])


def test_a_class_that_is_none_is_kept_and_has_no_flux():
    row = only("FLR", flare(classType="M?"))
    assert (row["flare_class"], row["peak_flux_w_m2"]) == ("M?", None)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-08-28T14:11Z", utc(2025, 8, 28, 14, 11)),
        ("2025-08-28T14:11:30Z", utc(2025, 8, 28, 14, 11, 30)),
        ("2025-08-28T14:11", utc(2025, 8, 28, 14, 11)),
        ("2025-08-28T16:11+02:00", utc(2025, 8, 28, 14, 11)),
    ],
)
def test_times_are_utc_with_and_without_seconds(text, moment):
    assert only("FLR", flare(beginTime=text))["timestamp_utc"] == moment


def test_a_cme_has_the_numbers_of_its_leading_edge_not_of_the_faster_shock():
    row = only(
        "CME", cme(analysis("SH", speed=1379.0), analysis("LE", speed=1021.0, latitude=-5.0, type="O"))
    )
    assert (row["speed_km_s"], row["latitude_deg"], row["speed_class"]) == (1021.0, -5.0, "O")
    assert row["at_21_5_rs"] == utc(2025, 8, 30, 3, 50)
    assert len(row["details"]["cmeAnalyses"]) == 2


def test_the_most_accurate_analysis_counts_before_the_leading_edge_and_the_newest_one():
    best = analysis("SH", speed=800.0, submissionTime="2025-08-30T10:00Z")
    row = only("CME", cme(analysis("LE", isMostAccurate=False, submissionTime="2025-08-31T10:00Z"), best))
    assert row["speed_km_s"] == 800.0


def test_of_two_equal_analyses_the_newest_counts():
    older = analysis("LE", speed=500.0, submissionTime="2025-08-30T10:00Z")
    newer = analysis("LE", speed=700.0, submissionTime="2025-08-30T18:00Z")
    assert only("CME", cme(newer, older))["speed_km_s"] == 700.0
    assert only("CME", cme(older, newer))["speed_km_s"] == 700.0


@pytest.mark.parametrize("analyses", [None, []])
def test_a_cme_that_nobody_analysed_yet_has_no_numbers(analyses):
    row = only("CME", cme() | {"cmeAnalyses": analyses})
    assert (row["speed_km_s"], row["arrival_at"], row["is_glancing_blow"]) == (None, None, None)


def test_the_arrival_is_that_of_the_newest_run():
    old = run("2025-08-30T19:16Z", "2025-09-01T19:23Z", kp=(None, 4, 5, 6))
    new = run("2025-08-31T00:23Z", "2025-09-01T18:24Z", kp=(None, 7, 8, 9), isEarthGB=True)
    row = only("CME", cme(analysis("LE", enlilList=[new, old])))
    assert row["arrival_at"] == utc(2025, 9, 1, 18, 24)
    assert (row["arrival_kp_min"], row["arrival_kp_max"]) == (7.0, 9.0)
    assert (row["is_glancing_blow"], row["is_minor_impact"]) == (True, False)


def test_a_newest_run_that_misses_the_earth_takes_the_arrival_back():
    runs = [run("2025-08-30T19:16Z", "2025-09-01T19:23Z"), run("2025-08-31T00:23Z", None)]
    row = only("CME", cme(analysis("LE", enlilList=runs)))
    assert (row["arrival_at"], row["arrival_kp_max"], row["is_glancing_blow"]) == (None, None, False)


def test_the_run_of_the_shock_counts_where_the_leading_edge_has_none():
    hit = run("2025-08-30T22:38Z", "2025-09-01T15:55Z")
    row = only("CME", cme(analysis("LE", enlilList=None), analysis("SH", enlilList=[hit])))
    assert row["arrival_at"] == utc(2025, 9, 1, 15, 55)


def test_the_run_of_an_analysis_that_was_given_up_does_not_count():
    hit = run("2025-08-30T22:38Z", "2025-09-01T15:55Z")
    row = only("CME", cme(analysis("LE"), analysis("LE", isMostAccurate=False, enlilList=[hit])))
    assert row["arrival_at"] is None


def test_a_storm_has_the_largest_kp_listed():
    row = only("GST", storm(6.0, 8.33, 7.67))
    assert row["kp_max"] == 8.33
    assert [one["kpIndex"] for one in row["details"]["allKpIndex"]] == [6.0, 8.33, 7.67]
    assert only("GST", storm())["kp_max"] is None


@pytest.mark.parametrize(("kind", "name"), [("SEP", "sepID"), ("HSS", "hssID")])
def test_particle_events_and_streams_have_a_time_and_instruments(kind, name):
    event = {
        name: f"2025-09-01-{kind}-001",
        "eventTime": "2025-09-01T02:00Z",
        "instruments": [{"displayName": "ACE: MAG"}],
    }
    row = only(kind, event)
    assert (row["event_id"], row["instruments"]) == (f"2025-09-01-{kind}-001", "ACE: MAG")


def test_what_has_no_column_is_kept_as_it_came():
    row = only("FLR", flare(sentNotifications=[{"messageID": "A"}], somethingNew={"a": 1}))
    assert row["details"] == {"sentNotifications": [{"messageID": "A"}], "somethingNew": {"a": 1}}


def test_a_script_in_a_note_stays_plain_text():
    text = "<script>alert(1)</script>"
    assert only("FLR", flare(note=text))["note"] == text


@pytest.mark.parametrize(
    "link",
    [
        "https://webtools.ccmc.gsfc.nasa.gov/DONKI/view/FLR/1/-1",
        "http://example.org/a?b=c",
        "HTTPS://example.org",
    ],
)
def test_an_address_of_the_web_is_a_link(link):
    assert only("FLR", flare(link=link))["link"] == link
    assert only("FLR", flare(link=f" {link}\n"))["link"] == link


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "//example.org/x",
        "https:example",
        "https://",
        "https://[::1",
        "ftp://example.org/x",
        "see the note",
        "https://example.org/\x1bx",
        "https://example.org/" + "x" * 300,
        None,
    ],
)
def test_anything_else_is_no_link_and_costs_no_event(link):
    row = only("FLR", flare(link=link))
    assert row["link"] == ""
    assert "link" not in row["details"]


@pytest.mark.parametrize("body", [b"[]", b"", b" \n"])
def test_an_empty_list_and_an_empty_body_are_no_events(body):
    assert list(donki.read("SEP", body, latest=LATEST)) == []


@pytest.mark.parametrize(
    "body", [b'{"error": "over"}', b"null", b'"none"', b"[1", b"[NaN]", b"<html></html>"]
)
def test_what_is_no_list_is_drift(body):
    with pytest.raises(SchemaDrift):
        list(donki.read("FLR", body, latest=LATEST))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"flrID": None}, "flrID"),
        ({"flrID": ""}, "flrID"),
        ({"beginTime": None}, "beginTime"),
        ({"beginTime": 1756390260}, "beginTime"),
        ({"beginTime": "yesterday"}, "beginTime"),
        ({"activeRegionNum": "many"}, "activeRegionNum"),
        ({"instruments": "GOES"}, "instruments"),
        ({"beginTime": "1970-01-01T00:00Z"}, "begins at 1970-01-01T00:00Z, which cannot be"),
        ({"beginTime": "2031-01-01T00:00Z"}, "begins at 2031-01-01T00:00Z, which cannot be"),
        ({"note": "a\x00b"}, "characters that no database keeps"),
        ({"note": "\ud800"}, "characters that no database keeps"),
    ],
)
def test_one_bad_event_is_named_and_the_others_stay(change, reason):
    bad, good = read("FLR", flare(**change), flare(flrID="other"))
    assert isinstance(bad, Unusable)
    assert reason in bad.reason
    assert bad.places == ("FLR, event 1",)
    assert good["event_id"] == "other"


def test_what_is_no_object_is_no_event():
    bad, _ = read("FLR", "text", flare())
    assert isinstance(bad, Unusable)


def test_of_several_versions_of_an_event_the_newest_is_taken():
    rows = read(
        "FLR", flare(versionId=2, classType="M1.2"), flare(versionId=1), flare(versionId=2, classType="M1.2")
    )
    assert {row["flare_class"] for row in rows} == {"M1.2"}


def test_numbers_that_are_none_do_not_come_in():
    bad = read("CME", cme(analysis("LE", speed="fast")))
    assert isinstance(bad[0], Unusable)
    assert "speed" in bad[0].reason
