"""Attacks on the rendering of descriptions, read by a real browser where no policy would stop them."""

from __future__ import annotations

from playwright.sync_api import Page

from insights.rendering import render
from tests.insights.test_rendering import ATTACKS, FORBIDDEN

READ = """([html, forbidden]) => {
  window.alarms = [];
  window.alert = text => window.alarms.push(`alert ${text}`);
  document.body.innerHTML = html;
  document.body.innerHTML = document.body.innerHTML;  // read, written, and read again
  for (const element of document.body.querySelectorAll('*')) {
    if (forbidden.includes(element.localName.toLowerCase())) window.alarms.push(element.localName);
    for (const name of element.getAttributeNames())
      if (name.startsWith('on') || name === 'style' || name === 'src') window.alarms.push(name);
    if (element.href && !['http:', 'https:', 'mailto:'].includes(element.protocol))
      window.alarms.push(element.href);
  }
  return window.alarms;
}"""


def test_nothing_runs_loads_or_leads_to_a_script(page: Page) -> None:
    asked: list[str] = []
    page.set_content("<!doctype html><base href='https://site.example/insights/x'><body></body>")
    page.on("request", lambda request: asked.append(request.url))
    alarms = {attack: page.evaluate(READ, [render(attack), sorted(FORBIDDEN)]) for attack in ATTACKS}
    page.wait_for_timeout(200)  # what a broken picture would run comes later
    assert {attack: heard for attack, heard in alarms.items() if heard} == {}
    assert page.evaluate("window.alarms") == []
    assert asked == []


def test_the_same_attacks_raise_the_alarm_when_nothing_cleans_them(page: Page) -> None:
    page.set_content("<!doctype html><body></body>")
    heard = page.evaluate(
        READ, ["<img src=x onerror=alert(1)><a href='java&Tab;script:x'>x</a>", sorted(FORBIDDEN)]
    )
    assert {"img", "onerror", "src"} <= set(heard)
    assert any(one.startswith("javascript:") for one in heard)
