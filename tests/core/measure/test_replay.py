"""A day of a real store, taken again."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from apps.slack.cards.renderer import SlackCards
from connectors.sql.store import SqlStore
from core.measure.replay import (
    NO_POLICY,
    NOT_STORED,
    NOT_THE_SAME,
    Comparison,
    Remembered,
    compare,
    last_decisions,
    unfaithfulness,
)
from core.model.conversation import OwnerKind
from core.model.decision import Action
from core.policy import Policy, read
from tests.core import rules
from tests.core.container import Container
from tests.core.day import RESET, answers, conversations, known, mails, texts

IN_FORCE = rules.policy()
ANNA_PHONE = "+447700900199"


def of(*policies: Policy) -> Callable[[str], Policy | None]:
    """The stored policies by version."""
    return {policy.version: policy for policy in (IN_FORCE, *policies)}.get


@pytest.fixture(scope="module")
def day(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """Mails and texts in several states: answered, handed over, owned by a person, given back, thanked for. No test
    changes it."""
    path = tmp_path_factory.mktemp("day") / "store.db"
    shutil.copy(migrated, path)
    container = Container(SqlStore(f"sqlite:///{path}", cards=SlackCards()))
    known(container)
    ticket = mails(container)
    texts(container, RESET)
    texts(container, "Thanks, that worked")
    answers(container, ticket, "Did it work?")
    texts(container, "Which button?")
    answers(container, ticket, "The round one.", status="solved")
    texts(container, "I think my card was stolen")
    texts(container, RESET, phone=ANNA_PHONE)
    texts(container, "I want a person", phone=ANNA_PHONE)
    texts(container, "And which button is it?", phone=ANNA_PHONE)
    yield container
    container.store.close()


def remembered(container: Container, conversations: int = 100) -> list[Remembered]:
    with container.store.read() as unit:
        return list(last_decisions(unit, conversations))


def compared(container: Container, new: Policy) -> Comparison:
    return compare(remembered(container), IN_FORCE, new, of())


def test_every_decision_comes_out_as_it_did_under_the_policy_that_took_it(day: Container) -> None:
    found = remembered(day)
    assert len(found) >= 8
    assert len({each.decision.disposition.rule for each in found}) >= 4
    assert [unfaithfulness(each, of()) for each in found] == [""] * len(found)


def test_what_needed_no_answer_then_is_not_answered_again(store: SqlStore) -> None:
    container = Container(store)
    known(container)
    texts(container, "I am out of office")
    texts(container, RESET)
    *_, last = remembered(container)
    assert last.case is not None
    assert [message.text for message in last.case.unanswered] == [RESET]
    assert unfaithfulness(last, of()) == ""


def test_it_is_the_owner_of_then_that_counts_not_the_one_of_now(day: Container) -> None:
    """Emma's conversation is with the specialists by now; her first texts were the assistant's to answer."""
    owner = conversations(day)[0].owner
    assert owner.kind is OwnerKind.TEAM
    emmas = [e for e in remembered(day) if e.decision.conversation_id == conversations(day)[0].id]
    owners = [each.case.conversation.owner for each in emmas if each.case]
    assert owners[0] != owner
    assert {o.kind for o in owners} >= {OwnerKind.AGENT, OwnerKind.ASSISTANT}


def test_words_that_came_later_are_not_seen(day: Container) -> None:
    for each in remembered(day):
        assert each.case is not None
        assert each.case.latest is not None
        assert each.case.latest.id == each.decision.message_id
        assert all(message.at <= each.decision.at for message in each.case.timeline)


def test_the_same_policy_flips_nothing(day: Container) -> None:
    found = compared(day, IN_FORCE)
    assert (found.flips, found.by_other_rule, found.unfaithful) == ([], 0, {})


def test_a_stricter_threshold_turns_automatic_answers_into_a_person(day: Container) -> None:
    automatic = [e for e in remembered(day) if e.decision.disposition.action is Action.AUTO_REPLY]
    assert automatic
    found = compared(day, rules.policy(confidence__automatic=0.95))
    assert found.kinds == {"automatic → person": len(automatic)}
    flip = found.flips[0]
    assert (flip.before.rule, flip.after.rule) == ("automatic_reply", "low_confidence")
    assert "0.95" in flip.after.reason


def test_another_team_for_a_trigger_is_a_flip_between_teams(day: Container) -> None:
    found = compared(day, rules.policy(triggers__fraud__group="Billing"))
    assert found.kinds == {"Specialists → Billing": 1}


def test_the_same_outcome_by_another_rule_is_no_flip(day: Container) -> None:
    """Whoever asks for a person gets one even without the trigger: no article answers that."""
    quiet = rules.policy_fields(triggers__human_request__alert=False)
    without = rules.policy_fields()
    del without["triggers"]["human_request"]
    found = compare(remembered(day), read(quiet), read(without), of())
    assert (found.flips, found.by_other_rule) == ([], 1)


def test_a_decision_that_does_not_come_out_the_same_is_counted_as_such_and_flips_nothing(day: Container) -> None:
    first, *others = remembered(day)
    odd = replace(first.decision, disposition=replace(first.decision.disposition, rule="something_else"))
    found = compare([replace(first, decision=odd), *others], IN_FORCE, IN_FORCE, of())
    assert found.unfaithful == {NOT_THE_SAME: 1}
    assert len(found.replayed) == len(others)


def test_a_decision_of_an_older_handrail_is_counted_as_such(day: Container) -> None:
    """It did not store who had the conversation; nobody guesses."""
    first, *others = remembered(day)
    found = compare([replace(first, case=None), *others], IN_FORCE, IN_FORCE, of())
    assert found.unfaithful == {NOT_STORED: 1}


def test_a_decision_under_a_policy_that_is_not_stored_is_counted_as_such(day: Container) -> None:
    found = compare(remembered(day), IN_FORCE, IN_FORCE, lambda _: None)
    assert found.replayed == []
    assert found.unfaithful == {NO_POLICY: len(remembered(day))}


def test_only_the_conversations_decided_about_last_are_looked_at(day: Container) -> None:
    (last,) = {each.decision.conversation_id for each in remembered(day, 1)}
    assert last == conversations(day, ANNA_PHONE)[0].id
    assert len({each.decision.conversation_id for each in remembered(day, 2)}) == 2


def test_a_decision_under_an_earlier_policy_is_checked_against_that_one(day: Container) -> None:
    """Taken under a stricter one: compared with it, it comes out; compared with today's it would not."""
    strict = rules.policy(confidence__automatic=0.95)
    answered = next(e for e in remembered(day) if e.decision.disposition.rule == "automatic_reply")
    claimed = replace(answered, decision=replace(answered.decision, policy_version=strict.version))
    assert unfaithfulness(claimed, of(strict)) == NOT_THE_SAME
    assert unfaithfulness(answered, of(strict)) == ""
