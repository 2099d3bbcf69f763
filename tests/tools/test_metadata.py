"""The files about the project: locks, licence, citation."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt")


def pins(name: str) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", (ROOT / name).read_text(), re.MULTILINE)
    return {package.lower(): version for package, version in found}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_registry(name):
    assert not re.search(r"https?://|--index|--find-links|--extra|--trusted", (ROOT / name).read_text())


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_is_pinned_and_hashed(name):
    entries = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / name).read_text().strip())
    assert len(entries) > 30
    for entry in entries:
        assert re.match(r"[A-Za-z0-9._-]+(\[[^]]*\])?==\S+", entry), entry[:80]
        assert "--hash=sha256:" in entry, entry[:80]


def test_the_two_locks_agree():
    run, dev = (pins(name) for name in LOCKS)
    assert {name: dev[name] for name in dev if name in run} == {
        name: run[name] for name in run if name in dev
    }


@pytest.mark.parametrize("name", "django gunicorn matplotlib numpy scipy astropy astroquery cdflib".split())
def test_what_the_site_needs_is_locked(name):
    assert name in pins("requirements.txt")


def test_the_citation_file_has_what_the_format_demands():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "version", "date-released"} <= citation.keys()
    assert citation["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text().startswith("MIT License")
