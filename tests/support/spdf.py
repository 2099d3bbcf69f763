"""An archive made on the spot: files by path, listings as SPDF writes them, and faults by path."""

from __future__ import annotations

from deepspace.upstream.errors import Refused
from deepspace.upstream.request import Request

ROOT = "/pub/data/voyager/voyager1/"
LISTED = "2026-08-14 12:00"


class Tree:
    """Answers requests as ``FakeDoor`` wants it. ``faults`` maps a path to an error or to other bytes."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = dict(files)
        self.faults: dict[str, bytes | BaseException] = {}
        self.dates: dict[str, str] = {}
        self.asked: list[str] = []

    def __call__(self, request: Request) -> bytes:
        path = request.url.partition(ROOT)[2]
        self.asked.append(path)
        fault = self.faults.get(path)
        if isinstance(fault, BaseException):
            raise fault
        if fault is not None:
            return fault
        if path.endswith("/"):
            return self._listing(path)
        if path not in self.files:
            raise Refused(f"SPDF refused {ROOT}{path}: 404 Not Found")
        return self.files[path]

    def taken(self) -> list[str]:
        """Names of the files asked for since the last time."""
        names = [path.rpartition("/")[2] for path in self.asked if not path.endswith("/")]
        self.asked.clear()
        return names

    def _listing(self, path: str) -> bytes:
        below = [name.removeprefix(path) for name in self.files if name.startswith(path)]
        directories = {name.partition("/")[0] for name in below if "/" in name}
        rows = [_row(f"{name}/", LISTED, "-") for name in sorted(directories)]
        rows += [
            _row(name, self.dates.get(name, LISTED), _size(len(self.files[path + name])))
            for name in sorted(name for name in below if "/" not in name)
        ]
        head = f"<html><head><title>Index of {ROOT}{path}</title></head><body><h1>Index of {path}</h1><table>"
        return f"{head}{''.join(rows)}</table></body></html>".encode()


def _row(name: str, date: str, size: str) -> str:
    return f'<tr><td><a href="{name}">{name}</a></td><td>{date}  </td><td>{size}</td></tr>\n'


def _size(length: int) -> str:
    return str(length) if length < 973 else f"{round(length / 1024)}K"
