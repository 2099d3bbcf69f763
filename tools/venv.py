"""Make `.venv` and install the locked requirements: python3 -m tools.venv STAMP LOCK [LOCK...].

Runs on whatever `python3` is there, so that an old one gets a sentence instead of a SyntaxError: nothing newer
than Python 3.7 in this file.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
TOO_NEW = (3, 14)
VENV = Path(".venv")
# Present while pip works: a package that was half unpacked when pip died looks installed to the next pip.
UNFINISHED = VENV / ".unfinished"


def unsuitable(version: tuple[int, ...], *, has_ensurepip: bool) -> str:
    """What is wrong with this Python and what to do about it, or an empty text."""
    found = ".".join(str(part) for part in version[:3])
    if not OLDEST <= version[:2] < TOO_NEW:
        return (
            f"Python 3.11, 3.12 or 3.13 is needed, {sys.executable} is {found}. "
            "Name another one with: make PYTHON=python3.11"
        )
    if not has_ensurepip:
        package = f"python{version[0]}.{version[1]}-venv"
        return (
            f"This Python cannot make a virtual environment. Install the missing part with: "
            f"sudo apt-get install {package}   (or: python3-venv)"
        )
    return ""


def has_ensurepip() -> bool:
    """Whether `venv` can put pip into a new environment; Debian packs that part separately."""
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        return False
    return True


def python() -> Path:
    """Interpreter of the environment."""
    return VENV / "bin" / "python"


def is_usable() -> bool:
    """Whether the environment is there, whole, and its Python starts and is new enough."""
    if UNFINISHED.exists() or not python().exists():
        return False
    probe = [
        str(python()),
        "-c",
        f"import pip, sys; sys.exit(not {OLDEST} <= sys.version_info[:2] < {TOO_NEW})",
    ]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def install(stamp: Path, locks: list[str]) -> int:
    """Make the environment where it is missing or broken, then install what the locks name."""
    if not is_usable():
        say(f"Making {VENV} with Python {sys.version.split()[0]}")
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
    say(f"Installing {' and '.join(locks)} (a minute or two the first time)")
    UNFINISHED.touch()
    pip = [
        str(python()),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
    ]
    for lock in locks:
        pip += ["--requirement", lock]
    status = subprocess.run(pip, check=False).returncode
    if status:
        say("pip could not install the requirements (its words are above). The next try starts afresh.")
        return status
    for old in VENV.glob(stamp.name.rpartition("-")[0] + "-*"):
        old.unlink()
    stamp.write_text("".join(f"{digest(lock)}  {lock}\n" for lock in locks))
    UNFINISHED.unlink()
    return 0


def digest(path: str) -> str:
    """SHA-256 of a file, for whoever wants to know what an environment was made from."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def say(text: str) -> None:
    """One line for the person who waits."""
    print(text, flush=True)


def main(arguments: list[str]) -> int:
    """Command line."""
    problem = unsuitable(tuple(sys.version_info[:3]), has_ensurepip=has_ensurepip())
    if problem and not is_usable():
        print(problem, file=sys.stderr)
        return 1
    return install(Path(arguments[0]), arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
