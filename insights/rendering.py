"""Markdown -> HTML that may stand on a public page: rendered on save, sanitised after rendering.

HTML in the text is shown as text. What the renderer makes of the rest goes through an allow-list all the same, so
that a defect of the renderer, of a plug-in or of the maths converter cannot put a script on a page.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from insights.constants import DESCRIPTION_CHARS, FORMULA_CHARS, FORMULAS

_TEXT: Final = {
    *(
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "li",
        "ol",
    ),
    *("p", "pre", "s", "section", "strong", "sub", "sup", "ul"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_MATHS: Final = {
    *(
        "math",
        "mrow",
        "mi",
        "mn",
        "mo",
        "ms",
        "mtext",
        "mspace",
        "mfrac",
        "msqrt",
        "mroot",
        "mstyle",
        "merror",
    ),
    *("mpadded", "mphantom", "menclose", "msub", "msup", "msubsup", "munder", "mover", "munderover"),
    *("mmultiscripts", "mprescripts", "mtable", "mtr", "mtd", "mlabeledtr"),
}
_MATHS_ATTRIBUTES: Final = {
    *("display", "displaystyle", "scriptlevel", "mathvariant", "stretchy", "fence", "form", "separator"),
    *("accent", "accentunder", "lspace", "rspace", "width", "height", "depth", "voffset", "linethickness"),
    *("columnalign", "rowspacing", "columnspacing", "minsize", "maxsize", "movablelimits", "notation"),
}
_ATTRIBUTES: Final = {
    "a": {"href", "id", "class", "title"},
    "abbr": {"title"},
    "li": {"id", "class"},
    "ol": {"class", "start"},
    "section": {"class"},
    "sup": {"class"},
    "td": {"class"},
    "th": {"class", "scope"},
    **dict.fromkeys(_MATHS, _MATHS_ATTRIBUTES),
}
_CLASSES: Final = {
    "a": {"footnote-backref"},
    "li": {"footnote-item"},
    "ol": {"footnotes-list"},
    "section": {"footnotes"},
    "sup": {"footnote-ref"},
    "td": {"number"},
    "th": {"number"},
}
_SCHEMES: Final = {"http", "https", "mailto"}
_FRAME: Final = '<div class="{}" role="region" aria-label="{} {}" tabindex="0">'
_FIRST_LEVEL: Final = 3  # the page's title and its section come before


def render(markdown: str) -> str:
    """HTML of a description, fit to stand on a page as it is.

    Raises
    ------
    ValueError
        The text is longer than a description may be: whoever saves it has not checked it.
    """
    if len(markdown) > DESCRIPTION_CHARS:
        raise ValueError(f"a description has at most {DESCRIPTION_CHARS:,} characters, not {len(markdown):,}")
    parser, environment = _parser(), {"formulas": 0}
    tokens = parser.parse(markdown, environment)
    _settle_headings(tokens)
    dirty = parser.renderer.render(tokens, parser.options, environment)
    clean = nh3.clean(
        dirty,
        tags=_TEXT | _MATHS,
        attributes={name: set(names) - {"class"} for name, names in _ATTRIBUTES.items()},
        allowed_classes=_CLASSES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        clean_content_tags={"script", "style"},
    )
    return _scrollable(clean)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    parser.disable("image")  # pictures of other hosts: they would tell those hosts who reads here
    parser.use(footnote_plugin)
    parser.use(dollarmath_plugin, allow_labels=False, allow_digits=False)
    for name in ("math_inline", "math_inline_double", "math_block"):
        parser.add_render_rule(name, _maths)
    for name in ("th_open", "td_open"):
        parser.add_render_rule(name, _cell)
    parser.add_render_rule("footnote_block_open", _footnotes)
    parser.add_render_rule("footnote_ref", _footnote_reference)
    parser.add_render_rule("footnote_anchor", _footnote_anchor)
    return parser


def _maths(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, environment: dict[str, Any]
) -> str:
    """A formula as MathML; as its own TeX where it cannot be read, so that nothing is lost."""
    token = tokens[index]
    tex, is_block = token.content.strip(), token.type == "math_block"
    environment["formulas"] += 1
    maths = mathml(tex, is_block=is_block) if environment["formulas"] <= FORMULAS else None
    shown = maths if maths is not None else f"<code>{html.escape(tex)}</code>"
    return f"<p>{shown}</p>" if is_block else shown


def mathml(tex: str, *, is_block: bool) -> str | None:
    """A TeX formula as MathML; None when it cannot be read or is too long."""
    from latex2mathml import converter

    if len(tex) > FORMULA_CHARS:
        return None
    try:
        return str(converter.convert(tex, display="block" if is_block else "inline"))
    except _unreadable():
        return None


@cache
def _unreadable() -> tuple[type[Exception], ...]:
    """What the converter raises: its own exceptions, and those of what it did not foresee."""
    from latex2mathml import exceptions

    own: list[type[Exception]] = [
        one for one in vars(exceptions).values() if isinstance(one, type) and issubclass(one, Exception)
    ]
    return (*own, LookupError, TypeError, ValueError, AttributeError, RecursionError, StopIteration)


def _cell(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, environment: dict[str, Any]
) -> str:
    """A cell of a table; its alignment as a class, because the policy allows no style."""
    token = tokens[index]
    is_right = "right" in str(token.attrGet("style") or "")
    scope = ' scope="col"' if token.tag == "th" else ""
    alignment = ' class="number"' if is_right else ""
    return f"<{token.tag}{scope}{alignment}>"


def _footnotes(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, environment: dict[str, Any]
) -> str:
    return '<section class="footnotes"><ol class="footnotes-list">'


def _footnote_reference(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, environment: dict[str, Any]
) -> str:
    number, place = _note(tokens[index])
    return f'<sup class="footnote-ref"><a href="#fn{number}" id="fnref{number}{place}">[{number}]</a></sup>'


def _footnote_anchor(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, environment: dict[str, Any]
) -> str:
    number, place = _note(tokens[index])
    return f' <a href="#fnref{number}{place}" class="footnote-backref" title="back to note {number}">↩</a>'


def _note(token: Token) -> tuple[int, str]:
    sub = int(token.meta.get("subId", 0))
    return int(token.meta["id"]) + 1, f"-{sub}" if sub > 0 else ""


def _settle_headings(tokens: Sequence[Token]) -> None:
    """Headings start at the third level and never leave one out, whatever the writer chose."""
    previous = _FIRST_LEVEL - 1
    for opening, closing in zip(tokens, tokens[2:], strict=False):
        if opening.type == "heading_open":
            previous = min(int(opening.tag[1]) + _FIRST_LEVEL - 1, previous + 1, 6)
            opening.tag = closing.tag = f"h{previous}"


def _scrollable(clean: str) -> str:
    """Tables and formulas that a phone can push sideways, and a keyboard too."""
    for opening, closing, name in (
        ("<table>", "</table>", "Table"),
        ('<p><math display="block">', "</math></p>", "Formula"),
    ):
        first, *others = clean.split(opening)
        parts = [first]
        for number, part in enumerate(others, start=1):
            element, ending = opening.removeprefix("<p>"), closing.removesuffix("</p>")
            frame = _FRAME.format("table-scroll" if name == "Table" else "formula-scroll", name, number)
            parts.append(frame + element + part.replace(closing, f"{ending}</div>", 1))
        clean = "".join(parts)
    return clean
