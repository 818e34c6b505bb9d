"""Something is really done, on the demo's page: cancelled, sent elsewhere, paid back once a supervisor agrees."""

from pathlib import Path

from playwright.sync_api import expect

from apps.demo.outside import Outside
from tests.browser.people import Stage


def hears(at: Stage, words: str) -> None:
    expect(at.heard(words).last).to_be_visible()


def stands(outside: Outside, order: str) -> dict[str, object]:
    found: dict[str, object] = outside.people("GET", f"office/orders/{order}")["order"]
    return found


def test_an_order_is_cancelled(at: Stage, outside: Outside, pictures: Path) -> None:
    at.play("Sanne de Boer")
    at.text("Please cancel my order LK-10466")
    hears(at, "Shall I cancel your order LK-10466?")
    at.text("yes")
    hears(at, "Your order LK-10466 is cancelled.")
    assert stands(outside, "LK-10466")["status"] == "cancelled"
    at.page.screenshot(path=pictures / "cancel-order.png")


def test_an_order_goes_elsewhere(at: Stage, outside: Outside, pictures: Path) -> None:
    at.play("Marcus Hill")
    at.text("Please change the delivery address of my order LK-10472")
    for asks, answer in (("street", "12 Harbor Lane"), ("town", "New York"), ("postcode", "10013")):
        hears(at, asks)
        at.text(answer)
    hears(at, "Shall I send your order LK-10472 to 12 Harbor Lane, 10013 New York instead?")
    at.text("yes")
    hears(at, "now goes to 12 Harbor Lane")
    assert "12 Harbor Lane" in str(stands(outside, "LK-10472")["address"])
    at.page.screenshot(path=pictures / "change-address.png")


def test_a_refund_waits_for_a_supervisor_and_is_told_once_it_is_paid(
    at: Stage, outside: Outside, pictures: Path
) -> None:
    at.play("Álvaro Prieto")
    at.text("My order LK-10398 arrived but the box was empty, the leak sensor is missing")
    hears(at, "Replacement or Refund?")
    at.text("Refund")
    hears(at, "Shall I pay back")
    at.text("yes")
    hears(at, "A colleague has to agree")
    card = at.in_slack("care-approvals", "LK-10398")
    at.page.screenshot(path=pictures / "refund-card.png")
    card.get_by_role("button", name="Approve: do exactly this").click()
    hears(at, "on their way to the card")
    assert stands(outside, "LK-10398")["refunded"] == 40.95
    at.page.screenshot(path=pictures / "refund.png")
