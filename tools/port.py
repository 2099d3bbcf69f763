"""The port of `make run`: read from PORT, and free. python3 -m tools.port says so or exits 1."""

from __future__ import annotations

import os
import socket
import sys

HOST = "127.0.0.1"
DEFAULT = 8000
HIGHEST = 65535


class PortError(ValueError):
    """The port cannot be used; the message says what to do."""


def from_environment() -> int:
    """Port asked for in PORT, or the default."""
    text = os.environ.get("PORT") or str(DEFAULT)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= HIGHEST):
        raise PortError(f"PORT must be a number from 1 to {HIGHEST}, not {text!r}.")
    return int(text)


def require_free(port: int) -> None:
    """Raise when somebody listens on the port already, or when it may not be bound."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As gunicorn does: a connection that is only winding down does not block the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise PortError(
                f"Port {port} on {HOST} cannot be used ({error.strerror}). "
                "Stop the other program, or take another port: make run PORT=8001"
            ) from error


def accepts(port: int) -> bool:
    """Whether something answers on the port."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def main() -> int:
    """Command line."""
    try:
        require_free(from_environment())
    except PortError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
