"""Debian packages for the tests: installed when this may be done (root, apt-get there), named otherwise."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

LIMIT_S = 900
APT = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120")


def may_install() -> bool:
    """Whether packages can be installed without asking anybody."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> bool:
    """Install packages; False when that may not be done or did not work."""
    if not may_install():
        return False
    print(f"Installing Debian's {', '.join(packages)}", file=sys.stderr, flush=True)
    # The lists of a new machine are empty or old: refresh them first, a failure shows in the second step.
    apt("update")
    return apt("install", "--yes", "--no-install-recommends", *packages)


def apt(*arguments: str) -> bool:
    """Run apt-get quietly and without questions; its output is shown when it fails."""
    try:
        done = subprocess.run(
            [*APT, *arguments],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LIMIT_S,
            check=False,
            text=True,
        )
    except subprocess.TimeoutExpired:
        print(f"apt-get {arguments[0]} did not end within {LIMIT_S} s.", file=sys.stderr)
        return False
    if done.returncode:
        print(done.stdout, file=sys.stderr)
    return done.returncode == 0
