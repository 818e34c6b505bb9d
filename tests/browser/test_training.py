"""An exercise of `handrail train` on the page, with the real sidebar; the coach looks, the page is not asked."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from apps.demo.launch import Demo
from apps.train.coach import Coach
from apps.train.command import coach_of
from apps.train.matters import exercise_of
from apps.train.results import read_results
from core.model.ids import ConversationId
from core.model.suite import KeptCase
from tests.browser.people import PATIENCE, Stage

LOOKS = 0.3  # seconds between two looks of the coach


# A matter as `handrail train keep` keeps it.
KEPT = KeptCase(
    name="ticket-4711",
    conversation_id=ConversationId("co_one"),
    case={},
    by="Aisha Rahman",
    at=datetime(2026, 11, 20, 9, tzinfo=UTC),
    training={
        "by": "Aisha Rahman",
        "at": "2026-11-20T09:00:00+00:00",
        "conversation": {
            "id": "ticket-4711",
            "subject": "Battery and range",
            "messages": [
                {"role": "customer", "text": "Hello, which battery does the leak sensor Larkfield Drop take?"},
                {"role": "agent", "text": "Which model is it, please?"},
                {"role": "customer", "text": "It is the Larkfield Drop. How long does its battery last?"},
            ],
        },
        "record": ["Device: Larkfield Drop, bought 2026-03-02"],
        "sent": "Hello [name],\n\nthe Larkfield Drop takes a CR123A battery. Obviously it lasts about nine years.",
        "owner": {"action": "suggest", "group": "Customer care"},
        "cites": [{"id": "gone", "title": "Your leak sensor's battery"}],
    },
)


@pytest.fixture
def coach(stack: Demo, tmp_path: Path) -> Iterator[Coach]:
    """At the demo that all these tests share; afterwards the exercises are gone."""
    yield from looking(coach_of(stack, tmp_path))


@pytest.fixture
def own(stack: Demo, tmp_path: Path) -> Iterator[Coach]:
    """With a promoted matter instead of the exercises that come along."""
    yield from looking(coach_of(stack, tmp_path, (exercise_of(KEPT),)))


def looking(found: Coach) -> Iterator[Coach]:
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOKS):
            found.turn()

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    yield found
    over.set()
    thread.join()
    found.leave()


@pytest.mark.usefixtures("axe")
def test_an_exercise_is_practised_and_judged_by_what_was_done(coach: Coach, at: Stage) -> None:
    at.by("training-source").click(timeout=PATIENCE)
    expect(at.by("story")).to_be_hidden()
    at.by("training-act").click()
    expect(at.by("training-act")).to_have_text("I am done")
    expect(at.by("sidebar")).to_have_attribute("data-state", "ready")
    expect(at.by("ticket-subject")).to_have_text("Battery of my leak sensor")
    assert at.faults_of() == []
    at.by("training-act").click()
    expect(at.by("training-word")).to_contain_text("Nothing was sent or passed on yet")

    expect(at.card("Draft reply")).to_contain_text("CR123A")
    at.insert.click()
    at.by("composer-status").select_option("solved")
    at.by("composer-submit").click()
    expect(at.card("Your reply")).to_be_visible()
    at.by("training-act").click()

    result = at.by("training-result")
    expect(result).to_be_visible()
    expect(at.by("training-result-sum")).to_contain_text("3 of 5")
    expect(result.locator(".missed")).to_have_count(2)
    expect(result.locator(".missed").last).to_contain_text("Left out what nobody asked")
    expect(at.by("training-result-good")).to_contain_text("CR123A")
    assert at.faults_of() == []
    at.by("training-result-close").click()
    expect(at.by("training-source")).to_contain_text("3/5")
    (kept,) = read_results(coach.folder)
    assert kept.missed == ("Opened the source of a sentence", "Left out what nobody asked")


def test_after_a_reply_the_agent_is_asked_once_whether_the_suggestions_help(coach: Coach, at: Stage) -> None:
    """Jonas has not been asked this week; the exercise is only what he does."""
    at.by("agent-select").select_option(label="Jonas Weber · Billing")
    at.by("training-source").click(timeout=PATIENCE)
    at.by("training-act").click()
    expect(at.by("sidebar")).to_have_attribute("data-state", "ready")
    expect(at.card("Draft reply")).to_contain_text("CR123A")
    question = at.card("Did the suggestions help you this week?")
    expect(question).to_have_count(0)
    at.insert.click()
    at.by("composer-submit").click()
    expect(question).to_be_visible()
    at.button("4").click()
    expect(at.app.get_by_text("Thank you.")).to_be_visible()
    expect(question).to_have_count(0)
    assert coach.sittings


@pytest.mark.usefixtures("axe")
def test_a_matter_of_the_companys_own_is_judged_part_by_part_beside_what_was_sent_then(
    own: Coach, at: Stage, pictures: Path
) -> None:
    at.by("training-ticket-4711").click(timeout=PATIENCE)
    expect(at.by("training-task")).to_contain_text("Your systems said then: Device: Larkfield Drop")
    expect(at.by("training-task")).to_contain_text("Answered in between: Which model is it, please?")
    at.by("training-act").click()
    expect(at.by("sidebar")).to_have_attribute("data-state", "ready")
    expect(at.card("Draft reply")).to_contain_text("CR123A")
    at.page.screenshot(path=pictures / "own-matter.png")
    at.insert.click()
    at.by("composer-submit").click()
    expect(at.card("Your reply")).to_be_visible()
    at.by("training-act").click()

    result = at.by("training-result")
    expect(result).to_be_visible()
    at.page.screenshot(path=pictures / "own-matter-result.png")
    checks, then = at.by("training-result-checks"), at.by("training-result-then")
    expect(checks.locator("li")).to_have_count(5)
    expect(checks.locator(".passed").first).to_contain_text("Grounded")
    expect(then.locator(".missed").first).to_contain_text("“Obviously it lasts about nine years.” has no source")
    expect(at.by("training-result-good-title")).to_have_text("What was sent then, by the same score")
    expect(at.by("training-result-good")).to_contain_text("Hello [name]")
    expect(at.by("training-result-fate")).to_contain_text("Then it went to an agent, with a draft (Customer care).")
    assert at.faults_of() == []
    (kept,) = read_results(own.folder)
    assert (kept.parts["grounded"], kept.then["grounded"]) == ("good", "faulty")
