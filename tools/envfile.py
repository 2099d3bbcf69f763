"""The `.env` of a site on one's own machine: written once, never overwritten. python3 -m tools.envfile."""

from __future__ import annotations

import os
import re
import secrets
import sys
from pathlib import Path

from tools import port

ENV_FILE = Path(".env")
LOOPBACK_URL = re.compile(r"http://(127\.0\.0\.1|localhost)(:\d+)?/?")


def loopback_url(number: int) -> str:
    """Address of the site on this machine."""
    return f"http://{port.HOST}:{number}"


def write(path: Path, number: int) -> bool:
    """Write a `.env` with a secret of its own; False when there is one already."""
    lines = [
        "# Written by make. Read by deepspace/settings.py; the environment wins over it.",
        f"SECRET_KEY={secrets.token_urlsafe(48)}",
        "DEBUG=false",
        f"SITE_URL={loopback_url(number)}",
        "ALLOWED_HOSTS=127.0.0.1,localhost",
    ]
    try:
        # Created with its mode, not changed to it later: the key is never readable by others.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return True


def read(path: Path) -> dict[str, str]:
    """Plain KEY=VALUE lines of a `.env`; the settings read the whole grammar."""
    if not path.exists():
        return {}
    pairs = (line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines() if "=" in line)
    return {
        key.strip(): value.strip().strip("'\"") for key, value in pairs if not key.lstrip().startswith("#")
    }


def site_url(configured: str, number: int) -> str:
    """The site's address for this start: a loopback address follows the port, any other stays as configured."""
    if not configured or LOOPBACK_URL.fullmatch(configured):
        return loopback_url(number)
    return configured


def main() -> int:
    """Command line."""
    try:
        number = port.from_environment()
    except port.PortError as error:
        print(error, file=sys.stderr)
        return 1
    if write(ENV_FILE, number):
        print(f"Wrote {ENV_FILE} with a new SECRET_KEY")
    return 0


if __name__ == "__main__":
    sys.exit(main())
