"""A caller who waits: for an answer, for a person, for the text message with a code."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.sql.store import SqlStore
from core.model.customer import Channel
from core.model.outbound import EffectState
from core.policy import Policy
from core.voice.arrival import Heard, Place
from core.voice.reception import Turned
from core.voice.script import Ask, Dial, Go
from tests.core import people
from tests.core.container import Container
from tests.core.samples import payload_of
from tests.core.voice.phone import CARE, SID, Phone, matter, policy, said


@pytest.fixture
def container(store: SqlStore) -> Container:
    return Container(store, policy())


def led_to(phone: Phone, turned: Turned, path: str) -> Place:
    """The place at which the call goes on, as its address tells it."""
    go = turned.script[-1]
    assert isinstance(go, Go)
    assert go.to.path == path
    told = dict(go.to.told)
    return replace(
        phone.place,
        turn=told["turn"],
        asked=told.get("asked", ""),
        tries=int(told.get("tries", "0")),
        since=datetime.fromtimestamp(float(told["since"]), UTC),
    )


def asked(turned: Turned) -> Ask:
    (ask,) = turned.script
    assert isinstance(ask, Ask)
    return ask


@pytest.mark.parametrize("question", ["matter", "link", "code"])
def test_after_any_question_a_slow_answer_is_a_word_after_eight_seconds_and_a_person_after_twenty(
    container: Container, question: str
) -> None:
    phone = Phone(container)
    phone.calls()
    here = replace(phone.place, asked=question, tries=1)
    turned = phone.desk.hear(here, Heard(words="What became of it?"))  # and no worker comes to it
    container.wait(seconds=9)
    filled = phone.desk.waiting(led_to(phone, turned, "wait"))
    assert "One moment please" in said(filled)
    container.wait(seconds=12)
    gone = phone._done(phone.desk.waiting(led_to(phone, filled, "wait")))
    assert "putting you through" in said(gone)
    assert matter(container).owner.is_human


def is_put_through(container: Container) -> bool:
    """Whether a caller whose question goes to a person gets one while they wait."""
    phone = Phone(container)
    phone.calls()
    turned = phone.says("I want to speak to a person about my refund")
    assert phone.heard() == []
    assert matter(container).owner.is_human
    container.wait(seconds=2)
    through = phone.desk.waiting(led_to(phone, turned, "wait"))
    ringing = phone._done(phone.desk.through(led_to(phone, through, "through")))
    return any(isinstance(verb, Dial) and verb.number == CARE for verb in ringing.script)


def in_shadow() -> Policy:
    known = policy()
    return replace(known, shadow=replace(known.shadow, channels=frozenset({Channel.VOICE})))


def unannounced() -> Policy:
    known = policy()
    return replace(known, standing=known.standing - {"handoff_notice"})


@pytest.mark.parametrize("rules", [in_shadow(), unannounced()], ids=["shadow", "no standing notice"])
def test_a_handoff_of_which_nothing_is_said_is_put_through(store: SqlStore, rules: Policy) -> None:
    container = Container(store, rules)
    assert is_put_through(container)
    with container.store.read() as unit:
        rows = unit.outbox.of_conversation(matter(container).id)
    assert not [row for row in rows if row.effect.target == SID and row.state is EffectState.SENT]


def test_a_handoff_without_a_word_says_nothing_else_either(store: SqlStore) -> None:
    container = Container(store, in_shadow())
    Phone(container).says("I want to speak to a person about my refund")
    with container.store.read() as unit:
        rows = unit.outbox.of_conversation(matter(container).id)
    assert [payload_of(row.effect).body for row in rows if row.effect.target == SID] == []


def test_whoever_is_with_a_person_already_waits_for_their_ticket_even_where_workers_are_slow(
    container: Container,
) -> None:
    phone = Phone(container)
    container.text("I want a person for my refund")  # decided, and the ticket has not left yet
    early = phone.desk.through(led_to(phone, phone.calls_unheard(), "through"))
    assert not any(isinstance(verb, Dial) for verb in early.script)


def test_the_link_is_texted_to_who_had_to_be_asked_twice(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    phone.says("How do I reset it with the button?")
    told = container.messenger.sent[-1].effect_id
    phone.says("", turn=told, asked="link")
    sent = phone.presses("1", turn=f"{told}.1", tries=1)
    assert "I have sent you the link" in said(sent)
    assert container.messenger.sent_to(people.EMMA_PHONE) == ["https://help.larkfield.example/reset"]


def test_who_waits_for_the_code_may_be_silent_and_still_key_in_the_whole_of_it(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    again = asked(phone.says("", turn="fx_1", asked="code"))
    assert "did not catch that" in again.lines[0].text
    assert again.digits == 6
    assert again.patience >= 15
    assert ("asked", "code") in again.then.told


def test_one_key_of_a_code_is_no_wish_for_another_language(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    assert "did not catch that" in said(phone.presses("2", turn="fx_1", asked="code"))


def test_zero_is_a_person_while_a_code_is_waited_for(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    phone.presses("0", asked="code")
    assert matter(container).owner.is_human
