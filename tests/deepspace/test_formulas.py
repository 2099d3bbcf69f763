import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepspace.formulas import escaped, is_formula, unescaped

FORMULAS = [
    "=1+1",
    "+1",
    "-1+1",
    "-cmd|' /C calc'!A0",
    "--1",
    "-",
    "-1e",
    "-٣",
    "-inf",
    "@SUM(A1)",
    "|calc",
    "%0A=1",
    "\t=1",
    "\ttext",
    "\r=1",
    "\n=1",
    "  =1",
    "\N{NO-BREAK SPACE}=1",
    "\N{ZERO WIDTH NO-BREAK SPACE}=1",
    " \N{ZERO WIDTH NO-BREAK SPACE} \N{ZERO WIDTH SPACE}=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    '=HYPERLINK("//e")',
]
PLAIN = ["", " ", "plain", "'tis", "a=b", "3I/ATLAS", "2024 YR4", "−0.93", "0.5", "x -1", "a\t=1"]
NEGATIVE_NUMBERS = ["-1", "-0.93", "-0.93 ", " -2", "-.5", "-1.", "-1e-07", "-2.5E+10"]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_a_spreadsheet_would_compute_gets_an_apostrophe(text):
    assert is_formula(text)
    assert escaped(text) == f"'{text}"
    assert not is_formula(escaped(text))


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_formula_stays(text):
    assert not is_formula(text)
    assert escaped(text) == text
    assert unescaped(text) == text


@pytest.mark.parametrize("text", NEGATIVE_NUMBERS)
def test_a_negative_number_stays_a_number(text):
    assert escaped(text) == text
    assert float(escaped(text)) < 0


def test_an_apostrophe_that_was_there_before_is_kept():
    assert escaped("'=1") == "''=1"
    assert unescaped(escaped("'=1")) == "'=1"


@given(st.text(alphabet=st.sampled_from("'=+-@|%\t\r\n 1.ea＝\N{NO-BREAK SPACE}"), max_size=8) | st.text())
def test_every_text_comes_back_and_none_is_computed(text):
    assert unescaped(escaped(text)) == text
    assert not is_formula(escaped(text))


def test_a_long_number_is_told_from_a_formula_at_once():
    digits = "1" * 1_000_000
    assert not is_formula(f"-{digits}")
    assert is_formula(f"-{digits}+")


def test_a_file_of_escaped_cells_reads_back_as_they_were():
    cells = [*FORMULAS, *PLAIN, *NEGATIVE_NUMBERS]
    file = io.StringIO(newline="")
    csv.writer(file).writerow([escaped(one) for one in cells])
    file.seek(0)
    (row,) = csv.reader(file)
    assert [unescaped(one) for one in row] == cells
