"""BibTeX that every BibTeX reads: balanced braces, no sign that TeX would obey, letters as TeX writes them in ASCII.

What TeX has no name for (letters of other scripts) stays as it is, in UTF-8.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

# A lone brace would end the field early, even behind a backslash: braces are written as words.
_SIGNS: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    '"': "{''}",  # \textquotedbl is unknown to LaTeX's default font encoding
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "–": "--",
    "—": "---",
    "−": "$-$",
    "‘": "`",
    "ʻ": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "…": r"\ldots{}",
    "\u00a0": "~",
    "\u202f": r"\,",
    "\u2009": r"\,",
    "×": r"$\times$",
    "·": r"\textperiodcentered{}",
    "±": r"$\pm$",
    "≈": r"$\approx$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "→": r"$\rightarrow$",
    "∞": r"$\infty$",
    "☉": r"$\odot$",
    "°": r"$^\circ$",
    "µ": r"$\mu$",
    "²": r"$^2$",
    "³": r"$^3$",
    "¹": r"$^1$",
    "⁻": r"$^-$",
    "ß": r"{\ss}",
    "æ": r"{\ae}",
    "Æ": r"{\AE}",
    "œ": r"{\oe}",
    "Œ": r"{\OE}",
    "ø": r"{\o}",
    "Ø": r"{\O}",
    "å": r"{\aa}",
    "Å": r"{\AA}",
    "ł": r"{\l}",
    "Ł": r"{\L}",
    "ı": r"{\i}",
    **{
        letter: f"$\\{name}$"
        for letter, name in {
            "α": "alpha",
            "β": "beta",
            "γ": "gamma",
            "δ": "delta",
            "ε": "epsilon",
            "ζ": "zeta",
            "η": "eta",
            "θ": "theta",
            "κ": "kappa",
            "λ": "lambda",
            "μ": "mu",
            "ν": "nu",
            "ξ": "xi",
            "π": "pi",
            "ρ": "rho",
            "σ": "sigma",
            "τ": "tau",
            "φ": "phi",
            "χ": "chi",
            "ψ": "psi",
            "ω": "omega",
            "Γ": "Gamma",
            "Δ": "Delta",
            "Θ": "Theta",
            "Λ": "Lambda",
            "Σ": "Sigma",
            "Φ": "Phi",
            "Ψ": "Psi",
            "Ω": "Omega",
        }.items()
    },
}
_ACCENTS: Final = {
    "\N{COMBINING GRAVE ACCENT}": "`",
    "\N{COMBINING ACUTE ACCENT}": "'",
    "\N{COMBINING CIRCUMFLEX ACCENT}": "^",
    "\N{COMBINING TILDE}": "~",
    "\N{COMBINING MACRON}": "=",
    "\N{COMBINING BREVE}": "u",
    "\N{COMBINING DOT ABOVE}": ".",
    "\N{COMBINING DIAERESIS}": '"',
    "\N{COMBINING RING ABOVE}": "r",
    "\N{COMBINING DOUBLE ACUTE ACCENT}": "H",
    "\N{COMBINING CARON}": "v",
    "\N{COMBINING DOT BELOW}": "d",
    "\N{COMBINING CEDILLA}": "c",
    "\N{COMBINING OGONEK}": "k",
}


def entry(key: str, fields: Mapping[str, str]) -> str:
    """An entry of ``@misc``; the values are escaped already, and a field without one is left out."""
    lines = [f"  {name:<12} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def whole(text: str) -> str:
    """A name or a title that styles are to leave as it is: no parts of a name, no change of capitals."""
    return f"{{{escaped(text)}}}"


def escaped(text: str) -> str:
    """A text for TeX."""
    return "".join(_letter(one) for one in unicodedata.normalize("NFC", text))


def _letter(one: str) -> str:
    if one in _SIGNS:
        return _SIGNS[one]
    if " " <= one <= "~":
        return one
    apart = unicodedata.normalize("NFD", one)
    base, marks = apart[0], apart[1:]
    if base.isascii() and marks and all(mark in _ACCENTS for mark in marks):
        dotless = {"i": r"\i", "j": r"\j"}.get(base, base)
        made = dotless
        for mark in marks:
            made = f"\\{_ACCENTS[mark]}{{{made}}}"
        return f"{{{made}}}"
    return one
