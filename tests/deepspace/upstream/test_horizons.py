"""Horizons: the parameters are the library's, the numbers are the printed ones, and every refusal has its name."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import requests
from astroquery.jplhorizons import Horizons

from deepspace.upstream.errors import NoData, Refused, SchemaDrift
from deepspace.upstream.horizons import parse_vectors, vectors_at_request, vectors_request
from deepspace.upstream.http import Door
from tests.support.mirror import Mirror

BODIES = Path(__file__).parent / "bodies"
DAILY = (BODIES / "horizons_voyager1_daily.txt").read_bytes()
HOURLY = (BODIES / "horizons_voyager1_hourly.txt").read_bytes()
EARTH = (BODIES / "horizons_earth_list.txt").read_bytes()
THIRD_X = b"-9.681158408078023E+00"  # of 1981-01-01
FIRST_LINE = DAILY.decode().splitlines().index("$$SOE") + 2  # as an editor counts


# --- requests -------------------------------------------------------------------------------------------------


def test_a_grid_is_asked_for_with_the_parameters_of_astroquery():
    request = vectors_request("-31", "1977-09-06 00:00", "1977-10-06 00:00", "1d")
    epochs = {"start": "1977-09-06 00:00", "stop": "1977-10-06 00:00", "step": "1d"}
    payload = Horizons(id="-31", location="500@10", epochs=epochs).vectors_async(get_query_payload=True)
    assert dict(request.params) == payload
    assert request.public_url.startswith(
        "https://ssd.jpl.nasa.gov/api/horizons.api?format=text&EPHEM_TYPE=VECTORS"
    )
    assert request.params["COMMAND"] == '"-31"'
    assert request.params["CENTER"] == "'500@10'"
    assert request.params["REF_PLANE"] == "ECLIPTIC"
    assert request.params["OUT_UNITS"] == "AU-D"
    assert request.params["VEC_CORR"] == '"NONE"'
    assert (request.expects, request.conditional) == ("text", False)


def test_a_comet_is_asked_for_by_its_designation():
    request = vectors_request("C/2025 N1", "2025-10-01", "2025-10-02", "1d", id_type="designation")
    assert request.params["COMMAND"] == '"DES=C/2025 N1;"'


def test_a_grid_of_one_epoch_is_refused_before_horizons_does():
    with pytest.raises(ValueError, match="vectors_at_request"):
        vectors_request("-31", "1980-12-31", "1980-12-31", "1d")


def test_single_epochs_are_a_list_in_order_of_time():
    request = vectors_at_request("-31", [2444605.5, np.float64(2444605.499305556), 2444605.5])
    assert request.params["TLIST"] == "2444605.499305556\n2444605.5"
    assert "START_TIME" not in request.params


def test_fifty_epochs_fit_into_one_list():
    request = vectors_at_request("-31", [2444605.5 + day for day in range(50)])
    assert request.params["TLIST"].count("\n") == 49


@pytest.mark.parametrize("count", [0, 51])
def test_a_list_has_one_to_fifty_epochs(count: int):
    with pytest.raises(ValueError, match=f"not {count}"):
        vectors_at_request("-31", [2444605.5 + day for day in range(count)])


# --- tables ---------------------------------------------------------------------------------------------------


def test_states_are_read_as_printed():
    table = parse_vectors(DAILY)
    assert len(table) == 5
    assert (table.target_name, table.target_id, table.center_name) == ("Voyager 1 (spacecraft)", "-31", "Sun")
    assert table.solution == "Voyager_1_ST+refit2022_m"
    assert (table.reference_frame, table.output_units) == ("Ecliptic of J2000.0", "AU-D")
    assert table.api_version == "1.2"
    assert table.tdb.dtype == np.dtype("datetime64[us]")
    assert str(table.tdb[2]) == "1981-01-01T00:00:00.000000"
    assert table.jd_tdb[2] == 2444605.5
    assert table.position_au[2].tolist() == [
        -9.681158408078023e00,
        -8.383870633609676e-01,
        7.283902402489976e-01,
    ]
    assert table.velocity_au_d[2].tolist() == [
        -3.524755243964962e-03,
        -9.612961845638217e-03,
        6.974233618705821e-03,
    ]


def test_the_calendar_column_is_exact_where_the_julian_date_is_rounded():
    table = parse_vectors(HOURLY)
    assert np.all(np.diff(table.tdb) == np.timedelta64(1, "h"))
    assert table.jd_tdb[3] == 2443938.041666667
    off_s = (table.jd_tdb[3] - 2440587.5) * 86400 - table.tdb[3].astype(np.int64) / 1e6
    assert 1e-6 < abs(off_s) < 1e-4


def test_earth_is_read_from_a_list_of_epochs():
    table = parse_vectors(EARTH)
    assert (table.target_name, table.target_id, table.solution) == ("Earth", "399", "DE441")
    assert [str(epoch) for epoch in table.tdb] == ["2026-11-20T12:00:00.000000", "2026-11-22T10:17:00.000000"]


@pytest.mark.parametrize("body", [DAILY, HOURLY, EARTH], ids=["daily", "hourly", "list"])
def test_our_parser_and_astroquery_agree_to_the_last_bit(body: bytes):
    response = requests.Response()
    response.status_code, response._content = 200, body
    query = Horizons(id="-31", location="500@10", epochs=2444605.5)
    query.vectors_async(get_query_payload=True)  # tells it what it is about to read
    theirs, ours = query._parse_result(response), parse_vectors(body)
    assert theirs["datetime_jd"].tolist() == ours.jd_tdb.tolist()
    for axis, (position, velocity) in enumerate([("x", "vx"), ("y", "vy"), ("z", "vz")]):
        assert theirs[position].tolist() == ours.position_au[:, axis].tolist()
        assert theirs[velocity].tolist() == ours.velocity_au_d[:, axis].tolist()


@pytest.mark.parametrize("version", ["1.2", "1.3", "1.10"])
def test_the_json_format_holds_the_same_report(version: str):
    report = DAILY.decode().partition("\n\n")[2]
    signature = {"source": "NASA/JPL Horizons API", "version": version}
    table = parse_vectors(json.dumps({"signature": signature, "result": report}).encode())
    assert table.api_version == version
    assert np.array_equal(table.position_au, parse_vectors(DAILY).position_au)


@pytest.mark.parametrize("nonsense", [b"NaN", b"n.a.", b"Infinity", b"-inf", b"1e999", b"*****", b""])
def test_a_number_that_is_none_is_nan_and_its_row_stays(nonsense: bytes):
    table = parse_vectors(DAILY.replace(THIRD_X, nonsense))
    assert len(table) == 5
    assert np.isnan(table.position_au[2, 0])
    assert np.isfinite(table.position_au).sum() == 14
    assert np.isfinite(table.velocity_au_d).all()


def test_an_epoch_that_comes_twice_comes_twice():
    line = next(line for line in DAILY.splitlines(keepends=True) if THIRD_X in line)
    table = parse_vectors(DAILY.replace(line, line + line))
    assert len(table) == 6
    assert table.tdb[2] == table.tdb[3]


# --- drift ----------------------------------------------------------------------------------------------------

DRIFTS = {
    "units": (b"Output units    : AU-D", b"Output units    : KM-S", "Output units is 'KM-S', not 'AU-D'"),
    "frame": (b"Ecliptic of J2000.0", b"ICRF", "Reference frame is 'ICRF'"),
    "aberrations": (b"GEOMETRIC cartesian", b"LT CORRECTED cartesian", "Output type is 'LT CORRECTED"),
    "no units": (b"Output units", b"Out units", "Output units is ''"),
    "centre": (b"Center body name: Sun (10) ", b"Center body name: Earth (399)", r"around Earth \(399\)"),
    "no target": (b"Target body name: Voyager 1 (spacecraft) (-31)", b"Target body name: ", "cannot be read"),
    "major version": (b"API VERSION: 1.2", b"API VERSION: 2.0", "version '2.0'; 1.x was expected"),
    "no version": (b"API VERSION: 1.2", b"", "does not start with an API version"),
    "column renamed": (b" VX,", b" DX,", "no column VX"),
    "columns unnamed": (b"JDTDB, ", b"JD, ", "no column"),
    "column lost": (THIRD_X + b",", b"", f"10 columns in line {FIRST_LINE + 2}, not 11"),
    "column added": (THIRD_X, THIRD_X + b", 1.0", f"12 columns in line {FIRST_LINE + 2}, not 11"),
    "no epoch": (b"A.D. 1981-Jan-01", b"1981-01-01", f"no epoch in line {FIRST_LINE + 2}"),
    "no month": (b"A.D. 1981-Jan-01", b"A.D. 1981-Foo-01", f"no epoch in line {FIRST_LINE + 2}"),
    "no day": (b"A.D. 1981-Jan-01", b"A.D. 1981-Jan-32", "an epoch that is not a date"),
    "two epochs": (b"2444605.500000000", b"2444605.500001000", f"different epochs in line {FIRST_LINE + 2}"),
    "backwards": (
        b"2444605.500000000, A.D. 1981-Jan-01",
        b"2444603.500000000, A.D. 1980-Dec-30",
        f"an epoch before the one above it in line {FIRST_LINE + 2}",
    ),
    "before the Gregorian calendar": (b"1981-Jan-01", b"1581-Jan-01", "different epochs"),
    "no start": (b"$$SOE\n", b"", "no table and no reason that we know"),
    "start inside a line": (b"$$SOE\n", b"x$$SOE\n", "cut short"),
    "no end": (b"$$EOE\n", b"", "cut short: it does not end, the last line is"),
}


@pytest.mark.parametrize("drift", DRIFTS)
def test_a_report_that_is_not_what_was_asked_for_is_drift(drift: str):
    old, new, words = DRIFTS[drift]
    assert old in DAILY
    with pytest.raises(SchemaDrift, match=words) as caught:
        parse_vectors(DAILY.replace(old, new))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.75, 0.8])
def test_a_report_cut_anywhere_is_drift(share: float):
    with pytest.raises(SchemaDrift):
        parse_vectors(DAILY[: int(share * len(DAILY))])


def test_an_empty_table_is_drift():
    head, _, rest = DAILY.partition(b"$$SOE\n")
    with pytest.raises(SchemaDrift, match=f"empty at line {FIRST_LINE}"):
        parse_vectors(head + b"$$SOE\n$$EOE" + rest.partition(b"$$EOE")[2])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<!DOCTYPE html><html><body>503</body></html>", "an HTML page"),
        (b"API VERSION: 1.2\n\xff\xfe", "not UTF-8 at byte 17"),
        (b'{"signature": NaN}', "not strict JSON"),
        (b'{"result": "x"}', "version 'None'"),
        (b'{"signature": {"version": "1.3"}}', "no table and no reason"),
        (b"", "does not start with an API version"),
        (b"API VERSION: 1.2\n\nSomething new\n", "no table and no reason"),
    ],
)
def test_a_body_that_is_no_report_is_drift(body: bytes, words: str):
    with pytest.raises(SchemaDrift, match=words):
        parse_vectors(body)


def test_states_around_another_centre_can_be_asked_for():
    body = DAILY.replace(b"Center body name: Sun (10) ", b"Center body name: Earth (399)")
    assert parse_vectors(body, center_id=399).center_name == "Earth"


# --- refusals with status 200 ---------------------------------------------------------------------------------

REFUSALS = {
    "ambiguous_major": (Refused, "finds more than one target: 4 Mars Barycenter; 499 Mars"),
    "ambiguous_small": (Refused, "more than one target: 90004453 C/2019 Y4; 90004496 C/2020 M3"),
    "unknown": (Refused, "knows no such target"),
    "no_ephemeris": (NoData, r"Voyager 1 \(spacecraft\)\" prior to A.D. 1977-SEP-05 14:24:00.0000 TDB"),
    "bad_date": (Refused, "Cannot interpret date"),
    "bad_dates": (Refused, "start must be earlier than stop"),
    "too_many_steps": (Refused, "exceeds 90024 line max"),
}


@pytest.mark.parametrize("name", REFUSALS)
@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
def test_a_sentence_instead_of_a_table_has_its_error(name: str, as_json: bool):
    expected, words = REFUSALS[name]
    body = (BODIES / f"horizons_{name}.txt").read_bytes()
    if as_json:
        signature = {"source": "NASA/JPL Horizons API", "version": "1.3"}
        body = json.dumps({"signature": signature, "result": body.decode().partition("\n\n")[2]}).encode()
    with pytest.raises(expected, match=words) as caught:
        parse_vectors(body)
    assert type(caught.value) is expected
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


def test_an_error_beside_the_result_is_read_too():
    answer = {"signature": {"version": "1.3"}, "error": 'No ephemeris for target "Voyager 1" after A.D. 2100'}
    with pytest.raises(NoData, match=r"after A\.D\. 2100"):
        parse_vectors(json.dumps(answer).encode())


# --- the recorded upstream ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_recorded_state_comes_through_digit_for_digit(through_mirror: Mirror):
    door = Door()
    body = door.fetch(vectors_request("-31", "1977-09-06 00:00", "1977-10-06 00:00", "1d")).body
    table = parse_vectors(body)
    assert len(table) == 31
    # a Horizons state of that epoch in ICRF, recorded elsewhere, turned by the obliquity of J2000
    assert table.position_au[0] == pytest.approx([0.967932, -0.282098, 0.000171], abs=2e-6)
    one = parse_vectors(door.fetch(vectors_at_request("-31", [2443392.5])).body)
    assert one.position_au[0].tolist() == table.position_au[0].tolist()
    assert door.journal[1].started_at - door.journal[0].started_at >= timedelta(seconds=0.1)


@pytest.mark.django_db
def test_the_mirrors_spoiled_numbers_are_nan_rows(through_mirror: Mirror):
    through_mirror.faults("nan:ssd.jpl.nasa.gov")
    table = parse_vectors(Door().fetch(vectors_request("-31", "2026-11-01", "2026-11-10", "1d")).body)
    assert np.isnan(table.position_au[:, 0]).sum() == 4
