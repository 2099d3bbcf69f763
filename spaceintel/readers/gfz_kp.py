"""Kp as GFZ gives it: the JSON of its web service, and the file of everything since 1932.

Both name the start of the interval, and print thirds with three decimals. No value is null in the one and -1 in the
other. Format of the file: https://kp.gfz.de/app/format/Kp_ap_Ap_SN_F107_format.txt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from deepspace.ingestion.product import Columns, Unusable
from deepspace.upstream.bodies import parse_json
from deepspace.upstream.errors import SchemaDrift
from spaceintel.constants import KP_INTERVAL_S
from spaceintel.science.space_weather import ap_of_kp, nearest_thirds

INTERVAL: Final = np.timedelta64(KP_INTERVAL_S, "s")
FIRST: Final = np.datetime64("1932-01-01T00:00:00", "s")  # Kp begins here
STATUSES: Final = ("def", "pre", "now")  # definitive, preliminary, nowcast

_HEADER_RE = re.compile(r"#YYY +MM +DD .*")
_PER_DAY: Final = 8
_DEFINITIVE: Final = (
    1  # and above: column D of the file; 2 means that the sunspot number is definitive as well
)
_PLACES = 5

Time = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:00:00Z$")]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    times: list[Time] = Field(alias="datetime")
    kp: list[float | None] = Field(alias="Kp")
    status: list[str | None]


def read_json(body: bytes) -> tuple[NDArray[np.datetime64], NDArray[np.float64], NDArray[Any]]:
    """Starts of the intervals (UTC, in order), Kp as given with NaN for null, and the status of each.

    Raises
    ------
    SchemaDrift
        Not such an answer, or intervals are missing between the first and the last.
    """
    try:
        answer = _Answer.model_validate(parse_json(body))
        times = np.array([time[:-1] for time in answer.times], dtype="datetime64[s]")
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        raise SchemaDrift(f"GFZ's JSON: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except ValueError:
        raise SchemaDrift("GFZ's JSON has a date that is none") from None
    if not len(answer.times) == len(answer.kp) == len(answer.status):
        raise SchemaDrift("GFZ's JSON has lists of different lengths")
    steps = np.diff(np.unique(times))
    if (steps != INTERVAL).any():
        raise SchemaDrift("GFZ's JSON leaves out intervals")
    kp = np.array([np.nan if value is None else value for value in answer.kp], dtype=np.float64)
    return times, kp, np.array([status or "" for status in answer.status], dtype=object)


def read_file(
    body: bytes,
) -> Iterator[tuple[NDArray[np.datetime64], NDArray[np.float64], Columns] | Unusable]:
    """Starts of the intervals (UTC), Kp as given with NaN for no value, and columns ``ap`` and ``status``.

    Raises
    ------
    SchemaDrift
        No header that names the columns, or a cell that is no number.
    """
    names, lines = _lines(body)
    width = len(names)
    good = [line for _, line in lines if len(line.split()) == width]
    if len(good) < len(lines):
        bad = [number for number, line in lines if len(line.split()) != width]
        places = tuple(f"line {number}" for number in bad[:_PLACES])
        yield Unusable(f"it has not the {width} columns of the header", len(bad), places)
    if good:
        yield _table(names, good)


def rows(
    times: NDArray[np.datetime64], kp: NDArray[np.float64], ap: NDArray[np.float64], status: NDArray[Any]
) -> Iterator[Columns | Unusable]:
    """Rows of the table, for the intervals that have a value; a value that is no third is unusable."""
    thirds = nearest_thirds(kp)
    wrong = ~np.isnan(kp) & np.isnan(thirds)
    if wrong.any():
        places = tuple(f"{moment}Z" for moment in times[wrong][:_PLACES])
        yield Unusable("its Kp is no third between 0 and 9", int(wrong.sum()), places)
    kept = ~np.isnan(thirds)
    n = int(kept.sum())
    yield {
        "timestamp_utc": times[kept].astype("datetime64[us]"),
        "cadence_s": np.full(n, KP_INTERVAL_S, dtype=np.int64),
        "kind": np.full(n, "observed"),
        "kp": thirds[kept],
        "kp_text": np.full(n, ""),
        "upstream_status": status[kept],
        "noaa_scale": np.full(n, ""),
        "a_running": np.where(np.isfinite(ap[kept]), ap[kept], ap_of_kp(thirds[kept])),
        "station_count": np.full(n, None, dtype=object),
    }


def _lines(body: bytes) -> tuple[list[str], list[tuple[int, str]]]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SchemaDrift(f"GFZ's file is not UTF-8 at byte {error.start}") from None
    lines = list(enumerate(text.splitlines(), start=1))
    header = next((line for _, line in lines if _HEADER_RE.fullmatch(line)), None)
    if header is None:
        raise SchemaDrift("GFZ's file has no line that names its columns")
    names = header.removeprefix("#").split()
    wanted = {"YYY", "MM", "DD", "D", *_numbered("Kp"), *_numbered("ap")}
    if not wanted <= set(names):
        raise SchemaDrift(f"GFZ's file has no column {min(wanted - set(names))}")
    return names, [(number, line) for number, line in lines if line.strip() and not line.startswith("#")]


def _numbered(name: str) -> list[str]:
    return [f"{name}{number}" for number in range(1, _PER_DAY + 1)]


def _table(
    names: Sequence[str], lines: Sequence[str]
) -> tuple[NDArray[np.datetime64], NDArray[np.float64], Columns]:
    wanted = ["YYY", "MM", "DD", *_numbered("Kp"), *_numbered("ap"), "D"]
    try:
        cells = np.loadtxt(lines, usecols=[names.index(name) for name in wanted], ndmin=2)
        days = np.array([f"{y:04.0f}-{m:02.0f}-{d:02.0f}" for y, m, d in cells[:, :3]], dtype="datetime64[D]")
    except ValueError:
        raise SchemaDrift("GFZ's file has a cell that is no number, or a date that is none") from None
    if not np.isfinite(cells).all():
        raise SchemaDrift("GFZ's file has a cell that is NaN or infinite")
    starts = np.add(days.astype("datetime64[s]")[:, None], INTERVAL * np.arange(_PER_DAY))
    kp, ap = cells[:, 3:11], cells[:, 11:19]
    status = np.where(cells[:, 19] >= _DEFINITIVE, "def", "pre")
    return (
        starts.ravel(),
        np.where(kp < 0, np.nan, kp).ravel(),
        {"ap": np.where(ap < 0, np.nan, ap).ravel(), "status": np.repeat(status, _PER_DAY)},
    )
