"""The store in S3: against moto's server, and its plain paths against rclone's."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from deepspace.backup import retention, s3
from deepspace.backup.errors import AlreadyThere, Forbidden, NotThere, StoreError
from deepspace.backup.s3 import S3Store, lifecycle
from deepspace.backup.stores import Stored, open_store, read_small
from deepspace.models import BackupLog
from tests.deepspace.backup.conftest import at_step
from tests.support.s3 import BUCKET, S3Server, moto, rclone

PREFIXES = ["", "site/one"]


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with moto() as running:
        yield running


@pytest.fixture(autouse=True)
def environment(monkeypatch) -> None:
    """No credentials of this machine reach a test."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)


def use(monkeypatch, env: dict[str, str]) -> None:
    for name, text in env.items():
        monkeypatch.setenv(name, text)


@pytest.fixture(params=PREFIXES)
def store(server, monkeypatch, request) -> S3Store:
    server.reset()
    use(monkeypatch, server.env())
    made = S3Store(BUCKET, request.param)
    made.ensure()
    return made


def file_of(tmp_path: Path, body: bytes) -> tuple[Path, str]:
    path = tmp_path / "body"
    path.write_bytes(body)
    return path, hashlib.sha256(body).hexdigest()


def test_what_is_sent_comes_back(store, tmp_path):
    store.check()
    path, sha256 = file_of(tmp_path, b"a" * 3_000_000)
    store.put("db-backups/x.zst", path, sha256)
    assert b"".join(store.chunks("db-backups/x.zst")) == path.read_bytes()
    assert list(store.objects("db-backups/")) == [Stored("db-backups/x.zst", 3_000_000)]
    assert list(store.objects("archive/")) == []


def test_an_object_is_encrypted_and_carries_its_sha256(server, store, tmp_path):
    path, sha256 = file_of(tmp_path, b"body")
    store.put("db-backups/x", path, sha256)
    found = server.client().head_object(
        Bucket=BUCKET, Key=store._prefix + "db-backups/x", ChecksumMode="ENABLED"
    )
    assert found["ServerSideEncryption"] == "AES256"
    assert base64.b64decode(found["ChecksumSHA256"]).hex() == sha256


def test_nothing_is_written_over(store, tmp_path):
    path, sha256 = file_of(tmp_path, b"first")
    store.put("x", path, sha256)
    path, sha256 = file_of(tmp_path, b"second")
    with pytest.raises(AlreadyThere, match="is not written over"):
        store.put("x", path, sha256)
    assert read_small(store, "x") == b"first"


@pytest.fixture
def small_parts(monkeypatch) -> None:
    monkeypatch.setattr(s3, "MULTIPART_ABOVE", 2**20)
    monkeypatch.setattr(s3, "PART", 5 * 2**20)


def test_a_large_file_goes_in_parts(server, store, tmp_path, small_parts):
    body = os.urandom(11 * 2**20)
    path, sha256 = file_of(tmp_path, body)
    store.put("big", path, sha256)
    assert b"".join(store.chunks("big")) == body
    found = server.client().head_object(Bucket=BUCKET, Key=store._prefix + "big")
    assert found["ETag"].endswith('-3"')
    assert found["ServerSideEncryption"] == "AES256"
    with pytest.raises(AlreadyThere):
        store.put("big", path, sha256)
    assert "Uploads" not in server.client().list_multipart_uploads(Bucket=BUCKET)


def test_a_file_that_changes_while_it_is_sent_in_parts_is_not_kept(server, store, tmp_path, small_parts):
    path, _ = file_of(tmp_path, os.urandom(6 * 2**20))
    with pytest.raises(StoreError, match="changed while it was sent"):
        store.put("big", path, "0" * 64)
    assert list(store.objects("")) == []
    assert "Uploads" not in server.client().list_multipart_uploads(Bucket=BUCKET)


def test_more_than_a_page_of_objects_is_listed(server, store):
    client = server.client()
    for number in range(1003):
        client.put_object(Bucket=BUCKET, Key=f"{store._prefix}archive/{number:04}", Body=b"")
    assert len(list(store.objects("archive/"))) == 1003


def test_what_is_not_there_is_said(store):
    with pytest.raises(NotThere):
        read_small(store, "db-backups/none.json")
    store.delete("db-backups/none.json")


def test_a_deleted_object_is_read_from_the_version_before(store, tmp_path):
    path, sha256 = file_of(tmp_path, b"body")
    store.put("x", path, sha256)
    store.delete("x")
    assert list(store.objects("")) == []
    assert read_small(store, "x") == b"body"


def test_ensure_makes_a_private_versioned_encrypted_bucket_twice(server, store):
    assert store.ensure()[0] == f"the bucket {BUCKET} was there"
    client = server.client()
    block = client.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    assert set(block.values()) == {True}
    assert len(block) == 4
    assert client.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    rules = client.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    kept = client.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    assert {rule["ID"]: rule["Filter"]["Prefix"] for rule in kept} == {
        "backups-expire": f"{store._prefix}db-backups/",
        "archive-stays": f"{store._prefix}archive/",
    }


