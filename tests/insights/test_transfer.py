"""Import and export: drafts come in, nothing that a spreadsheet would run goes out."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from deepspace.formulas import escaped, unescaped
from insights.models import ResearchInsight
from tests.support import stored

BASE = "/admin/insights/researchinsight/"
CSV, JSON = "0", "1"
HEAD = ["slug", "title", "project", "category", "summary", "description", "tags", "confidence"]
GOOD = ["comet", "A comet", "atlas_3i", "observation", "It came.", "**Text**", "Comet,Ice", "high"]


def table(*rows: list[str], head: list[str] | None = None) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([head or HEAD, *rows])
    return text.getvalue().encode()


def dry_run(client: Any, body: bytes, kind: str = CSV) -> Any:
    name = "findings.csv" if kind == CSV else "findings.json"
    return client.post(
        f"{BASE}import/", {"import_file": SimpleUploadedFile(name, body), "format": kind, "resource": "0"}
    )


def confirmation(answer: Any) -> dict[str, str]:
    """The hidden fields of the page that asks; none when there is nothing to confirm."""
    names = "import_file_name|original_file_name|format|resource|looked"
    return dict(re.findall(rf'name="({names})" value="([^"]*)"', answer.content.decode()))


def bring_in(client: Any, body: bytes, kind: str = CSV, **ticked: str) -> Any:
    """Both steps: look at the differences, then confirm."""
    answer = dry_run(client, body, kind)
    hidden = confirmation(answer)
    if "import_file_name" not in hidden:
        return answer
    return client.post(f"{BASE}process_import/", hidden | ticked, follow=True)


def take_out(client: Any, kind: str) -> str:
    answer = client.post(f"{BASE}export/", {"format": kind, "resource": "0"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_dry_run_shows_what_would_change_and_changes_nothing(enter, curator, make):
    make("Comet", slug="comet", author=curator, summary="It <came> once.", tags=["Comet"])
    answer = dry_run(enter(curator), table(GOOD, ["new", "New", *GOOD[2:]]))
    text = answer.content.decode()
    assert "Confirm import" in text
    assert "<ins>came.</ins>" in text
    assert "<del>&lt;came&gt; once.</del>" in text
    assert "style=" not in text.partition('class="import-preview"')[2]
    assert ResearchInsight.objects.count() == 1


def test_what_comes_in_is_a_draft_of_whoever_imports_it(enter, curator):
    head = [*HEAD, "status", "author", "published_at", "version", "description_html"]
    bring_in(enter(curator), table([*GOOD, "published", "root", "2020-01-01", "9", "<script>"], head=head))
    one = ResearchInsight.objects.get()
    assert (one.status, one.author, one.published_at) == ("draft", curator, None)
    assert sorted(tag.name for tag in one.tags.all()) == ["Comet", "Ice"]
    assert "<strong>Text</strong>" in one.description_html
    assert "script" not in one.description_html
    assert one.history.first().history_change_reason == "Imported"


def test_json_brings_references_and_pins_data(enter, curator):
    stored.events()
    entry = dict(zip(HEAD, GOOD, strict=True)) | {
        "references": [{"kind": "arxiv", "identifier": "2601.17083", "title": "A paper"}],
        "data_references": [
            {
                "product": "voyager.events",
                "window_start": "2026-11-01T00:00:00Z",
                "window_end": "2026-12-01T00:00:00Z",
            }
        ],
    }
    bring_in(enter(curator), json.dumps([entry]).encode(), JSON)
    one = ResearchInsight.objects.get()
    assert one.references.get().url == "https://arxiv.org/abs/2601.17083"
    assert one.history.first().history_change_reason == "Imported"
    assert one.data_references.get().rows_pinned == 1


@pytest.mark.parametrize("kind", [CSV, JSON])
def test_what_goes_out_comes_in_again_unchanged(enter, curator, make, kind):
    stored.events()
    make(
        "=cmd|' /C calc'!A0",
        slug="odd",
        author=curator,
        summary="+1, -2; 'quoted' and \"so\"\nnext",
        description="@SUM(A1)\n\n$x$",
        tags=["Ice", "Comet"],
        references=[("doi", "10.1126/science.1241681", "-Gurnett")],
        observed_on="2020-05-26",
    )
    before = ResearchInsight.objects.values().get()
    client = enter(curator)
    out = take_out(client, kind)
    bring_in(client, out.encode(), kind)
    after = ResearchInsight.objects.values().get()
    changing = {"version", "updated_at"}
    assert {k: v for k, v in after.items() if k not in changing} == {
        k: v for k, v in before.items() if k not in changing
    }
    assert ResearchInsight.objects.get().references.get().title == "-Gurnett"
    assert take_out(client, kind) == out


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "|calc",
        "%0A=1",
        "＝1+1",
        '=HYPERLINK("//e")',
    ],
)
def test_no_cell_is_a_formula(text):
    assert escaped(text).startswith("'")
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize("text", ["", "plain", "'tis", "a=b", "3I/ATLAS", "−0.93", "-0.93"])
def test_what_is_no_formula_stays(text):
    assert escaped(text) == text
    assert unescaped(text) == text


def test_every_cell_of_an_export_is_safe(enter, curator, make, root):
    make(
        "=1+1",
        slug="a",
        author=curator,
        summary="@x",
        description="-y",
        byline="+z",
        status="published",
        tags=["9a"],
    )
    rows = list(csv.reader(io.StringIO(take_out(enter(root), CSV))))
    for cell in [cell for row in rows for cell in row]:
        assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "|", "%"))


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("slug", "not a slug!", "slug"),
        ("title", "", "blank"),
        ("title", "x" * 161, "160"),
        ("title", "a\x07b", "control character"),
        ("title", "a\u202eb", "control character"),
        ("project", "mars", "valid choice"),
        ("summary", "x" * 601, "600"),
        ("description", "x" * 100_001, "100000"),
        ("tags", "<script>", "tag starts with"),
        ("tags", "x" * 41, "40"),
        ("confidence", "sure", "valid choice"),
    ],
)
def test_a_bad_row_is_refused_with_the_reason_and_nothing_comes_in(enter, curator, column, value, said):
    row = [value if name == column else cell for name, cell in zip(HEAD, GOOD, strict=True)]
    answer = bring_in(enter(curator), table(["fine", *GOOD[1:]], row))
    assert said in answer.content.decode()
    assert not ResearchInsight.objects.exists()


def test_markup_in_a_file_is_text_in_the_preview(enter, curator):
    bad = "<script>alert(1)</script>"
    answer = dry_run(enter(curator), table(["x", bad, "voyager1", "observation", bad, bad, "", "high"]))
    assert bad not in answer.content.decode()
    assert "&lt;script&gt;" in answer.content.decode()


def test_a_finding_of_somebody_else_is_not_written_over(enter, curator, make, published):
    make("Other", slug="comet", author=None)
    client = enter(curator)
    for slug in ("comet", published.slug):
        answer = bring_in(client, table([slug, *GOOD[1:]]))
        assert "You may not change" in answer.content.decode()
    assert not ResearchInsight.objects.filter(title="A comet").exists()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", CSV),
        (b"\xff\xfe\x00", CSV),
        (b"{", JSON),
        (b"[1, 2]", JSON),
        (b'{"a": 1}', JSON),
        (b"a,b\n1\n", CSV),
        (b"\x00" * 100, CSV),
    ],
)
def test_a_file_that_cannot_be_read_is_told(enter, curator, body, kind):
    answer = dry_run(enter(curator), body, kind)
    assert answer.status_code == 200
    assert "Confirm import" not in answer.content.decode()
    assert not ResearchInsight.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(enter, curator):
    answer = dry_run(enter(curator), b"x" * (5 * 2**20 + 1))
    assert "larger than 5 MB" in answer.content.decode()


def test_too_many_rows_are_refused(enter, curator):
    answer = dry_run(enter(curator), table(*([f"s{n}", *GOOD[1:]] for n in range(501))))
    assert "more than 500 rows" in answer.content.decode()


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "nothing", ""])
def test_the_second_step_reads_no_other_file(enter, curator, name):
    answer = enter(curator).post(
        f"{BASE}process_import/",
        {"import_file_name": name, "original_file_name": "x", "format": CSV, "resource": "0"},
    )
    assert answer.status_code in {200, 302}
    assert b"root:" not in answer.content
    assert not ResearchInsight.objects.exists()
