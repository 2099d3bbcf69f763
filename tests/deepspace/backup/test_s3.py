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
from deepspace.backup.s3 import S3Store
from deepspace.backup.s3_lifecycle import rules
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
    assert store.deleted == set()
    assert read_small(store, "x") == b"body"
    assert store.deleted == {"x"}, "and it is said"


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
    assert {rule["ID"]: prefix_of(rule) for rule in kept} == {
        f"deepspace-backups {store._prefix}".strip(): f"{store._prefix}db-backups/",
        f"deepspace-superseded {store._prefix}".strip(): f"{store._prefix}db-backups/",
        f"deepspace-archive {store._prefix}".strip(): f"{store._prefix}archive/",
    }


def prefix_of(rule: dict[str, Any]) -> str:
    place: dict[str, str] = rule["Filter"].get("And", rule["Filter"])
    return place["Prefix"]


OF_OTHERS: list[dict[str, Any]] = [
    {"ID": "logs-to-ice", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 30}},
    {"ID": "backups-expire", "Status": "Enabled", "Filter": {"Prefix": "x/"}, "Expiration": {"Days": 40}},
]


def test_ensure_leaves_the_lifecycle_rules_of_others_and_replaces_its_own(server, store):
    """Also those that it set when they were called otherwise: one of them expired backups by age."""
    former: dict[str, Any] = {
        "Filter": {"Prefix": f"{store._prefix}db-backups/"},
        "Expiration": {"Days": 400},
    }
    ours = [
        {"ID": "backups-expire-late", "Status": "Enabled"} | former,  # not ours
        {"ID": "archive-stays", "Status": "Enabled"}
        | {"Filter": {"Prefix": f"{store._prefix}archive/"}, "Expiration": {"Days": 400}},
    ]
    server.client().put_bucket_lifecycle_configuration(
        Bucket=BUCKET, LifecycleConfiguration={"Rules": [*OF_OTHERS, *ours]}
    )
    assert store.ensure()[-1] == "lifecycle rules are set, and 3 of others stay"
    kept = server.client().get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    assert [rule for rule in kept if rule["ID"] in {"logs-to-ice", "backups-expire"}] == OF_OTHERS
    assert len(kept) == 6
    assert not [rule for rule in kept if rule["ID"] == "archive-stays"]
    store.ensure()
    assert server.client().get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"] == kept


def test_a_rule_of_others_that_has_a_former_name_of_ours_stays(server, store):
    """Its filter is of another kind: a tag, not a prefix of ours."""
    tagged = {"Filter": {"Tag": {"Key": "kind", "Value": "log"}}, "Expiration": {"Days": 9}}
    rule = {"ID": "archive-stays", "Status": "Enabled"} | tagged
    client = server.client()
    client.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": [rule]})
    store.ensure()
    assert rule in client.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]


def test_two_sites_in_one_bucket_keep_each_others_rules(server, store):
    S3Store(BUCKET, "another").ensure()
    kept = server.client().get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    assert len({rule["ID"] for rule in kept}) == len(kept) == 6
    assert {prefix_of(rule) for rule in kept} == {
        f"{prefix}{part}" for prefix in (store._prefix, "another/") for part in ("db-backups/", "archive/")
    }


def test_ensure_in_another_region_says_where(server, monkeypatch):
    server.reset()
    use(monkeypatch, server.env() | {"AWS_DEFAULT_REGION": "eu-central-1"})
    assert S3Store(BUCKET).ensure()[0] == f"the bucket {BUCKET} is made"
    where = server.client().get_bucket_location(Bucket=BUCKET)
    assert where["LocationConstraint"] == "eu-central-1"


@pytest.mark.parametrize("prefix", PREFIXES)
def test_no_rule_expires_by_age_what_may_be_the_last_of_its_kind(prefix):
    """Current versions go only when a newer, verified backup has marked them."""
    for rule in rules(f"{prefix}/" if prefix else ""):
        marked = "Tags" in rule["Filter"].get("And", {})
        assert ("Days" in rule.get("Expiration", {})) == marked
        assert "Date" not in rule.get("Expiration", {})
        assert "Transitions" not in rule
        if marked:
            assert rule["Filter"]["And"]["Tags"] == s3._SUPERSEDED["TagSet"]
            assert prefix_of(rule).endswith("db-backups/")
            assert "AbortIncompleteMultipartUpload" not in rule, "S3 refuses that beside a tag"


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
        store.retire("db-backups/2026/x")
        with pytest.raises(Forbidden, match="marking it as superseded"):
            store.retire("archive/ab/cd/x")
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


class _NoStore(BaseHTTPRequestHandler):
    """Something else that listens at the address."""

    def do_GET(self) -> None:
        self.send_response(404)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"what")

    def log_message(self, *_: object) -> None:
        pass


def test_an_address_that_is_no_store_is_said(monkeypatch):
    with ThreadingHTTPServer(("127.0.0.1", 0), _NoStore) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        use(monkeypatch, S3Server(f"http://127.0.0.1:{other.server_port}").env())
        with pytest.raises(StoreError, match="what answers at AWS_ENDPOINT_URL is no S3 store; correct it"):
            S3Store(BUCKET).check()
        with pytest.raises(NotThere):
            read_small(S3Store(BUCKET), "x")
        other.shutdown()


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