def test_ensure_in_another_region_says_where(server, monkeypatch):
    server.reset()
    use(monkeypatch, server.env() | {"AWS_DEFAULT_REGION": "eu-central-1"})
    assert S3Store(BUCKET).ensure()[0] == f"the bucket {BUCKET} is made"
    where = server.client().get_bucket_location(Bucket=BUCKET)
    assert where["LocationConstraint"] == "eu-central-1"


def test_the_lifecycle_never_expires_archived_bodies():
    rules = {rule["ID"]: rule for rule in lifecycle("")["Rules"]}
    assert "Expiration" not in rules["archive-stays"]
    assert rules["backups-expire"]["Expiration"]["Days"] >= 365


# --- identities ------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "site/"])
class TestIdentities:
    """The policies of deploy/aws, enforced by moto. It knows no conditions; none is used."""

    @pytest.fixture
    def identities(self, prefix):
        """A server of its own: enforcing cannot be undone."""
        with moto() as server:
            admin, writer = server.identity("admin", prefix), server.identity("writer", prefix)
            server.enforce()
            yield admin, writer

    def test_each_may_do_what_the_code_calls_and_no_more(
        self, identities, prefix, monkeypatch, tmp_path, small_parts
    ):
        admin, writer = identities
        use(monkeypatch, admin)
        url = f"s3://{BUCKET}/{prefix}".rstrip("/")
        assert open_store(url).ensure()[-1] == "lifecycle rules are set"

        use(monkeypatch, writer)
        store = open_store(url)
        store.check()
        path, sha256 = file_of(tmp_path, b"body")
        store.put("db-backups/2026/x", path, sha256)
        store.put("archive/ab/cd/x", path, sha256)
        large, digest = file_of(tmp_path, os.urandom(6 * 2**20))
        store.put("db-backups/2026/big", large, digest)
        with pytest.raises(StoreError, match="changed while"):
            store.put("db-backups/2026/aborted", large, "0" * 64)
        assert len(list(store.objects(""))) == 3
        assert read_small(store, "db-backups/2026/x") == b"body"
        for name in ("db-backups/2026/x", "archive/ab/cd/x"):
            with pytest.raises(Forbidden, match="see deploy/aws"):
                store.delete(name)
        with pytest.raises(Forbidden):
            store.put("elsewhere/x", *file_of(tmp_path, b"body"))
        with pytest.raises(Forbidden, match=r"needs the identity of deploy/aws/admin-policy\.json"):
            store.ensure()

        use(monkeypatch, admin)
        open_store(url).delete("db-backups/2026/x")

        use(monkeypatch, writer)
        assert read_small(open_store(url), "db-backups/2026/x") == b"body", "the version behind the deletion"

    def test_the_wrong_secret_is_named(self, identities, prefix, monkeypatch):
        use(monkeypatch, identities[1] | {"AWS_SECRET_ACCESS_KEY": "wrong"})
        with pytest.raises(
            StoreError, match=r"does not accept the AWS credentials \(SignatureDoesNotMatch\)"
        ):
            open_store(f"s3://{BUCKET}").check()
        use(monkeypatch, {"AWS_ACCESS_KEY_ID": "AKIANOBODY"})
        with pytest.raises(StoreError, match=r"does not accept the AWS credentials \(Invalid"):
            open_store(f"s3://{BUCKET}").check()


def test_the_writer_is_denied_what_would_lose_backups():
    policy = json.loads((Path(__file__).parents[3] / "deploy/aws/writer-policy.json").read_text())
    allowed = {action for one in policy["Statement"] if one["Effect"] == "Allow" for action in one["Action"]}
    denied = {action for one in policy["Statement"] if one["Effect"] == "Deny" for action in one["Action"]}
    assert not any("Delete" in action or "*" in action for action in allowed)
    assert {"s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutLifecycleConfiguration"} <= denied
    assert not allowed & denied


# --- failures --------------------------------------------------------------------------------


def test_a_missing_bucket_says_how_to_make_it(server, monkeypatch):
    server.reset()
    use(monkeypatch, server.env())
    with pytest.raises(
        StoreError, match="no such bucket; correct BACKUP_URL, or make it with the admin identity"
    ):
        S3Store("not-there-at-all").check()


def test_no_credentials_at_all_are_said(server, monkeypatch):
    use(monkeypatch, {k: v for k, v in server.env().items() if "KEY" not in k})
    with pytest.raises(StoreError, match="no usable AWS credentials"):
        S3Store(BUCKET).check()


def test_an_unknown_profile_is_said(server, monkeypatch):
    use(monkeypatch, server.env() | {"AWS_PROFILE": "nobody"})
    with pytest.raises(StoreError, match="no usable AWS credentials"):
        S3Store(BUCKET).check()


@pytest.mark.parametrize(("moment", "words"), [("2038-01-19", "ahead of"), ("2020-01-01", "behind")])
def test_a_wrong_clock_is_said_before_anything_is_sent(store, moment, words):
    with time_machine.travel(moment), pytest.raises(StoreError, match=f"hours {words} the store's; set it"):
        store.check()


