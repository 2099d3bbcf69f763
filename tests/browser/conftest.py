"""Chromium for the pages: Playwright's fixtures with an installed browser, and a page that notices every complaint."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Error, Page
from pytest_django.live_server_helper import LiveServer

from tools import browser as chromium


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this directory needs a browser."""
    for item in items:
        if "/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def _database_under_an_event_loop() -> Iterator[None]:
    """Playwright's loop runs in the test's thread; Django would take the test's own queries for async code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the Chromium of `make test-browser`, or the one that is installed."""
    path = os.environ.get(chromium.VARIABLE) or chromium.installed()
    if path is None:
        pytest.fail(chromium.ADVICE, pytrace=False)
    return {**browser_type_launch_args, "executable_path": path, "args": chromium.LAUNCH_ARGUMENTS}


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """Let pages be opened by path: `page.goto("/trajectory")`."""
    return live_server.url


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Show pages in one language, time zone and size on every machine."""
    return {
        **browser_context_args,
        "locale": "en-GB",
        "timezone_id": "UTC",
        "viewport": {"width": 1280, "height": 800},
    }


@pytest.fixture
def complaints(page: Page, live_server: LiveServer) -> list[str]:
    """Collect console errors and warnings (CSP violations are among them), exceptions, requests to other hosts."""
    heard: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            heard.append(f"console {message.type}: {message.text}")

    def on_error(error: Error) -> None:
        heard.append(f"exception: {error}")

    def on_request(url: str) -> None:
        if not url.startswith((live_server.url, "data:", "blob:", "about:")):
            heard.append(f"request to another host: {url}")

    page.on("console", on_console)
    page.on("pageerror", on_error)
    page.on("request", lambda request: on_request(request.url))
    return heard


@pytest.fixture
def quiet_page(page: Page, complaints: list[str], transactional_db: None) -> Iterator[Page]:
    """Open pages that must not complain: the test fails at its end when one did."""
    yield page
    assert not complaints, "\n".join(complaints)
