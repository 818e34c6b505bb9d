"""The demo's page itself: whole at every width, silent in the console, usable without seeing it."""

import pytest
from playwright.sync_api import expect

from apps.demo.outside import Outside, wait_for
from tests.browser.people import PATIENCE, Stage

WIDTHS = ((1920, 1080), (1440, 900), (1200, 800), (800, 900))
SHEETS = ("decisions", "deliveries", "faults", "signals", "calendar", "status", "team")
SLACK = "/slack/channels/"  # asked again and again, whatever is open
ROLES = ("customer", "agent", "supervisor", "admin")
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def open_any_ticket(at: Stage) -> None:
    at.by("view-all").click()
    at.by("ticket-list").locator("button").first.click(timeout=PATIENCE)
    expect(at.by("sidebar")).to_have_attribute("data-state", "ready")


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_nothing_sticks_out_of_the_page(at: Stage, width: int, height: int) -> None:
    open_any_ticket(at)
    at.page.set_viewport_size({"width": width, "height": height})
    for role in ROLES:
        tab = at.by(f"role-{role}")
        if tab.is_visible():
            tab.click()
        assert at.page.evaluate(OVERFLOW) <= 0, role
        assert at.page.evaluate("() => document.documentElement.scrollHeight - innerHeight") <= 0, role


def test_without_the_story_the_page_is_whole_too(at: Stage) -> None:
    at.by("story-toggle").click()
    open_any_ticket(at)
    ends = at.by("dock").evaluate("dock => innerHeight - dock.getBoundingClientRect().bottom")
    assert abs(ends) <= 1


def test_the_console_has_nothing_to_complain_about(at: Stage, outside: Outside, complaints: list[str]) -> None:
    # Of a ticket that Handrail has not read yet, the app is told 404, which a console shows in red.
    ticket = outside.email("elin.sjoberg@example.com", "Feathers", "Hello, do my Feathers expire?")
    wait_for("Handrail's tag on the ticket", lambda: outside.ticket(ticket)["tags"])
    at.open_ticket(ticket)
    for sheet in SHEETS:
        at.by(f"dock-tab-{sheet}").click()
        expect(at.by(f"dock-{sheet}")).to_be_visible()
    for app in ("whatsapp", "mail", "sms"):
        at.by(f"phone-tab-{app}").click()
    for channel in ("care-alerts", "care-approvals"):
        at.by(f"slack-channel-{channel}").click()
    for _ in range(2):  # the page asks for ever; the second answer is to a question asked after the last click
        at.page.wait_for_event("response", lambda answer: SLACK in answer.url)
    assert complaints == []


def test_the_page_can_be_used_without_seeing_it(at: Stage, axe: None) -> None:
    assert at.faults_of() == []
    open_any_ticket(at)
    assert at.faults_of() == []
    for sheet in SHEETS:
        at.by(f"dock-tab-{sheet}").click()
        expect(at.by(f"dock-{sheet}")).to_be_visible()
        assert at.faults_of() == [], sheet
    at.by("dock-toggle").click()
    for app in ("whatsapp", "mail"):
        at.by(f"phone-tab-{app}").click()
        assert at.faults_of() == [], app


@pytest.mark.parametrize("role", ROLES)
def test_a_small_screen_can_be_used_without_seeing_it(at: Stage, role: str, axe: None) -> None:
    at.page.set_viewport_size({"width": 800, "height": 900})
    at.by(f"role-{role}").click()
    assert at.faults_of() == []


def test_where_slack_has_no_place_its_news_is_announced(at: Stage, outside: Outside) -> None:
    at.page.set_viewport_size({"width": 1200, "height": 800})
    at.by("role-customer").click()
    expect(at.by("supervisor-dot")).to_be_hidden()
    outside.text("+12125550118", "I want to talk to a person, please")
    expect(at.by("supervisor-dot")).to_be_visible()
    at.by("role-supervisor").click()
    expect(at.by("slack-channel-care-alerts")).to_contain_text("1")
    expect(at.by("supervisor-dot")).to_be_hidden()
