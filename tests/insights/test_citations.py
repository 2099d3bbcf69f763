"""Ways to cite a finding: as text, as BibTeX that BibTeX reads, and in structured data."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from deepspace.pages.metadata import SITE_NAME
from insights import bibtex, citations
from insights.models import ResearchInsight

ATOM = "{http://www.w3.org/2005/Atom}"
PUBLIC = {"status": "published", "published_at": datetime(2026, 3, 1, tzinfo=UTC)}


def fields(entry: str) -> dict[str, str]:
    """What BibTeX reads: it counts braces, and knows no backslash before them."""
    head, _, rest = entry.partition(",\n")
    assert re.fullmatch(r"@misc\{[A-Za-z0-9_-]+", head)
    found: dict[str, str] = {}
    depth, name, value = 1, "", ""
    for sign in rest:
        depth += (sign == "{") - (sign == "}")
        value += sign
        if depth == 1 and sign == ",":
            name, _, text = value.partition("=")
            found[name.strip()] = text.strip().rstrip(",").strip()[1:-1]
            value = ""
    assert depth == 0, "braces that do not match"
    assert value.strip() == "}"
    return found


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("plain words, 3.5 (a)", "plain words, 3.5 (a)"),
        ("50 % of A_1 & $B$ #2", r"50 \% of A\_1 \& \$B\$ \#2"),
        ("{", r"\textbraceleft{}"),
        ("a}b", r"a\textbraceright{}b"),
        ("\\input{x}", r"\textbackslash{}input\textbraceleft{}x\textbraceright{}"),
        ("~^", r"\textasciitilde{}\textasciicircum{}"),
        ("Gaztañaga", r"Gazta{\~{n}}aga"),
        ("Gaztan\N{COMBINING TILDE}aga", r"Gazta{\~{n}}aga"),
        (
            "Müller, Škoda, Łódź, Ångström",
            r"M{\"{u}}ller, {\v{S}}koda, {\L}{\'{o}}d{\'{z}}, {\AA}ngstr{\"{o}}m",
        ),
        ("naïve", r"na{\"{\i}}ve"),
        ("ế", r"{\'{\^{e}}}"),
        ("|B| ≈ 0.46 nT, Ωₖ", r"\textbar{}B\textbar{} $\approx$ 0.46 nT, $\Omega$ₖ"),
        ("−5 – 3", "$-$5 -- 3"),
        ("“x” …", r"``x'' \ldots{}"),
        ('a 5" disc', "a 5{''} disc"),  # \textquotedbl is unknown to TeX's first font encoding
        ("1I/ʻOumuamua", "1I/`Oumuamua"),
        ("天", "天"),  # as it is: TeX has no name for it
    ],
)
def test_text_is_written_as_tex_writes_it(text, made):
    assert bibtex.escaped(text) == made


HOSTILE = ["{", "}", "}}}{", "\\", "a\\", '"', "@article{x,", "x}, note = {y", "%", "ends, with = signs"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_title_and_no_name_breaks_an_entry(make, text):
    one = make(text, slug="odd", byline=text, **PUBLIC)
    found = fields(citations.as_bibtex(one))
    assert set(found) == {"author", "title", "year", "howpublished", "url"}
    assert found["title"] == f"{{{bibtex.escaped(text)}}}"
    assert found["year"] == "2026"


def test_the_address_is_left_as_it_is(make, settings):
    found = fields(citations.as_bibtex(make("X", slug="a_b-c", **PUBLIC)))
    assert found["url"] == f"{settings.SITE_URL}/insights/a_b-c"


@pytest.mark.parametrize(
    ("title", "said"), [("It jumps", "It jumps. Deep"), ("Why?", "Why? Deep"), ("Now.", "Now. Deep")]
)
def test_a_title_ends_with_one_stop(make, title, said):
    assert said in citations.as_text(make(title, slug="x", byline="A", **PUBLIC))


def test_a_preview_of_a_draft_has_no_year(make, curator):
    text = citations.as_text(make("Soon", author=curator))
    assert text.startswith("curator (n.d.). Soon.")
    assert "year" not in fields(citations.as_bibtex(make("Later", author=curator)))


# --- structured data ---------------------------------------------------------------------------------------------


def test_an_article_says_what_is_known_and_nothing_else(make, settings):
    window = {
        "window_start": datetime(2012, 8, 1, tzinfo=UTC),
        "window_end": datetime(2012, 9, 1, tzinfo=UTC),
    }
    one = make(
        "T" * 160,
        slug="long",
        byline=SITE_NAME,
        observed_on="2012-08-25",
        references=[
            ("doi", "10.1126/science.1241681", "Gurnett et al. 2013"),
            ("arxiv", "2105.04000", "Ocker et al. 2021"),
            ("url", "https://example.org/x", "A page"),
        ],
        data=[{"product": "voyager.events", **window}, {"product": "voyager.events", "plot": "x", **window}],
        **PUBLIC,
    )
    article = citations.as_json_ld(ResearchInsight.objects.get(pk=one.pk))
    assert len(article["headline"]) == 110
    assert article["author"] == {"@type": "Organization", "name": SITE_NAME}
    assert article["temporalCoverage"] == "2012-08-25"
    assert [work.get("identifier") for work in article["citation"]] == [
        "doi:10.1126/science.1241681",
        "arxiv:2105.04000",
        None,
    ]
    assert article["isBasedOn"] == [f"{settings.SITE_URL}/data/voyager.events"]
    assert datetime.fromisoformat(article["datePublished"]) == PUBLIC["published_at"]
    assert json.loads(json.dumps(article)) == article


def test_people_are_persons_and_nobody_is_left_out(make, curator):
    assert citations.as_json_ld(make("A", author=curator))["author"] == {"@type": "Person", "name": "curator"}
    assert citations.as_json_ld(make("B", byline="Ada"))["author"] == {"@type": "Person", "name": "Ada"}
    assert "author" not in citations.as_json_ld(make("C"))


# --- retracted, everywhere ---------------------------------------------------------------------------------------


@pytest.fixture
def retracted(make):
    return make(
        "Wrong",
        status="retracted",
        retraction_reason="The calibration < 1 was wrong.",
        retracted_at=datetime(2026, 5, 1, tzinfo=UTC),
        pages=["/magnetometer"],
        description="It **holds**.[^1]\n\n[^1]: A note.",
    )


def test_its_page_says_so_in_the_text_in_link_previews_and_in_the_structured_data(visitor, retracted):
    text = visitor.get("/insights/wrong").content.decode()
    assert "<title>Retracted: Wrong · " in text
    assert '<meta property="og:title" content="Retracted: Wrong">' in text
    assert '<meta name="description" content="Retracted: Summary of Wrong.">' in text
    assert '"creativeWorkStatus":"Retracted"' in text
    assert "<strong>holds</strong>" in text  # it stays readable
    assert "The calibration &lt; 1 was wrong." in text


def test_list_and_api_say_so_and_no_card_shows_it(visitor, retracted):
    assert "Retracted" in visitor.get("/insights").content.decode()
    one = visitor.get("/api/insights").json()["insights"][0]
    assert (one["status"], one["retraction_reason"]) == ("retracted", retracted.retraction_reason)
    assert one["retracted_at"].startswith("2026-05-01T00:00:00")
    assert "/insights/wrong" not in visitor.get("/magnetometer").content.decode()


def test_the_feed_says_so_in_title_summary_and_content(visitor, retracted, settings):
    feed = ET.fromstring(visitor.get("/feed.atom").content)  # noqa: S314 (our own answer)
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    said = {child.tag.removeprefix(ATOM): child.text or "" for child in entry}
    assert said["title"] == "Retracted: Wrong"
    assert said["summary"].startswith("Retracted: The calibration < 1 was wrong.")
    assert said["content"].startswith("<p><strong>Retracted.</strong> The calibration &lt; 1 was wrong.</p>")
    content = entry.find(f"{ATOM}content")
    assert content is not None
    base = content.get("{http://www.w3.org/XML/1998/namespace}base")
    assert base == f"{settings.SITE_URL}/insights/wrong"  # its footnotes lead into the page
    ET.fromstring(f"<div>{content.text}</div>")  # noqa: S314 (our own answer)


RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def test_the_feed_is_what_rfc_4287_wants(visitor, retracted, make, settings):
    make("Newer", tags=["Ice & snow"], **PUBLIC)
    feed = ET.fromstring(visitor.get("/feed.atom").content)  # noqa: S314 (our own answer)
    entries = feed.findall(f"{ATOM}entry")
    ids = [one.findtext(f"{ATOM}id") or "" for one in (feed, *entries)]
    assert len(set(ids)) == 3
    assert all(one.startswith(f"{settings.SITE_URL}/") for one in ids)
    times = [one.findtext(f"{ATOM}updated") or "" for one in (feed, *entries)]
    assert all(RFC3339.fullmatch(one) for one in times)
    assert times[0] == max(times[1:]) == times[1]  # newest first
    for one in entries:
        assert RFC3339.fullmatch(one.findtext(f"{ATOM}published") or "")
        (link,) = [each for each in one.findall(f"{ATOM}link") if each.get("rel") == "alternate"]
        assert link.get("href") == one.findtext(f"{ATOM}id")
        assert one.findtext(f"{ATOM}author/{ATOM}name")
    (self_link,) = [one for one in feed.findall(f"{ATOM}link") if one.get("rel") == "self"]
    assert self_link.get("href") == f"{settings.SITE_URL}/feed.atom" == ids[0]


@pytest.mark.parametrize("path", ["/insights", "/insights/newer"])
def test_pages_offer_the_feed_to_feed_readers_once(visitor, make, settings, path):
    make("Newer", **PUBLIC)
    text = visitor.get(path).content.decode()
    links = re.findall(r'<link rel="alternate" type="application/atom\+xml"[^>]*>', text)
    assert links == [
        f'<link rel="alternate" type="application/atom+xml" title="Insights" href="{settings.SITE_URL}/feed.atom">'
    ]
