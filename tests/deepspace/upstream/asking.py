"""What the tests ask the door for, and what they look at afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from deepspace.upstream.policy import HostPolicy
from deepspace.upstream.request import Request

HOST = "up.example.org"
SECRET = "k3y-that-nobody-may-see"
PAGE = b"<!DOCTYPE html>\n<html><body>Down for maintenance</body></html>"

HURRIED = HostPolicy(
    name="Example",
    spacing_s=0.0,
    tries=2,
    backoff_s=0.0,
    jitter_s=0.0,
    connect_s=1.0,
    attempt_s=0.4,
    slot_wait_s=5.0,
)


def ask(expects: str = "any", max_bytes: int = 2**20, **options: Any) -> Request:
    """A request with a key that must not show up anywhere."""
    return Request(
        url=f"https://{HOST}/data",
        params={"day": "2026-11-20"},
        secret_params={"api_key": SECRET},
        expects=expects,
        max_bytes=max_bytes,
        read_timeout_s=5.0,
        **options,
    )


def archived_files(var_dir: Path) -> list[Path]:
    """Every file below the archive, unfinished ones included."""
    return [path for path in (var_dir / "archive").rglob("*") if path.is_file()]
