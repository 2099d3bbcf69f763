"""Reading geometric state vectors out of a Horizons report, strictly.

Not with astroquery: that takes 5x as long, lets rows with NaN pass without a word, and turns a web page, reversed
dates and too many steps into one ``ValueError``. A test shows that both read the same bytes to the same bits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deepspace.upstream.errors import SchemaDrift
from deepspace.upstream.horizons_report import Report, open_report

SUN = 10

_MONTHS = {
    name: f"{number:02d}"
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
_EPOCH_RE = re.compile(r" *A\.D\. (\d{4})-([A-Z][a-z]{2})-(\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?) *")
_JD_UNIX_EPOCH = 2440587.5  # 1970-01-01 00:00, same scale
_JD_TOLERANCE_D = 1e-8  # 0.9 ms: nine printed decimals and the spacing of float64 make 0.06 ms
_POSITION, _VELOCITY = ("X", "Y", "Z"), ("VX", "VY", "VZ")
_EXPECTED = {
    "Output units": "AU-D",
    "Output type": "GEOMETRIC cartesian states",
    "Reference frame": "Ecliptic of J2000.0",
}


@dataclass(frozen=True, slots=True)
class VectorTable:
    """Geometric states of one target, as Horizons printed them.

    Rows come in the order of the answer; the same epoch may come twice (the caller decides what that means). A
    number that was not printed as a finite number is NaN.
    """

    target_name: str  # "Voyager 1 (spacecraft)"
    target_id: str  # what stands in the last parentheses: "-31", "399", "C/2025 N1"
    center_name: str  # "Sun"
    solution: str  # "Voyager_1_ST+refit2022_m": the {source: …} of the target
    tdb: NDArray[np.datetime64]  # (n,) datetime64[us], TDB, from the calendar column, exact
    jd_tdb: NDArray[np.float64]  # (n,) as printed; off by up to 43 us, because nine decimals are
    position_au: NDArray[np.float64]  # (n, 3)
    velocity_au_d: NDArray[np.float64]  # (n, 3)
    reference_frame: str
    output_units: str
    api_version: str

    def __len__(self) -> int:
        return len(self.tdb)


def parse_vectors(body: bytes, *, center_id: int = SUN) -> VectorTable:
    """The states in an archived answer, in either of the API's formats.

    Raises
    ------
    deepspace.upstream.errors.SchemaDrift
        Not a table of geometric ecliptic states in au and au/d around ``center_id``, cut short, out of order, or
        with another number of columns; the message has the line.
    deepspace.upstream.errors.NoData
        The ephemeris ends before the epochs asked for; the message has the limit.
    deepspace.upstream.errors.Refused
        Horizons did not understand the request, or more than one target fits.
    """
    report = open_report(body)
    for label, value in _EXPECTED.items():
        if report.header(label) != value:
            raise SchemaDrift(f"Horizons says {label} is {report.header(label)!r}, not {value!r}")
    target, solution = report.body("Target body name")
    center, _ = report.body("Center body name")
    if center[1] != str(center_id):
        raise SchemaDrift(f"Horizons gives states around {center[0]} ({center[1]}), not around {center_id}")
    table = _columns(report)
    tdb = _epochs(table["Calendar Date (TDB)"], report)
    jd_tdb = _numbers(table["JDTDB"])
    _check_epochs(tdb, jd_tdb, report)
    return VectorTable(
        target_name=target[0],
        target_id=target[1],
        center_name=center[0],
        solution=solution,
        tdb=tdb,
        jd_tdb=jd_tdb,
        position_au=np.stack([_numbers(table[name]) for name in _POSITION], axis=1),
        velocity_au_d=np.stack([_numbers(table[name]) for name in _VELOCITY], axis=1),
        reference_frame=report.header("Reference frame"),
        output_units=report.header("Output units"),
        api_version=report.api_version,
    )


def _columns(report: Report) -> dict[str, tuple[str, ...]]:
    """Cells by column name. Each line ends with a comma, so there is one empty cell more than names."""
    missing = {"JDTDB", "Calendar Date (TDB)", *_POSITION, *_VELOCITY} - set(report.columns)
    if missing:
        raise SchemaDrift(f"Horizons' table has no column {', '.join(sorted(missing))}")
    rows = [line.split(",") for line in report.rows]
    width = len(report.columns) + 1
    for number, row in enumerate(rows, start=report.first_line):
        if len(row) != width:
            raise SchemaDrift(f"Horizons' table has {len(row) - 1} columns in line {number}, not {width - 1}")
    if not rows:
        raise SchemaDrift(f"Horizons' table is empty at line {report.first_line}")
    return dict(zip(report.columns, zip(*rows, strict=True), strict=False))


def _numbers(cells: Iterable[str]) -> NDArray[np.float64]:
    """Numbers as printed; NaN for what is none. Infinity is no number here either."""
    try:
        values = np.array([float(cell) for cell in cells])
    except ValueError:
        values = np.array([_number(cell) for cell in cells])
    values[~np.isfinite(values)] = np.nan
    return values


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def _epochs(cells: Iterable[str], report: Report) -> NDArray[np.datetime64]:
    texts = []
    for number, cell in enumerate(cells, start=report.first_line):
        found = _EPOCH_RE.fullmatch(cell)
        if found is None or found[2] not in _MONTHS:
            raise SchemaDrift(f"Horizons' table has no epoch in line {number}")
        texts.append(f"{found[1]}-{_MONTHS[found[2]]}-{found[3]}T{found[4]}")
    try:
        return np.array(texts, dtype="datetime64[us]")
    except ValueError:
        raise SchemaDrift("Horizons' table has an epoch that is not a date") from None


def _check_epochs(tdb: NDArray[np.datetime64], jd_tdb: NDArray[np.float64], report: Report) -> None:
    """Both time columns must tell the same instant, and time must not run backwards."""
    days = tdb.astype("datetime64[us]").astype(np.int64) / 86_400e6
    apart = np.abs(jd_tdb - _JD_UNIX_EPOCH - days) > _JD_TOLERANCE_D  # False where the date is no number
    backwards = np.concatenate([[False], np.diff(tdb) < np.timedelta64(0, "us")])
    for flags, what in ((apart, "two different epochs"), (backwards, "an epoch before the one above it")):
        if flags.any():
            raise SchemaDrift(
                f"Horizons' table has {what} in line {report.first_line + int(np.argmax(flags))}"
            )
