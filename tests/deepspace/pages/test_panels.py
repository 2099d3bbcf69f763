"""Plots as pages embed them."""

from __future__ import annotations

from typing import Annotated

import pytest
from django.db import OperationalError
from django.template.loader import render_to_string
from pydantic import Field

from deepspace.pages import panels
from deepspace.parameters import Integer, Parameters

pytestmark = pytest.mark.django_db  # a chip says where its product stands now


class _Days(Parameters):
    days: Annotated[Integer, Field(ge=1)] = 30


def test_downloads_go_to_the_plots_own_address_with_the_same_parameters(drawn):
    panel = panels.panel("field", _Days(days=7))
    assert [(one.label, one.url) for one in panel.downloads] == [
        ("PNG", "/plots/field.png?days=7"),
        ("SVG", "/plots/field.svg?days=7"),
        ("CSV", "/plots/field.csv?days=7"),
        ("VOTable", "/plots/field.vot?days=7"),
    ]


def test_defaults_leave_no_query():
    assert panels.plot_url("field", "png", _Days()) == "/plots/field.png"


def test_the_picture_is_in_the_page_with_its_finding_and_size(drawn):
    markup = render_to_string("includes/plot_panel.html", {"panel": panels.panel("field")})
    assert 'src="data:image/png;base64,' in markup
    assert 'alt="Finding of field."' in markup
    assert 'width="1000" height="600"' in markup
    assert "What is seen." in markup
    assert "What is not." in markup
    assert "Real" in markup
    assert drawn == ["field"]


def test_without_the_database_the_panel_says_so(drawn, monkeypatch):
    def refuse(*args: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(panels, "rendered", refuse)
    markup = render_to_string("includes/plot_panel.html", {"panel": panels.panel("field")})
    assert "cannot be drawn now" in markup
    assert "<img" not in markup
