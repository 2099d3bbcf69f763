"""Collect the static files when they changed, and only then: hashing and compressing them takes seconds."""

from __future__ import annotations

import hashlib
from pathlib import Path

# What decides the result: the files themselves, the packages that bring some (the admin), and the storage.
SOURCES = ("*/static/**/*", "requirements.txt", "deepspace/settings.py")


def fingerprint(root: Path) -> str:
    """Digest over everything that goes into the collected files."""
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(root.glob(pattern)):
            if path.is_file() and path.relative_to(root).parts[0] != "var":  # not the result itself
                digest.update(f"{path.relative_to(root)}\0{path.stat().st_size}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


class Collected:
    """The collected files of a site and the note of what they were made from."""

    def __init__(self, root: Path, var: Path) -> None:
        self.directory = var / "static"
        self.stamp = var / "static.stamp"
        self.wanted = fingerprint(root)

    def is_current(self) -> bool:
        """Whether what lies there was made from what is there now."""
        return (
            self.directory.is_dir()
            and self.stamp.is_file()
            and self.stamp.read_text(encoding="ascii") == self.wanted
        )

    def note(self) -> None:
        """Remember that the files are current."""
        self.stamp.parent.mkdir(parents=True, exist_ok=True)
        self.stamp.write_text(self.wanted, encoding="ascii")
