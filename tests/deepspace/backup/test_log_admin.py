"""Verified backups are listed in the admin, and nobody changes them there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from deepspace.models import BackupLog

pytestmark = pytest.mark.django_db
PATH = "/admin/deepspace/backuplog/"
NOW = datetime(2026, 11, 20, 3, 17, tzinfo=UTC)
KEY = "db-backups/2026/11/20261120T031700Z-abababababab"


def log(**values):
    told = {"key": KEY, "store": "file:///backups", "engine": "sqlite", "started_at": NOW, "verified_at": NOW}
    figures = {"sha256": "ab" * 32, "size_bytes": 1, "database_bytes": 2, "rows": 3, "code_version": "0.1.0"}
    return BackupLog.objects.create(**(told | figures | values))


@pytest.fixture
def admin(client):
    client.force_login(User.objects.create_superuser("root", password="x"))
    return client


def test_backups_can_be_looked_at_and_found(admin):
    row = log()
    log(key=KEY.replace("0317", "0417"))
    assert KEY.encode() in admin.get(PATH).content
    assert admin.get(PATH, {"q": "20261120T0317"}).content.count(b"field-key") == 1
    page = admin.get(f"{PATH}{row.pk}/change/")
    assert page.status_code == 200
    assert b'name="_save"' not in page.content


def test_nobody_adds_changes_or_deletes_them(admin):
    row = log()
    for action in ("add/", f"{row.pk}/change/", f"{row.pk}/delete/"):
        assert admin.post(PATH + action, {"key": "x"}).status_code == 403
    assert BackupLog.objects.get().key == KEY == str(row)


def test_a_backup_is_logged_once_per_store():
    log()
    log(store="s3://bucket")
    with pytest.raises(IntegrityError), transaction.atomic():
        log()
