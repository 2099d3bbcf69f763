"""Nothing numeric is typed into a template: facts come from constants, reviewed files and the tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "templates" / "voyager"
ALLOWED = {
    "Voyager 1": "the name of the spacecraft",
    "J2000": "the name of the frame",
    "magnetic_field_48s": "the name of the product",
    "2014": "the year of the paper that is cited",
    "795": "the volume of the paper that is cited",
    "L19": "the page of the paper that is cited",
    "2&nbsp;n": "the factor of the formula",
}
NUMBER_WORDS = re.compile(
    r"\b(ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|twenty|thirty|forty|fifty|hundred|thousand|million)s?\b",
    re.IGNORECASE,
)


def prose(text: str) -> str:
    """What a reader sees of a template beside the values: no tags, variables or comments."""
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", text, flags=re.DOTALL)
    for allowed in ALLOWED:
        bare = bare.replace(allowed, " ")
    return bare


@pytest.mark.parametrize("file", sorted(FOLDER.rglob("*.html")), ids=lambda file: file.name)
def test_no_number_is_typed_into_a_template(file):
    text = prose(file.read_text(encoding="utf-8"))
    assert re.findall(r".{0,30}\d.{0,30}", text) == []
    assert NUMBER_WORDS.findall(text) == []


def test_the_scan_would_see_one():
    assert re.search(r"\d", prose("<p class='x1'>a boom of 13 metres {{ value|number:3 }}</p>"))
    assert NUMBER_WORDS.search(prose("a boom of thirteen metres"))
    assert not re.search(r"\d", prose('<input max="20000"> {{ value|number:3 }} {% if a == 1 %}'))


def test_each_exception_is_still_needed():
    everything = "".join(file.read_text(encoding="utf-8") for file in FOLDER.rglob("*.html"))
    assert [one for one in ALLOWED if one not in re.sub(r"<[^>]*>", "", everything)] == []
