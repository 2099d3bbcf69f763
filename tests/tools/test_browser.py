import sys

import pytest

from tools import browser, debian


@pytest.fixture
def no_browser(monkeypatch):
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setattr(browser, "installed", lambda: None)
    monkeypatch.setattr(browser, "playwrights_own", lambda: None)
    monkeypatch.setattr(browser, "download", lambda: None)
    monkeypatch.setattr(debian, "install", lambda *packages: False)


def stub(tmp_path, exit_code):
    path = tmp_path / "chrome"
    path.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    path.chmod(0o755)
    return str(path)


def test_a_named_browser_is_taken(monkeypatch, tmp_path):
    path = stub(tmp_path, 0)
    monkeypatch.setenv(browser.VARIABLE, path)
    assert browser.find() == path


def test_a_named_browser_that_does_not_start_is_not_replaced_by_another(monkeypatch, tmp_path):
    monkeypatch.setenv(browser.VARIABLE, stub(tmp_path, 1))
    assert browser.find() is None


def test_a_browser_that_is_only_a_placeholder_is_passed_over(monkeypatch, tmp_path):
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    stub(tmp_path, 1)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browser.installed() is None


def test_without_a_browser_it_says_what_to_install(no_browser, capsys):
    assert browser.main(["--", "true"]) == 1
    assert "apt-get install chromium" in capsys.readouterr().err


def test_debians_package_is_tried_before_a_download(no_browser, monkeypatch):
    asked = []

    def refuse(*packages: str) -> bool:
        asked.append(packages)
        return False

    monkeypatch.setattr(debian, "install", refuse)
    browser.find()
    assert asked == [("chromium",)]


def test_the_command_learns_the_path_and_gives_its_exit_code(monkeypatch, tmp_path, capfd):
    path = stub(tmp_path, 0)
    monkeypatch.setenv(browser.VARIABLE, path)
    program = f"import os; print(os.environ['{browser.VARIABLE}']); raise SystemExit(4)"

    assert browser.main(["--", sys.executable, "-c", program]) == 4

    assert capfd.readouterr().out.strip() == path
