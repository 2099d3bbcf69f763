"""The pictures of the documentation: what the tool makes of the parts of a page."""

import io
import re

import pytest
from PIL import Image

from tests.support.instance import ROOT
from tools import browser, screenshots


def picture(width, height, colour):
    body = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(body, "PNG")
    return body.getvalue()


def test_parts_stand_below_each_other_with_a_margin_around_each(tmp_path):
    path = tmp_path / "sheet.png"
    screenshots.save([picture(200, 50, "#ff0000"), picture(300, 70, "#00ff00")], path)
    sheet = Image.open(path)
    assert sheet.size == (300 + 2 * 32, 50 + 70 + 3 * 32)
    rgb = sheet.convert("RGB")
    assert rgb.getpixel((40, 40)) == (255, 0, 0)
    assert rgb.getpixel((40, 32 + 50 + 32 + 10)) == (0, 255, 0)
    assert rgb.getpixel((300, 40)) == rgb.getpixel((1, 1)) == (0x10, 0x17, 0x2D)


def test_a_sheet_has_few_colours(tmp_path):
    path = tmp_path / "sheet.png"
    body = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").save(body, "PNG")
    screenshots.save([body.getvalue()], path)
    colours = Image.open(path).getcolors()
    assert colours is not None
    assert len(colours) <= 96


def test_every_picture_of_the_document_is_one_that_the_tool_makes():
    text = (ROOT / "docs" / "space-intelligence.md").read_text()
    shown = re.findall(r"\(screenshots/space-intelligence-([\w-]+)\.png\)", text)
    assert shown == list(screenshots.DOWN)
    assert "tools.screenshots" in text


def test_without_a_browser_it_says_what_to_do(monkeypatch, capsys, tmp_path):
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setattr(browser, "installed", lambda: None)
    assert screenshots.main([str(tmp_path / "shots")]) == 1
    assert capsys.readouterr().err.startswith("No Chromium or Chrome was found")
    assert not (tmp_path / "shots").exists()


@pytest.mark.parametrize("part", screenshots.PARTS)
def test_every_part_of_the_page_that_is_shown_is_on_it(visitor, part):
    """By the names that the selectors use."""
    page = visitor.get(screenshots.PATH).content.decode()
    for name in re.findall(r"labelledby=(\w+)", part):
        assert f'aria-labelledby="{name}"' in page
    for name in re.findall(r"#([\w-]+)", part):
        assert f'id="{name}"' in page
