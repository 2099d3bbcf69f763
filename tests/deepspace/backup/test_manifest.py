"""A manifest that was changed, cut, or belongs to another backup is refused."""

import json
from dataclasses import replace

import pytest

from deepspace.backup import keys
from deepspace.backup.errors import Damaged
from deepspace.backup.manifest import Manifest, parse

SHA = "ab" * 32
KEY = "db-backups/2026/11/20261120T031700Z-abababababab"
ONE = Manifest(
    key=KEY,
    made_at="2026-11-20T03:17:00+00:00",
    code_version="0.1.0",
    engine="sqlite",
    engine_version="3.53.4",
    object=f"{KEY}.sqlite3.zst",
    sha256=SHA,
    size_bytes=7,
    database_sha256="cd" * 32,
    database_bytes=70,
    tables={"a": 1, "b": 2},
    migrations=["deepspace.0001_initial"],
)


def test_what_is_written_is_read():
    assert parse(ONE.as_bytes(), KEY) == ONE
    assert ONE.rows == 3
    assert ONE.made.isoformat() == "2026-11-20T03:17:00+00:00"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"{}", b"\xff\xfe", ONE.as_bytes()[:-40]], ids=repr
)
def test_what_is_no_manifest_is_damaged(body):
    with pytest.raises(Damaged, match="manifest is damaged; choose another backup"):
        parse(body, KEY)


@pytest.mark.parametrize("name", ["size_bytes", "database_bytes", "archive_objects"])
def test_a_figure_that_was_changed_is_noticed(name):
    content = json.loads(ONE.as_bytes()) | {name: 8}
    with pytest.raises(Damaged, match="damaged"):
        parse(json.dumps(content).encode(), KEY)


def test_a_field_too_many_is_damaged():
    content = json.loads(ONE.as_bytes())
    content.pop("checksum")
    content["more"] = 1
    from deepspace.backup.manifest import _checksum

    with pytest.raises(Damaged, match="damaged"):
        parse(json.dumps(content | {"checksum": _checksum(content)}).encode(), KEY)


@pytest.mark.parametrize(
    "other",
    [
        replace(ONE, key=KEY.replace("0317", "0417")),
        replace(ONE, sha256="ef" * 32),
        replace(ONE, object="db-backups/2026/11/20261120T041700Z-abababababab.sqlite3.zst"),
    ],
)
def test_the_manifest_of_another_backup_is_refused(other):
    with pytest.raises(Damaged, match="that of another backup"):
        parse(other.as_bytes(), KEY)


def test_a_format_to_come_asks_for_a_newer_release():
    with pytest.raises(Damaged, match="use a newer release"):
        parse(replace(ONE, format=2).as_bytes(), KEY)


@pytest.mark.parametrize(
    "name",
    [
        *("", "db-backups/", KEY[:-1], KEY + "0", KEY + ".json", "/" + KEY, KEY.upper()),
        "db-backups/2026/12/20261120T031700Z-abababababab",
        "db-backups/2026/13/20261320T031700Z-abababababab",
        "db-backups/2026/11/20261131T031700Z-abababababab",
        "db-backups/../11/20261120T031700Z-abababababab",
    ],
)
def test_what_is_no_key_has_no_moment(name):
    assert keys.moment_of(name) is None


def test_a_key_is_the_moment_and_the_beginning_of_the_digest():
    assert keys.new_key(ONE.made, SHA) == KEY
    assert keys.moment_of(KEY) == ONE.made
    assert keys.key_of_manifest(KEY + ".json") == KEY
    assert keys.key_of_manifest(KEY + ".sqlite3.zst") is None
    assert keys.key_of_manifest("db-backups/readme.json") is None
