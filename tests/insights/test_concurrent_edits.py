"""Several people at once, in threads with connections of their own: nobody writes over what they have not seen."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client

from insights.admin.forms import InsightForm
from insights.admin.transfer.resource import InsightResource
from insights.models import ContentVersion, ResearchInsight, Tag
from insights.workflow import Step
from tests.insights.test_admin import BASE, form
from tests.insights.test_transfer import CSV, confirmation, dry_run, table
from tests.support.insights import account, finding

Call = Callable[[], Any]
PAUSE_S = 0.05  # between a check and what it allows: long enough for everybody else to come in


@pytest.fixture(autouse=True)
def _shared(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that threads share: on SQLite that of the tests is in memory, where locks work otherwise."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    mine = connections["default"]
    path = tmp_path / "shared.sqlite3"
    with closing(sqlite3.connect(path)) as copy:
        mine.connection.backup(copy)
    with pytest.MonkeyPatch.context() as patch:  # undone before the tables are emptied, hence of its own
        patch.setitem(connections.settings["default"], "NAME", str(path))
        connections["default"] = connections.create_connection("default")
        yield
        connections["default"].close()
        connections["default"] = mine


@pytest.fixture(autouse=True)
def _slow_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody takes a while between looking and writing."""
    for place, name in ((InsightForm, "clean"), (Step, "check"), (InsightResource, "skip_row")):
        monkeypatch.setattr(place, name, _then_wait(getattr(place, name)))


def _then_wait(check: Callable[..., Any]) -> Callable[..., Any]:
    def slow(*args: Any, **options: Any) -> Any:
        found = check(*args, **options)
        time.sleep(PAUSE_S)
        return found

    return slow


def at_once(*calls: Call) -> list[Any]:
    """Answers of calls that begin together, each in a thread; what one of them raises is raised here."""
    answers: list[Any] = [None] * len(calls)
    failures: list[BaseException] = []
    start = threading.Barrier(len(calls))

    def run(place: int) -> None:
        try:
            start.wait(timeout=10)
            answers[place] = calls[place]()
        except Exception as error:  # noqa: BLE001 - told by the test's own thread
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    assert not any(one.is_alive() for one in threads), "somebody waits for ever"
    if failures:
        raise failures[0]
    return answers


