"""An agent is told about their own words while they type them, and when the matter has ended."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.people import PATIENCE, Stage

TYPED = "Hello Deborah,\n\nWe guarantee that you can sign in again today. What is your order number?"


@pytest.mark.usefixtures("axe")
def test_a_promise_is_told_while_it_is_typed_and_again_when_it_was_sent(at: Stage, pictures: Path) -> None:
    at.play("Deborah Stone")
    told = "Hello, I have forgotten my password and cannot see my parcel LK-10442. How do I set a new one?"
    at.open_ticket(at.mail("Lost password", told))
    expect(at.card("Draft reply")).to_contain_text("password", timeout=PATIENCE)
    expect(at.card("While you write")).to_have_count(0)
    at.reply.fill(TYPED)
    card = at.card("While you write")
    expect(card).to_contain_text("Promises something: “We guarantee”.", timeout=PATIENCE)
    expect(card).to_contain_text("You ask for what the customer has told")
    assert at.faults_of("app") == []
    at.picture(pictures / "coaching-while-writing.png")
    at.by("composer-status").select_option("solved")
    at.by("composer-submit").click()
    expect(card).to_have_count(0)
    fold = at.app.get_by_role("button", name="How this went, for you")
    fold.click(timeout=PATIENCE)
    ended = at.card("How this went, for you")
    expect(ended).to_contain_text("Only you see this, and it is kept nowhere.")
    expect(ended).to_contain_text("Promises something: “We guarantee”.")
    at.picture(pictures / "coaching-afterwards.png")
