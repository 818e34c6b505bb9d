"""Every button of a draft, clicked once by Maria beside a real ticket; what it did is looked for at the vendors."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, expect

from apps.demo.outside import Outside
from tests.browser.people import Stage

MAIL = "Hello, how do I cancel my Plus subscription? Is a yearly one refunded? Thanks, Marcus"
NOTE = "I have looked into your account myself."


@pytest.fixture
def ticket(outside: Outside) -> str:
    """Of somebody new each time: who asks the same again gets a person."""
    return outside.email(f"marcus.{uuid4().hex[:8]}@example.com", "Cancel Plus", MAIL, "Marcus Hill")


@pytest.fixture
def beside(at: Stage, ticket: str) -> Stage:
    """A ticket with a cited draft, opened by Maria."""
    at.open_ticket(ticket)
    expect(at.insert).to_be_visible()
    return at


def rated(what: Locator) -> Locator:
    return what.get_by_role("status").filter(has_text="Noted, thank you")


def test_a_draft_is_checked_at_its_source_judged_and_sent_with_the_agents_own_words(
    beside: Stage, axe: None, pictures: Path
) -> None:
    draft, sources = beside.card("Draft reply"), beside.card("Sources")
    beside.button("Add a personal note").click()
    beside.app.get_by_label("Your personal note, after the greeting").fill(NOTE)

    sentence = draft.locator(".cited").nth(1)
    left_out = (sentence.text_content() or "").rstrip("0123456789")
    sentence.click()
    article = sources.get_by_role("group", name=re.compile("around the quote$"))
    expect(article.locator("mark")).to_have_text(left_out)
    assert len(article.text_content() or "") > 2 * len(left_out)
    judged = draft.get_by_role("group", name=re.compile(r"^Sentence \d"))
    judged.get_by_role("button", name="Not good").click()
    judged.get_by_role("button", name="Not this customer’s case").click()
    judged.get_by_label("In your words (optional)").fill("He pays by the month.")
    beside.picture(pictures / "draft-sentence-judged.png")
    assert beside.faults_of("app") == []
    judged.get_by_role("button", name="Send").click()
    expect(rated(judged)).to_be_visible()
    beside.button("Leave it out").click()
    expect(sentence).to_have_class(re.compile("left-out"))
    beside.button("Close the article").click()
    expect(article).to_have_count(0)

    sentence.click()
    whole = draft.get_by_role("group", name="Rate this draft")
    whole.get_by_role("button", name="Not good").click()
    whole.get_by_label("What is meant").select_option(index=-1 + whole.get_by_role("option").count())
    whole.get_by_role("button", name="Out of date").click()
    whole.get_by_role("button", name="Send").click()
    expect(rated(whole)).to_be_visible()
    whole.get_by_role("button", name="Good", exact=True).click()
    expect(whole.get_by_role("button", name="Good", exact=True)).to_have_attribute("aria-pressed", "true")

    beside.insert.click()
    expect(beside.reply).to_have_value(re.compile(f"^Hello Marcus,\n\n{NOTE}\n\n"))
    assert left_out not in beside.reply.input_value()
    expect(draft).to_contain_text("The draft is in your reply.")
    beside.picture(pictures / "draft-inserted.png")
    beside.by("composer-submit").click()
    sent = beside.card("Your reply")
    expect(sent).to_contain_text("Sent exactly as you inserted it.")
    expect(sent).to_contain_text("With your personal note.")
    expect(beside.by("comment").last).to_contain_text(NOTE)


def test_an_edited_draft_is_checked_and_goes_in_as_edited(beside: Stage, pictures: Path) -> None:
    beside.button("Edit").click()
    version = beside.app.get_by_label("Your version of the draft")
    drafted = version.input_value()
    expect(beside.button("Check")).to_be_visible()
    expect(beside.app.get_by_role("button", name="Shorter")).to_have_count(1)
    expect(beside.app.get_by_role("button", name="Friendlier")).to_have_count(0)  # there is no language model here
    version.fill(drafted + "\n\nYour money-back guarantee holds for ever.")
    beside.button("Check").click()
    found = beside.card("Draft reply").locator(".finding", has_text="money-back guarantee")
    expect(found.first).to_be_visible()
    beside.picture(pictures / "draft-edited.png")
    mine = drafted.replace("Hello Marcus,", "Dear Marcus,")
    version.fill(mine)
    beside.button("Insert my version").click()
    expect(beside.reply).to_have_value(mine)
    beside.button("Insert again").click()
    expect(beside.reply).to_have_value(re.compile("Hello Marcus,"))


def test_only_what_the_supervisor_has_read_is_inserted_and_nothing_is_sent_by_their_yes(
    beside: Stage, ticket: str, outside: Outside, axe: None, pictures: Path
) -> None:
    approval = beside.card("Approval")
    beside.button("Ask for approval").click()
    expect(approval).to_contain_text("Asked in #care-approvals")
    words = approval.locator(".request-text").text_content() or ""
    assert words.startswith("Hello Marcus,")
    beside.picture(pictures / "approval-asked.png")
    assert beside.faults_of("app") == []
    card = beside.in_slack("care-approvals", "May Maria Lopez send this to Marcus Hill?").last
    card.get_by_role("button", name="Approve these words").click()
    expect(approval).to_contain_text("Priya Nair has approved these words.")
    beside.picture(pictures / "approval-given.png")
    expect(beside.reply).to_have_value("")
    assert len(outside.comments(ticket, public=True)) == 1
    beside.button("Insert as approved").click()
    expect(beside.reply).to_have_value(words)
    expect(approval).to_contain_text("In your reply as Priya Nair approved it.")
    expect(beside.button("Insert as approved")).to_have_count(0)
    beside.button("Hide this").click()
    expect(approval).to_have_count(0)


def test_a_no_from_the_supervisor_comes_with_its_reason_and_a_question_can_be_taken_back(
    beside: Stage, pictures: Path
) -> None:
    approval = beside.card("Approval")
    beside.button("Ask for approval").click()
    beside.button("Withdraw").click()
    expect(approval).to_have_count(0)
    beside.reply.fill("Hello Marcus, it is free of charge until Sunday.")
    beside.button("Help with what I have typed").click()
    beside.card("Your text").get_by_role("button", name="Ask for approval").click()
    card = beside.in_slack("care-approvals", "it is free of charge until Sunday").last
    card.get_by_role("textbox").fill("Sunday is not agreed with anybody.")
    card.get_by_role("button", name="Reject").click()
    expect(approval).to_contain_text("Priya Nair has rejected these words.")
    expect(approval).to_contain_text("Sunday is not agreed with anybody.")
    beside.picture(pictures / "approval-rejected.png")
    beside.button("Change and ask again").click()
    other = beside.app.get_by_label("Your version of the draft")
    expect(other).to_have_value("Hello Marcus, it is free of charge until Sunday.")
    other.fill("Hello Marcus, I will ask and write again.")
    approval.get_by_role("button", name="Ask for approval").click()
    expect(approval).to_contain_text("Asked in #care-approvals")
    expect(approval).to_contain_text("I will ask and write again.")
