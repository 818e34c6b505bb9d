"""A browser, and the demo's page in it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect

from apps.demo.launch import Demo
from tests.browser.chromium import found, started
from tests.browser.panel import BUILT, LIBRARY
from tests.browser.people import AXE, PATIENCE, ROOT, Stage

WIDE: ViewportSize = {"width": 1440, "height": 900}
expect.set_options(timeout=PATIENCE)  # several browsers and running stacks share two cores


def missing(what: str) -> None:
    """A machine without it cannot run these tests; the one that judges every change must."""
    if os.environ.get("CI") == "true":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def chromium() -> str:
    path = found()
    if path is None:
        missing("there is no Chromium: install one or name it in HANDRAIL_CHROMIUM")
    return str(path)


# Playwright keeps an event loop of its own running, which other tests' loops do not bear: it ends with the module.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with started(chromium) as running:
        yield running


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console holds against the page."""
    return []


def listen(page: Page, complaints: list[str]) -> None:
    def said(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"{message.text} ({message.location.get('url')})")

    page.on("console", said)
    page.on("pageerror", lambda error: complaints.append(str(error)))


@pytest.fixture
def at(chromium: str, stack: Demo, browser: Browser, complaints: list[str]) -> Iterator[Stage]:
    """The page as a stranger finds it, ready to be played. Without a browser nothing is started at all."""
    # Colours are measured, so nothing may be half faded in.
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce", locale="en-GB", timezone_id="UTC")
    page = context.new_page()
    listen(page, complaints)
    page.goto(stack.environment.sandbox_url)
    page.locator("body[data-ready=yes]").wait_for()
    yield Stage(page=page)
    context.close()


@pytest.fixture(scope="session")
def built() -> None:
    """The app as it is shipped, and the client library of the helpdesk's vendor."""
    if not (BUILT / "index.html").is_file() or not LIBRARY.is_file():
        missing("the sidebar is not built: `make sidebar` builds it")


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where the pictures are kept to be looked at: HANDRAIL_PICTURES, or var/screenshots."""
    folder = Path(os.environ.get("HANDRAIL_PICTURES") or ROOT / "var" / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def axe() -> None:
    if not AXE.is_file():
        missing("axe-core is not there: `make sidebar` installs it")
