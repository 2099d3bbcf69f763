import pytest

from tools import suite


@pytest.fixture
def make(tmp_path, monkeypatch):
    """Put a `make` in place that writes down its recipes and fails the ones that are called so."""
    path = tmp_path / "make"
    path.write_text(f'#!/bin/sh\necho "$2" >> {tmp_path}/calls\ncase "$2" in bad*) exit 2;; esac\n')
    path.chmod(0o755)
    monkeypatch.setenv("MAKE", str(path))
    return tmp_path / "calls"


def test_everything_is_run_although_something_fails(make, capfd):
    assert suite.main(["bad-lint", "unit", "bad-browser", "postgres"]) == 1

    assert make.read_text().split() == ["bad-lint", "unit", "bad-browser", "postgres"]
    last = capfd.readouterr().out.splitlines()[-2:]
    assert last[0].startswith("Failed: bad-lint, bad-browser.")
    assert last[1] == "parts: 2 passed, 2 failed"


def test_when_all_pass_the_last_line_counts_them(make, capfd):
    assert suite.main(["unit", "postgres"]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "parts: 2 passed, 0 failed"
