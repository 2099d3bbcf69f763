"""An import changes what its account may change in the form, what was looked at, and nothing else."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core import signing

from insights.admin.transfer.diff import _marked
from insights.models import DataReference, ResearchInsight, Tag
from tests.insights.test_transfer import (
    BASE,
    CSV,
    GOOD,
    HEAD,
    JSON,
    bring_in,
    confirmation,
    dry_run,
    table,
    take_out,
)
from tests.support import stored
from tests.support.insights import account

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def both(db) -> User:
    """A member of both groups."""
    user = account("curator", name="both")
    user.groups.add(Group.objects.get_or_create(name="reviewer")[0])
    return user


def only(slug: str, **cells: Any) -> bytes:
    """A file that says nothing but these cells."""
    return table([slug, *(str(cell) for cell in cells.values())], head=["slug", *cells])


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


def everything() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in (ResearchInsight, Tag, DataReference)]


# --- what is public ----------------------------------------------------------------------------------------------


def test_a_change_of_what_is_public_is_said_and_needs_a_tick(enter, both, published):
    client, body = enter(both), only(published.slug, summary="Summary of The field leaps.")
    asked = text(dry_run(client, body))
    assert "Readers would see 1 of these changes at once" in asked
    assert "“The field jumps” (published)" in asked
    assert "<ins>leaps.</ins>" in asked
    before = everything()
    assert "Tick the box that says so" in text(bring_in(client, body))
    assert everything() == before
    bring_in(client, body, public_too="on")
    published.refresh_from_db()
    assert (published.summary, published.status) == ("Summary of The field leaps.", "published")
    record = published.history.first()
    assert (record.history_user, record.history_change_reason) == (both, "Imported")


def test_a_draft_needs_no_tick(enter, curator, make):
    make("Comet", slug="comet", author=curator)
    assert "Readers would see" not in text(dry_run(enter(curator), only("comet", summary="New.")))


@pytest.mark.parametrize(
    ("who", "status", "may"),
    [
        ("author", "draft", True),
        ("author", "review", False),
        ("author", "published", False),
        ("author", "retracted", False),
        ("both", "draft", False),
        ("both", "review", True),
        ("both", "published", True),
        ("both", "retracted", False),
        ("other", "review", False),
        ("other", "published", False),
        ("root", "retracted", True),
    ],
)
def test_an_import_may_what_the_form_may(enter, make, curator, both, root, who, status, may):
    one = make("Comet", slug="comet", author=curator, status=status)
    user = {"author": curator, "both": both, "root": root, "other": account("curator", name="other")}[who]
    answer = bring_in(enter(user), only("comet", summary="Imported."), public_too="on")
    one.refresh_from_db()
    assert (one.summary == "Imported.") is may
    assert ("You may not change the finding “comet”." in text(answer)) is not may


def test_whoever_may_not_add_findings_adds_none(enter, db):
    user = account(name="importer")
    user.user_permissions.add(
        *Permission.objects.filter(codename__in=["import_researchinsight", "view_researchinsight"])
    )
    assert "You may not change" in text(bring_in(enter(user), table(GOOD)))
    assert not ResearchInsight.objects.exists()


def test_a_row_that_names_a_draft_of_somebody_else_shows_nothing_of_it(enter, curator, make):
    make("Secret thought", slug="secret", author=None, summary="Hidden.", tags=["Hush"])
    for body in (only("secret"), only("secret", summary="Hidden."), only(" secret ", project="voyager1")):
        answer = text(dry_run(enter(curator), body))
        assert "You may not change" in answer
        for hidden in ("Secret thought", "Hush"):
            assert hidden not in answer


def test_what_the_file_does_not_change_is_left_alone(enter, curator, published, make):
    stored.events()
    window = {
        "product": "voyager.events",
        "window_start": "2026-11-01T00:00Z",
        "window_end": "2026-12-01T00:00Z",
    }
    make("Mine", author=curator, description="one\r\ntwo", data=[window], tags=["Ice"])
    ResearchInsight.objects.filter(pk=published.pk).update(author=None)  # of others: may not be changed
    before = everything()
    for kind in (CSV, JSON):
        client = enter(curator)
        answer = text(bring_in(client, take_out(client, kind).encode(), kind))
        assert "0 new, 0 updated, 0 deleted and 2 skipped" in answer
        assert everything() == before
    assert [one.history.count() for one in ResearchInsight.objects.order_by("pk")] == [
        published.history.count(),
        2,  # made, and tagged
    ]


# --- between looking and confirming ------------------------------------------------------------------------------


def looked(client: Any, body: bytes) -> dict[str, str]:
    hidden = confirmation(dry_run(client, body))
    assert "looked" in hidden
    return hidden


def confirm(client: Any, hidden: dict[str, str]) -> str:
    return text(client.post(f"{BASE}process_import/", hidden, follow=True))


@pytest.mark.parametrize("how", ["changed", "submitted", "deleted"])
def test_what_has_changed_since_the_dry_run_is_not_written_over(enter, curator, make, how):
    one = make("Comet", slug="comet", author=curator)
    client = enter(curator)
    hidden = looked(client, table(["new", *GOOD[1:]], GOOD))
    if how == "deleted":
        one.delete()
    else:
        one.summary, one.status = "Typed.", "review" if how == "submitted" else "draft"
        one.save()
    before = everything()
    said = confirm(client, hidden)
    assert "Nothing was imported." in said
    assert ("was deleted since" if how == "deleted" else "was changed since") in said
    assert everything() == before  # nor the new one


def test_what_was_made_since_the_dry_run_is_not_written_over(enter, curator, make):
    client = enter(curator)
    hidden = looked(client, table(GOOD))
    make("Comet", slug="comet", author=curator, summary="Typed.")
    assert "Somebody made “comet” since you looked" in confirm(client, hidden)
    assert ResearchInsight.objects.get().summary == "Typed."


def test_what_was_unchanged_in_the_dry_run_is_not_written_back(enter, curator, make):
    one = make("Comet", slug="comet", author=curator, summary="Old.")
    client = enter(curator)
    hidden = looked(client, only("comet", summary="Old."))
    one.summary = "Typed."
    one.save()
    assert "was changed since you looked" in confirm(client, hidden)
    one.refresh_from_db()
    assert one.summary == "Typed."


def test_the_second_step_brings_in_only_what_its_account_looked_at(enter, curator, both):
    client = enter(curator)
    first, second = looked(client, table(GOOD)), looked(client, table(["other", *GOOD[1:]]))
    mixed = [
        first | {"looked": second["looked"]},
        first | {"looked": ""},
        first | {"looked": "rubbish"},
        first | {"looked": first["looked"][:-2] + "xx"},
        first | {"looked": signing.dumps({"file": first["import_file_name"]})},
        {name: value for name, value in first.items() if name != "looked"},
    ]
    for hidden in mixed:
        assert "not what was looked at" in confirm(client, hidden)
    assert "not what was looked at" in confirm(enter(both), first)
    assert not ResearchInsight.objects.exists()
    assert "1 new" in confirm(client, first)
    assert "no longer here" in confirm(client, first)


def test_a_row_that_fails_while_it_is_brought_in_takes_all_others_with_it(enter, curator, make, monkeypatch):
    client = enter(curator)
    hidden = looked(client, table(GOOD, ["second", *GOOD[1:]]))
    from insights.admin.transfer import resource

    def fail(insight: ResearchInsight, *_: Any) -> None:
        if insight.slug == "second":
            raise OSError("the disk is full")

    monkeypatch.setattr(resource, "note", fail)
    said = confirm(client, hidden)
    assert "Nothing was imported. Row 2: the disk is full" in said
    assert not ResearchInsight.objects.exists()
    assert not Tag.objects.exists()


# --- files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("second", ["comet", " comet", "comet\t"])
def test_a_finding_that_is_in_the_file_twice_is_refused(enter, curator, second):
    answer = text(bring_in(enter(curator), table(GOOD, [second, "Other", *GOOD[2:]])))
    assert "“comet” is in the file twice: in the rows 1 and 2." in answer
    assert not ResearchInsight.objects.exists()


def test_tags_that_differ_by_case_are_one_tag_as_it_is_written_already(enter, curator):
    Tag.objects.create(name="Ice")
    bring_in(enter(curator), table([*GOOD[:6], "ICE, ice,Comet,comet , COMET", "high"]))
    assert sorted(ResearchInsight.objects.get().tags.values_list("name", flat=True)) == ["Comet", "Ice"]
    assert Tag.objects.count() == 2


def test_json_may_hold_tags_as_a_list(enter, curator):
    entry = dict(zip(HEAD, GOOD, strict=True)) | {"tags": ["Ice", "ice", "Dust"]}
    bring_in(enter(curator), json.dumps([entry]).encode(), JSON)
    assert sorted(ResearchInsight.objects.get().tags.values_list("name", flat=True)) == ["Dust", "Ice"]


class Page(HTMLParser):
    """Whether a page holds an element or an attribute of the attack; its own scripts are files."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.runs = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.runs = (
            self.runs
            or (tag == "script" and "src" not in named and "json" not in (named.get("type") or ""))
            or (tag == "img" and named.get("src") == "x")
            or any(name.startswith("on") or str(value).startswith("javascript:") for name, value in attrs)
        )


