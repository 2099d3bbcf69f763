"""The public pages of the findings."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from deepspace import frontcache, versions
from insights import citations
from insights.models import ResearchInsight
from tests.support.insights import finding

PUBLIC: dict[str, Any] = {"status": "published", "published_at": datetime(2026, 3, 1, tzinfo=UTC)}


def page(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return str(response.content.decode())


def test_an_empty_site_says_that_nothing_is_published(visitor):
    assert "Nothing has been published yet" in page(visitor, "/insights")


def test_a_published_finding_is_in_the_list_and_at_its_address(visitor, published):
    assert 'href="/insights/the-field-jumps"' in page(visitor, "/insights")
    text = page(visitor, "/insights/the-field-jumps")
    for said in ("The field jumps", "<strong>jumps</strong>", "<math", "doi.org/10.1126/science.1241681"):
        assert said in text
    assert "curator (2026). The field jumps. Deep Space Research Platform." in text
    assert "@misc{the-field-jumps," in text


@pytest.mark.parametrize("status", ["draft", "review"])
def test_what_is_not_published_does_not_exist(visitor, make, status):
    make("Secret", status=status)
    assert visitor.get("/insights/secret").status_code == 404
    for path in ("/insights", "/feed.atom", "/api/insights", "/sitemap.xml", "/magnetometer"):
        assert "ecret" not in page(visitor, path)
    nothing = visitor.get("/insights/there-is-none")
    hidden = visitor.get("/insights/secret")
    assert nothing.status_code == hidden.status_code


def test_a_retracted_finding_stays_and_says_so(visitor, make):
    make(
        "Wrong",
        status="retracted",
        retraction_reason="The <b>calibration</b> was wrong.",
        retracted_at=datetime.now(UTC),
    )
    text = page(visitor, "/insights/wrong")
    assert "Retracted" in text
    assert "The &lt;b&gt;calibration&lt;/b&gt; was wrong." in text
    assert "Retracted" in page(visitor, "/insights")
    assert "<title>Retracted: Wrong</title>" in page(visitor, "/feed.atom")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("project=voyager1", ["a", "b"]),
        ("project=atlas_3i", ["c"]),
        ("category=milestone", ["b"]),
        ("tag=comet", ["c"]),
        ("tag=unused", []),
        ("q=BETA", ["b"]),
        ("q=beta+summary", ["b"]),
        ("q=alpha+beta", []),
        ("q=comet", ["c"]),
        ("q=100%25", []),
        ("project=&category=&q=&tag=", ["a", "b", "c"]),
        ("project=voyager1&category=milestone", ["b"]),
        ("unknown=1", ["a", "b", "c"]),
    ],
)
def test_filters_and_search(visitor, make, query, found):
    make("Alpha", slug="a", **PUBLIC)
    make("Beta", slug="b", category="milestone", **PUBLIC)
    make("Gamma", slug="c", project="atlas_3i", tags=["Comet"], **PUBLIC)
    text = page(visitor, f"/insights?{query}")
    assert sorted(set(re.findall(r'href="/insights/([a-z])"', text))) == found


@pytest.mark.parametrize(
    "query",
    [
        "project=mars",
        "category=x",
        "tag=Not%20a%20slug",
        "tag=%3Cscript%3E",
        "page=0",
        "page=1.5",
        "page=x",
        "q=%00",
        "project=voyager1&project=voyager1",
        f"q={'x' * 101}",
        f"tag={'x' * 41}",
    ],
)
def test_wrong_parameters_are_422(visitor, query):
    answer = visitor.get(f"/insights?{query}")
    assert answer.status_code == 422
    assert visitor.get(f"/api/insights?{query}").json()["error"]["code"]


def test_a_long_list_has_pages(visitor, make):
    for number in range(30):
        make(f"Finding {number}", **PUBLIC)
    first, second = page(visitor, "/insights"), page(visitor, "/insights?page=2")
    assert first.count("card__title") == 24
    assert second.count("card__title") == 6
    assert "Page 2 of 2" in second
    assert 'href="/insights?page=2"' in first
    assert "Nothing fits" in page(visitor, "/insights?page=9&q=Finding")


def test_the_list_costs_the_same_number_of_queries_however_long_it_is(client, make, db):
    def queries() -> int:
        from django.db import connection

        from tests.support.visitor import forget_everything

        forget_everything()
        with CaptureQueriesContext(connection) as captured:
            client.get("/insights")
        return len(captured)

    make("One", tags=["a"], **PUBLIC)
    few = queries()
    for number in range(20):
        make(f"More {number}", tags=["a"], **PUBLIC)
    assert queries() == few


def test_the_endpoint_costs_the_same_number_of_queries_once_it_knows_the_batches(client, make, db):
    from django.db import connection

    window = {
        "product": "voyager.events",
        "window_start": datetime(2012, 8, 1, tzinfo=UTC),
        "window_end": datetime(2012, 9, 1, tzinfo=UTC),
    }

    def queries() -> int:
        versions.forget()
        frontcache.store.clear()
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/api/insights?limit=100").status_code == 200
        return len(captured)

    make("One", data=[window], tags=["a"], **PUBLIC)
    queries()
    few = queries()
    for number in range(20):
        make(f"More {number}", data=[window], tags=["a"], **PUBLIC)
    assert queries() == few


def test_the_page_carries_a_scholarly_article(visitor, published, settings):
    text = page(visitor, "/insights/the-field-jumps")
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert block
    article = json.loads(block[1])["@graph"][1]
    assert article["@type"] == "ScholarlyArticle"
    assert article["headline"] == "The field jumps"
    assert article["keywords"] == ["Heliopause", "Magnetic field"]
    assert article["citation"][0]["url"] == "https://doi.org/10.1126/science.1241681"
    assert article["@id"] == f"{settings.SITE_URL}/insights/the-field-jumps"


def test_an_unchanged_page_is_not_sent_twice_and_a_changed_one_is(visitor, published):
    first = visitor.get("/insights/the-field-jumps")
    again = visitor.get("/insights/the-field-jumps", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    published.summary = "Something else."
    published.save()
    _committed()
    changed = visitor.get("/insights/the-field-jumps", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert b"Something else." in changed.content


@pytest.mark.parametrize(
    "path", ["/insights", "/feed.atom", "/api/insights", "/sitemap.xml", "/plots/insights-timeline.csv"]
)
def test_a_new_finding_is_seen_at_once_where_an_old_answer_was_kept(visitor, path):
    before = visitor.get(path)
    finding("Brand new", observed_on="2020-05-26", **PUBLIC)
    _committed()
    after = visitor.get(path, headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert b"rand" in after.content


def test_a_finding_that_is_deleted_is_gone(visitor, published):
    assert visitor.get("/insights/the-field-jumps").status_code == 200
    ResearchInsight.objects.all().delete()
    _committed()
    assert visitor.get("/insights/the-field-jumps").status_code == 404


def test_cards_stand_on_the_pages_that_a_finding_names(visitor, make):
    make("Named", pages=["/trajectory"], **PUBLIC)
    make("Hidden", pages=["/trajectory"])
    text = page(visitor, "/trajectory")
    assert 'href="/insights/named"' in text
    assert "/insights/hidden" not in text
    assert "/insights/named" not in page(visitor, "/plasma")


@pytest.mark.parametrize(
    "path", ["/trajectory", "/magnetometer", "/density", "/facts", "/space-intelligence"]
)
def test_each_page_of_a_domain_has_its_cards(visitor, make, path):
    make("Named", pages=[path], **PUBLIC)
    assert 'href="/insights/named"' in page(visitor, path)


def test_the_home_page_has_none_though_it_shows_a_product(visitor, make):
    make("Named", pages=["/"], **PUBLIC)
    window = {
        "window_start": datetime(2012, 8, 1, tzinfo=UTC),
        "window_end": datetime(2012, 9, 1, tzinfo=UTC),
    }
    make("By product", data=[{"product": "voyager.trajectory", **window}], **PUBLIC)
    assert "/insights/" not in page(visitor, "/")
    assert 'href="/insights/by-product"' in page(visitor, "/trajectory")


def test_what_was_retracted_is_established_no_more(visitor, make):
    make("Wrong", status="retracted", retraction_reason="No.", retracted_at=datetime.now(UTC))
    text = page(visitor, "/insights/wrong")
    assert "None: it was retracted" in text
    assert "not contradicted" not in text
    assert "No. The finding was: Summary of Wrong." in page(visitor, "/insights")


def test_revisions_begin_with_the_publication_and_name_what_changed(visitor, make):
    one = make("Slow", status="published", published_at=datetime.now(UTC))
    one.summary = "Corrected."
    one.save()
    _committed()
    text = page(visitor, "/insights/slow")
    assert "Published" in text
    assert "Corrected: summary" in text


@pytest.mark.parametrize("path", ["/insights", "/insights/the-field-jumps", "/feed.atom", "/api/insights"])
def test_pages_ask_for_no_cookie(visitor, published, path):
    response = visitor.get(path)
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_pages_render_while_the_database_is_away(visitor):
    from tests.support.visitor import database_away

    with database_away():
        assert visitor.get("/insights").status_code == 200


def _committed() -> None:
    """What the end of a transaction does, which a test's never reaches."""
    versions.forget()


