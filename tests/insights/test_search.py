"""The search finds the same on every database; the rules are those of insights/services/search.py."""

from __future__ import annotations

from typing import Any

import pytest

from insights.parameters import FilterParameters
from insights.services import find

ACCENT = "\N{COMBINING TILDE}"


@pytest.fixture
def findings(db, make) -> None:
    texts: dict[str, dict[str, Any]] = {
        "a": {"title": "Heliopause crossed", "summary": "The FIELD jumped by 50 % in a day_or_two."},
        "b": {"title": "ʻOumuamua", "summary": "Seen by Pan-STARRS.", "tags": ["Straße", "Éclat"]},
        "c": {"title": "Bounce", "summary": "After Gaztañaga and Čech.", "tags": ["Solar wind"]},
        "d": {
            "title": "Written otherwise",
            "summary": f"After Gaztan{ACCENT}aga.",
            "description": "x\\y 'z'",
        },
    }
    for slug, fields in texts.items():
        make(slug=slug, status="published", **fields)
    make("Heliopause in a draft", slug="draft")


def found(q: str) -> str:
    page = find(FilterParameters(q=q), 1, 24)
    assert page.total == len(page.insights)
    return "".join(sorted(one.slug for one in page.insights))


@pytest.mark.parametrize(
    ("q", "slugs"),
    [
        ("heliopause", "a"),
        ("HELIOPAUSE", "a"),
        ("liop", "a"),  # a part of a word
        ("field", "a"),
        ("crossed helio", "a"),  # in any order
        ("heliopause nothing", ""),
        ("field  field\u2003field", "a"),
        ("50 %", "a"),
        ("%", "a"),
        ("_", "a"),
        ("50%", ""),
        ("day-or", ""),
        ("h%e", ""),  # no wildcards
        ("h_l", ""),
        ("h*e", ""),
        ("x\\y", "d"),
        ("\\", "d"),
        ("'z'", "d"),
        ("' OR 1=1 --", ""),
        ("oumuamua", "b"),
        ("ʻoumuamua", "b"),
        ("STRASSE", "b"),
        ("straße", "b"),
        ("éclat", "b"),
        ("ÉCLAT", "b"),
        ("e\N{COMBINING ACUTE ACCENT}clat", "b"),
        ("eclat", ""),  # accents count
        ("gaztañaga", "cd"),
        ("GAZTAÑAGA", "cd"),
        (f"gaztan{ACCENT}aga", "cd"),
        ("gaztanaga", ""),
        ("čech", "c"),
        ("ČECH", "c"),
        ("wind solar", "c"),
        ("", "abcd"),
        (" ".join(["helio"] * 16), "a"),
    ],
)
def test_words_are_found(findings, q, slugs):
    assert found(q) == slugs


def test_ten_different_words_are_looked_for_at_most(findings, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        assert found(" ".join("helio h0 h1 h2 h3 h4 h5 h6 h7 h8 h9 i0 i1 i2 i3".split())) == ""


def test_a_query_on_two_thousand_long_texts_is_bounded(db, make):
    """No pattern of a reader makes the database slow: it is looked for as it stands."""
    one = make("Long", slug="long", status="published", description="a" * 90_000)
    assert found("a" * 99 + "b") == ""
    assert found("%a" * 50) == ""
    assert found("a" * 100) == "long"
    assert one.search_text.count("a") > 90_000


@pytest.mark.parametrize(
    "q", ["%00", "a%00b", "%0A", "%7F", "x" * 101, "x" * 10_240, "%C3%A9" * 101, "q&q=r", "%1F"]
)
@pytest.mark.parametrize("path", ["/insights", "/api/insights", "/plots/insights-timeline.csv"])
def test_what_is_no_query_is_told_and_not_searched(visitor, path, q):
    answer = visitor.get(f"{path}?q={q}")
    assert answer.status_code == 422
    if not path.startswith("/insights"):
        assert answer.json()["error"]["field"] == "q"


@pytest.mark.parametrize("q", ["%FF%FE", "%ED%A0%80", "%E2%80%AE", "%F0%9F%9A%80", "%C4%B0", "%F4%8F%BF%BF"])
@pytest.mark.parametrize("path", ["/insights", "/api/insights"])
def test_odd_bytes_and_letters_find_nothing_and_break_nothing(visitor, findings, path, q):
    answer = visitor.get(f"{path}?q={q}")
    assert answer.status_code == 200
    assert "heliopause" not in answer.content.decode().casefold().replace('placeholder="heliopause"', "")