def test_the_attack_would_be_found():
    assert Page(SCRIPT).runs
    assert Page("<p onclick=x>").runs


@pytest.mark.parametrize("column", [*HEAD, "observed_on", "byline", "pages", "references", "data_references"])
def test_a_script_in_any_cell_is_text_wherever_it_is_shown(enter, curator, visitor, column):
    head = [*HEAD, "observed_on", "byline", "pages", "references", "data_references"]
    plain = [*GOOD, "2020-01-01", "", "[]", "[]", "[]"]
    in_json = {
        "pages": json.dumps([SCRIPT]),
        "references": json.dumps([{"kind": "doi", "identifier": "10.1126/science.1241681", "title": SCRIPT}]),
        "data_references": json.dumps([{"product": SCRIPT, "window_start": SCRIPT, "caption": SCRIPT}]),
    }
    cells = [
        in_json.get(column, SCRIPT) if name == column else cell
        for name, cell in zip(head, plain, strict=True)
    ]
    client = enter(curator)
    pages = [dry_run(client, table(head_row, head=head)) for head_row in (plain, cells)]
    assert not any(Page(text(page)).runs for page in pages)
    hidden = confirmation(pages[1])
    if "looked" in hidden:  # a cell that may hold any text
        assert column in {"title", "summary", "description", "byline", "references"}
        confirm(client, hidden)
        one = ResearchInsight.objects.get()
        one.status, one.published_at = "published", datetime(2026, 1, 1, tzinfo=UTC)
        one.save()
        for path in (
            f"{BASE}",
            f"{BASE}{one.pk}/change/",
            f"{BASE}{one.pk}/history/",
            f"{BASE}{one.pk}/preview/",
        ):
            assert not Page(text(client.get(path))).runs, path
        for path in ("/insights", one.get_absolute_url()):
            assert not Page(text(visitor.get(path))).runs, path
        assert SCRIPT not in text(visitor.get("/feed.atom"))


