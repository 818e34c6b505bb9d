"""Every button around the draft, clicked once by Maria beside a real ticket."""

import re
from pathlib import Path

from playwright.sync_api import expect

from apps.demo.outside import Outside, wait_for
from tests.browser.people import PATIENCE, Stage

JENNA = "jenna.park@example.com"


def test_what_colleagues_said_and_what_has_to_be_said_goes_into_the_reply(
    at: Stage, outside: Outside, axe: None, pictures: Path
) -> None:
    at.open_ticket(outside.email("katrin@example.com", "Cancel Plus", "How do I cancel my Plus subscription?"))
    said = at.card("To be said here")
    expect(said).to_contain_text("1 still to say")
    at.button("More wordings: 1").click()
    said.get_by_role("button", name="Insert: Before somebody leaves").click()
    expect(at.reply).to_have_value(re.compile("I am sorry to see you go"))
    at.reply.fill("")

    at.button("Solved before").click()
    before = at.card("Solved before")
    before.get_by_role("button", name="Insert the answer").first.click(timeout=PATIENCE)
    warning = at.app.get_by_role("alertdialog", name="Internal text")
    expect(warning.get_by_role("button", name="Do not insert")).to_be_focused()
    at.picture(pictures / "similar-warned.png")
    assert at.faults_of("app") == []
    at.page.keyboard.press("Escape")
    expect(warning).to_have_count(0)
    before.get_by_role("button", name="Insert the answer").first.click()
    warning.get_by_role("button", name="Insert anyway").click()
    before.get_by_role("button", name=re.compile("^Insert: ")).first.click()
    expect(at.reply).to_have_value(re.compile(r"\[name\]"))
    at.reply.fill("")

    before.get_by_role("button", name=re.compile("^Open ticket ")).first.click()
    expect(at.by("ticket-status").locator(".badge-solved, .badge-closed")).to_be_visible()


def test_a_macro_comes_with_the_customers_name(at: Stage, outside: Outside, pictures: Path) -> None:
    at.open_ticket(
        outside.email(JENNA, "My parcel is late", "Where is my order? The parcel should have come on Monday.")
    )
    at.button("Macros that fit").click(timeout=PATIENCE)
    macros = at.card("Macros that fit")
    macro = macros.get_by_role("button", name=re.compile("^Insert: ")).first
    expect(macro).to_be_visible()
    at.picture(pictures / "macros.png")
    macro.click()
    expect(at.reply).to_have_value(re.compile("^Hello Jenna,"))


def test_an_article_is_found_and_what_is_for_staff_needs_a_second_word(
    at: Stage, outside: Outside, axe: None, pictures: Path
) -> None:
    at.open_ticket(outside.email("daniel.foster@example.com", "Hello", "Do you sponsor local football clubs?"))
    search = at.card("Search the articles")
    search.get_by_label("Words to look for").fill("refund limits for agents")
    search.get_by_role("button", name="Search").click(timeout=PATIENCE)
    expect(search.get_by_role("status").first).to_contain_text("found")
    internal = search.get_by_role("listitem").filter(has_text="Internal: not for customers").first
    internal.get_by_role("button", name="Insert passage").click()
    warning = at.app.get_by_role("alertdialog")
    expect(warning).to_contain_text("is for staff only")
    at.picture(pictures / "search-warned.png")
    assert at.faults_of("app") == []
    warning.get_by_role("button", name="Do not insert").click()
    expect(at.reply).to_have_value("")
    internal.get_by_role("button", name="Insert passage").click()
    warning.get_by_role("button", name="Insert anyway").click()
    expect(at.reply).not_to_have_value("")
    at.reply.fill("")

    search.get_by_label("Which articles").select_option(label="For customers")
    expect(search.get_by_text("Internal: not for customers")).to_have_count(0)
    public = search.get_by_role("listitem").first
    public.get_by_role("button", name="Insert link").click()
    expect(at.reply).to_have_value(re.compile(r": https?://"))
    public.get_by_role("button", name="Copy").click()
    expect(public.get_by_role("button", name="Copied")).to_be_visible()


