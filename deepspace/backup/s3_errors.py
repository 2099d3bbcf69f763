"""What S3 and the way to it say, in one line that tells the operator what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from deepspace.backup.errors import AlreadyThere, Forbidden, NoBucket, NotThere, StoreError

_CREDENTIALS: Final = {
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "InvalidToken",
    "InvalidClientTokenId",
    "TokenRefreshRequired",
}
READING: Final = "reading it"
_EXISTS: Final = {"PreconditionFailed", "ConditionalRequestConflict", "412", "BucketAlreadyOwnedByYou"}
_FORBIDDEN: Final = {"AccessDenied", "AllAccessDisabled", "403", "Forbidden"}


@contextmanager
def translated(where: str, what: str) -> Iterator[None]:
    """Turn botocore's errors into the five of ours."""
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, IncompleteReadError
    from botocore.exceptions import ConnectionError as NotConnected

    try:
        yield
    except ClientError as error:
        raise _answered(where, what, error.response) from error
    except (HTTPClientError, NotConnected, IncompleteReadError) as error:
        raise StoreError(
            f"{where}: {what} failed, the store does not answer ({type(error).__name__});"
            " look at the network and AWS_ENDPOINT_URL, then run it again"
        ) from error
    except BotoCoreError as error:
        raise _local(where, error) from error


def _answered(where: str, what: str, response: dict[str, Any]) -> StoreError:  # noqa: PLR0911 - one per answer
    code = str(response.get("Error", {}).get("Code", ""))
    if code == "NoSuchBucket":
        return NoBucket(
            f"{where}: there is no such bucket; correct BACKUP_URL, or make it with the admin identity"
            " (`manage.py backup --ensure-bucket`)"
        )
    if code in {"NoSuchKey", "NoSuchVersion"} or (code == "404" and what == READING):
        return NotThere(f"{where}: there is no such object")
    if code == "404":  # S3 says what is not there
        return StoreError(
            f"{where}: what answers at AWS_ENDPOINT_URL is no S3 store; correct it, then run this again"
        )
    if code in _CREDENTIALS:
        return StoreError(
            f"{where}: the store does not accept the AWS credentials ({code});"
            " correct AWS_PROFILE, the AWS_… variables or the role"
        )
    if code == "RequestTimeTooSkewed":
        return StoreError(
            f"{where}: the clock of this machine is wrong; set it (timedatectl set-ntp true), then run it again"
        )
    if code in _EXISTS:
        return AlreadyThere(f"{where} exists and is not written over")
    if code in _FORBIDDEN:
        return Forbidden(f"{where}: this identity may not do this ({what}); see deploy/aws for what it needs")
    if code == "BucketAlreadyExists":
        return Forbidden(f"{where}: somebody else has a bucket of this name; choose another in BACKUP_URL")
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", "?")
    return StoreError(
        f"{where}: {what} failed ({code or 'no reason given'}, status {status}); run it again later"
    )


def _local(where: str, error: Exception) -> StoreError:
    name = type(error).__name__
    if "Credential" in name or "Token" in name or name == "ProfileNotFound":
        return StoreError(
            f"{where}: no usable AWS credentials ({str(error)[:120]});"
            " set AWS_PROFILE, the AWS_… variables, or give the machine a role"
        )
    return StoreError(f"{where}: {name}: {str(error)[:160]}; look at the AWS_… variables and BACKUP_URL")
