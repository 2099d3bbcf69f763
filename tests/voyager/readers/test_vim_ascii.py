"""48 s vectors as text: every way in which the archive writes them, and what makes a file or a line unfit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from deepspace.ingestion.product import Unusable
from deepspace.upstream.errors import SchemaDrift
from voyager.readers import vim_ascii

HEADER = (
    "Voyager 1 48-sec averaged magnetic field data tab-delimited ascii files. \n\nThe columns are:\n"
    "1. SC   ID (Voyager 1)\n2  year (2013)\n3. DOY (Jan 1 = 1)\n\n"
    " SC\tYr\t\tDOY\t  F1\t\t   Br\t\t   Bt\t\t   Bn\n"
)
FIRST, SECOND = "V1_48s_2012_001-031_140814.dat", "V1_48s_2012_031-061.dat"


def line(day, f1=0.5, br=0.1, bt=-0.4, bn=0.2, spacecraft="FLT1", year="12", end=""):
    return f"{spacecraft}\t{year}\t{day}\t{f1}\t{br}\t{bt}\t{bn}{end}"


def body(*lines, newline="\n", header=HEADER, last=""):
    return (header.replace("\n", newline) + newline.join(lines) + last).encode()


def read_year(bodies) -> tuple[Any, list[Any]]:
    block, *unusable = vim_ascii.read_year(bodies)
    return block, unusable


def read(*lines, **changes):
    return read_year({FIRST: body(*lines, **changes)})


LINES = (line("1.53934", 0.16458, -0.01471, -0.14, 0.08511), line("1.53989", 0.15922))


def test_a_vector_and_the_start_of_its_interval():
    block, unusable = read(*LINES)
    # 0.53934 d = 46598.976 s
    assert block["timestamp_utc"].astype(str).tolist() == [
        "2012-01-01T12:56:38.976000",
        "2012-01-01T12:57:26.496000",
    ]
    assert [block[name][0] for name in ("b_nt", "br_nt", "bt_nt", "bn_nt")] == [
        0.16458,
        -0.01471,
        -0.14,
        0.08511,
    ]
    assert set(block["cadence_s"].tolist()) == {48}
    assert np.isnan(block["distance_au"]).all()
    assert unusable == []


def test_uncertainties_are_the_documented_ones():
    block, _ = read(*LINES)
    assert [block[name][0] for name in ("b_sigma_nt", "br_sigma_nt", "bt_sigma_nt", "bn_sigma_nt")] == [
        0.03,
        0.02,
        0.02,
        0.02,
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "\n", "\n\n"])
def test_any_line_end_will_do(newline, last):
    block, unusable = read(*LINES, newline=newline, last=last.replace("\n", newline))
    assert block["b_nt"].tolist() == [0.16458, 0.15922]
    assert unusable == []


@pytest.mark.parametrize(
    "changes",
    [
        {"spacecraft": "1"},
        {"year": "2012"},
        {"end": "\t" * 13},
        {"f1": "5E-1"},
        {"f1": "+0.500"},
        {"spacecraft": "  FLT1"},
    ],
)
def test_the_same_vector_written_otherwise(changes):
    block, unusable = read(line("1.53934", **changes))
    assert block["timestamp_utc"][0] == np.datetime64("2012-01-01T12:56:38.976")
    assert block["b_nt"].tolist() == [0.5]
    assert unusable == []


def test_small_numbers_are_written_with_an_exponent():
    block, _ = read(line("1.5", br="6E-4", bt="-9E-4", bn="5.1E-4"))
    assert [block[name][0] for name in ("br_nt", "bt_nt", "bn_nt")] == [6e-4, -9e-4, 5.1e-4]


def test_2009_is_written_with_one_digit():
    name = "V1_48s_2009_001-031.dat"
    block, _ = read_year({name: body(line("30.85003", year="9"))})
    assert block["timestamp_utc"][0] == np.datetime64("2009-01-30T20:24:02.592")


def test_the_last_day_of_a_leap_year():
    block, _ = read(line("366.99999"))
    assert block["timestamp_utc"][0] == np.datetime64("2012-12-31T23:59:59.136")


def test_a_header_that_is_not_ascii_is_no_obstacle():
    block, _ = read(*LINES, header="uncertainty dBR \x97 0.02 nT\n")
    assert len(block["b_nt"]) == 2
    block, _ = read_year({FIRST: b"dBR \xc5 0.02 nT\n" + body(*LINES, header="")})
    assert len(block["b_nt"]) == 2


def test_where_files_overlap_the_later_one_supplies_the_rows():
    days = {FIRST: [30.9, 31.0, 31.1, 31.2, 31.3], SECOND: [31.2, 31.25, 31.3, 31.4]}
    bodies = {
        name: body(*(line(day, 0.1 if name == FIRST else 0.2) for day in of)) for name, of in days.items()
    }
    for order in (bodies, dict(reversed(bodies.items()))):
        block, unusable = read_year(order)
        assert block["b_nt"].tolist() == [0.1, 0.1, 0.1, 0.2, 0.2, 0.2, 0.2]
        assert (np.diff(block["timestamp_utc"].astype(np.int64)) > 0).all()
        assert unusable == []


def test_records_between_two_files_are_not_lost():
    bodies = {FIRST: body(line("30.9"), line("31.3"), line("31.5")), SECOND: body(line("31.6"), line("32"))}
    block, _ = read_year(bodies)
    assert len(block["b_nt"]) == 5


def test_a_first_record_that_is_days_off_does_not_take_the_other_file_over():
    bodies = {
        FIRST: body(line("2"), line("20"), line("30.9")),
        SECOND: body(line("3"), line("31.5"), line("32")),
    }
    block, _ = read_year(bodies)
    days = (block["timestamp_utc"] - np.datetime64("2012-01-01T00:00:00", "us")) / np.timedelta64(1, "D") + 1
    assert {2.0, 20.0, 30.9, 31.5, 32.0} <= set(np.round(days, 3).tolist())


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("FLT1\t12\t1.6\t0.5\tx\t-0.4\t0.2", "no number"),
        ("FLT1\t12\t1.6\t0.5\tnan\t-0.4\t0.2", "not a number"),
        ("FLT1\t12\t1.6\tinf\t0.1\t-0.4\t0.2", "infinite"),
        ("FLT2\t12\t1.6\t0.5\t0.1\t-0.4\t0.2", "another spacecraft"),
        ("FLT1\t12\t1.6\t0.5\t0.1\t-0.4", "a column short"),
        ("FLT1\t12\t1.6\t0.5\t0.1\t-0.4\t0.2\t0.7", "a column too many"),
        ("-- gap --", "a remark"),
    ],
)
def test_a_bad_line_is_left_out_and_told(bad, why):
    block, unusable = read(LINES[0], bad, LINES[1])
    assert block["b_nt"].tolist() == [0.16458, 0.15922], why
    number = HEADER.count("\n") + 2
    assert unusable == [Unusable("it is no line of data", 1, (f"{FIRST}, line {number}",))]


def test_blank_lines_are_nothing():
    block, unusable = read(LINES[0], "", "  ", LINES[1])
    assert (len(block["b_nt"]), unusable) == (2, [])


@pytest.mark.parametrize("day", ["0.5", "400.1", "-3"])
def test_a_day_that_no_year_has_is_no_time(day):
    block, unusable = read(LINES[0], line("1.6").replace("1.6", day, 1), LINES[1])
    assert len(block["b_nt"]) == 2
    assert [one.count for one in unusable] == [1]


def test_a_clock_that_jumps_is_told_with_its_line():
    block, unusable = read(line("1.1"), line("25.0"), line("1.2"), line("1.3"))
    assert len(block["b_nt"]) == 3
    assert unusable == [
        Unusable("its time is out of order", 1, (f"{FIRST}, line {HEADER.count(chr(10)) + 2}",))
    ]


@pytest.mark.parametrize("cut", [3, 12, 25])
def test_a_file_cut_off_within_a_line_fails(cut):
    whole = body(*LINES)
    with pytest.raises(SchemaDrift, match=rf"{FIRST}: cut off in line 10: "):
        vim_ascii.read_year({FIRST: whole[: -len(LINES[1]) + cut]})


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (b"", "no line of data in 1 lines"),
        (HEADER.encode(), "no line of data"),
        (b"<!DOCTYPE html>\n<html>gone</html>", "an HTML page"),
        (body("FLT1\t12\t1.5\t0.5\t0.1\t-0.4"), "line 9 has 6 columns, expected 7"),
        (body(LINES[0], "\0\0\0", LINES[1]), "binary data at byte"),
    ],
)
def test_what_is_no_such_table_fails_with_its_place(sent, message):
    with pytest.raises(SchemaDrift, match=f"{FIRST}: {message}"):
        vim_ascii.read_year({FIRST: sent})
