"""`manage.py ingest`: what it takes, what it says, and how it exits."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from deepspace.archive import Archive
from deepspace.fallback import standing
from deepspace.ingestion import registry
from deepspace.management.commands import ingest as module
from deepspace.models import IngestionLog
from tests.support import horizons as fake
from tests.support.diary import bug, dump
from tests.support.door import FakeDoor
from tests.support.horizons import HorizonsServer
from voyager.models import Event, Trajectory

KEY, EVENTS = "voyager.trajectory", "voyager.events"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS_60 = ("--since", "2020-01-01", "--until", "2020-03-01")
RECENT = ("--since", "2027-11-01")


@pytest.fixture(autouse=True)
def _as_before(monkeypatch):
    """The command takes SIGTERM for itself, and no test here is about drawing."""
    two = tuple(one for one in registry.products() if one.key in {KEY, EVENTS})
    for module_name in ("deepspace.ingestion.registry", "deepspace.fallback"):
        monkeypatch.setattr(f"{module_name}.products", lambda: two)  # the instruments have tests of their own
    handler = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(module, "_prerender", drawn.append)
    drawn.clear()
    yield
    signal.signal(signal.SIGTERM, handler)


drawn: list[Any] = []


@pytest.fixture
def horizons(db, monkeypatch):
    """The door's place is taken by made-up answers; returns the doors of the runs."""
    doors: list[FakeDoor] = []

    def open_door(*, deadline=None):
        from deepspace.upstream.http import Door

        repository = Door()

        def answer(request):
            if request.url.startswith("repository:"):
                return repository.fetch(request).body
            return fake.answer(request.params)

        doors.append(FakeDoor(answer))
        return doors[-1]

    monkeypatch.setattr(module, "Door", open_door)
    return doors


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("ingest", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def asked(doors) -> set[str]:
    return {request.url.partition(":")[0] for door in doors for request in door.asked}


def test_a_product_is_chosen_by_its_key(horizons):
    assert run(KEY, *DAYS_60).startswith(
        f"{KEY}: 60 created, 0 updated, 0 unchanged, 0 removed, 0 rejected in "
    )
    assert asked(horizons) == {"https"}
    assert not Event.objects.exists()


def test_products_are_chosen_by_their_app(horizons):
    said = run("voyager", *RECENT)
    assert asked(horizons) == {"https", "repository"}
    assert (
        said.splitlines()[-4].split()
        == "product result created updated unchanged removed rejected seconds".split()
    )
    assert [line.split()[:2] for line in said.splitlines()[-2:]] == [[EVENTS, "ok"], [KEY, "ok"]]


def test_no_selection_means_every_product(horizons):
    run(*RECENT)
    assert Event.objects.exists()
    assert Trajectory.objects.exists()


def test_a_product_named_twice_is_taken_once(horizons):
    assert run(EVENTS, EVENTS).count("created") == 1


def test_running_twice_changes_nothing(horizons):
    run(KEY, *DAYS_60)
    before = dump(Trajectory)
    assert "0 created, 0 updated, 60 unchanged" in run(KEY, *DAYS_60)
    assert dump(Trajectory) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("no.such",), "unknown product or app 'no.such'; there are: voyager.events, voyager.trajectory"),
        ((KEY, "--since", "2020-01-02", "--until", "2020-01-01"), "--since is later than --until"),
        ((KEY, "--since", "yesterday"), "'yesterday' is not an ISO 8601 date or instant"),
        ((KEY, "--deadline", "0"), "--deadline must be a positive number"),
        ((KEY, "--deadline", "-5"), "--deadline must be a positive number"),
        ((KEY, "--deadline", "nan"), "--deadline must be a positive number"),
        ((KEY, "--deadline", "soon"), "invalid float value: 'soon'"),
        ((KEY, "--replay", "--dry-run"), "--replay does not go with --dry-run"),
        ((KEY, "--replay", "--since", "2020-01-01"), "--replay does not go with --since"),
        ((KEY, "--watch", "--dry-run"), "--watch does not go with --dry-run"),
        ((KEY, "--watch", "--deadline", "5"), "--watch does not go with --deadline"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_done(db, arguments, words):
    with pytest.raises(CommandError, match=words.replace("(", "\\(")) as refused:
        run(*arguments)
    assert refused.value.returncode in {1, 2}  # argparse's own exit is tested below, in a process
    assert not IngestionLog.objects.exists()


def test_times_without_a_zone_are_utc():
    assert module._instant("2020-01-01") == datetime(2020, 1, 1, tzinfo=UTC)
    assert module._instant("2020-01-01T01:00+01:00") == datetime(2020, 1, 1, tzinfo=UTC)


def test_due_takes_only_what_is_due(horizons):
    with time_machine.travel(NOW):
        run(EVENTS)
        run("--due", *RECENT)
        assert asked(horizons[1:]) == {"https"}
        assert run("--due") == "ingest: nothing is due\n"
    with time_machine.travel(NOW + timedelta(hours=22)):
        said = run("--due", EVENTS)
        assert "unchanged" in said


def test_a_dry_run_says_what_it_would_store(horizons):
    assert run(KEY, *DAYS_60, "--dry-run") == f"{KEY}: would store 60 rows, 0 rejected (dry run)\n"
    assert not Trajectory.objects.exists()
    assert not IngestionLog.objects.exists()


def test_list_shows_where_each_product_stands_and_asks_nobody(horizons):
    with time_machine.travel(NOW, tick=False):
        run(EVENTS)
        rows = {line.split()[0]: line for line in run("--list").splitlines()[2:]}
    assert rows[EVENTS].split() == [EVENTS, "real", "2026-11-20", "12:00Z", "2026-11-21", "09:36Z", "-"]
    assert rows[KEY].split() == [KEY, "synthetic", "never", "now", "-"]
    assert len(horizons) == 1


def test_list_keeps_to_the_selection(horizons):
    said = run(EVENTS, "--list").splitlines()
    assert [line.split()[0] for line in said[2:]] == [EVENTS]


def test_replay_rebuilds_without_a_door(horizons, monkeypatch):
    run(KEY, *DAYS_60)
    Trajectory.objects.all().delete()
    monkeypatch.setattr(module, "Door", lambda **_: pytest.fail("a door was opened"))
    assert "60 created" in run(KEY, "--replay")
    assert "0 created, 0 updated, 60 unchanged" in run(KEY, "--replay")


def test_a_failed_product_is_told_and_does_not_stop_the_others(horizons, monkeypatch, capsys):
    from voyager.products import EventsProduct

    monkeypatch.setattr(EventsProduct, "parse", bug)
    out = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("ingest", "voyager", *RECENT, stdout=out)
    assert f"{EVENTS}: FAILED KeyError: 'missing'" in out.getvalue()
    assert f"{KEY}: " in out.getvalue()
    assert Trajectory.objects.exists()


def test_what_was_asked_is_drawn_ahead_but_not_for_a_dry_run(horizons):
    run(KEY, *DAYS_60, "--dry-run")
    assert drawn == []
    run(KEY, *DAYS_60)
    assert [[product.key for product in products] for products in drawn] == [[KEY]]


def test_a_plot_that_cannot_be_drawn_does_not_fail_the_ingest(horizons, monkeypatch, caplog):
    from deepspace.plotting import cache

    def broken(_products):
        raise ZeroDivisionError

    monkeypatch.undo()
    monkeypatch.setattr(cache, "prerender", broken)
    module._prerender([registry.product(KEY)])
    assert "plots could not be drawn ahead" in caplog.text


def test_leftovers_of_killed_writers_are_swept(horizons, settings, monkeypatch):
    swept = []
    monkeypatch.setattr(Archive, "sweep", lambda self, **_: swept.append(self.root))
    run(EVENTS)
    assert [str(root) for root in swept] == [str(settings.ARCHIVE_DIR)]


def test_a_watch_takes_what_is_due_and_goes_on(horizons, monkeypatch):
    naps = []

    def nap(seconds):
        naps.append(seconds)
        if len(naps) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("deepspace.management.commands.ingest.time.sleep", nap)
    with pytest.raises(SystemExit, match="0"):
        run("--watch", EVENTS)
    assert naps == [15.0] * 3
    assert IngestionLog.objects.filter(product=EVENTS, status="success").count() == 1
    assert standing(EVENTS).last_success_at is not None


# --- as a command, for the exit codes


@pytest.fixture
def site(instance):
    instance.manage("migrate", "--verbosity", "0")
    with HorizonsServer() as server:
        instance.env["UPSTREAM_MIRROR"] = server.url
        yield instance


@pytest.mark.sqlite_only
def test_exit_codes(site):
    assert site.manage("ingest", KEY, *DAYS_60, check=False).returncode == 0
    assert site.manage("ingest", "--list", check=False).returncode == 0
    for bad in (
        ("no.such",),
        (KEY, "--since", "2020-01-02", "--until", "2020-01-01"),
        (KEY, "--since", "yesterday"),
        (KEY, "--deadline", "0"),
        (KEY, "--deadline", "soon"),
        ("--no-such-option",),
    ):
        done = site.manage("ingest", *bad, check=False)
        assert (done.returncode, done.stdout) == (2, ""), bad
        assert "Traceback" not in done.stderr
    nobody = {"UPSTREAM_MIRROR": "http://127.0.0.1:9"}
    done = site.manage("ingest", KEY, *DAYS_60, "--deadline", "2", check=False, env=nobody)
    assert done.returncode == 1
    assert done.stdout.startswith(f"{KEY}: FAILED Unreachable: Horizons (ssd.jpl.nasa.gov) did not answer")
    assert done.stdout.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.sqlite_only
def test_a_deadline_bounds_the_whole_run(instance, mirror):
    import time

    instance.manage("migrate", "--verbosity", "0")
    mirror.faults("hang:ssd.jpl.nasa.gov")
    began = time.monotonic()
    done = instance.manage(
        "ingest", "voyager", "--deadline", "2", check=False, env={"UPSTREAM_MIRROR": mirror.url}
    )
    assert time.monotonic() - began < 30  # a hanging host alone would hold it for a minute
    assert done.returncode == 1
    assert f"{EVENTS}: " in done.stdout
    assert f"{KEY}: FAILED Unreachable" in done.stdout


@pytest.mark.sqlite_only
def test_a_database_that_a_restore_left_half_replaced_is_refused(monkeypatch, tmp_path):
    """The checks of the web are left out, those of the data are not."""
    database = tmp_path / "site.sqlite3"
    (tmp_path / "site.sqlite3.restore-journal").touch()
    monkeypatch.setitem(connection.settings_dict, "NAME", str(database))
    with pytest.raises(SystemCheckError, match=r"deepspace\.E002"):
        call_command("ingest", "--list", skip_checks=False)