def test_ten_megabytes_are_refused_at_once(enter, curator):
    client = enter(curator)
    body = table([*GOOD[:5], "x" * 10 * 2**20, *GOOD[6:]])
    started = time.process_time()
    assert "larger than 5 MB" in text(dry_run(client, body))
    assert time.process_time() - started < 5


@pytest.mark.parametrize("kind", [CSV, JSON])
def test_a_description_of_four_megabytes_is_refused_at_once(enter, curator, kind):
    entry = dict(zip(HEAD, GOOD, strict=True)) | {"description": "*a " * 1_400_000}
    body = json.dumps([entry]).encode() if kind == JSON else table(list(entry.values()))
    started = time.process_time()
    answer = text(dry_run(enter(curator), body, kind))
    assert time.process_time() - started < 5
    assert "Confirm import" not in answer
    assert "at most 100000 characters" in answer or "Ensure you have chosen the correct format" in answer
    assert len(answer) < 100_000


def test_json_that_goes_deeper_than_anybody_reads_is_refused(enter, curator):
    answer = text(dry_run(enter(curator), b"[" * 1_000_000, JSON))
    assert "Confirm import" not in answer


@pytest.mark.parametrize("title", ["'=1", "''=1", "'", "'x", "=1", "'-1+1"])
def test_apostrophes_of_ones_own_survive_the_way_out_and_in(enter, curator, make, title):
    make(title, slug="odd", author=curator)
    client = enter(curator)
    out = take_out(client, CSV)
    ResearchInsight.objects.update(title="Other")
    bring_in(client, out.encode())
    assert ResearchInsight.objects.get().title == title


