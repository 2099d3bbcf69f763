"""What the page of a dry run shows, finding by finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Previewed:
    """One finding of the file, with the fields that the file changes."""

    slug: str
    status: str
    is_new: bool
    is_skip: bool
    cells: list[tuple[str, Any]]


def preview(result: Any) -> list[Previewed]:
    """The findings of a dry run that went well."""
    return [
        Previewed(
            slug=row.instance.slug,
            status=row.instance.get_status_display(),
            is_new=row.is_new(),
            is_skip=row.is_skip(),
            cells=[
                (name, cell)
                for name, cell in zip(result.diff_headers, row.diff, strict=True)
                if ("<ins>" in cell or "<del>" in cell) and cell != "<ins>[]</ins>"
            ],
        )
        for row in result.valid_rows()
    ]


def with_cells(result: Any) -> None:
    """Give the refused rows the names of their cells; columns that the file does not have are left out."""
    for row in result.invalid_rows:
        row.cells = [
            (name, cell)
            for name, cell in zip(result.diff_headers, row.values, strict=True)
            if cell != "---" and cell not in ("", None)
        ]
