"""Markdown becomes HTML that cannot do anything."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import html5lib  # type: ignore[import-untyped]  # has none, and only tests read HTML
import pytest
from django.core.exceptions import ValidationError

from insights.constants import DESCRIPTION_CHARS
from insights.models import ResearchInsight
from insights.rendering import mathml, render

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "![x](https://evil.example/pixel.png)",
    '[x](https://e.example "onmouseover=alert(1)")',
    '<https://e.example/" onclick=alert(1)>',
    "`<script>`",
    "```html\n<script>alert(1)</script>\n```",
    "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
    "x[^1]\n\n[^1]: <script>alert(1)</script>",
    "[^<script>]\n\n[^<script>]: x",
    "$\\text{</mtext></math><script>alert(1)</script>}$",
    "$\\href{javascript:alert(1)}{x}$",
    "$$\n\\style{background:url(x)}{y} \\unicode{<script>}\n$$",
    "$\\text{<img src=x onerror=alert(1)>}$",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    "<a href='x' style='position:fixed'>x</a>",
    "<div style=\"background:url('//e.example')\">x</div>",
    "<form action=//e.example><input></form>",
    "<iframe src=//e.example></iframe>",
    "<meta http-equiv=refresh content=0>",
    # Foreign content: what a browser reads again otherwise than the sanitiser did (mutation).
    "<math><annotation-xml encoding='text/html'><img src=x onerror=alert(1)></annotation-xml></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>",
    "<svg></p><style><a id='</style><img src=x onerror=alert(1)>'>",
    "<svg><foreignObject><iframe srcdoc='<script>alert(1)</script>'></foreignObject></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>'></svg>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    '$\\text{</mtext><annotation-xml encoding="text/html"><svg onload=alert(1)>}$',
    "$\\text{<mglyph><style><!--}</style><img title='--><img src=x onerror=alert(1)>'>$",
    "$\\text{</mtext></math><svg><style><img src=x onerror=alert(1)></style></svg>}$",
    "$\\mbox{<style>a</style>}$",
    "$\\operatorname{<iframe src=//e>}$",
    '$\\color{red" onmouseover="x}{y}$',
    '$\\hspace{1em" onclick="x}$',
    '$\\class{x" onclick="y}{z} \\cssId{a" onclick="y}{z}$',
    # Addresses that run, with entities and control characters.
    "[x](java\tscript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](<java\rscript:alert(1)>)",
    "[x](\x01javascript:alert(1))",
    "[x](<\x00javascript:alert(1)>)",
    "[x](javascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](java&Tab;script&NewLine;:alert(1))",
    "[x](&#x6A;&#x61;&#x76;&#x61;&#x73;cript&#x3A;alert(1))",
    "[x](&#0000106avascript:alert(1))",
    "[x](java\\script:alert(1))",
    "[x](%6Aavascript:alert(1))",
    "[x](\u00a0javascript:alert(1))",
    "[x](\u200bjavascript:alert(1))",
    "<javascript:alert(1)>",
    "[a]: javascript:alert(1)\n\n[a]",
    "[a]: &#106;avascript:alert(1)\n\n[a]",
    "<data:text/html,x>",
    "[x](data:image/svg+xml;base64,PHN2Zy8+)",
    "[x](DATA:text/html,<script>alert(1)</script>)",
    "[a]: data:text/html,x 't'\n\n[a]",
    "![a](data:image/svg+xml;base64,AA)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://example.org/1)",
    "[x](filesystem:https://example.org/1)",
    "[x](//evil.example)",
    # Footnotes, tables in tables, and attributes that end early.
    '[^x"onclick=1]\n\n[^x"onclick=1]: y',
    "x^[<img src=x>]",
    "|a|\n|-|\n||b|\n|-|\n|<td onclick=x><table><tr><td style=x>|",
    "<table><tr><td><table><tr><td onclick=alert(1)>x</table></table>",
    '[x](https://e.example/"onmouseover="alert(1))',
    "[x](https://e.example/'onmouseover='alert(1))",
    '[x]( <https://e.example/" onclick="alert(1)> )',
    '```x" onclick="alert(1)\nx\n```',
]


class Found(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def test_tables_footnotes_and_maths_are_rendered():
    html = render("|a|b|\n|--|-:|\n|1|2|\n\nSo[^1] $x^2<y$.\n\n$$\nE = m c^2\n$$\n\n[^1]: A note.")
    assert '<th class="number" scope="col">b</th>' in html or '<th scope="col" class="number">b</th>' in html
    assert '<td class="number">2</td>' in html
    assert 'role="region" aria-label="Table 1" tabindex="0"' in html
    assert re.search(r'<a href="#fn1" id="fnref1"[^>]*>\[1\]</a>', html)
    assert '<li id="fn1" class="footnote-item">' in html
    assert '<math display="inline">' in html
    assert (
        '<div class="formula-scroll" role="region" aria-label="Formula 1" tabindex="0"><math display="block">'
        in html
    )
    assert html.count("<div") == html.count("</div>")
    assert html.count("<p>") == html.count("</p>")
    assert "<mo>&lt;</mo>" in html


FORBIDDEN = {
    *("script", "style", "img", "svg", "iframe", "form", "input", "meta", "object", "embed", "link", "base"),
    *("annotation", "annotation-xml", "semantics", "foreignobject", "use", "animate", "mglyph", "noscript"),
}


def is_harmless(address: str) -> bool:
    """Whether an address leads somewhere, as a browser reads it: it takes blanks and control characters away.

    What has no scheme (a letter, then letters, digits, + - and ., then a colon) is a path on this site.
    """
    plain = re.sub(r"[\x00-\x20]", "", address)
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", plain)
    return scheme is None or scheme[1].lower() in {"http", "https", "mailto"}


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_runs_or_loads_comes_through(attack):
    for tag, attributes in Found(render(attack)).tags:
        assert tag not in FORBIDDEN
        assert not {
            name
            for name in attributes
            if name.startswith("on") or name in {"style", "src", "srcset", "srcdoc"}
        }
        assert is_harmless(attributes.get("href") or "")


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_a_browser_makes_of_it_is_what_was_checked(attack):
    """Read and written twice by the rules of HTML, as innerHTML does: what changes form in between is mutation XSS."""
    first = html5lib.parseFragment(render(attack), treebuilder="etree", namespaceHTMLElements=False)
    written = html5lib.serialize(first, quote_attr_values="always", omit_optional_tags=False)
    second = html5lib.parseFragment(written, treebuilder="etree", namespaceHTMLElements=False)
    for tree in (first, second):
        for element in tree.iter():
            tag = str(element.tag).rpartition("}")[2].lower()
            assert tag not in FORBIDDEN
            assert not {name for name in element.attrib if str(name).lower().startswith("on")}
            assert is_harmless(element.get("href", ""))
    assert [one.tag for one in first.iter()] == [one.tag for one in second.iter()]


def test_html_is_shown_as_text():
    assert "&lt;b&gt;bold&lt;/b&gt;" in render("<b>bold</b>")


@pytest.mark.parametrize(
    ("text", "levels"),
    [("# a\n## b\n# c", [3, 4, 3]), ("### a", [3]), ("# a\n#### b", [3, 4]), ("###### a\n###### b", [3, 4])],
)
def test_headings_fit_below_those_of_the_page(text, levels):
    html = render(text)
    found = [int(tag[1]) for tag, _ in Found(html).tags if re.fullmatch("h[1-6]", tag)]
    assert found == levels
    assert html.count("<h") == html.count("</h")


@pytest.mark.parametrize(
    "tex", ["\\frac{a", "^", "\\left(", "{" * 1_500, "\\begin{matrix} a", "x" * 3_000, "\\\\\\", "_"]
)
def test_a_formula_that_cannot_be_read_is_shown_as_it_was_written(tex):
    made = mathml(tex, is_block=False)
    if made is None:
        html = render(f"${tex}$")
        assert "<math" not in html


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "*a ",
        "> ",
        "`",
        "$x$ ",
        "|a",
        "- ",
        "![",
        "[^1]",
        "<",
        "&#",
        "\\",
        "**a",
        "$",
        "[a](b ",
        "((",
        "_a_ ",
        "~~",
        "#",
    ],
)
def test_no_text_takes_long(unit):
    text = (unit * DESCRIPTION_CHARS)[:DESCRIPTION_CHARS]
    started = time.process_time()
    render(text)
    assert time.process_time() - started < 10.0


def test_links_tell_the_other_site_nothing():
    assert 'rel="noopener noreferrer nofollow"' in render("[x](https://example.org)")


LONG = {
    "lists in lists": "".join("  " * depth + "- a\n" for depth in range(300)),
    "quotes in quotes": "> " * 2_000 + "a",
    "columns": f"|{'a|' * 20_000}\n|{'-|' * 20_000}",
    "short rows of a wide table": f"|{'a|' * 300}\n|{'-|' * 300}\n" + "|\n" * 30_000,
    "rows": "|a|b|\n|-|-|\n" + "|x|y|\n" * 15_000,
    "definitions": "".join(f"[a{number}]: /u\n" for number in range(7_000)),
    "uses of one definition": "[a]: /u\n\n" + "[a]" * 33_000,
    "notes": "".join(f"[^{number}]" for number in range(3_000)) + "\n\n[^1]: x",
    "notes in notes": "^[" * 50_000,
    "backticks of every length": "".join("`" * count + " " for count in range(400)),
    "fractions in fractions": ("$" + "\\frac{1}{" * 150 + "x" + "}" * 150 + "$ ") * 60,
    "indices of indices": ("$" + "x_{" * 400 + "x" + "}" * 400 + "$ ") * 60,
    "brackets in formulas": ("$" + "{" * 900 + "x" + "}" * 900 + "$ ") * 50,
    "dollars": "$$a" * 33_000,
    "half-open links": "[a](<" * 20_000,
    "half-open comments": "<!--" * 25_000,
    "half-open sections": "<![CDATA[" * 11_000,
    "accents": "\u0301" * 100_000,
    "emphasis of both kinds": "*a_ " * 25_000,
    "underlines of headings": "a\n=" * 33_000,
}


@pytest.mark.parametrize("what", LONG)
def test_no_structure_takes_long_either(what):
    text = LONG[what][:DESCRIPTION_CHARS]
    started = time.process_time()
    render(text)
    assert time.process_time() - started < 10.0


def test_a_description_of_ten_megabytes_is_refused_at_once_and_said_so():
    text = "*a " * (10 * 2**20 // 3)
    one = ResearchInsight(
        title="Long", slug="long", project="voyager1", category="observation", summary="x", description=text
    )
    started = time.process_time()
    with pytest.raises(ValidationError, match="at most 100000 characters"):
        one.clean_fields(exclude={"author", "reviewer"})
    with pytest.raises(ValueError, match="at most 100,000 characters, not 10,485,759"):
        one.save()
    assert time.process_time() - started < 2.0


@pytest.mark.parametrize(
    "mark",
    [
        *("\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"),
        *(
            "\u200e",
            "\u200f",
            "\u061c",
            "\u200b",
            "\u2060",
            "\ufeff",
            "\u2028",
            "\u2029",
            "\x00",
            "\x1b",
            "\x85",
        ),
        *("\U000e0041", "\ufffe"),
    ],
)
@pytest.mark.parametrize("field", ["title", "summary", "description", "byline"])
def test_a_text_that_reads_otherwise_than_it_looks_is_refused(field, mark):
    one = ResearchInsight(title="a", slug="a", project="voyager1", category="observation", summary="x")
    setattr(one, field, f"gpj.{mark}exe")
    with pytest.raises(ValidationError) as refused:
        one.clean_fields(exclude={"author", "reviewer"})
    assert set(refused.value.message_dict) == {field}
    assert f"U+{ord(mark):04X}" in str(refused.value)


@pytest.mark.parametrize(
    "text", ["Oumuamua ʻ", "Ångström", "日本", "ΔB = 0.24 nT", "👩\u200d🚀", "a\u00a0b", "−0.93"]
)
def test_letters_of_any_language_are_welcome(text):
    one = ResearchInsight(title=text, slug="a", project="voyager1", category="observation", summary=text)
    one.clean_fields(exclude={"author", "reviewer"})
