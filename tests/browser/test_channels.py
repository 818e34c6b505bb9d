"""The chat window, a telephone call and the customer's receipt, each played and looked at as its people would."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.people import AXE, PATIENCE, Stage

ASK = "How do I reset the password of my account?"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def chat(at: Stage, name: str) -> None:
    at.play(name)
    at.by("phone-tab-chat").click()
    expect(at.by("phone-chat")).to_be_visible()


def write(at: Stage, words: str) -> None:
    at.by("chat-body").fill(words)
    at.by("chat-send").click()


def faults(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['target']}" for fault in found]


def test_a_visitor_is_answered_in_the_chat_asks_for_a_person_and_finds_them_after_coming_back(
    at: Stage, complaints: list[str], pictures: Path, axe: None
) -> None:
    chat(at, "Mei Ling Tan")
    said = at.by("chat-message")
    write(at, ASK)
    answer = said.and_(at.page.locator("[data-by=assistant]"))
    expect(answer.first).to_contain_text("12 characters")
    expect(answer.first).to_contain_text("virtual assistant")
    expect(at.by("chat-with")).to_have_text("with the virtual assistant")
    agent = at.by("chat-choice").filter(has_text="Agent")
    expect(agent).to_be_visible()
    assert at.faults_of() == []
    agent.click()
    expect(answer.last).to_contain_text("takes over now")
    expect(at.by("chat-with")).to_have_text("with our team")
    expect(at.by("chat-choice")).to_have_count(0)
    at.by("ticket-list").locator("button", has_text="Visitor").first.click(timeout=PATIENCE)
    at.by("composer-body").fill("Hello, Maria here. I will look at it with you.")
    at.by("composer-submit").click()
    theirs = said.and_(at.page.locator("[data-by=agent]"))
    expect(theirs).to_contain_text("Maria here")

    at.page.reload()
    at.page.locator("body[data-ready=yes]").wait_for()
    expect(at.by("phone-tab-mail")).to_be_in_viewport(ratio=0.9)
    at.page.set_viewport_size({"width": 320, "height": 700})
    at.by("role-customer").click()
    chat(at, "Mei Ling Tan")
    expect(theirs).to_contain_text("Maria here")
    expect(at.by("chat-with")).to_have_text("with our team")
    expect(at.by("phone-tab-mail")).to_be_in_viewport(ratio=0.9)
    at.page.screenshot(path=pictures / "chat-narrow.png")
    assert at.page.evaluate(OVERFLOW) <= 0
    assert at.faults_of() == []
    assert complaints == []


def test_a_caller_presses_zero_and_the_agent_hears_why_before_they_take_the_call(
    at: Stage, complaints: list[str], pictures: Path, axe: None
) -> None:
    at.play("Seo Jin-woo")
    at.by("phone-tab-call").click()
    at.by("call-dial").click()
    spoken = at.by("call-spoken")
    expect(spoken).to_contain_text("virtual assistant of Larkfield Home")
    expect(at.by("call-words")).to_be_enabled()
    at.by("call-words").fill(ASK)
    at.by("call-say").click()
    expect(spoken).to_contain_text("choose Forgotten password")
    zero = at.by("call-keys").get_by_role("button", name="0", exact=True)
    expect(zero).to_be_enabled()
    zero.click()
    expect(spoken).to_contain_text("putting you through")
    expect(at.by("desk-phone")).to_be_visible()
    at.by("desk-phone-answer").click()
    expect(at.by("desk-phone-spoken")).to_contain_text("from Seo Jin-woo")
    expect(spoken).not_to_contain_text("Only the agent hears")
    at.by("desk-phone-take").click()
    expect(at.by("call-state")).to_have_text("Speaking with a person")
    at.by("ticket-list").locator("button", has_text="Seo Jin-woo").first.click(timeout=PATIENCE)
    live = at.card("Live call")
    expect(live).to_contain_text("With a person")
    expect(at.by("call-words")).to_be_enabled()
    at.by("call-words").fill("And how long does a refund take?")
    at.by("call-say").click()
    expect(live).to_contain_text("how long does a refund take")
    at.page.screenshot(path=pictures / "call-live.png")
    assert at.faults_of() == []
    at.by("call-end").click()
    expect(at.by("call-state")).to_have_text("The call is over")
    expect(at.by("comments")).to_contain_text("spoke with a person")
    assert complaints == []


def test_who_asks_why_reads_how_it_was_decided_and_has_a_person_look_at_it(
    at: Stage, pictures: Path, axe: None
) -> None:
    at.play("Ananya Iyer")
    at.text(ASK)
    expect(at.heard("12 characters")).to_have_count(1)
    at.text("Why?")
    link = at.heard("How this was decided").get_by_role("link")
    expect(link).to_be_visible()
    with at.page.context.expect_page() as opened:
        link.click()
    page = opened.value
    expect(page.get_by_role("heading", level=1)).to_have_text("How your message was answered")
    expect(page.locator("body")).to_contain_text("Reset a forgotten password")
    expect(page.locator("body")).not_to_contain_text("+919812345678")
    assert faults(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate(OVERFLOW) <= 0
    page.screenshot(path=pictures / "receipt-narrow.png", full_page=True)
    page.get_by_role("button", name="Ask for a person").click()
    expect(page.locator("body")).to_contain_text("A person will look at this")
    at.by("ticket-list").locator("button", has_text="Ananya Iyer").first.click(timeout=PATIENCE)
    expect(at.by("comments")).to_contain_text("asks a person to look at it again")
