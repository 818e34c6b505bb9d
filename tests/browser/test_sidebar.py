"""The app beside the ticket, for those who use no mouse, who work in the dark, and who do not see it."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from apps.demo.outside import Outside
from tests.browser.people import Stage

MOST_STEPS = 40


@pytest.fixture
def beside(at: Stage, outside: Outside) -> Stage:
    """A ticket with a cited draft, opened by Maria. Somebody new each time: who asks the same again gets a person."""
    words = "Hello, how do I cancel my Plus subscription? Thanks, Chloe"
    ticket = outside.email(f"chloe.{uuid4().hex[:8]}@example.com", "Cancel Plus", words, "Chloe Bennett")
    at.open_ticket(ticket)
    expect(at.insert).to_be_visible()
    return at


def test_the_draft_is_inserted_with_the_keyboard_alone(beside: Stage) -> None:
    page = beside.page
    beside.by("sidebar-reload").focus()
    insert = beside.insert
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if insert.evaluate("button => button === document.activeElement"):
            break
    else:
        pytest.fail(f"Insert is not reached in {MOST_STEPS} steps of Tab")
    page.keyboard.press("Enter")
    expect(beside.reply).to_have_value(re.compile("^Hello Chloe,"))
    expect(beside.card("Draft reply")).to_contain_text("The draft is in your reply.")


def test_a_sentence_that_has_the_focus_marks_its_source(beside: Stage) -> None:
    sentence = beside.card("Draft reply").locator(".cited").first
    sentence.focus()
    marked = beside.card("Sources").locator("mark.mark-active")
    expect(marked).to_have_count(1)
    assert (marked.text_content() or "") in (sentence.text_content() or "")


def test_the_app_follows_the_helpdesk_into_the_dark(beside: Stage, axe: None) -> None:
    ground = beside.app.locator("body")
    expect(ground).to_have_css("background-color", re.compile(r"rgb\(2\d\d, 2\d\d, 2\d\d\)"))
    beside.by("sidebar-scheme").click()
    expect(ground).to_have_css("background-color", re.compile(r"rgb\(\d{1,2}, \d{1,2}, \d{1,2}\)"))
    assert beside.faults_of("app") == []


def test_the_app_can_be_used_without_seeing_it(beside: Stage, axe: None) -> None:
    assert beside.faults_of("app") == []
    beside.button("Escalate").click()
    beside.button("Why this?").click()
    expect(beside.app.get_by_label("Group")).to_be_visible()
    assert beside.faults_of("app") == []


def test_nothing_of_the_app_is_wider_than_its_place(beside: Stage) -> None:
    width = beside.app.locator("html").evaluate("html => [html.scrollWidth, html.clientWidth]")
    assert width[0] <= width[1]
