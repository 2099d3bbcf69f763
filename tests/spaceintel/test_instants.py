"""Instants in running text, as elements."""

from __future__ import annotations

import pytest

from spaceintel.templatetags.instants import instants
from spaceintel.writing import power_of_ten, scientific


def test_instants_and_days_become_elements():
    assert instants("Unknown since 2026-09-27 13:02 UTC, list of 2026-09-01.") == (
        'Unknown since <time datetime="2026-09-27T13:02Z">2026-09-27 13:02 UTC</time>, '
        'list of <time datetime="2026-09-01">2026-09-01</time>.'
    )


def test_what_is_no_instant_stays():
    for text in ("", "none", "2024-05-08T05:36:00-CME-001", "kp-2024-05-10-G5", "2026 ZH8 on 1 day"):
        assert instants(text) == text


def test_text_does_nothing():
    assert instants("<b>2026-09-01</b>") == '&lt;b&gt;<time datetime="2026-09-01">2026-09-01</time>&lt;/b&gt;'


@pytest.mark.parametrize(
    ("value", "text"),
    [(7.6e-7, "7.6 × 10⁻⁷"), (9.96e-5, "1.0 × 10⁻⁴"), (2e-3, "2.0 × 10⁻³"), (1.0, "1.0 × 10⁰")],
)
def test_small_numbers_are_written_as_a_person_would(value, text):
    assert scientific(value) == text.replace(" ", "\u00a0")


def test_powers_of_ten():
    assert [power_of_ten(one) for one in (-10, 0, 3)] == ["10⁻¹⁰", "10⁰", "10³"]