def test_no_error_page_tells_where_the_programs_are(enter, curator):
    entry = dict(zip(HEAD, GOOD, strict=True)) | {"references": 5}
    for body, kind in ((json.dumps([entry]).encode(), JSON), (b"title\nx\n", CSV)):
        answer = text(dry_run(enter(curator), body, kind))
        assert "Nothing can be imported" in answer
        assert "Traceback" not in answer
        assert "site-packages" not in answer


# --- references --------------------------------------------------------------------------------------------------

DOI = {"kind": "doi", "identifier": "10.1126/science.1241681", "title": "Gurnett 2013"}
ARXIV = {"kind": "arxiv", "identifier": "2105.04000", "title": "Ocker 2021"}


def imported(client: Any, **columns: Any) -> str:
    """Import columns of the finding that is there."""
    cells = {name: json.dumps(value) for name, value in columns.items()}
    return text(bring_in(client, only(ResearchInsight.objects.get().slug, **cells)))


def test_references_take_the_titles_and_the_order_of_the_file(enter, curator, make):
    one = make("Comet", author=curator, references=[tuple(DOI.values()), tuple(ARXIV.values())])
    ids = {row.identifier: row.pk for row in one.references.all()}
    imported(enter(curator), references=[ARXIV, DOI | {"title": "Gurnett et al. 2013"}])
    assert [row.title for row in one.references.all()] == ["Ocker 2021", "Gurnett et al. 2013"]
    assert {row.identifier: row.pk for row in one.references.all()} == ids
    imported(enter(curator), references=[DOI])
    assert one.references.count() == 1


def test_a_reference_that_is_there_twice_is_refused(enter, curator, make):
    one = make("Comet", author=curator)
    assert "is there twice" in imported(enter(curator), references=[DOI, DOI | {"title": "Again"}])
    assert not one.references.exists()


def test_a_changed_caption_keeps_the_pin_and_another_window_takes_a_new_one(enter, curator, make):
    stored.events()
    one = make("Comet", author=curator)
    window = {"product": "voyager.events", "window_start": "2026-11-01", "window_end": "2026-12-01"}
    imported(enter(curator), data_references=[window])
    before = one.data_references.get()
    assert before.rows_pinned == 1
    imported(enter(curator), data_references=[window | {"caption": "Look here"}])
    after = one.data_references.get()
    assert (after.pk, after.caption, after.pinned_at) == (before.pk, "Look here", before.pinned_at)
    imported(enter(curator), data_references=[window | {"window_end": "2026-11-02"}])
    assert one.data_references.get().rows_sha256 != before.rows_sha256


@pytest.mark.parametrize("pages", [["/nowhere"], ["javascript:alert(1)"], {"a": 1}, [1], "x"])
def test_pages_that_are_none_are_refused(enter, curator, make, pages):
    one = make("Comet", author=curator)
    assert "Nothing can be imported" in imported(enter(curator), pages=pages)
    one.refresh_from_db()
    assert one.pages == []


def test_known_pages_come_in(enter, curator, make):
    one = make("Comet", author=curator)
    imported(enter(curator), pages=["/magnetometer"])
    one.refresh_from_db()
    assert one.pages == ["/magnetometer"]


# --- differences -------------------------------------------------------------------------------------------------


def test_a_change_far_down_in_a_long_text_is_shown():
    words = [f"word{number}" for number in range(5_000)]
    changed = [*words[:4_000], "<b>", *words[4_001:]]
    shown = _marked(" ".join(words), " ".join(changed))
    assert "<del>word4000</del> <ins>&lt;b&gt;</ins>" in shown
    assert "word3999" in shown
    assert "word4001" in shown
    assert len(shown) < 1_000


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("", "a b", "<ins>a b</ins>"),
        ("a b", "", "<del>a b</del>"),
        ("a b", "a  b", "a <ins>␣</ins> b"),
        ("a b c", "a c", "a <del>b</del> c"),
        ("<i>", "<i>", "&lt;i&gt;"),
    ],
)
def test_differences_are_marked_and_escaped(old, new, shown):
    assert _marked(old, new) == shown


def test_texts_that_have_nothing_in_common_are_compared_quickly():
    old, new = (" ".join(f"{mark}{number % 7}" for number in range(20_000)) for mark in "ab")
    started = time.process_time()
    shown = _marked(old, new)
    assert time.process_time() - started < 1
    assert shown.startswith("<del>a0")
