"""`manage.py` with settings that are wrong: one line that names the setting and says what is allowed."""

from __future__ import annotations

import pytest

from tests.support.instance import Instance


@pytest.mark.parametrize(
    ("setting", "value", "line"),
    [
        (
            "BACKUP_URL",
            "ftp://example.org/backups",
            "manage.py: BACKUP_URL must be file:///directory or s3://bucket/prefix, not 'ftp://example.org/backups'",
        ),
        ("DEBUG", "perhaps", "manage.py: DEBUG must be true or false, not 'perhaps'"),
    ],
)
@pytest.mark.parametrize("command", ["backup", "restore", "check"])
def test_a_wrong_setting_is_one_line(instance: Instance, command: str, setting: str, value: str, line: str):
    done = instance.manage(command, check=False, env={setting: value})
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{line}\n")
