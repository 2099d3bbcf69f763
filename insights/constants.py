"""Bounds of curated text; each is checked on every way in: form, import and seeds."""

from __future__ import annotations

from typing import Final

TITLE_CHARS: Final = 160
SLUG_CHARS: Final = 80
SUMMARY_CHARS: Final = 600
DESCRIPTION_CHARS: Final = 100_000
TAG_CHARS: Final = 40
FORMULA_CHARS: Final = 2_000
FORMULAS: Final = 200  # in one text
ROWS_PINNED: Final = 400_000  # rows whose checksum can be pinned: a year of 48 s averages, and more
IMPORT_BYTES: Final = 5 * 2**20
IMPORT_ROWS: Final = 500  # some 12 ms each, and a request may take 30 s

DATA_NAME: Final = "research_insights"  # stands where a product's key stands: in provenance and in tables
EPOCH: Final = "1977-09-05T00:00:00Z"  # an empty feed must name an instant: the launch
