"""The beacon on a shop's pages: help is offered when a payment fails again, and never to who said no."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from apps.demo.launch import Demo
from core.journey.step import held_out
from tests.browser.people import AXE

HOLDOUT = 0.1  # as the demo's policy has it
PATIENCE = 45_000  # ms: a page asks for the last time 40 seconds after a step


def one_who_is_asked() -> str:
    """A visitor whom chance does not hold out."""
    return next(name for name in iter(lambda: uuid4().hex, "") if not held_out(name, HOLDOUT))


def shop(browser: Browser, stack: Demo, visitor: str, **context: object) -> Page:
    page = browser.new_context(reduced_motion="reduce", **context).new_page()  # type: ignore[arg-type]
    page.add_init_script(f"sessionStorage.setItem('handrail.visitor', '{visitor}')")
    page.goto(f"{stack.environment.sandbox_url}/shop/checkout")
    return page


@pytest.fixture
def pages() -> Iterator[list[Page]]:
    opened: list[Page] = []
    yield opened
    for page in opened:
        page.context.close()


def pay(page: Page) -> None:
    page.get_by_role("button", name="Pay").click()
    expect(page.locator("#result")).to_contain_text("did not go through")


def test_a_payment_that_fails_again_is_offered_help(
    browser: Browser, stack: Demo, pages: list[Page], pictures: Path, axe: None
) -> None:
    page = shop(browser, stack, one_who_is_asked(), viewport={"width": 420, "height": 700})
    pages.append(page)
    sent: list[Request] = []
    page.on("request", lambda asked: sent.append(asked) if "/journey/" in asked.url else None)
    page.get_by_label("Card number").fill("4111 1111 1111 1111")
    pay(page)
    offer = page.get_by_role("region", name="Offer of help")
    expect(offer).to_have_count(0)
    pay(page)
    expect(offer).to_contain_text("Shall we have a look at it together?", timeout=PATIENCE)
    page.screenshot(path=pictures / "beacon-offer.png")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"] == []
    offer.get_by_role("button", name="Yes, please").click()
    expect(page.locator("#helped")).to_contain_text("Somebody is with you")
    expect(offer).to_have_count(0)
    told = "".join(asked.post_data or "" for asked in sent)
    assert "payment" in told
    # four digits alone stand by chance in one of a hundred random visitor names
    assert "41111111" not in told.replace(" ", "")


def test_who_declines_is_left_alone(browser: Browser, stack: Demo, pages: list[Page], pictures: Path) -> None:
    page = shop(browser, stack, one_who_is_asked(), color_scheme="dark", locale="de-DE")
    pages.append(page)
    page.goto(f"{stack.environment.sandbox_url}/shop/checkout?lang=de")
    pay(page)
    pay(page)
    offer = page.get_by_role("region", name="Hilfsangebot")
    expect(offer).to_contain_text("Sollen wir gemeinsam nachsehen?", timeout=PATIENCE)
    page.screenshot(path=pictures / "beacon-offer-dark-de.png")
    offer.get_by_role("button", name="Nein, danke").press("Escape")
    expect(offer).to_have_count(0)
    told: list[str] = []
    again = page.context.new_page()  # another tab is no other visitor
    for tab in (page, again):
        tab.on("request", lambda asked: told.append(asked.url) if "/journey/" in asked.url else None)
        tab.goto(f"{stack.environment.sandbox_url}/shop/checkout")
        pay(tab)
        pay(tab)
        tab.wait_for_timeout(2_000)
    assert [url for url in told if not url.endswith("beacon.js")] == []


def test_every_visitor_has_a_name_for_what_they_write(browser: Browser, stack: Demo, pages: list[Page]) -> None:
    visitor = one_who_is_asked()
    page = shop(browser, stack, visitor)
    pages.append(page)
    assert page.evaluate("window.handrail.visitor") == visitor


def test_who_asks_not_to_be_tracked_is_told_nothing_and_tells_nothing(
    browser: Browser, stack: Demo, pages: list[Page]
) -> None:
    page = browser.new_context().new_page()
    pages.append(page)
    page.add_init_script("Object.defineProperty(navigator, 'doNotTrack', {value: '1'})")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{stack.environment.sandbox_url}/shop/checkout")
    pay(page)
    page.wait_for_timeout(2_000)
    assert [url for url in asked if "/journey/" in url and not url.endswith("beacon.js")] == []
