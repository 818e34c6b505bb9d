from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.context.ownership import (
    give_back,
    hold,
    last_word,
    mark_solved,
    returns,
    still_true,
    take_by_agent,
    team,
    wants_closing,
    wants_follow_up,
)
from core.model.conversation import ASSISTANT, NOBODY, Message, Owner, Role
from tests.core import samples
from tests.core.people import MINUTE, NOW
from tests.core.samples import MARIA, TEAM, conversation, decision

DAY = timedelta(days=1)


def said(role: Role, at: datetime = NOW, **changes: Any) -> Message:
    return samples.message(1, role=role, at=at, **changes)


def test_a_person_who_writes_has_it_from_then_on_and_the_team_it_came_from_is_kept() -> None:
    one = take_by_agent(conversation(owner=TEAM), "Maria Lopez", NOW)
    assert (one.owner, one.owner_since, one.owner_group) == (MARIA, NOW, "Customer care")
    assert take_by_agent(one, "Maria Lopez", NOW + DAY) == one
    other = take_by_agent(one, "Jonas Weber", NOW + DAY)
    assert (other.owner.name, other.owner_since, other.owner_group) == ("Jonas Weber", NOW + DAY, "Customer care")


@pytest.mark.parametrize("owner", [NOBODY, ASSISTANT, TEAM, MARIA])
@pytest.mark.parametrize("to", [ASSISTANT, team("Billing")])
def test_there_is_one_owner_and_none_of_the_former_ones_traces(owner: Owner, to: Owner) -> None:
    one = hold(conversation(owner=owner, owner_group="Customer care", owner_since=NOW), to, NOW + DAY)
    assert one.owner == to
    if to != owner:
        assert (one.owner_since, one.owner_group) == (NOW + DAY, "")


def test_given_back_means_that_the_assistant_has_it() -> None:
    assert give_back(conversation(owner=MARIA), NOW).owner == ASSISTANT


def test_what_was_decided_before_the_matter_was_solved_is_not_gone_on_with() -> None:
    old, new = decision(at=NOW), decision(at=NOW + 2 * MINUTE)
    closed = mark_solved(conversation(), NOW + MINUTE)
    assert not closed.open
    assert still_true(closed, old) is None
    assert still_true(closed, decision(at=NOW + MINUTE)) is None
    assert still_true(closed, new) == new
    assert still_true(conversation(), old) == old
    assert still_true(closed, None) is None


def test_notes_and_the_systems_lines_are_nobodys_word() -> None:
    spoken = said(Role.CUSTOMER)
    note = samples.message(2, role=Role.AGENT, public=False)
    assert last_word((spoken, note, samples.message(3, role=Role.SYSTEM))) == spoken
    assert last_word((note,)) is None


@pytest.mark.parametrize(
    ("changes", "role", "ago", "due"),
    [
        ({}, Role.AGENT, DAY, True),
        ({}, Role.AGENT, DAY - MINUTE, False),
        ({}, Role.CUSTOMER, 9 * DAY, False),  # the customer waits for the agent
        ({}, Role.ASSISTANT, 9 * DAY, False),
        ({"owner": TEAM}, Role.AGENT, 9 * DAY, False),  # a team was asked and has said nothing yet
        ({"owner": ASSISTANT}, Role.AGENT, 9 * DAY, False),
        ({"open": False}, Role.AGENT, 9 * DAY, False),
    ],
)
def test_an_agent_keeps_it_until_it_was_quiet_for_as_long_as_the_policy_says(
    changes: dict[str, Any], role: Role, ago: timedelta, due: bool
) -> None:
    one = conversation(**{"owner": MARIA, **changes})
    assert returns(one, said(role), DAY, NOW + ago) is due


@pytest.mark.parametrize(
    ("changes", "role", "ago", "due"),
    [
        ({}, Role.ASSISTANT, DAY, True),
        ({}, Role.ASSISTANT, DAY - MINUTE, False),
        ({}, Role.CUSTOMER, 9 * DAY, False),
        ({"followed_up_at": NOW}, Role.ASSISTANT, 9 * DAY, False),
        ({"followed_up_at": NOW - MINUTE}, Role.ASSISTANT, DAY, True),
        ({"owner": MARIA}, Role.ASSISTANT, 9 * DAY, False),
        ({"owner": TEAM}, Role.ASSISTANT, 9 * DAY, False),
        ({"open": False}, Role.ASSISTANT, 9 * DAY, False),
    ],
)
def test_one_asks_once_after_each_answer_of_ours_and_never_where_a_person_has_it(
    changes: dict[str, Any], role: Role, ago: timedelta, due: bool
) -> None:
    one = conversation(**{"owner": ASSISTANT, **changes})
    assert wants_follow_up(one, said(role), DAY, NOW + ago) is due


def test_it_is_closed_after_the_question_or_after_the_answer_where_none_is_asked() -> None:
    one, answer = conversation(owner=ASSISTANT), said(Role.ASSISTANT)
    assert wants_closing(one, answer, DAY, NOW + DAY, asks=False)
    assert not wants_closing(one, answer, DAY, NOW + 9 * DAY, asks=True)
    asked, question = replace(one, followed_up_at=NOW + DAY), said(Role.ASSISTANT, NOW + DAY)
    assert not wants_closing(asked, answer, DAY, NOW + 9 * DAY, asks=True)  # the question never reached anybody
    assert not wants_closing(asked, question, DAY, NOW + 2 * DAY - MINUTE, asks=True)
    assert wants_closing(asked, question, DAY, NOW + 2 * DAY, asks=True)
    assert not wants_closing(asked, said(Role.CUSTOMER, NOW + DAY), DAY, NOW + 9 * DAY, asks=True)
    assert not wants_closing(replace(asked, owner=MARIA), question, DAY, NOW + 9 * DAY, asks=True)


def test_after_thanks_the_last_word_is_the_one_before() -> None:
    answer, thanks = said(Role.ASSISTANT), samples.message(2, text="Thanks!")
    assert last_word((answer, thanks), {thanks.id}) == answer
    assert last_word((thanks,), {thanks.id}) is None
