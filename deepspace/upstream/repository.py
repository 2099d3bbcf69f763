"""The upstream that is the repository itself: reviewed data files of an app, archived like any other body.

A fact that people collected (mission events with their citations) is changed by a commit, not by a server. Going
through the door all the same gives it a payload, a checksum and a replay.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path, PurePosixPath

from django.conf import settings

from deepspace.upstream.errors import Refused, SchemaDrift
from deepspace.upstream.request import Request, Response

SCHEME = "repository:"


def repository_request(relative_path: str, *, expects: str = "text") -> Request:
    """Ask for a file of the repository, by its path from the repository's root."""
    return Request(url=f"{SCHEME}{relative_path}", expects=expects, conditional=False)


def read(request: Request, now: datetime) -> Response:
    """The file's bytes as an answer.

    Raises
    ------
    deepspace.upstream.errors.Refused
        The path leads out of the repository, to a hidden file (``.env``), or to nothing.
    deepspace.upstream.errors.SchemaDrift
        The file is larger than the request allows.
    """
    name = request.url.removeprefix(SCHEME)
    root = Path(settings.BASE_DIR).resolve()
    path = (root / name).resolve()
    parts = PurePosixPath(name).parts
    if not path.is_relative_to(root) or any(
        part.startswith(".") for part in (*parts, *path.relative_to(root).parts)
    ):
        raise Refused(f"the repository does not give {name!r}: only its own, visible files")
    if not path.is_file():
        raise Refused(f"the repository has no file {name!r}")
    if path.stat().st_size > request.max_bytes:
        raise SchemaDrift(f"the repository's {name!r} has more than {request.max_bytes:,} bytes")
    return Response(status=200, body=path.read_bytes(), headers={}, retrieved_at=now)
