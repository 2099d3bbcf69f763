"""The documents as the tests read them: files, code blocks, tables, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
DECISIONS = DOCS / "decisions"

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^`([\w./-]+\.\w+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def documents() -> list[Path]:
    """Every Markdown file of the repository that is written for readers."""
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


def read(name: str) -> str:
    """A document, by its path from the repository's root."""
    return (ROOT / name).read_text(encoding="utf-8")


def code_blocks(text: str, language: str) -> list[str]:
    """Fenced blocks of a language."""
    return [body for found, body in _FENCE.findall(text) if found == language]


def named_files(text: str) -> dict[str, str]:
    """Code blocks that stand under the path of the file they are."""
    return dict(_FILE.findall(text))


def prose(text: str) -> str:
    """A document without its code blocks."""
    return _FENCE.sub("", text)


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next one of its level or above."""
    level = heading.index(" ")
    start = re.search(rf"^{re.escape(heading)}$", text, re.MULTILINE)
    if start is None:
        raise AssertionError(f"there is no heading {heading!r}")
    rest = text[start.end() :]
    end = re.search(rf"^#{{1,{level}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def first_cells(text: str) -> Iterator[str]:
    """First cells of the tables in a text, without head lines and rulers."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        is_head = number + 1 < len(lines) and lines[number + 1].startswith("|---")
        if line.startswith("|") and not line.startswith("|---") and not is_head:
            yield line.strip("|").split("|")[0].strip()


def words_in_code(text: str) -> set[str]:
    """Everything that stands between single backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))
