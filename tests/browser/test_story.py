"""The story, played on the page by four people, and looked at with their eyes."""

import re

from playwright.sync_api import expect

from apps.demo.outside import Outside
from tests.browser.people import PATIENCE, Stage


def test_an_email_becomes_a_cited_draft_that_maria_edits_and_sends(at: Stage) -> None:
    at.by("story-fill-a").click()
    at.open_ticket(at.send_mail())
    expect(at.card("What they need")).to_contain_text("Refund status")
    for signal in ("Refund status", "Normal", "English"):
        expect(at.card("What they need")).to_contain_text(signal)
    expect(at.card("Customer")).to_contain_text("Emma Clarke")
    expect(at.card("Conversation")).to_contain_text("I sent my Larkfield Door back last week")
    sentence = at.card("Draft reply").locator(".cited").first
    sentence.hover()
    lit = at.card("Sources").locator("mark.mark-active")
    expect(lit.first).to_be_visible()
    assert "".join(lit.all_text_contents()) == (sentence.text_content() or "").rstrip("0123456789")
    at.insert.click()
    expect(at.reply).to_have_value(re.compile("^Hello Emma,"))
    drafted = at.reply.input_value()
    at.reply.fill(drafted.replace("\n\n", "\n\nI have looked at your order myself. ", 1))
    at.by("composer-status").select_option("solved")
    at.by("composer-submit").click()
    expect(at.by("comment").last).to_contain_text("I have looked at your order myself.")
    expect(at.by("ticket-status").locator(".badge-solved")).to_be_visible()
    expect(at.card("Your reply")).to_contain_text("7 words differ from the draft")
    expect(at.by("mail-letter").first).to_contain_text("I have looked at your order myself.")


def test_the_same_person_by_text_is_known_and_answered_with_a_source(at: Stage) -> None:
    at.play("Deborah Stone")
    ticket = at.mail("Lost password", "Hello, I have forgotten my password. How do I set a new one?")
    at.open_ticket(ticket)
    expect(at.card("Draft reply")).to_contain_text("password")
    # Another question: who asks the same again gets a person.
    at.text("How long does a refund take if I paid by card?")
    answer = at.heard("virtual assistant")
    expect(answer).to_have_count(1)
    expect(answer).to_have_attribute("data-status", re.compile("delivered|read"))
    expect(answer).to_contain_text("Reply AGENT for a person.")
    with at.page.context.expect_page() as opened:
        answer.get_by_role("link").first.click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("How long does a refund take?")
    # The mail is another matter: it still waits, with its draft.
    expect(at.by("comment").first).to_contain_text("forgotten my password")
    expect(at.card("Draft reply")).to_contain_text("password")
    expect(at.by("comment").filter(has_text="wrote by SMS")).to_have_count(0)


def test_who_asks_for_a_person_gets_one_who_knows_everything(at: Stage) -> None:
    at.play("Grace Okonkwo")
    at.text("I want to talk to a person, this is ridiculous")
    expect(at.heard("takes over now")).to_have_count(1)
    # The newest stands first; other plays on this demo wrote in her name, too.
    at.by("ticket-list").locator("button", has_text="Grace Okonkwo").first.click(timeout=PATIENCE)
    card = at.card("Handoff")
    expect(card).to_contain_text("The customer asked for a person")
    expect(card).to_contain_text("I want to talk to a person, this is ridiculous")
    expect(at.app.locator("header")).to_contain_text("the assistant is silent")
    expect(at.by("comment").filter(has_text="Handed over to")).to_contain_text("Customer care")
    expect(at.in_slack("care-alerts", "Grace Okonkwo").last).to_contain_text("was handed to Customer care")
    told = at.page.locator('[data-testid="phone-message"][data-direction="outbound"]')
    before = told.count()
    at.text("Hello? Is anybody there?")
    expect(at.by("comment").last).to_contain_text("Is anybody there?")
    expect(told).to_have_count(before)


def test_a_question_that_no_article_covers_is_not_guessed_at(at: Stage) -> None:
    at.by("story-fill-d").click()
    at.by("phone-send").click()
    expect(at.heard("takes over now")).to_have_count(1)
    at.by("ticket-list").locator("button", has_text="Do you sponsor local football clubs").first.click(timeout=PATIENCE)
    expect(at.card("No draft this time")).to_contain_text("No article answers this.")
    expect(at.button("Insert")).to_have_count(0)
    at.button("Search the articles in other words").click()
    at.page.keyboard.type("pay by gift card")
    at.page.keyboard.press("Enter")
    expect(at.card("Search the articles").get_by_role("status").first).to_contain_text("found")


def test_a_forged_webhook_is_refused_in_plain_words(at: Stage, outside: Outside) -> None:
    outside.email("piotr.zielinski@example.com", "Delivery times", "Hello, how long does delivery to Poland take?")
    at.by("story-fill-f").click()
    at.by("delivery-row").first.get_by_role("button", name="Forge").click(timeout=PATIENCE)
    expect(at.by("toast")).to_have_text("Posted with a false signature. Handrail refused it (401).")
    expect(at.page.locator('[data-testid="delivery-row"][data-note="forged"]').first).to_contain_text("401")
