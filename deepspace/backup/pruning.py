"""After a backup: the older ones that the policy does not keep are removed, or left to the store's own rules."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from django.db import DatabaseError

from deepspace.backup import retention
from deepspace.backup.errors import BackupError, Forbidden
from deepspace.backup.retention import Plan, Policy
from deepspace.backup.stores import Store
from deepspace.models import BackupLog

_LIFECYCLE: Final = (
    "this identity may not delete: pruning is left to the lifecycle rules of the bucket"
    " (deploy/aws/lifecycle.json); {count} older backups are marked for them"
)


def prune(store: Store, policy: Policy, just_made: str) -> Plan:
    """Remove what the policy does not keep, or have the store's rules do it. The new backup is good whatever comes."""
    plan = Plan([])
    try:
        plan = retention.plan(store, policy, just_made)
        if policy.keeps_everything or plan.note:
            return plan
        _remove(store, plan.doomed, just_made)
    except (BackupError, DatabaseError, OSError) as error:
        _take_back(store, plan.doomed)
        return _left_to_rules(store, plan.doomed, just_made, error)
    return plan


def _remove(store: Store, doomed: list[str], just_made: str) -> None:
    """Say in the log that they go, then remove them: a kill in between leaves a backup too many, not a false claim."""
    rows = BackupLog.objects.filter(store=store.url, key__in=doomed, pruned_at=None)
    rows.update(pruned_at=datetime.now(UTC))
    retention.remove(store, doomed, just_made)


def _left_to_rules(store: Store, doomed: list[str], just_made: str, error: Exception) -> Plan:
    failure = error
    if isinstance(error, Forbidden):
        try:
            retention.remove(store, doomed, just_made, how=store.retire)
        except (BackupError, OSError) as refusal:
            failure = refusal
        else:
            return Plan([], _LIFECYCLE.format(count=len(doomed)))
    return Plan([], failure=str(failure).strip())


def _take_back(store: Store, doomed: list[str]) -> None:
    """What is still there is not gone. When the store cannot say, the rows stay as they are: they claim too little."""
    with suppress(BackupError, DatabaseError, OSError):
        present = set(retention.backups(store)).intersection(doomed)
        BackupLog.objects.filter(store=store.url, key__in=present).update(pruned_at=None)
