"""The report that Horizons sends: its header, its table between ``$$SOE`` and ``$$EOE``, and its refusals.

Horizons answers a mistake with status 200 and a sentence instead of the table, so the sentence is looked for
first. The patterns are those of astroquery 0.4.11 ``_parse_horizons`` and of recorded answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from deepspace.upstream.bodies import is_html, parse_json
from deepspace.upstream.errors import NoData, Refused, SchemaDrift

_SUPPORTED_MAJOR = "1"  # seen: 1.2 and 1.3; the minor number changes without notice
_VERSION_RE = re.compile(r"API VERSION: *(\S+)")
_BODY_RE = re.compile(r"(?P<name>.*\S) \((?P<id>[^()]*)\) *(?:\{source: *(?P<source>[^}]*?) *\})?")
_CANDIDATE_RE = re.compile(r"^ +(-?\d+) {2,}(?:\d{4} {2,})?(\S.*?)(?: {2,}.*| *)$", re.MULTILINE)
_REFUSALS = (
    "INPUT ERROR",
    "Cannot interpret",
    "Cannot output elements",
    "Cannot find central body",
    "Bad dates",
    "Projected output length",
    "BATVAR",
)
_LONGEST_SENTENCE = 200


@dataclass(frozen=True, slots=True)
class Report:
    """A report with a complete table."""

    api_version: str
    headers: Mapping[str, str] = field(repr=False)
    columns: tuple[str, ...]
    rows: list[str] = field(repr=False)  # lines of the table, unread
    first_line: int  # number of the first of them in the report, for messages

    def header(self, label: str) -> str:
        """A line of the header, by its label; empty when it is not there."""
        return self.headers.get(label, "")

    def body(self, label: str) -> tuple[tuple[str, str], str]:
        """Name, id (what stands in the last parentheses) and solution of the target or the centre."""
        found = _BODY_RE.fullmatch(self.header(label))
        if found is None:
            raise SchemaDrift(f"Horizons' {label} cannot be read")
        return (found["name"].strip(), found["id"].strip()), found["source"] or ""


def open_report(body: bytes) -> Report:
    """The report in an answer of ``format=text`` or ``format=json``.

    Raises
    ------
    deepspace.upstream.errors.Refused, deepspace.upstream.errors.NoData, deepspace.upstream.errors.SchemaDrift
        There is no complete table; the message says why.
    """
    text, api_version = _unwrap(body)
    if api_version.partition(".")[0] != _SUPPORTED_MAJOR:
        raise SchemaDrift(
            f"Horizons' API has version {api_version[:20]!r}; {_SUPPORTED_MAJOR}.x was expected"
        )
    if "$$SOE" not in text:
        raise _refusal(text)
    lines = text.splitlines()
    stripped = [line.strip() for line in lines]
    start = stripped.index("$$SOE") if "$$SOE" in stripped else len(lines) - 1
    if "$$EOE" not in stripped[start:]:
        raise SchemaDrift(f"Horizons' table is cut short: it does not end, the last line is {len(lines)}")
    end = stripped.index("$$EOE", start)
    columns = next((line for line in reversed(stripped[:start]) if line.startswith("JDTDB,")), "")
    return Report(
        api_version=api_version,
        headers=_headers(lines[:start]),
        columns=tuple(name.strip() for name in columns.rstrip(",").split(",")),
        rows=lines[start + 1 : end],
        first_line=start + 2,
    )


def _unwrap(body: bytes) -> tuple[str, str]:
    """Report and API version, whichever format was asked for."""
    if is_html(body):
        raise SchemaDrift("Horizons sent an HTML page")
    if body.lstrip().startswith(b"{"):
        answer = parse_json(body)
        signature = answer.get("signature")
        version = signature.get("version") if isinstance(signature, dict) else None
        return str(answer.get("result") or answer.get("error") or ""), str(version)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SchemaDrift(f"Horizons' report is not UTF-8 at byte {error.start}") from None
    found = _VERSION_RE.match(text)
    if found is None:
        raise SchemaDrift("Horizons' report does not start with an API version")
    return text, found[1]


def _headers(lines: list[str]) -> dict[str, str]:
    """``Label : value`` lines; the last one counts, because the page about the object stands before the header."""
    return {
        label.strip(): value.strip()
        for label, colon, value in (line.partition(":") for line in lines)
        if colon
    }


def _refusal(text: str) -> Refused | NoData | SchemaDrift:
    """What a report without a table says."""
    if "No matches found" in text:
        return Refused("Horizons knows no such target")
    if "Multiple major-bodies match string" in text or "Matching small-bodies" in text:
        found = [f"{number} {name}" for number, name in _CANDIDATE_RE.findall(text)]
        return Refused(f"Horizons finds more than one target: {'; '.join(found[:6])}"[:_LONGEST_SENTENCE])
    if "No ephemeris for target" in text:
        return NoData(f"Horizons: {_sentence(text, 'No ephemeris for target')}")
    for sign in _REFUSALS:
        if sign in text:
            return Refused(f"Horizons: {_sentence(text, sign)}")
    return SchemaDrift("Horizons sent no table and no reason that we know")


def _sentence(text: str, sign: str) -> str:
    line = text[text.index(sign) :].partition("\n")[0]
    return " ".join(line.split())[:_LONGEST_SENTENCE]
