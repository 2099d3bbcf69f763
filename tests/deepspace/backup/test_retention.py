"""What is kept and what goes; the backup just made always stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepspace.backup import keys, retention
from deepspace.backup.retention import Policy

START = datetime(2026, 11, 20, 3, 17, tzinfo=UTC)


def key(moment: datetime, sha: str = "ab" * 32) -> str:
    return keys.new_key(moment, sha)


NIGHTS = [key(START - timedelta(days=day)) for day in range(400)]


def put(store, name: str, body: bytes = b"{}") -> None:
    path = store.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def keep(store, made: str) -> None:
    put(store, f"{made}.json")
    put(store, f"{made}.sqlite3.zst")


def test_no_policy_keeps_everything():
    assert Policy().keeps_everything
    assert not Policy(daily=1).keeps_everything


def test_the_newest_n():
    assert Policy(last=3).kept(NIGHTS) == set(NIGHTS[:3])


def test_the_newest_of_each_day_week_and_month():
    evening = [key(START.replace(hour=20) - timedelta(days=day)) for day in range(3)]
    assert Policy(daily=2).kept(NIGHTS + evening) == set(evening[:2])
    weeks = Policy(weekly=3).kept(NIGHTS)  # 2026-11-20 is a Friday
    assert weeks == {NIGHTS[0], NIGHTS[5], NIGHTS[12]}
    months = sorted(Policy(monthly=3).kept(NIGHTS))
    assert [one[11:18] for one in months] == ["2026/09", "2026/10", "2026/11"]
    assert [one[25:27] for one in months] == ["30", "31", "20"]


def test_kinds_add_up():
    policy = Policy(last=2, daily=7, weekly=4, monthly=12)
    kept = policy.kept(NIGHTS)
    assert set(NIGHTS[:7]) <= kept
    assert 7 + 3 + 10 <= len(kept) <= 7 + 4 + 12


@given(
    st.lists(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), min_size=1, max_size=40, unique=True),  # noqa: DTZ001
    st.builds(Policy, *(st.integers(0, 5) for _ in range(4))),
)
def test_the_newest_is_kept_by_every_policy_that_keeps_anything(moments, policy):
    made = [key(moment.replace(tzinfo=UTC)) for moment in moments]
    kept = policy.kept(made)
    assert kept <= set(made)
    if not policy.keeps_everything:
        assert any(keys.moment_of(one) == keys.moment_of(max(made)) for one in kept)


def test_pruning_removes_manifest_and_data(store):
    for one in NIGHTS[:4]:
        keep(store, one)
    plan = retention.plan(store, Policy(last=2), NIGHTS[0])
    assert sorted(plan.doomed) == sorted(NIGHTS[2:4])
    retention.remove(store, plan.doomed, NIGHTS[0])
    assert retention.backups(store) == sorted(NIGHTS[:2])
    assert len(list(store.objects("db-backups/"))) == 4


def test_the_backup_just_made_stays_whatever_the_others_are_dated(store):
    old = key(START - timedelta(days=400))
    for one in (*NIGHTS[:3], old):
        keep(store, one)
    plan = retention.plan(store, Policy(last=1), NIGHTS[0])
    assert NIGHTS[0] not in plan.doomed


def test_a_backup_from_the_future_stops_the_pruning_and_says_so(store):
    future = key(START + timedelta(days=30))
    for one in (*NIGHTS[:3], future):
        keep(store, one)
    plan = retention.plan(store, Policy(last=1), NIGHTS[0])
    assert plan.doomed == []
    assert f"{future} is dated after this backup" in plan.note


def test_what_killed_backups_left_goes_after_a_day(store):
    keep(store, NIGHTS[0])
    put(store, f"{NIGHTS[3]}.sqlite3.zst")
    fresh = key(START - timedelta(hours=1))
    put(store, f"{fresh}.sqlite3.zst")
    put(store, "db-backups/README.txt")
    retention.remove(store, [], NIGHTS[0])
    assert sorted(one.name for one in store.objects("")) == sorted(
        [f"{NIGHTS[0]}.json", f"{NIGHTS[0]}.sqlite3.zst", f"{fresh}.sqlite3.zst", "db-backups/README.txt"]
    )


def test_archived_bodies_are_never_pruned(store):
    keep(store, NIGHTS[0])
    keep(store, NIGHTS[1])
    put(store, keys.body_name("ab" * 32))
    retention.remove(store, [NIGHTS[1]], NIGHTS[0])
    assert [one.name for one in store.objects("archive/")] == [keys.body_name("ab" * 32)]


@pytest.mark.parametrize("name", ["nonsense", "db-backups/x"])
def test_what_is_no_backup_is_not_taken_for_one(store, name):
    put(store, f"{name}.json")
    assert retention.backups(store) == []
