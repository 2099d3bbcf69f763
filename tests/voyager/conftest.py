"""Fixtures of the Voyager products."""

from __future__ import annotations

import pytest

from voyager.products import choices


@pytest.fixture
def choose(tmp_path, monkeypatch):
    """Another file of choices."""

    def write(prefer='["cdf", "ascii"]', years="", product="voyager.magnetic_field_48s"):
        file = tmp_path / "magnetometer.toml"
        file.write_text(f'["{product}"]\nprefer = {prefer}\n["{product}".years]\n{years}\n')
        monkeypatch.setattr(choices, "FILE", file)

    return write
