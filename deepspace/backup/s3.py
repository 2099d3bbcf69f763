"""An S3 bucket. boto3 is loaded here only, when a backup or a restore runs; never by the web process.

Credentials come from the usual AWS chain (environment, profile, instance role), the address of a compatible
store from AWS_ENDPOINT_URL. Every object is sent with its SHA-256, encrypted at rest, and only under a free name.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from deepspace.backup import s3_lifecycle
from deepspace.backup.errors import BackupError, Forbidden, NoBucket, NotThere, StoreError, file_error
from deepspace.backup.s3_errors import READING, translated
from deepspace.backup.stores import CHUNK, Stored, now

MULTIPART_ABOVE: Final = 64 * 2**20
PART: Final = 16 * 2**20  # in memory, one at a time
_MOST_PARTS: Final = 10_000
_SKEW: Final = timedelta(minutes=5)  # S3 itself refuses at 15
_ENCRYPTION: Final = "AES256"
_SUPERSEDED: Final = {
    "TagSet": [{"Key": "deepspace", "Value": "superseded"}]
}  # as in deploy/aws/lifecycle.json


class S3Store:
    """A bucket, or a prefix in one."""

    def __init__(self, bucket: str, prefix: str = "") -> None:
        self.bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self.url = f"s3://{bucket}/{prefix}".rstrip("/")
        self.deleted: set[str] = set()

    @cached_property
    def _client(self) -> Any:
        import boto3
        from botocore.config import Config

        with translated(self.url, "the store"):
            return boto3.session.Session().client(
                "s3",
                config=Config(
                    connect_timeout=10,
                    read_timeout=60,
                    retries={"mode": "standard", "total_max_attempts": 3},
                    # The default adds checksums of its own, in a framing that not every compatible store reads.
                    request_checksum_calculation="when_required",
                ),
            )

    def check(self) -> None:
        """Whether the bucket answers, and says the same time: a wrong clock would misdate the backup."""
        with translated(self.url, "listing the bucket"):
            answer = self._client.list_objects_v2(Bucket=self.bucket, Prefix=self._prefix, MaxKeys=1)
        said = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
        if said:
            ahead = now() - parsedate_to_datetime(said)
            if abs(ahead) > _SKEW:
                raise StoreError(
                    f"{self.url}: the clock of this machine is {_in_words(ahead)} the store's;"
                    " set it (timedatectl set-ntp true), then run it again"
                )

    def put(self, name: str, source: Path, sha256: str) -> None:
        """Send a file whole, or in parts when it is large."""
        try:
            size_bytes = source.stat().st_size
            with translated(f"{self.url}/{name}", "sending it"):
                if size_bytes > MULTIPART_ABOVE:
                    self._put_parts(name, source, sha256, size_bytes)
                else:
                    self._put_whole(name, source, sha256)
        except OSError as error:
            raise file_error(f"{source} cannot be sent", error) from error

    def _put_whole(self, name: str, source: Path, sha256: str) -> None:
        with source.open("rb") as body:
            self._client.put_object(
                Bucket=self.bucket,
                Key=self._prefix + name,
                Body=body,
                ChecksumAlgorithm="SHA256",
                ChecksumSHA256=base64.b64encode(bytes.fromhex(sha256)).decode(),
                ServerSideEncryption=_ENCRYPTION,
                IfNoneMatch="*",
            )

    def _put_parts(self, name: str, source: Path, sha256: str, size_bytes: int) -> None:
        where = {"Bucket": self.bucket, "Key": self._prefix + name}
        upload = self._client.create_multipart_upload(
            **where, ServerSideEncryption=_ENCRYPTION, ChecksumAlgorithm="SHA256"
        )
        where["UploadId"] = upload["UploadId"]
        try:
            parts, found = self._send_parts(where, source, max(PART, size_bytes // _MOST_PARTS + 1))
            if found != sha256:
                raise StoreError(f"{source} changed while it was sent; run the backup again")
            self._client.complete_multipart_upload(**where, MultipartUpload={"Parts": parts}, IfNoneMatch="*")
        except (
            BaseException
        ):  # also when interrupted: parts that are left behind cost money until the lifecycle rule
            self._abort(where)
            raise

    def _send_parts(
        self, where: dict[str, str], source: Path, part_bytes: int
    ) -> tuple[list[dict[str, Any]], str]:
        parts: list[dict[str, Any]] = []
        digest = hashlib.sha256()
        with source.open("rb") as file:
            for number, body in enumerate(iter(lambda: file.read(part_bytes), b""), 1):
                digest.update(body)
                checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()
                sent = self._client.upload_part(
                    **where, PartNumber=number, Body=body, ChecksumSHA256=checksum
                )
                parts.append({"PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA256": checksum})
        return parts, digest.hexdigest()

    def _abort(self, where: dict[str, str]) -> None:
        try:
            with translated(self.url, "aborting an upload"):
                self._client.abort_multipart_upload(**where)
        except BackupError:
            return  # the failure that led here is the one to tell; a lifecycle rule removes the parts

    def chunks(self, name: str) -> Iterator[bytes]:
        """Download piece by piece. An object that was deleted is read from the version before the deletion."""
        where = {"Bucket": self.bucket, "Key": self._prefix + name}
        with translated(f"{self.url}/{name}", READING):
            try:
                body = self._client.get_object(**where)["Body"]
            except self._client.exceptions.NoSuchKey:
                version = self._newest_version(where["Key"])
                if version is None:
                    raise NotThere(f"{self.url} has no {name}") from None
                body = self._client.get_object(**where, VersionId=version)["Body"]
                self.deleted.add(name)
            yield from body.iter_chunks(CHUNK)

    def _newest_version(self, key: str) -> str | None:
        try:
            with translated(self.url, "listing versions"):
                found = self._client.list_object_versions(Bucket=self.bucket, Prefix=key, MaxKeys=10)
        except StoreError:
            return None  # not allowed, or a store without versions
        versions = [one for one in found.get("Versions", []) if one["Key"] == key]
        versions.sort(key=lambda one: one["LastModified"], reverse=True)
        return str(versions[0]["VersionId"]) if versions else None

    def objects(self, prefix: str) -> Iterator[Stored]:
        """Every object, page after page."""
        with translated(self.url, "listing the bucket"):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self._prefix + prefix
            )
            for page in pages:
                for one in page.get("Contents", []):
                    yield Stored(one["Key"].removeprefix(self._prefix), one["Size"])

    def behind(self, prefix: str) -> list[str]:
        """What has a delete marker on it and a version under it; nothing where versions may not be listed."""
        where = {"Bucket": self.bucket, "Prefix": self._prefix + prefix}
        under: set[str] = set()
        marked: set[str] = set()
        with suppress(StoreError), translated(self.url, "listing versions"):
            for page in self._client.get_paginator("list_object_versions").paginate(**where):
                under.update(one["Key"] for one in page.get("Versions", []))
                marked.update(one["Key"] for one in page.get("DeleteMarkers", []) if one["IsLatest"])
        return [key.removeprefix(self._prefix) for key in sorted(under & marked)]

    def delete(self, name: str) -> None:
        """Put a delete marker on it; the lifecycle rules remove the version under it later."""
        with translated(f"{self.url}/{name}", "deleting it"):
            self._client.delete_object(Bucket=self.bucket, Key=self._prefix + name)

    def retire(self, name: str) -> None:
        """Mark it for the lifecycle rules, which then do what ``delete`` does."""
        with translated(f"{self.url}/{name}", "marking it as superseded"):
            self._client.put_object_tagging(Bucket=self.bucket, Key=self._prefix + name, Tagging=_SUPERSEDED)

    def ensure(self) -> list[str]:
        """Make the bucket where it is missing: private, versioned, encrypted, with the lifecycle rules."""
        try:
            created = self._create()
            with translated(self.url, "setting up the bucket"):
                others = self._set_up()
        except Forbidden as error:
            raise Forbidden(
                f"{error}; --ensure-bucket needs the identity of deploy/aws/admin-policy.json"
            ) from error
        return [
            created,
            "public access is blocked",
            "versioning is on",
            "encryption is on",
            "lifecycle rules are set" + (f", and {others} of others stay" if others else ""),
        ]

    def _create(self) -> str:
        region = self._client.meta.region_name
        where = (
            {"CreateBucketConfiguration": {"LocationConstraint": region}}
            if region not in {None, "us-east-1"}
            else {}
        )
        try:
            with translated(self.url, "looking for the bucket"):
                self._client.list_objects_v2(Bucket=self.bucket, MaxKeys=1)
        except NoBucket:
            with translated(self.url, "making the bucket"):
                self._client.create_bucket(Bucket=self.bucket, **where)
            return f"the bucket {self.bucket} is made"
        return f"the bucket {self.bucket} was there"

    def _set_up(self) -> int:
        """Every setting; returns how many lifecycle rules of others were there, and stay."""
        flags = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        blocked = dict.fromkeys(flags, True)
        encrypted = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": _ENCRYPTION}}
        where = {"Bucket": self.bucket}
        self._client.put_public_access_block(**where, PublicAccessBlockConfiguration=blocked)
        self._client.put_bucket_versioning(**where, VersioningConfiguration={"Status": "Enabled"})
        self._client.put_bucket_encryption(**where, ServerSideEncryptionConfiguration={"Rules": [encrypted]})
        return s3_lifecycle.merge(self._client, self.bucket, self._prefix)


def _in_words(ahead: timedelta) -> str:
    seconds = abs(ahead.total_seconds())
    amount = f"{seconds / 3600:,.1f} hours" if seconds >= 3600 else f"{seconds / 60:.0f} minutes"
    return f"{amount} {'ahead of' if ahead > timedelta(0) else 'behind'}"
