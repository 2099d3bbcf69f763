"""Fixtures of the Voyager products."""

from __future__ import annotations

from typing import Any

import pytest
from matplotlib.text import Text

from tests.support.plots import Seen
from voyager.products import choices


@pytest.fixture
def choose(tmp_path, monkeypatch):
    """Another file of choices."""

    def write(prefer='["cdf", "ascii"]', years="", product="voyager.magnetic_field_48s"):
        file = tmp_path / "magnetometer.toml"
        file.write_text(f'["{product}"]\nprefer = {prefer}\n["{product}".years]\n{years}\n')
        monkeypatch.setattr(choices, "FILE", file)

    return write


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """Every text that is really drawn, with its box in pixels."""
    drawn: Seen = []
    original = Text.draw

    def draw(text: Text, renderer: Any) -> None:
        original(text, renderer)
        if text.get_visible() and text.get_text().strip():
            drawn.append((text, text.get_window_extent(renderer)))

    monkeypatch.setattr(Text, "draw", draw)
    return drawn
