"""Tables: for the terminal, and as a marked block in docs/performance.md."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
_SECTION_RE = re.compile(r"^### (?P<name>\w+)$", re.MULTILINE)
_NEW_PAGE = (
    "# Performance\n\nMeasured by `make bench`; `make bench ARGS=--write` renews the tables below.\n\n"
    f"{BEGIN}\n{END}\n"
)


@dataclass(frozen=True, slots=True)
class Target:
    """What the project asks of a figure."""

    limit: float
    at_least: bool = False  # otherwise it is to stay below
    unit: str = ""

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '<'} {self.limit:g}{self.unit}"

    def mark(self, value: float) -> str:
        """``ok``, or ``over`` where the figure is on the wrong side."""
        return "ok" if (value >= self.limit if self.at_least else value < self.limit) else "over"


@dataclass(slots=True)
class Table:
    """Rows under headings; the last two columns are always the target and the mark."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, *cells: str, checks: Sequence[tuple[float, Target]] = ()) -> None:
        """Append a row; ``checks`` are the figures that have a target, with it."""
        if len(cells) != len(self.columns):
            raise ValueError(f"{self.title}: {len(cells)} cells under {len(self.columns)} columns")
        marks = {target.mark(value) for value, target in checks}
        mark = "over" if "over" in marks else "".join(marks)
        self.rows.append((*cells, ", ".join(str(target) for _, target in checks), mark))

    @property
    def headings(self) -> tuple[str, ...]:
        """Names of all columns."""
        return (*self.columns, "target", "")

    def as_text(self) -> str:
        """For a terminal."""
        lines = [self.headings, *self.rows]
        widths = [max(len(line[place]) for line in lines) for place in range(len(self.headings))]
        printed = ["  ".join(_aligned(line, widths)).rstrip() for line in lines]
        printed.insert(1, "  ".join("-" * width for width in widths).rstrip())
        return "\n".join([self.title, "", *printed, *(f"  {note}" for note in self.notes)])

    def as_markdown(self) -> str:
        """For the documentation."""
        rule = ["---", *["---:"] * (len(self.columns) - 1), "---", "---"]
        lines = [f"| {' | '.join(line)} |" for line in (self.headings, rule, *self.rows)]
        return "\n".join([f"**{self.title}**", "", *lines, *(f"\n{note}" for note in self.notes)])


def _aligned(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Names to the left, figures to the right."""
    first, *rest = zip(line, widths, strict=True)
    return [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]


def machine() -> str:
    """Cores, processor type and Python: what a reader needs to compare, and no name of a host."""
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"{datetime.now(UTC):%Y-%m-%d}"
    )


def rewritten(page: str, measured: Mapping[str, str], order: Sequence[str]) -> str:
    """The page with the measured sections renewed inside its marks; sections not measured stay as they were.

    Raises
    ------
    ValueError
        The page does not have both marks, in order.
    """
    before, begin, rest = page.partition(BEGIN)
    block, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"no {BEGIN} … {END} in the page")
    _, *parts = _SECTION_RE.split(block)
    sections = {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)} | dict(
        measured
    )
    body = "\n\n".join(f"### {name}\n\n{sections[name]}" for name in order if name in sections)
    return f"{before}{BEGIN}\n\n{body}\n\n{END}{after}"


def write(path: Path, measured: Mapping[str, Sequence[Table]], order: Sequence[str], *, how: str) -> None:
    """Renew the block of a page; the page is made where there is none."""
    page = path.read_text() if path.exists() else _NEW_PAGE
    sections = {
        name: "\n\n".join([f"{machine()}; {how}.", *(table.as_markdown() for table in tables)])
        for name, tables in measured.items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(rewritten(page, sections, order))
