"""The team of `make demo` on the page: it answers, and what it changes alike is proposed in the navigation."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from apps.demo.command import look_for_lessons
from apps.demo.launch import Demo
from apps.demo.outside import Outside
from apps.demo.team import Team, read_team
from tests.browser.people import PATIENCE, Stage

LOOKS = 0.3  # seconds between two looks at what is wished
ANSWERED = 60_000  # ms for five customers


@pytest.fixture
def team(stack: Demo) -> Iterator[Team]:
    """Of its customers those who ask about a password, by strangers' addresses: enough for one proposal."""
    script = read_team()
    asking = [
        {**each, "from": f"{uuid4().hex[:8]}@example.com"}
        for each in script.customers
        if each.get("edits", [""])[0] == "link"
    ]
    made = Team(
        outside=Outside(environment=stack.environment),
        look=lambda: look_for_lessons(stack),
        script=replace(script, customers=asking),
    )
    over = threading.Event()

    def listen() -> None:
        while not over.wait(LOOKS):
            made.turn()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    yield made
    over.set()
    thread.join(timeout=PATIENCE / 1000)
    made.outside.people("DELETE", "team")


def test_what_the_team_changes_alike_is_proposed(at: Stage, team: Team) -> None:
    at.by("story-fill-g").click()
    expect(at.by("team-begin")).to_be_enabled()
    at.by("team-begin").click()
    expect(at.by("team-begin")).to_be_disabled()
    expect(at.by("team-word")).to_contain_text("5 of 5 are answered.", timeout=ANSWERED)
    expect(at.by("team-word")).to_contain_text("Proposals", timeout=ANSWERED)
    assert [each["did"] for each in team.answered] == ["changed the draft and sent it"] * 5
    proposed = at.by("team-proposed").get_by_role("listitem").filter(has_text="valid for 30 minutes and works once")
    expect(proposed).to_have_count(1)
    expect(proposed).to_contain_text("“Reset a forgotten password” should say")
    at.by("team-rows").get_by_role("button").first.click()
    expect(at.by("comment").last).to_contain_text("30 minutes")


def test_without_a_team_there_is_nothing_to_wish_for(at: Stage) -> None:
    at.by("dock-tab-team").click()
    expect(at.by("team-word")).to_contain_text("comes with “make demo”")
    expect(at.by("team-begin")).to_be_disabled()
