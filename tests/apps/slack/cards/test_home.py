from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.slack.cards.actions import LINK
from apps.slack.cards.home import CELLS, bar, closed_home, drawn_chart, home_view, spark
from core.model.campaign import CampaignState
from core.model.outreach import Pause
from core.ports.cards import Bar, Chart, Course, Found, Home, Queued
from core.ports.outreach import Progress
from tests.clock import NOW
from tests.core.campaigns import campaign, standing
from tests.core.outreach.slack_limits import view_complaints
from tests.core.people import customer

ODD = st.text(st.characters(codec="utf-8"), max_size=400)
LINKED = "https://larkfield.slack.com/archives/C1/p1"


def said(home: Home) -> str:
    return str(home_view(home))


def as_view(blocks: Any) -> dict[str, Any]:
    return {"type": "home", "blocks": blocks}


def queued(number: int = 0, state: CampaignState = CampaignState.PENDING, **changes: Any) -> Queued:
    made = standing(campaign(id=f"ap_{number}", counts={"arm": {"treated": 40}}, **changes), state)
    return Queued(standing=made, link=LINKED)


def test_an_empty_home_says_so() -> None:
    assert "Nothing waits for you." in said(Home(at=NOW))
    assert "Sending is on." in said(Home(at=NOW))
    assert view_complaints(as_view(home_view(Home(at=NOW)))) == []


def test_what_waits_can_be_opened_where_its_card_is() -> None:
    blocks = home_view(Home(at=NOW, asked=[queued()]))
    (button,) = [each["accessory"] for each in blocks if "accessory" in each]
    assert (button["action_id"], button["url"]) == (f"{LINK}:ap_0", LINKED)
    assert "Outage* to 40 people" in str(blocks)


def test_of_many_five_are_shown_and_the_others_counted() -> None:
    home = Home(at=NOW, asked=[queued(number) for number in range(9)])
    assert "To approve (9)" in said(home)
    assert "and 4 more" in said(home)
    assert view_complaints(as_view(home_view(home))) == []


def test_what_is_being_sent_shows_how_far_it_is() -> None:
    progress = Progress(recipients={"sent": 10, "planned": 30}, deliveries={"delivered": 8, "failed": 1})
    home = Home(at=NOW, running=[replace(queued(state=CampaignState.RUNNING), progress=progress)])
    assert "25 %" in said(home)
    assert "10 of 40 sent, 8 delivered, 1 failed" in said(home)


def test_a_pause_is_the_first_thing_that_is_seen() -> None:
    pause = Pause(by="priya@larkfield.example", why="wrong texts", at=NOW - timedelta(hours=1))
    first = home_view(Home(at=NOW, pause=pause))[0]["text"]["text"]
    assert "All sending is paused* by priya@larkfield.example" in first
    assert "wrong texts" in first


def test_nobody_else_sees_anything_of_it() -> None:
    assert len(closed_home()) == 2
    assert view_complaints(as_view(closed_home())) == []


@settings(deadline=None)
@given(
    why=ODD,
    sought=ODD,
    found=st.lists(st.text(min_size=1, max_size=400), max_size=15),
    names=st.lists(ODD, min_size=1, max_size=5),
    counts=st.lists(st.integers(0, 10**9), min_size=5, max_size=5),
)
def test_slack_takes_every_home(why: str, sought: str, found: list[str], names: list[str], counts: list[int]) -> None:
    home = Home(
        at=NOW,
        asked=[queued(number, why=why) for number in range(7)],
        running=[queued(9, CampaignState.PAUSED)],
        ended=[queued(10, CampaignState.STOPPED)],
        pause=Pause(by=why, why=why, at=NOW),
        charts=[
            Chart(title=name or "x", bars=[Bar(name=name, count=counts[place]) for place, name in enumerate(names)])
            for name in names
        ],
        courses=[Course(title="messages", days=counts)],
        told=[name for name in names if name],
        sought=sought,
        found=[Found(customer=replace(customer(), name=name)) for name in found],
    )
    assert view_complaints(as_view(home_view(home))) == []


@pytest.mark.parametrize(("count", "cells"), [(0, 0), (1, 1), (500, CELLS // 2), (1000, CELLS)])
def test_a_bar_is_as_long_as_its_share(count: int, cells: int) -> None:
    assert bar(count, 1000) == "█" * cells + "░" * (CELLS - cells)


def test_a_chart_stands_in_columns() -> None:
    drawn = drawn_chart(Chart(title="x", bars=[Bar(name="Long name", count=3), Bar(name="`s`", count=1)]))
    first, second = drawn.split("\n")
    assert len(first) == len(second)
    assert first.endswith("3   75 %")
    assert "`" not in drawn


def test_a_course_reaches_the_top_on_its_highest_day() -> None:
    assert spark([0, 5, 10]) == "▁▄█"
    assert spark([0, 0]) == "▁▁"
