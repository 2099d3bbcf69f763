import ast
import stat
from pathlib import Path

import pytest

from tools import venv

SOURCE = Path(venv.__file__)


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """Work in an empty clone with a lock, and with a Python whose pip only writes down how it is called."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "requirements.txt").write_text("django==5.2.19 --hash=sha256:00\n")
    return tmp_path


def fake_python(*, exit_code: int = 0) -> None:
    python = venv.python()
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nif [ "$1" = -m ]; then echo "$*" >> calls; exit {exit_code}; fi\n')
    python.chmod(python.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize("version", [(3, 10, 4), (3, 14, 0), (2, 7, 18)])
def test_a_python_outside_the_range_is_told_so(version):
    problem = venv.unsuitable(version, has_ensurepip=True)
    assert "Python 3.11, 3.12 or 3.13 is needed" in problem
    assert "make PYTHON=" in problem


def test_a_python_without_venv_names_the_package_to_install():
    assert "apt-get install python3.12-venv" in venv.unsuitable((3, 12, 1), has_ensurepip=False)


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 9), (3, 13, 1)])
def test_a_supported_python_is_accepted(version):
    assert venv.unsuitable(version, has_ensurepip=True) == ""


@pytest.mark.parametrize("name", ["venv.py", "port.py", "__init__.py"])
def test_an_old_python_can_read_what_runs_before_the_environment(name):
    source = SOURCE.with_name(name).read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))  # raises when it cannot


def test_installing_demands_hashes_and_leaves_a_stamp(clone):
    fake_python()
    stamp = venv.VENV / ".locked-run-123"

    assert venv.install(stamp, ["requirements.txt"]) == 0

    assert "--require-hashes --requirement requirements.txt" in (clone / "calls").read_text()
    assert stamp.exists()
    assert not venv.UNFINISHED.exists()


def test_a_new_stamp_takes_the_place_of_the_old_one_of_its_kind(clone):
    fake_python()
    for name in (".locked-run-1", ".locked-dev-1"):
        (venv.VENV / name).touch()

    venv.install(venv.VENV / ".locked-run-2", ["requirements.txt"])

    assert sorted(path.name for path in venv.VENV.glob(".locked-*")) == [".locked-dev-1", ".locked-run-2"]


def test_an_installation_that_failed_is_not_trusted_again(clone):
    fake_python(exit_code=1)
    stamp = venv.VENV / ".locked-run-123"

    assert venv.install(stamp, ["requirements.txt"]) == 1

    assert not stamp.exists()
    assert not venv.is_usable()