def test_nobody_listening_is_said(monkeypatch):
    use(monkeypatch, S3Server("http://127.0.0.1:9").env())
    monkeypatch.setattr("time.sleep", lambda _: None)
    with pytest.raises(StoreError, match=r"does not answer .*; look at the network and AWS_ENDPOINT_URL"):
        S3Store(BUCKET).check()


class _Cutting(BaseHTTPRequestHandler):
    """Takes some of an upload, then cuts the line; or refuses for the clock's sake."""

    protocol_version = "HTTP/1.1"
    mode = "cut"
    puts = 0

    def do_PUT(self) -> None:
        type(self).puts += 1
        self.rfile.read(65536)
        if self.mode == "cut":
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return
        code = "RequestTimeTooSkewed" if self.mode == "skew" else "SlowDown"
        body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
        self.send_response(403 if self.mode == "skew" else 503)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("cut", "does not answer .*; look at the network"),
        ("skew", "the clock of this machine is wrong; set it"),
        ("slow", r"failed \(SlowDown, status 503\); run it again later"),
    ],
)
def test_an_upload_that_fails_is_tried_three_times_and_told_in_one_line(monkeypatch, tmp_path, mode, words):
    handler: Any = type("Handler", (_Cutting,), {"mode": mode, "puts": 0})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as failing:
        threading.Thread(target=failing.serve_forever, daemon=True).start()
        use(monkeypatch, S3Server(f"http://127.0.0.1:{failing.server_port}").env())
        with pytest.raises(StoreError, match=words) as told:
            S3Store(BUCKET).put("x", *file_of(tmp_path, os.urandom(2_000_000)))
        failing.shutdown()
    assert "\n" not in str(told.value)
    assert handler.puts in {1, 3}


class _CutShort(BaseHTTPRequestHandler):
    """Promises more than it sends."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        self.wfile.write(b"x" * 1000)
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        pass


def test_a_download_that_is_cut_is_told(monkeypatch):
    with ThreadingHTTPServer(("127.0.0.1", 0), _CutShort) as failing:
        threading.Thread(target=failing.serve_forever, daemon=True).start()
        use(monkeypatch, S3Server(f"http://127.0.0.1:{failing.server_port}").env())
        with pytest.raises(StoreError, match="does not answer"):
            read_small(S3Store(BUCKET), "x")
        failing.shutdown()


@pytest.mark.django_db
def test_a_line_that_is_cut_in_the_middle_of_a_backup_leaves_no_claim(server, monkeypatch, engine, settings):
    """The upload breaks at each of its steps in turn; then the store is whole again, and so is the next backup."""
    server.reset()
    use(monkeypatch, server.env())
    settings.BACKUP_URL = f"s3://{BUCKET}"
    monkeypatch.setattr("deepspace.management.commands.backup.engine", lambda: engine)
    monkeypatch.setattr("os.nice", lambda _: None)
    call_command("backup", "--ensure-bucket")
    for step in ("packed", "data sent", "data read back"):
        store = open_store(settings.BACKUP_URL)
        store.check()  # the client is made
        with (
            monkeypatch.context() as cut,
            at_step(step, lambda s=store: s._client.meta.events.register("before-send.s3", _unplugged)),
        ):
            cut.setattr("deepspace.management.commands.backup.open_store", lambda _, s=store: s)
            cut.setattr("time.sleep", lambda _: None)
            with pytest.raises(CommandError, match="does not answer"):
                call_command("backup")
        assert not BackupLog.objects.exists()
        assert retention.backups(open_store(settings.BACKUP_URL)) == []
    call_command("backup")
    [row] = BackupLog.objects.all()
    assert retention.backups(open_store(settings.BACKUP_URL)) == [row.key]
    call_command("backup", "--verify")


def _unplugged(**_: object) -> None:
    from botocore.exceptions import EndpointConnectionError

    raise EndpointConnectionError(endpoint_url="cut")


# --- a second server -------------------------------------------------------------------------


def test_the_plain_paths_work_on_rclone_too(monkeypatch, tmp_path, small_parts):
    place = tmp_path / "served"
    (place / BUCKET).mkdir(parents=True)
    with rclone(place, "access", "secret-of-the-test") as server:
        use(monkeypatch, server.env("access", "secret-of-the-test"))
        store = S3Store(BUCKET, "site")
        store.check()
        small, large = os.urandom(1000), os.urandom(11 * 2**20)
        store.put("db-backups/small", *file_of(tmp_path, small))
        store.put("db-backups/large", *file_of(tmp_path, large))
        assert read_small(store, "db-backups/small") == small
        assert b"".join(store.chunks("db-backups/large")) == large
        assert sorted(one.name for one in store.objects("db-backups/")) == [
            "db-backups/large",
            "db-backups/small",
        ]
        assert (place / BUCKET / "site/db-backups/large").stat().st_size == len(large)
        store.delete("db-backups/small")
        with pytest.raises(NotThere):
            read_small(store, "db-backups/small")
        use(monkeypatch, server.env("access", "wrong"))
        with pytest.raises(StoreError):
            S3Store(BUCKET, "site").check()