def test_the_reasons_are_read_the_matter_is_corrected_and_the_story_is_filtered(
    at: Stage, outside: Outside, axe: None, pictures: Path
) -> None:
    grace = "grace@brackenhill.example"
    first = outside.email(grace, "Doorbell", "How do I charge the battery of my Larkfield Door?")
    at.open_ticket(first)
    expect(at.card("What they need")).to_be_visible()
    ticket = outside.email(grace, "Visit", "Hello, how do I cancel my Plus subscription? " * 4)
    at.open_ticket(ticket)
    need = at.card("What they need")
    expect(need).to_be_visible()
    need.get_by_role("button", name="What they need").click()
    at.button("Not this?").click()
    need.get_by_label("What the customer wanted").select_option(label="Device set-up")
    need.get_by_role("button", name="Correct").click()
    # Read again at once: the draft that follows is for what the agent said.
    expect(need).to_contain_text("Device set-up")

    story = at.card("Conversation")
    story.locator(".fold-button").click()
    expect(story).to_contain_text("Doorbell")
    story.get_by_role("button", name="Messages: 1").first.click()
    expect(story).to_contain_text("How do I charge the battery")
    story.get_by_label("Show").select_option(label="This ticket only")
    expect(story).not_to_contain_text("Doorbell")
    story.get_by_role("button", name="more", exact=True).first.click()

    at.button("Why this?").click()
    why = at.card("Why this?")
    expect(why.get_by_role("heading", name="The rule of the policy")).to_be_visible()
    for part in ("What was read", "What was found in the articles", "Model", "Model cost"):
        expect(why.get_by_text(part, exact=True).first).to_be_visible()
    at.picture(pictures / "why.png")
    assert at.faults_of("app") == []


def test_the_conversation_changes_hands_and_comes_back(at: Stage, outside: Outside, axe: None, pictures: Path) -> None:
    ticket = outside.email("ethan.brooks@example.com", "Sign in", "Hello, how do I reset my password?")
    at.open_ticket(ticket)
    expect(at.card("What they need")).to_be_visible()
    at.button("Escalate").click()
    escalate = at.card("Escalate")
    escalate.get_by_label("Group").select_option(label="Technical support")
    escalate.get_by_label("Note for them (optional)").fill("The reset mail does not arrive.")
    at.picture(pictures / "escalate.png")
    assert at.faults_of("app") == []
    escalate.get_by_role("button", name="Escalate").click()
    expect(at.app.get_by_text("Passed on to Technical support.")).to_be_visible()
    wait_for("the group", lambda: outside.group(outside.ticket(ticket)["group_id"]) == "Technical support")
    expect(at.by("comment").filter(has_text="The reset mail does not arrive.")).to_have_count(1)

    at.button("Hand back to assistant").click()
    back = at.card("Hand back to assistant")
    back.get_by_text("Say this, then go on").click()
    back.get_by_label("Your words to the customer").fill("The link in the mail holds for one hour.")
    at.picture(pictures / "hand-back.png")
    back.get_by_role("button", name="Send and hand back").click()
    sent = "Sent in your name. The assistant has the conversation again."
    expect(at.app.get_by_text(sent)).to_be_visible()
    said = at.by("comment").filter(has_text="The link in the mail holds for one hour.")
    expect(said).to_contain_text("Maria Lopez")
    expect(at.app.locator("header")).to_contain_text("Assistant")


def test_an_offer_that_the_rules_allow_goes_into_the_reply_and_is_noted(
    at: Stage, outside: Outside, pictures: Path
) -> None:
    at.open_ticket(
        outside.email("chloe.bennett@example.com", "Broken", "My Larkfield Door is broken. Can I get a new one?")
    )
    ways = at.card("Ways out")
    expect(ways).to_be_visible()
    more = ways.get_by_role("button", name=re.compile(r"^Show \d+ that are not open$"))
    more.click()
    expect(ways.locator(".offer-closed").first).to_contain_text("Not open: ")
    at.picture(pictures / "ways-out.png")
    ways.get_by_role("button", name="Insert", exact=True).first.click()
    expect(ways).to_contain_text("It is in your reply, and your choice was noted. Nothing was paid or booked.")
    expect(at.reply).not_to_have_value("")