@pytest.fixture
def backed_up(server, monkeypatch, engine, settings):
    """A bucket, and the commands on it."""
    server.reset()
    use(monkeypatch, server.env())
    settings.BACKUP_URL = f"s3://{BUCKET}/site"
    monkeypatch.setattr("deepspace.management.commands.backup.engine", lambda: engine)
    monkeypatch.setattr("deepspace.management.commands.restore.engine", lambda: engine)
    call_command("backup", "--ensure-bucket")
    call_command("backup")
    return BackupLog.objects.get()


def delete(server, *names: str) -> None:
    for name in names:
        server.client().delete_object(Bucket=BUCKET, Key=f"site/{name}")


@pytest.mark.django_db
def test_a_deleted_backup_is_not_called_whole(server, backed_up, capsys, tmp_path):
    """It can be read until the store forgets it: verify fails, a restore works, and both say so."""
    key = backed_up.key
    delete(server, f"{key}.sqlite3.zst")
    said = rf"can still be read, but {key}\.sqlite3\.zst had been deleted .*90 days .*run `manage.py backup"
    with pytest.raises(CommandError, match=said):
        call_command("backup", "--verify")
    delete(server, f"{key}.json")
    with pytest.raises(CommandError, match=r"\.json and 1 more had been deleted"):
        call_command("backup", "--verify", key)
    capsys.readouterr()
    call_command("restore", key, "--to", str(tmp_path / "copy.sqlite3"))
    told = capsys.readouterr()
    assert "checked; the database is as it was" in told.out
    assert "and 1 more had been deleted from s3://" in told.err
    assert (tmp_path / "copy.sqlite3").is_file()


@pytest.mark.django_db
def test_when_all_were_deleted_the_newest_is_named(server, backed_up, tmp_path):
    call_command("backup")
    rows = BackupLog.objects.order_by("id").values_list("key", flat=True)
    delete(server, *(f"{key}{end}" for key in rows for end in (".json", ".sqlite3.zst")))
    told = f"holds no backup; 2 were deleted and can still be read by their key, the newest: {rows[1]}; find out who"
    for arguments in (["backup", "--verify"], ["restore", "--drill"]):
        with pytest.raises(CommandError, match=told):
            call_command(*arguments)
    call_command("restore", rows[1], "--to", str(tmp_path / "copy.sqlite3"))
    assert (tmp_path / "copy.sqlite3").is_file()


@pytest.mark.django_db
def test_what_is_deleted_as_soon_as_it_is_sent_is_not_claimed(server, backed_up):
    def harm() -> None:
        found = server.client().list_objects_v2(Bucket=BUCKET, Prefix="site/db-backups/")["Contents"]
        newest = max(one["Key"] for one in found if one["Key"].endswith(".zst"))
        delete(server, newest.removeprefix("site/"))

    with (
        at_step("data sent", harm),
        pytest.raises(CommandError, match=r"somebody deleted .* as soon as it was sent"),
    ):
        call_command("backup")
    assert BackupLog.objects.get() == backed_up


@pytest.mark.django_db
def test_the_writer_marks_what_the_policy_does_not_keep(server, backed_up, monkeypatch, capsys):
    """Never the newest, also not when it is the only one; the marked ones are there until the rules act."""

    def refuse(*_: object) -> None:
        raise Forbidden("no")

    monkeypatch.setattr(S3Store, "delete", refuse)
    call_command("backup")
    capsys.readouterr()
    call_command("backup", "--keep", "1")
    assert "deploy/aws/lifecycle.json); 2 older backups are marked for them" in capsys.readouterr().out
    client = server.client()
    found = client.list_objects_v2(Bucket=BUCKET, Prefix="site/db-backups/")["Contents"]
    tags = {one["Key"]: client.get_object_tagging(Bucket=BUCKET, Key=one["Key"])["TagSet"] for one in found}
    newest = BackupLog.objects.latest("id").key
    assert len(tags) == 6
    assert {key for key, tag in tags.items() if not tag} == {
        f"site/{newest}.json",
        f"site/{newest}.sqlite3.zst",
    }
    assert [tag for tag in tags.values() if tag] == [s3._SUPERSEDED["TagSet"]] * 4
    assert not BackupLog.objects.exclude(pruned_at=None).exists()
    call_command("backup", "--verify", backed_up.key)


@pytest.mark.django_db
def test_who_may_neither_delete_nor_mark_is_told_and_the_backup_is_good(backed_up, monkeypatch):
    def refuse(*_: object) -> None:
        raise Forbidden("this identity may not do this; see deploy/aws for what it needs")

    monkeypatch.setattr(S3Store, "delete", refuse)
    monkeypatch.setattr(S3Store, "retire", refuse)
    with pytest.raises(
        CommandError, match=r"is made and was read back, but older backups were not removed: .*deploy/aws"
    ):
        call_command("backup", "--keep", "1")
    assert BackupLog.objects.filter(pruned_at=None).count() == 2


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