def enter(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def save(user: User, one: ResearchInsight, **changes: Any) -> Call:
    """Send the form as it was filled in after looking at the finding."""
    client = enter(user)
    data = form(title=one.title, slug=one.slug, seen_version=one.version, **changes)
    return lambda: client.post(f"{BASE}{one.pk}/change/", data)


def step(user: User, one: ResearchInsight, name: str) -> Call:
    client = enter(user)
    data = {"confirmed": name, f"version-{one.pk}": one.version, "reason": "Wrong."}
    return lambda: client.post(f"{BASE}{one.pk}/{name}/", data, follow=True)


def confirm(user: User, *rows: list[str]) -> Call:
    """Look at an import now, and confirm it when called."""
    client = enter(user)
    hidden = confirmation(dry_run(client, table(*rows)))
    return lambda: client.post(f"{BASE}process_import/", hidden, follow=True)


def row(slug: str, summary: str) -> list[str]:
    return [slug, slug, "voyager1", "observation", summary, "", "Ice,Comet", "high"]


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def is_told(answer: Any) -> bool:
    return answer.status_code == 200 and "while you were editing. Nothing was saved" in text(answer)


@pytest.fixture
def reviewers() -> list[User]:
    return [account("reviewer", name=name) for name in ("rita", "rolf")]


# --- forms -------------------------------------------------------------------------------------------------------


def test_of_four_who_save_at_once_three_are_told_and_nothing_is_lost():
    author = account("curator")
    one = finding("Shared", author=author)
    others = [User.objects.create_superuser(f"root{number}", password="x") for number in range(3)]
    words = [f"Words of {user.username}." for user in (author, *others)]
    answers = at_once(
        *(save(user, one, summary=said) for user, said in zip((author, *others), words, strict=True))
    )
    saved = [said for said, answer in zip(words, answers, strict=True) if answer.status_code == 302]
    assert len(saved) == 1
    one.refresh_from_db()
    assert one.summary == saved[0]
    assert one.history.count() == 2
    for said, answer in zip(words, answers, strict=True):
        if said not in saved:
            assert is_told(answer)
            assert said in text(answer)  # still in the form


def test_of_two_who_add_the_same_address_one_is_told():
    users = [account("curator", name=f"curator{number}") for number in range(2)]
    clients = [enter(user) for user in users]
    answers = at_once(*(lambda client=client: client.post(f"{BASE}add/", form()) for client in clients))
    assert sorted(one.status_code for one in answers) == [200, 302]
    refused = next(one for one in answers if one.status_code == 200)
    assert "An insight with this slug exists." in text(refused)
    assert ResearchInsight.objects.count() == 1


def test_of_two_who_make_the_same_tag_both_have_it():
    clients = [enter(account("curator", name=f"curator{number}")) for number in range(2)]
    answers = at_once(
        *(
            lambda client=client: client.post("/admin/insights/tag/add/", {"name": "Ice"})
            for client in clients
        )
    )
    assert [one.status_code for one in answers] == [302, 302]
    assert Tag.objects.count() == 1


def test_a_draft_is_deleted_or_saved_but_not_both():
    author = account("curator")
    one = finding("Shared", author=author)
    client = enter(author)
    saved, deleted = at_once(
        save(author, one, summary="Kept."), lambda: client.post(f"{BASE}{one.pk}/delete/", {"post": "yes"})
    )
    assert deleted.status_code == 302
    assert saved.status_code == 302  # saved and then deleted, or: "doesn't exist. Perhaps it was deleted?"
    assert not ResearchInsight.objects.exists()
    assert "Kept." not in list(ResearchInsight.objects.values_list("summary", flat=True))


# --- steps -------------------------------------------------------------------------------------------------------


def test_what_is_published_is_what_the_reviewer_saw(reviewers):
    one = finding("Waiting", author=account("curator"), status="review", summary="As submitted.")
    publishes, saves = at_once(
        step(reviewers[0], one, "publish"), save(reviewers[1], one, summary="Changed.")
    )
    one.refresh_from_db()
    if one.status == "published":
        assert one.summary == "As submitted."
        assert is_told(saves)
    else:
        assert (one.status, one.summary) == ("review", "Changed.")
        assert saves.status_code == 302
        assert "has been changed since you looked at it" in text(publishes)


def test_of_two_reviewers_who_publish_at_once_one_is_told(reviewers):
    one = finding("Waiting", author=account("curator"), status="review")
    answers = at_once(*(step(user, one, "publish") for user in reviewers))
    said = [text(answer) for answer in answers]
    assert [("was published" in one, "has been changed since you looked" in one) for one in said].count(
        (True, False)
    ) == 1
    assert sum("has been changed since you looked" in one for one in said) == 1
    one.refresh_from_db()
    assert one.status == "published"
    assert one.reviewer == reviewers["has been changed since you looked" in said[0]]
    assert [record.status for record in one.history.all()] == ["published", "review"]


def test_one_publishes_while_another_sends_back(reviewers):
    one = finding("Waiting", author=account("curator"), status="review")
    at_once(step(reviewers[0], one, "publish"), step(reviewers[1], one, "return"))
    one.refresh_from_db()
    assert one.status in {"published", "draft"}
    assert one.history.count() == 2


def test_a_retraction_is_not_written_over_by_a_correction(reviewers):
    one = finding("Public", author=account("curator"), status="published", summary="As published.")
    retracts, corrects = at_once(
        step(reviewers[0], one, "retract"), save(reviewers[1], one, summary="Better.")
    )
    one.refresh_from_db()
    if one.status == "retracted":
        assert (one.summary, one.retraction_reason) == ("As published.", "Wrong.")
        assert corrects.status_code == 403 or is_told(corrects)
    else:
        assert one.summary == "Better."
        assert "has been changed since you looked at it" in text(retracts)


def test_what_is_submitted_no_longer_changes():
    author = account("curator")
    one = finding("Mine", author=author, summary="As submitted.")
    _, saves = at_once(step(author, one, "submit"), save(author, one, summary="Later."))
    one.refresh_from_db()
    assert (one.status, one.summary) in {("review", "As submitted."), ("draft", "Later.")}
    assert (saves.status_code == 302) is (one.summary == "Later.")


# --- imports -----------------------------------------------------------------------------------------------------


def test_an_import_beside_a_form_changes_nothing_unseen():
    author = account("curator")
    one = finding("Shared", slug="shared", author=author)
    imports, saves = at_once(confirm(author, row("shared", "Imported.")), save(author, one, summary="Typed."))
    one.refresh_from_db()
    if one.summary == "Imported.":
        assert is_told(saves)
    else:
        assert one.summary == "Typed."
        assert "“shared” was changed since you looked" in text(imports)


def test_two_imports_in_opposite_order_and_forms_between_them_do_not_stop_each_other():
    author = account("curator")
    slugs = [f"finding-{number}" for number in range(4)]
    made = [finding(slug, slug=slug, author=author) for slug in slugs]
    new = ["new-a", "new-b"]
    answers = at_once(
        confirm(author, *(row(slug, "First.") for slug in [*slugs, *new])),
        confirm(author, *(row(slug, "Second.") for slug in [*reversed(slugs), *reversed(new)])),
        save(author, made[0], summary="Typed."),
        save(author, made[3], summary="Typed."),
    )
    summaries = set(ResearchInsight.objects.filter(slug__in=slugs).values_list("summary", flat=True))
    imported = summaries & {"First.", "Second."}
    assert len(imported) <= 1  # all of one file, or none of either
    if imported:
        assert summaries == imported
        assert ResearchInsight.objects.filter(slug__in=new, summary__in=imported).count() == len(new)
        assert all(is_told(one) for one in answers[2:])
    else:
        assert not ResearchInsight.objects.filter(slug__in=new).exists()
        assert "Nothing was imported." in text(answers[0])
        assert "Nothing was imported." in text(answers[1])


def test_a_confirmation_that_is_sent_twice_counts_once():
    author = account("curator")
    client = enter(author)
    hidden = confirmation(dry_run(client, table(row("comet", "Once."))))
    answers = at_once(*(lambda: client.post(f"{BASE}process_import/", hidden, follow=True) for _ in range(2)))
    assert sum("1 new" in text(one) for one in answers) == 1
    assert ResearchInsight.objects.get().version == 1
    assert hidden["format"] == CSV


def test_every_change_that_readers_see_is_counted_once_however_many_write():
    author = account("curator")
    many = [finding(f"Public {number}", author=author, status="published") for number in range(6)]
    before = ContentVersion.objects.get().value
    at_once(*(one.save for one in many))
    assert ContentVersion.objects.get().value == before + len(many)


def test_an_upload_of_a_dry_run_changes_nothing_for_those_who_save():
    author = account("curator")
    one = finding("Shared", slug="shared", author=author)
    client = enter(author)
    file = SimpleUploadedFile("x.csv", table(row("shared", "Imported.")))
    looks, saves = at_once(
        lambda: client.post(f"{BASE}import/", {"import_file": file, "format": CSV, "resource": "0"}),
        save(author, one, summary="Typed."),
    )
    assert "Confirm import" in text(looks)
    assert saves.status_code == 302
    one.refresh_from_db()
    assert one.summary == "Typed."
