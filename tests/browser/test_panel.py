"""The panel in every language, colour and state, at the width Zendesk gives it; looked at, and measured."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from benchmarks import sidebar_render
from tests.browser.panel import Answer, panel, refused, unreachable, words

pytestmark = pytest.mark.usefixtures("built")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 480])
def test_a_ticket_fits_the_panel_and_can_be_used_without_seeing_it(
    browser: Browser, axe: None, pictures: Path, width: int, scheme: str
) -> None:
    with panel(browser, width=width, scheme=scheme) as one:
        expect(one.app.locator(".draft-text")).to_be_visible()
        one.page.screenshot(path=pictures / f"ticket-{width}-{scheme}.png", full_page=True)
        assert one.overflow() == []
        assert one.faults() == []


@pytest.mark.parametrize("language", ["de", "es", "fr", "ja", "pt"])
def test_every_language_is_fetched_when_it_is_spoken_and_fits(
    browser: Browser, axe: None, pictures: Path, language: str
) -> None:
    with panel(browser, locale=language) as one:
        insert = one.app.get_by_role("button", name=words(language)["draft.insert"], exact=True)
        expect(insert).to_be_visible()
        expect(one.app.locator("html")).to_have_attribute("lang", language)
        one.page.screenshot(path=pictures / f"ticket-{language}.png", full_page=True)
        assert one.overflow() == []
        assert one.faults() == []


@pytest.mark.parametrize("locale", ["ar-EG", "he"])
def test_from_right_to_left_the_page_is_mirrored_and_nothing_stands_out(
    browser: Browser, axe: None, pictures: Path, locale: str
) -> None:
    with panel(browser, locale=locale) as one:
        insert, edit = (
            one.app.get_by_role("button", name="Insert", exact=True),
            one.app.get_by_role("button", name="Edit"),
        )
        expect(insert).to_be_visible()
        one.page.screenshot(path=pictures / f"ticket-{locale}.png", full_page=True)
        first, second = insert.bounding_box(), edit.bounding_box()
        assert first
        assert second
        assert first["x"] > second["x"]
        assert one.overflow() == []
        assert one.faults() == []


def proxy(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body="<html>Bad gateway</html>")


@pytest.mark.parametrize(
    ("name", "fault", "says"),
    [
        ("session-ended", refused(401, "unauthorized"), "problem.unauthorized.title"),
        ("no-permission", refused(403, "forbidden"), "problem.forbidden.title"),
        ("empty", refused(404, "not_found"), "state.empty.title"),
        ("rate-limited", refused(429, "rate_limited", Retry_After="30"), "problem.rate_limited.title"),
        ("backend-down", refused(503, "unavailable"), "problem.unavailable.title"),
        ("a-proxy-answers", proxy, "problem.unavailable.title"),
        ("offline", unreachable, "problem.offline.title"),
    ],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_trouble_has_a_state_of_its_own(
    browser: Browser, axe: None, pictures: Path, scheme: str, name: str, fault: Answer, says: str
) -> None:
    with panel(browser, fault=fault, scheme=scheme) as one:
        expect(one.app.get_by_text(words("en")[says])).to_be_visible()
        one.page.screenshot(path=pictures / f"state-{name}-{scheme}.png")
        assert one.overflow() == []
        assert one.faults() == []


def test_what_was_seen_stays_during_the_trouble_and_goes_on_after_it(browser: Browser, pictures: Path) -> None:
    with panel(browser) as one:
        expect(one.app.locator(".draft-text")).to_be_visible()
        one.fault = refused(503, "unavailable")
        one.fire("ticket.updated")
        expect(one.app.get_by_text(words("en")["problem.unavailable.title"])).to_be_visible()
        expect(one.app.locator(".draft-text")).to_be_visible()
        one.page.screenshot(path=pictures / "state-stale.png", full_page=True)
        one.fault = None
        trouble = one.app.get_by_role("alert").filter(has_text=words("en")["problem.unavailable.title"])
        trouble.get_by_role("button", name=words("en")["problem.retry"]).click()
        expect(one.app.get_by_text(words("en")["problem.unavailable.title"])).to_have_count(0)


def test_a_new_decision_is_seen_without_reloading_and_no_token_stands_in_an_address(browser: Browser) -> None:
    with panel(browser) as one:
        expect(one.app.locator(".draft-text")).to_be_visible()
        one.view = {**one.view, "version": 2, "state": "working", "draft": None}
        expect(one.app.locator(".working")).to_be_visible(timeout=6_000)
        assert [url for _, url in one.asked if "token" in url] == []


def test_a_slow_backend_gets_a_skeleton_first_and_then_a_word(browser: Browser, pictures: Path) -> None:
    held: list[Route] = []
    with panel(browser, fault=held.append) as one:
        expect(one.app.locator(".skeleton").first).to_be_visible()
        one.page.screenshot(path=pictures / "state-loading.png")
        expect(one.app.get_by_text(words("en")["state.slow"])).to_be_visible(timeout=8_000)
        one.page.screenshot(path=pictures / "state-slow.png")
        for route in held:
            route.fulfill(json=one.view)
        expect(one.app.locator(".draft-text")).to_be_visible()


def test_a_silent_zendesk_is_named(browser: Browser, pictures: Path) -> None:
    with panel(browser, location="mute") as one:
        expect(one.app.get_by_text(words("en")["state.nohost.title"])).to_be_visible(timeout=12_000)
        one.page.screenshot(path=pictures / "state-zendesk-silent.png")


def test_how_soon_the_first_content_is_there_can_be_measured(browser: Browser) -> None:
    """How soon it has to be is for `make bench`; a test on a busy machine would measure the machine."""
    figures = sidebar_render.measure_in(browser, sidebar_render.QUICK)
    assert all(figure.value > 0 for figure in figures)
