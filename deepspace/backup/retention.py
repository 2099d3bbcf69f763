"""Which backups are kept: the newest N, and the newest of each of so many days, weeks and months."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from deepspace.backup import keys
from deepspace.backup.errors import BackupError
from deepspace.backup.stores import Store

FUTURE: Final = timedelta(minutes=5)
_ORPHAN: Final = timedelta(
    days=1
)  # data without a manifest: of a backup that was killed, if nobody is writing it


@dataclass(frozen=True, slots=True)
class Policy:
    """How many of each kind; 0 for none of that kind, and all 0 for everything."""

    last: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0

    @property
    def keeps_everything(self) -> bool:
        """Nothing is pruned."""
        return not (self.last or self.daily or self.weekly or self.monthly)

    def kept(self, made: Iterable[str]) -> set[str]:
        """Keys to keep among all keys."""
        newest_first = sorted(made, key=_moment, reverse=True)
        chosen = set(newest_first[: self.last])
        for count, period in ((self.daily, _day), (self.weekly, _week), (self.monthly, _month)):
            chosen |= set(_newest_of_each(newest_first, period)[:count])
        return chosen


@dataclass(frozen=True, slots=True)
class Plan:
    """Which backups go; ``note`` says why none does, where the policy wanted it, and ``failure`` what went wrong."""

    doomed: list[str]
    note: str = ""
    failure: str = ""


def backups(store: Store) -> list[str]:
    """Keys of the backups in a store, oldest first."""
    found = [keys.key_of_manifest(one.name) for one in store.objects(keys.BACKUPS)]
    return sorted(key for key in found if key is not None)


def plan(store: Store, policy: Policy, just_made: str) -> Plan:
    """What the policy does not keep. Asked after a backup was verified; that one always stays."""
    if policy.keeps_everything:
        return Plan([])
    present = backups(store)
    now = _moment(just_made)
    late = [key for key in present if _moment(key) > now + FUTURE]
    if late:
        return Plan(
            [],
            f"nothing is pruned: {late[-1]} is dated after this backup, so the clock is or was wrong;"
            " set the clock, then remove that backup by hand",
        )
    return Plan([key for key in present if key not in policy.kept(present) | {just_made}])


def remove(
    store: Store, doomed: Iterable[str], just_made: str, how: Callable[[str], None] | None = None
) -> None:
    """Remove backups, and what killed ones left; ``how`` may be the store's ``retire`` instead of its ``delete``.

    The manifest goes first: data without a manifest are no backup, a manifest without data would be a lie.

    Raises
    ------
    Forbidden
        This identity may not.
    """
    how = how or store.delete
    for key in doomed:
        how(key + keys.MANIFEST)
        for one in list(store.objects(key)):
            if not one.name.endswith(keys.MANIFEST):  # which a marked one still has
                how(one.name)
    _remove_orphans(store, _moment(just_made), how)


def _remove_orphans(store: Store, now: datetime, how: Callable[[str], None]) -> None:
    objects = list(store.objects(keys.BACKUPS))
    whole = {key for one in objects if (key := keys.key_of_manifest(one.name)) is not None}
    for one in objects:
        key = one.name.partition(".")[0]
        moment = keys.moment_of(key)
        if moment is not None and key not in whole and moment < now - _ORPHAN:
            how(one.name)


def _newest_of_each(newest_first: list[str], period: Callable[[datetime], tuple[int, ...]]) -> list[str]:
    newest: dict[tuple[int, ...], str] = {}
    for key in newest_first:
        newest.setdefault(period(_moment(key)), key)
    return list(newest.values())


def _moment(key: str) -> datetime:
    moment = keys.moment_of(key)
    if moment is None:
        raise BackupError(f"{key!r} is not the key of a backup")
    return moment


def _day(moment: datetime) -> tuple[int, ...]:
    return moment.timetuple()[:3]


def _week(moment: datetime) -> tuple[int, ...]:
    return tuple(moment.isocalendar())[:2]


def _month(moment: datetime) -> tuple[int, ...]:
    return moment.timetuple()[:2]
