"""An exercise of `handrail train` on the page, with the real sidebar; the coach looks, the page is not asked."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from apps.demo.launch import Demo
from apps.train.coach import Coach
from apps.train.command import coach_of
from apps.train.results import read_results
from tests.browser.people import PATIENCE, Stage

LOOKS = 0.3  # seconds between two looks of the coach


@pytest.fixture
def coach(stack: Demo, tmp_path: Path) -> Iterator[Coach]:
    """At the demo that all these tests share; afterwards the exercises are gone."""
    found = coach_of(stack, tmp_path)
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