def test_another_worker_sees_a_new_finding_within_a_second(visitor, settings):
    """Nothing is forgotten here by hand: what a worker holds runs out by itself."""
    settings.DATA_VERSION_HELD_S = 0.2
    assert b"Brand new" not in visitor.get("/insights").content
    finding("Brand new", **PUBLIC)
    time.sleep(0.25)
    assert b"Brand new" in visitor.get("/insights").content


HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.mark.parametrize(
    "path",
    [
        *("/insights", "/insights/hostile", "/feed.atom", "/magnetometer", "/sitemap.xml"),
        *("/plots/insights-timeline.svg", "/plots/insights-timeline.vot"),
        "/insights?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    ],
)
def test_no_text_of_a_finding_becomes_markup(visitor, make, path):
    """Written past every validator, as an older release or somebody at the database might have."""
    make(
        HOSTILE,
        slug="hostile",
        summary=HOSTILE,
        description=HOSTILE,
        byline=HOSTILE,
        status="retracted" if path.endswith("hostile") else "published",
        retraction_reason=HOSTILE,
        retracted_at=datetime.now(UTC),
        observed_on="2020-05-26",
        pages=["/magnetometer"],
        tags=[HOSTILE[:40]],
        references=[("url", "javascript:alert(1)", HOSTILE)],
        data=[
            {
                "product": "voyager.events",
                "window_start": datetime(2020, 1, 1, tzinfo=UTC),
                "window_end": datetime(2021, 1, 1, tzinfo=UTC),
                "caption": HOSTILE,
                "plot": HOSTILE[:60],
            }
        ],
    )
    text = page(visitor, path)
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert 'href="javascript:' not in text


def test_a_citation_survives_every_sign(make):
    one = make("50 % of {A_1} & $B$ ~ C^2 \\ #1", slug="signs", byline="A & B", **PUBLIC)
    entry = citations.as_bibtex(one)
    # BibTeX counts braces and knows no backslash before them: they are written as words.
    braced = r"\textbraceleft{}A\_1\textbraceright{}"
    title = rf"50 \% of {braced} \& \$B\$ \textasciitilde{{}} C\textasciicircum{{}}2 \textbackslash{{}} \#1"
    assert "title        = {{" + title + "}}" in entry
    assert r"author       = {{A \& B}}" in entry
    assert entry.startswith("@misc{signs,")
    assert citations.as_text(one).startswith("A & B (2026). 50 % of")


def test_a_retracted_finding_says_so_in_its_citation(make):
    one = make("Wrong", retracted_at=datetime.now(UTC), **(PUBLIC | {"status": "retracted"}))
    assert "Retracted." in citations.as_text(one)
    assert "note         = {Retracted}" in citations.as_bibtex(one)
    assert citations.as_json_ld(one)["creativeWorkStatus"] == "Retracted"


def test_a_review_by_oneself_is_none(client, published, reviewer):
    page = client.get(published.get_absolute_url()).content.decode()
    assert f"reviewed by {reviewer.username}" in page or f"reviewed by {reviewer.get_full_name()}" in page
    published.author, published.byline = reviewer, ""
    published.save()
    assert "reviewed by" not in client.get(published.get_absolute_url()).content.decode()
