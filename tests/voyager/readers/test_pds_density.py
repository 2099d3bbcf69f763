"""The published density table: columns by name, units as stated, fills as nothing, MD5 as in the label."""

from __future__ import annotations

import hashlib

import pytest

from deepspace.upstream.errors import SchemaDrift
from voyager.readers.pds_density import check_md5, read_densities

HEADER = [
    *("SCET (UTC)", "Fpe (Hz)", "Fce (Hz)", "Bmag (nT)", "radius (AU)", "Distance_Past_Heliopause (AU)"),
    *("N_e (cm^-3)", "N_e_min (cm^-3)", "N_e_max (cm^-3)", "Source", "undocumented_22"),
]
EPO = [
    "2013-04-09T00:00:00.000Z",
    "2600",
    "13.96",
    "0.499",
    "123.826",
    "2.226",
    "0.080",
    "0.07",
    "0.09",
    "epo",
    "-9999",
]
QTN = [
    "2020-06-03T00:00:00.000Z",
    "3443",
    "-9999",
    "-9999.0",
    "149.379",
    "",
    "0.147",
    "-9999",
    "-9999",
    "QTN",
    "-9999",
]
NAME = "vg1-vlism-density-2012-2025.csv"


def table(*rows: list[str], header: list[str] = HEADER, end: str = "\r\n") -> bytes:
    return end.join(",".join(row) for row in [header, *rows]).encode() + end.encode()


def label(name: str, md5: str) -> bytes:
    return f"""<?xml version="1.0"?><Product_Observational><File_Area_Observational>
    <File><file_name>other.csv</file_name><md5_checksum>{"0" * 32}</md5_checksum></File>
    <File><file_name>{name}</file_name><creation_date_time>2025-09-01</creation_date_time>
      <md5_checksum>{md5}</md5_checksum></File></File_Area_Observational></Product_Observational>""".encode()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_records_are_read_with_their_numbers(end):
    first, second = read_densities(table(EPO, QTN, end=end))
    assert (first.line, first.timestamp_utc, first.method) == (2, "2013-04-09T00:00:00.000Z", "epo")
    assert first.values == {
        "n_e_cm3": 0.08,
        "n_e_min_cm3": 0.07,
        "n_e_max_cm3": 0.09,
        "f_pe_hz": 2600.0,
        "f_ce_hz": 13.96,
        "b_nt": 0.499,
        "distance_au": 123.826,
        "past_heliopause_au": 2.226,
    }
    assert second.method == "qtn"


def test_fills_and_empty_cells_are_nothing():
    (record,) = read_densities(table(QTN))
    assert {name for name, value in record.values.items() if value is None} == {
        *("n_e_min_cm3", "n_e_max_cm3", "f_ce_hz", "b_nt", "past_heliopause_au"),
    }


def test_the_order_of_columns_does_not_matter():
    turned = table(EPO[::-1], QTN[::-1], header=HEADER[::-1])
    assert [r.values for r in read_densities(turned)] == [r.values for r in read_densities(table(EPO, QTN))]


def test_a_byte_order_mark_and_wide_spacing_in_names_are_no_difference():
    header = ["﻿SCET  (UTC)", *HEADER[1:]]
    assert len(list(read_densities(table(EPO, header=header)))) == 1


def test_the_method_is_found_by_what_a_column_holds_when_its_name_has_changed():
    header = ["how" if name == "Source" else name for name in HEADER]
    assert [record.method for record in read_densities(table(EPO, QTN, header=header))] == ["epo", "qtn"]


def test_another_method_under_the_known_name_is_handed_on_for_the_table_to_refuse():
    other = ["other" if cell == "epo" else cell for cell in EPO]
    assert next(iter(read_densities(table(other)))).method == "other"


def test_columns_that_are_not_there_are_left_out():
    keep = [HEADER.index(name) for name in ("SCET (UTC)", "Fpe (Hz)", "N_e (cm^-3)", "Source")]
    (record,) = read_densities(table([EPO[i] for i in keep], header=[HEADER[i] for i in keep]))
    assert record.values == {"n_e_cm3": 0.08, "f_pe_hz": 2600.0}


def without(name: str) -> list[str]:
    return ["renamed" if other == name else other for other in HEADER]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (table(EPO, header=without("N_e (cm^-3)")), "no column 'n_e"),
        (table(EPO, header=without("SCET (UTC)")), "no column 'scet"),
        (
            table(EPO, header=["Fpe (kHz)" if n == "Fpe (Hz)" else n for n in HEADER]),
            r"has 'fpe \(khz\)' where",
        ),
        (
            table(EPO, header=["N_e_max (m^-3)" if n == "N_e_max (cm^-3)" else n for n in HEADER]),
            "has 'n_e_max",
        ),
        (table(EPO, header=["SCET (UTC)", "SCET (UTC)", *HEADER[2:]]), "2 times"),
        (table(["x" if cell == "epo" else cell for cell in EPO], header=without("Source")), "0 columns"),
        (table(EPO, QTN[:-2]), "line 3 of the density table has 9 columns, not 11"),
        (table([*EPO[:1], "2.6k", *EPO[2:]]), "line 2 of the density table: '2.6k' is no number"),
        (table(), "no records"),
        (b"", "no records"),
        (b"\xff\xfe", "not UTF-8 at byte 0"),
    ],
)
def test_what_is_no_such_table_is_refused_with_the_place(body, told):
    with pytest.raises(SchemaDrift, match=told):
        list(read_densities(body))


def test_a_table_with_the_md5_of_its_label_is_the_published_one():
    body = table(EPO)
    md5 = hashlib.md5(body, usedforsecurity=False).hexdigest()
    assert check_md5(body, NAME, label(NAME, md5.upper())) == md5


def test_a_table_with_another_md5_is_refused():
    with pytest.raises(SchemaDrift, match="its label states 1234"):
        check_md5(table(EPO), NAME, label(NAME, "1234" * 8))


def test_a_label_that_states_no_md5_for_the_table_is_no_check():
    assert check_md5(table(EPO), NAME, label("vg2.csv", "1" * 32)) == ""
    assert check_md5(table(EPO), NAME, b"<Product_Observational/>") == ""


def test_the_sample_of_the_layout_is_read(mirror_dir):
    path = mirror_dir / "data/pds-ppi.igpp.ucla.edu/data/voyager-pws-vlism-density/data" / NAME
    records = list(read_densities(path.read_bytes()))
    assert [(record.method, record.values["n_e_cm3"]) for record in records] == [
        *(("epo", 0.060), ("epo", 0.080), ("qtn", 0.147), ("qtn", 0.147)),
    ]
