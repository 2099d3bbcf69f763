"""The lifecycle rules of a bucket: those of deploy/aws/lifecycle.json, beside whatever others it has.

No rule expires a backup for its age, which would take the last one of a site that has stopped making them. Only
what a backup marked as superseded, after it was verified itself, goes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

RULES: Final = Path("deploy") / "aws" / "lifecycle.json"
_NONE_YET: Final = "NoSuchLifecycleConfiguration"
_FORMER: Final = {"backups-expire", "archive-stays"}  # as ours were called; the first expired backups by age
_DEFAULT: Final = (
    "TransitionDefaultMinimumObjectSize"  # a setting beside the rules, replaced together with them
)


def rules(prefix: str) -> list[dict[str, Any]]:
    """Our rules, below a prefix of BACKUP_URL and with the prefix in their names: sites may share a bucket."""
    from django.conf import settings

    text = (Path(settings.BASE_DIR) / RULES).read_text(encoding="utf-8")
    ours: list[dict[str, Any]] = json.loads(text)["Rules"]
    for rule in ours:
        rule["ID"] += f" {prefix}" if prefix else ""
        place = rule["Filter"].get("And", rule["Filter"])
        place["Prefix"] = prefix + place["Prefix"]
    return ours


def merge(client: Any, bucket: str, prefix: str) -> int:
    """Put our rules in the place of our former ones; returns how many others stay."""
    ours = rules(prefix)
    found = _present(client, bucket)
    others = [rule for rule in found["Rules"] if not _is_ours(rule, ours)]
    beside = {_DEFAULT: found[_DEFAULT]} if _DEFAULT in found else {}
    client.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": others + ours}, **beside
    )
    return len(others)


def _present(client: Any, bucket: str) -> dict[str, Any]:
    from botocore.exceptions import ClientError

    try:
        found: dict[str, Any] = client.get_bucket_lifecycle_configuration(Bucket=bucket)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != _NONE_YET:
            raise
        return {"Rules": []}
    return found


def _is_ours(rule: dict[str, Any], ours: list[dict[str, Any]]) -> bool:
    name = rule.get("ID")
    if name in _FORMER:
        prefixes = {one["Filter"]["Prefix"] for one in ours if "Prefix" in one["Filter"]}
        return rule.get("Filter", {}).get("Prefix") in prefixes  # a filter of another kind is somebody else's
    return name in {one["ID"] for one in ours}
