"""Markdown becomes HTML that cannot do anything."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest

from insights.constants import DESCRIPTION_CHARS
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


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_runs_or_loads_comes_through(attack):
    for tag, attributes in Found(render(attack)).tags:
        assert tag not in {
            "script",
            "style",
            "img",
            "svg",
            "iframe",
            "form",
            "input",
            "meta",
            "object",
            "embed",
            "link",
        }
        assert not {
            name for name in attributes if name.startswith("on") or name in {"style", "src", "srcset"}
        }
        href = attributes.get("href") or ""
        assert href.startswith(("http://", "https://", "mailto:", "#", "/")) or ":" not in href


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
