"""An agent has something done from the sidebar: shown, done, read back, and taken back; a refund waits for a yes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from apps.demo.outside import Outside
from tests.browser.people import PATIENCE, Stage

CREDIT, CANCEL, REFUND = "Give a goodwill credit", "Cancel an order", "Pay back a part of an order"


@pytest.fixture
def seen(at: Stage, pictures: Path) -> Iterator[Stage]:
    yield at
    # However it ends, it is looked at.
    if at.by("sidebar-frame").is_visible():
        at.picture(pictures / "doing-end.png")


def handed_over(at: Stage, name: str, words: str) -> Locator:
    """The customer texts from their own number, which proves who they are; a person gets the ticket."""
    at.play(name)
    at.text(words)
    at.by("ticket-list").locator("button", has_text=name).first.click(timeout=PATIENCE)
    expect(at.by("sidebar")).to_have_attribute("data-state", "ready")
    expect(at.card("Handoff")).to_be_visible()
    part = at.card("Actions")
    part.locator(".fold-button").click()
    return part


def run_of(part: Locator, name: str) -> Locator:
    return part.locator(".run", has_text=name)


def test_an_order_is_cancelled_and_put_back_and_a_credit_is_taken_back(
    seen: Stage, outside: Outside, pictures: Path, axe: None
) -> None:
    at = seen
    part = handed_over(at, "Sam Whitcombe", "I want to talk to a person about my order LK-10478")
    expect(part.get_by_role("button", name=CREDIT)).to_be_visible()
    part.get_by_role("button", name="others cannot be done").click()
    expect(part).to_contain_text("The account is not locked")
    at.picture(pictures / "doing-list.png")
    part.get_by_role("button", name=CANCEL).click()
    expect(part.get_by_label("Order", exact=True)).to_have_value("LK-10478")
    expect(part.locator(".changes")).to_contain_text("cancelled")
    expect(part).to_contain_text("Shall I cancel your order LK-10478?")
    at.picture(pictures / "doing-before-after.png")
    assert at.faults_of("app") == []
    part.get_by_role("button", name="Do it now").click()
    expect(run_of(part, CANCEL)).to_contain_text("Done and read back")
    assert outside.people("GET", "office/orders/LK-10478")["order"]["status"] == "cancelled"
    at.picture(pictures / "doing-done.png")
    run_of(part, CANCEL).get_by_role("button", name="Take it back").click()
    at.picture(pictures / "doing-undo.png")
    part.get_by_role("button", name="Yes, take it back").click()
    expect(run_of(part, CANCEL).get_by_text("Taken back", exact=True)).to_be_visible()
    assert outside.people("GET", "office/orders/LK-10478")["order"]["status"] == "processing"
    part.get_by_role("button", name=CREDIT).click()
    part.get_by_label("Amount").fill("7.50")
    part.get_by_role("button", name="Show what changes").click()
    part.get_by_role("button", name="Do it now").click()
    expect(run_of(part, CREDIT)).to_contain_text("Done and read back")
    expect(at.by("comments")).to_contain_text("“Give a goodwill credit” was done")
    run_of(part, CREDIT).get_by_role("button", name="Take it back").click()
    part.get_by_role("button", name="Yes, take it back").click()
    expect(run_of(part, CREDIT).get_by_text("Taken back", exact=True)).to_be_visible()
    at.picture(pictures / "doing-taken-back.png")
    assert at.faults_of("app") == []


def test_a_refund_waits_for_a_supervisor_and_the_agent_sees_what_came_of_it(
    seen: Stage, outside: Outside, pictures: Path
) -> None:
    at = seen
    part = handed_over(at, "Jenna Park", "I want to talk to a person about my order LK-10425")
    part.get_by_role("button", name=REFUND).click(timeout=PATIENCE)
    part.get_by_label("Reason").select_option("late")
    part.get_by_role("button", name="Show what changes").click()
    expect(part).to_contain_text("A supervisor has to agree in Slack before anything is done.")
    at.picture(pictures / "doing-refund.png")
    part.get_by_role("button", name="Ask for approval").click()
    expect(run_of(part, REFUND)).to_contain_text("Waits for approval")
    card = at.in_slack("care-approvals", "LK-10425")
    expect(card.first).to_contain_text("Asked for by maria.lopez@larkfield.example")
    at.picture(pictures / "doing-waits.png")
    card.get_by_role("button", name="Approve: do exactly this").click()
    expect(run_of(part, REFUND)).to_contain_text("Done and read back")
    expect(run_of(part, REFUND)).to_contain_text("approved by")
    order = outside.people("GET", "office/orders/LK-10425")["order"]
    assert order["refunded"] == order["paid"]
    at.picture(pictures / "doing-refund-done.png")
