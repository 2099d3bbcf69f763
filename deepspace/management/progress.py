"""How ingest reports: progress bars on a terminal, plain lines in a journal."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, TextIO

from tqdm import tqdm

if TYPE_CHECKING:
    from deepspace.ingestion.pipeline import Outcome
    from deepspace.ingestion.product import Product
    from deepspace.ingestion.upsert import Counts
    from deepspace.upstream.request import Request


class Reporter:
    """Progress of one product at a time on a stream; others may report there as well."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar: Any = None
        self._rows = 0
        self._is_terminal = stream.isatty()

    def begin(self, product: Product) -> None:
        """A product starts."""
        self._rows = 0
        if self._is_terminal:
            self._bar = tqdm(
                total=None, desc=product.key, unit="req", file=sys.stderr, leave=False, dynamic_ncols=True
            )

    def steps(self, remaining: int) -> None:
        """So many requests are still to come."""
        if self._bar is not None:
            self._bar.total = self._bar.n + remaining
            self._bar.refresh()

    def fetched(self, request: Request) -> None:
        """One request was answered."""
        if self._bar is not None:
            self._bar.set_postfix_str(f"{request.host}, {self._rows} rows")
            self._bar.update(1)

    def stored(self, counts: Counts) -> None:
        """One batch was stored."""
        self._rows += counts.created + counts.updated + counts.unchanged
        if self._bar is not None:
            self._bar.set_postfix_str(f"{self._rows} rows")

    def end(self, outcome: Outcome) -> None:
        """A product ended: one line, whatever the stream."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
        with tqdm.external_write_mode(file=self._stream) if self._is_terminal else nullcontext():
            self._stream.write(f"{line_of(outcome)}\n")  # between the bars of other products
            self._stream.flush()


def line_of(outcome: Outcome) -> str:
    """An outcome in one line for the operator."""
    if not outcome.succeeded:
        more = f" (and {outcome.failures - 1} more failures)" if outcome.failures > 1 else ""
        kept = f" ({outcome.batches} batches stored)" if outcome.batches else ""
        return f"{outcome.product}: FAILED {outcome.error_class}: {outcome.error_message}{more}{kept}"
    if outcome.parsed or (outcome.rejected and not outcome.batches):
        return f"{outcome.product}: would store {outcome.parsed} rows, {outcome.rejected} rejected (dry run)"
    return (
        f"{outcome.product}: {outcome.created} created, {outcome.updated} updated, {outcome.unchanged} unchanged,"
        f" {outcome.removed} removed, {outcome.rejected} rejected in {outcome.seconds:.1f} s"
    )


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A plain table with aligned columns."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [header, *rows]
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)
