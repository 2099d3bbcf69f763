import pytest

from tools.static import Collected


@pytest.fixture
def root(tmp_path):
    (tmp_path / "deepspace" / "static").mkdir(parents=True)
    (tmp_path / "deepspace" / "static" / "site.css").write_text("body {}")
    (tmp_path / "requirements.txt").write_text("django==5.2.19")
    return tmp_path


def collect(root):
    (root / "var" / "static").mkdir(parents=True, exist_ok=True)
    Collected(root, root / "var").note()


def test_nothing_was_collected_yet(root):
    assert not Collected(root, root / "var").is_current()


def test_unchanged_files_are_not_collected_again(root):
    collect(root)
    assert Collected(root, root / "var").is_current()


def test_the_collected_files_are_not_their_own_source(root):
    collect(root)
    (root / "var" / "static" / "site.0123.css").write_text("body {}")
    assert Collected(root, root / "var").is_current()


@pytest.mark.parametrize("name", ["deepspace/static/site.css", "deepspace/static/new.js", "requirements.txt"])
def test_a_changed_or_new_source_is_collected(root, name):
    collect(root)
    (root / name).write_text("changed")
    assert not Collected(root, root / "var").is_current()


def test_collected_files_that_were_removed_are_made_again(root):
    collect(root)
    (root / "var" / "static").rmdir()
    assert not Collected(root, root / "var").is_current()
