"""A Chromium for the browser tests: python -m tools.browser [-- COMMAND...].

Alone it prints the path; with a command it runs it with the path in DEEPSPACE_CHROMIUM.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tools import debian
from tools.processes import Stopped, Supervisor

VARIABLE = "DEEPSPACE_CHROMIUM"
NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome")
START_LIMIT_S = 30
DOWNLOAD_LIMIT_S = 60
LAUNCH_ARGUMENTS = [
    "--no-sandbox",  # whoever runs this may be root, for whom the sandbox refuses to start
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # No request of the browser's own: whatever leaves it comes from our pages.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ADVICE = (
    "No Chromium or Chrome was found and none could be installed. Install one with:\n"
    "  sudo apt-get install chromium        (Debian)\n"
    "  .venv/bin/python -m playwright install --with-deps chromium        (Ubuntu and others)\n"
    f"or name one: make test-browser {VARIABLE}=/path/to/chrome"
)
PLAYWRIGHT_PATH = (
    "from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
)


def works(path: str) -> bool:
    """Whether it starts. Ubuntu's `chromium-browser` without the snap is there and does not."""
    try:
        command = [path, "--version"]
        done = subprocess.run(command, capture_output=True, timeout=START_LIMIT_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def installed() -> str | None:
    """Path of a Chromium that the machine has."""
    named = os.environ.get(VARIABLE)
    if named:
        return named if works(named) else None
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path and works(path)), None)


def playwrights_own() -> str | None:
    """Path of the Chromium that Playwright once downloaded."""
    done = subprocess.run(
        [sys.executable, "-c", PLAYWRIGHT_PATH], capture_output=True, text=True, check=False
    )
    path = done.stdout.strip()
    return path if path and works(path) else None


def download() -> None:
    """Let Playwright download its Chromium, for a minute at most."""
    print(f"Downloading Playwright's Chromium (at most {DOWNLOAD_LIMIT_S} s)", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=DOWNLOAD_LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        print("The download did not end in time.", file=sys.stderr)
        return
    if done.returncode:
        print(
            f"The download failed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}",
            file=sys.stderr,
        )


def find() -> str | None:
    """Path of a Chromium, installed if need be and possible."""
    path = installed()
    if path or os.environ.get(VARIABLE):
        return path
    if debian.install("chromium"):
        path = installed()
    path = path or playwrights_own()
    if path is None:
        download()
        path = playwrights_own()
    return path


def main(arguments: list[str]) -> int:
    """Command line."""
    path = find()
    if path is None:
        print(ADVICE, file=sys.stderr)
        return 1
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        print(path)
        return 0
    with Supervisor({**os.environ, VARIABLE: path}) as supervisor:
        try:
            return supervisor.run(command)
        except Stopped as stopped:
            return stopped.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
