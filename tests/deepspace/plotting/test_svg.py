"""SVG: deterministic, accessible, without inline CSS."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from deepspace.plotting import render
from deepspace.plotting.svg import svg
from tests.deepspace.plotting.plots_for_tests import LinePlot

_NS = "{http://www.w3.org/2000/svg}"


def drawing(title: str = "A line", description: str = "What is seen.") -> bytes:
    return svg(render.compose(LinePlot(), 30), title, description)


def test_the_same_data_give_the_same_bytes() -> None:
    assert drawing() == drawing()


def test_it_carries_no_css_no_date_and_no_script() -> None:
    body = drawing().decode()
    for word in ("style=", "<style", "<script", "<metadata", "dc:date"):
        assert word not in body
    assert 'stroke="#56b4e9"' in body


def test_title_and_description_come_first_and_are_referred_to() -> None:
    root = ET.fromstring(drawing(r"5 < 6 & \1 \g<0>", "“Finding” & <more>"))  # noqa: S314 - our own bytes
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "plot-title plot-description"
    first, second = list(root)[:2]
    assert (first.tag, first.text, first.get("id")) == (f"{_NS}title", r"5 < 6 & \1 \g<0>", "plot-title")
    assert (second.tag, second.text) == (f"{_NS}desc", "“Finding” & <more>")


def test_identifiers_are_unique() -> None:
    identifiers = [node.get("id") for node in ET.fromstring(drawing()).iter() if node.get("id")]  # noqa: S314
    assert len(identifiers) == len(set(identifiers))
