"""The app in the helpdesk's navigation: for those who lead, in the same handshake as beside a ticket."""

import re

import pytest
from playwright.sync_api import Frame, FrameLocator, expect

from apps.demo.outside import Outside
from tests.browser.people import AXE, Stage


def navigated(at: Stage, agent: str) -> FrameLocator:
    """The app over the whole helpdesk, opened by this person."""
    chosen = at.by("agent-select").locator("option", has_text=agent).get_attribute("value")
    at.by("agent-select").select_option(value=chosen)
    at.by("place-nav-bar").click()
    expect(at.by("nav-app")).to_have_attribute("data-state", "ready")
    return at.page.frame_locator('[data-testid="nav-app-frame"]')


def faults_of(at: Stage) -> list[str]:
    frame: Frame = next(each for each in at.page.frames if "/sidebar/" in each.url)
    frame.evaluate(AXE.read_text(encoding="utf-8"))
    result = frame.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in result["violations"]]


@pytest.fixture
def answered(at: Stage, outside: Outside) -> str:
    """The id of a ticket that has its decision."""
    ticket = outside.email("chloe.bennett@example.com", "Cancel Plus", "Hello, how do I cancel my Plus subscription?")
    at.open_ticket(ticket)
    expect(at.insert).to_be_visible()
    return ticket


def test_an_admin_sees_what_was_decided_and_every_view_can_be_used_without_seeing_it(
    at: Stage, answered: str, axe: None
) -> None:
    app = navigated(at, "Priya Nair")
    worked = app.get_by_role("region", name="What the assistant did")
    expect(worked.get_by_role("img", name=re.compile("Decisions per day"))).to_be_visible()
    for view in ("Overview", "Proposals", "Knowledge gaps", "Policy", "Connections"):
        app.get_by_role("tab", name=view).click()
        expect(app.locator(".skeleton")).to_have_count(0)
        assert faults_of(at) == []
    checks = app.get_by_role("region", name="Every connection, tried now")
    expect(checks.locator(".line-check", has_text=re.compile("database$")).first).to_be_visible()


def test_the_policy_in_force_is_read_in_the_navigation(at: Stage) -> None:
    app = navigated(at, "Priya Nair")
    app.get_by_role("tab", name="Policy").click()
    owners = app.get_by_role("region", name="Who has what")
    expect(owners.get_by_role("row", name=re.compile("Everything else"))).to_be_visible()
    app.get_by_role("button", name="Read the file").first.click()
    expect(app.get_by_role("region", name=re.compile("^The policy file of version"))).to_contain_text("owners:")


def test_an_agent_is_told_for_whom_the_page_is(at: Stage) -> None:
    app = navigated(at, "Maria Lopez")
    expect(app.get_by_text("For team leads and admins")).to_be_visible()
    expect(app.get_by_role("tab")).to_have_count(0)


def test_the_tickets_come_back_when_one_is_opened(at: Stage, answered: str) -> None:
    navigated(at, "Priya Nair")
    expect(at.by("ticket")).to_be_hidden()
    at.by("place-tickets").click()
    expect(at.by("ticket")).to_be_visible()
    expect(at.by("nav-app")).to_be_hidden()
