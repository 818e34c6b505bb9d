"""A call from the first ring to the note on the ticket: the real reception, loop, gate and store around fakes."""

from dataclasses import replace

import pytest

from connectors.sql.store import SqlStore
from core.model.call import Stage
from core.model.conversation import OwnerKind, Role
from core.model.customer import Customer, Identity, IdentityKind
from core.model.event import EventKind
from core.model.event_payloads import CallLink, LineSpoken
from core.model.outbound import OutboxRow
from core.policy import Group
from core.policy.hours import OpeningHours
from core.voice.arrival import Heard, call_changed
from core.voice.reception import Turned
from core.voice.script import Dial, Go, HangUp, Transcribe, Wait
from tests.core import people
from tests.core.container import Container
from tests.core.samples import payload_of
from tests.core.voice.phone import CARE, OWN, SID, Phone, policy, said, tags


@pytest.fixture
def container(store: SqlStore) -> Container:
    return Container(store, policy())


def test_a_caller_is_greeted_by_the_assistant_and_told_the_way_to_a_person(container: Container) -> None:
    greeted = said(Phone(container).calls())
    assert "virtual assistant of Larkfield" in greeted
    assert "press zero" in greeted
    assert "Für Deutsch drücken Sie die 2" in greeted


def test_a_question_is_answered_in_the_call_by_the_same_loop(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    waits = phone.says("How do I reset it with the button?")
    assert [type(verb) for verb in waits.script] == [Wait, Go]
    assert phone.heard() == ["Hold the button for ten seconds."]


def test_what_was_said_both_ways_is_on_the_timeline_of_the_callers_conversation(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    phone.says("How do I reset it with the button?")
    with container.store.read() as unit:
        call = unit.calls.get(SID)
        assert call is not None
        assert call.conversation_id is not None
        spoken = [(m.role, m.channel, m.address) for m in unit.conversations.messages(call.conversation_id)]
    assert spoken == [(Role.CUSTOMER, "voice", SID), (Role.ASSISTANT, "voice", SID)]


def test_zero_always_fetches_a_person_and_the_ticket_is_there_before_their_telephone_rings(
    container: Container,
) -> None:
    phone = Phone(container)
    phone.calls()
    phone.presses("0")
    with container.store.read() as unit:
        call = unit.calls.get(SID)
        assert call is not None
        assert call.conversation_id is not None
        conversation = unit.conversations.get(call.conversation_id)
    assert conversation is not None
    assert conversation.owner.kind is OwnerKind.TEAM
    assert conversation.ticket_id is not None
    (notice,) = phone.heard()
    assert notice.endswith("One moment, I am putting you through to a person.")  # and no word of when they reply
    ringing = phone._done(phone.desk.through(phone.place))
    dial = next(verb for verb in ringing.script if isinstance(verb, Dial))
    assert (dial.number, dial.caller_id) == (CARE, OWN)
    assert any(isinstance(verb, Transcribe) for verb in ringing.script)


def test_nobody_is_rung_while_the_ticket_is_not_there_yet(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    for event in phone.desk.hear(phone.place, Heard(digits="0")).events:
        container.happens(event)  # decided, but nothing has left yet
    early = phone.desk.through(replace(phone.place, since=container.clock()))
    assert [type(verb) for verb in early.script] == [Wait, Go]
    assert early.events == ()


def test_a_stolen_card_rings_the_specialists(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    phone.says("My card was stolen and somebody is using it")
    ringing = phone._done(phone.desk.through(phone.place))
    dial = next(verb for verb in ringing.script if isinstance(verb, Dial))
    assert dial.number == "+442079460199"


def test_the_agent_hears_the_card_and_one_key_connects_them(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    phone.says("I want to speak to a person about my refund")
    phone._done(phone.desk.through(phone.place))
    whisper = phone.desk.whisper(SID)
    heard = said(whisper)
    assert "Call for" in heard
    assert "Press one to take the call." in heard
    assert "ticket" in heard
    assert phone.desk.connect(phone.place, "2").script == (HangUp(),)
    taken = phone._done(phone.desk.connect(phone.place, "1"))
    assert taken.script == ()
    with container.store.read() as unit:
        call = unit.calls.get(SID)
    assert call is not None
    assert call.stage is Stage.PERSON


def test_who_cannot_be_put_through_is_promised_a_call_back_that_the_ticket_tells(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    phone.presses("0")
    phone._done(phone.desk.through(phone.place))
    sorry = phone._done(phone.desk.rung(phone.place, "no-answer"))
    assert "nobody is free" in said(sorry)
    assert "handrail_callback" in tags(container)
    ticket = next(iter(container.helpdesk.tickets.values()))
    assert any(f"Please call back {people.EMMA_PHONE}" in c.text for c in ticket.comments)


def test_three_times_nothing_understood_is_a_person(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    again = phone.says("", turn="g")
    assert "did not catch that" in said(again)
    phone.says("mumble", confidence=0.1, turn="g.1", tries=1)
    phone.says("", turn="g.1.2", tries=2)
    with container.store.read() as unit:
        call = unit.calls.get(SID)
        assert call is not None
        assert call.conversation_id is not None
        conversation = unit.conversations.get(call.conversation_id)
    assert conversation is not None
    assert conversation.owner.is_human


def test_the_same_words_delivered_twice_are_one_turn(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    for _ in range(2):
        phone.says("How do I reset it with the button?")
    assert len(phone.heard()) == 1


def test_another_language_is_spoken_from_then_on(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    german = phone.presses("2")
    assert "Wie kann ich helfen?" in said(german)
    assert "virtuelle Assistent" in said(Phone(container).says("Deutsch bitte", turn="x"))


def test_a_german_number_is_greeted_in_german(container: Container) -> None:
    assert "Guten Tag" in said(Phone(container, "+4915112345678").calls(country="DE"))


def test_a_known_caller_is_greeted_in_the_language_that_they_asked_for(container: Container) -> None:
    container.text("Please write to me in German")
    container.drain()
    assert "Darum kümmert sich" in said(Phone(container).calls(country="GB"))


def test_a_withheld_number_is_answered_too(container: Container) -> None:
    phone = Phone(container, "")
    phone.calls(country="")
    phone.says("How do I reset it with the button?")
    assert phone.heard() == ["Hold the button for ten seconds."]


def test_a_known_caller_is_asked_about_their_matter_and_nothing_of_the_account_is_said(container: Container) -> None:
    container.text("How do I reset it with the button?")
    container.drain()
    greeted = said(Phone(container).calls())
    assert "your last conversation with us, reset?" in greeted
    assert "Emma" not in greeted


def test_a_matter_that_needs_proof_is_not_named_to_whoever_calls_with_the_number(container: Container) -> None:
    rules = replace(container.policy.verification, intents=frozenset({"reset"}))
    container.text("How do I reset it with the button?")
    container.drain()
    container.policy = replace(container.policy, verification=rules)
    greeted = said(Phone(container).calls())
    assert "your last conversation with us" in greeted
    assert "reset" not in greeted.casefold()


def test_yes_to_the_matter_asks_what_they_want_to_know_and_is_no_turn(container: Container) -> None:
    container.text("How do I reset it with the button?")
    container.drain()
    phone = Phone(container)
    phone.calls()
    on = phone.says("Yes.", asked="matter")
    assert said(on) == "All right. What would you like to know?"
    assert on.events == ()


def test_who_is_with_a_person_already_is_put_through_at_once(container: Container) -> None:
    container.text("I want a person for my refund")
    container.drain()
    calling = Phone(container).calls()
    assert isinstance(calling.script[-1], Go)
    assert calling.script[-1].to.path == "through"


def test_after_eight_seconds_there_is_a_word_and_after_twenty_a_person(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    waiting = replace(phone.place, since=container.clock())
    container.wait(seconds=9)
    assert "One moment please" in said(phone.desk.waiting(waiting))
    container.wait(seconds=12)
    gone = phone._done(phone.desk.waiting(replace(waiting, tries=1)))
    assert "putting you through" in said(gone)
    with container.store.read() as unit:
        call = unit.calls.get(SID)
        assert call is not None
        assert call.conversation_id is not None
        conversation = unit.conversations.get(call.conversation_id)
    assert conversation is not None
    assert conversation.owner.is_human


def test_without_a_standing_approval_the_assistant_says_nothing_and_the_team_is_rung(store: SqlStore) -> None:
    container = Container(store, replace(policy(), standing=frozenset({"automatic_reply"})))
    turned = Phone(container).calls()
    assert [type(verb) for verb in turned.script] == [Dial]


def test_after_the_call_the_ticket_tells_what_it_was_about_and_how_it_ended(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    phone.says("I want to speak to a person about my refund")
    phone._done(phone.desk.through(phone.place))
    phone._done(phone.desk.connect(phone.place, "1"))
    container.wait(seconds=75)
    phone.hangs_up()
    ticket = next(iter(container.helpdesk.tickets.values()))
    note = ticket.comments[-1].text
    assert "spoke with a person" in note
    assert "Disposition:" in note
    assert "handrail_call" in tags(container)


def test_a_second_report_of_the_end_changes_nothing(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    phone.presses("0")
    phone.hangs_up()
    before = [len(t.comments) for t in container.helpdesk.tickets.values()]
    container.wait(minutes=1)
    phone.hangs_up()
    assert [len(t.comments) for t in container.helpdesk.tickets.values()] == before


def test_a_caller_who_hangs_up_while_waiting_for_a_person_is_to_be_called_back(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    phone.presses("0")
    phone.hangs_up()
    with container.store.read() as unit:
        call = unit.calls.get(SID)
    assert call is not None
    assert call.outcome == "abandoned"
    assert "handrail_callback" in tags(container)


def test_thanks_end_the_call_politely(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    phone.says("How do I reset it with the button?")
    container.wait(seconds=20)
    phone.says("thanks", turn="second")
    assert phone.heard()[-1] == "Thank you for calling. Goodbye."


def test_what_the_caller_says_next_is_another_turn_after_what_they_were_told(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    phone.says("How do I reset it with the button?")
    told = container.messenger.sent[-1].effect_id
    container.wait(seconds=10)
    phone.says("And where is the button?", turn=told)
    assert len(phone.heard()) == 2


def test_a_number_that_calls_proves_nobody(container: Container) -> None:
    container.text("How do I reset it with the button?")
    phone = Phone(container)
    phone.calls()
    phone.presses("0")
    assert "they are not verified" in said(phone.desk.whisper(SID))


def line(container: Container, key: str, role: Role, text: str) -> None:
    """Something is said while the caller speaks with a person."""
    container.wait(seconds=1)
    payload = LineSpoken(role=role, text=text, key=key)
    container.happens(container.event(EventKind.CALL_LINE, SID, f"line:{key}", payload=payload))
    container.drain()


@pytest.fixture
def spoken(container: Container) -> Container:
    """A caller who was put through and speaks with somebody."""
    phone = Phone(container)
    phone.calls()
    phone.presses("0")
    phone._done(phone.desk.through(phone.place))
    phone._done(phone.desk.connect(phone.place, "1"))
    return container


def test_what_both_say_is_on_the_timeline_and_the_assistant_keeps_silent(spoken: Container) -> None:
    before = len(spoken.messenger.sent)
    line(spoken, "1", Role.AGENT, "Hello, Maria here.")
    line(spoken, "2", Role.CUSTOMER, "How do I reset it with the button?")
    with spoken.store.read() as unit:
        call = unit.calls.get(SID)
        assert call is not None
        assert call.conversation_id is not None
        roles = [m.role for m in unit.conversations.messages(call.conversation_id)][-2:]
    assert roles == [Role.AGENT, Role.CUSTOMER]
    assert len(spoken.messenger.sent) == before


def test_grave_words_on_a_live_call_are_told_to_the_supervisors_once(spoken: Container) -> None:
    line(spoken, "1", Role.CUSTOMER, "My card was stolen")
    line(spoken, "2", Role.CUSTOMER, "I said it was stolen")
    alerts = [text for text in spoken.desk.posted_to(spoken.policy.alert_channel) if "On a live call" in text]
    assert len(alerts) == 1
    assert "My card was stolen" in alerts[0]


def test_an_utterance_that_is_told_twice_is_said_once(spoken: Container) -> None:
    for _ in range(2):
        line(spoken, "1", Role.CUSTOMER, "Hello?")
    with spoken.store.read() as unit:
        assert [each.text for each in unit.calls.lines(SID)] == ["Hello?"]


def test_the_call_is_closed_as_what_it_was_about_and_not_as_a_wish_for_a_person(spoken: Container) -> None:
    line(spoken, "1", Role.CUSTOMER, "I want a refund")
    phone = Phone(spoken)
    phone.hangs_up()
    note = next(iter(spoken.helpdesk.tickets.values())).comments[-1].text
    assert "Disposition: billing." in note
    assert note.count("I want a refund") == 1
    assert "call_billing" in tags(spoken)


def test_after_hours_nobody_is_rung_and_nothing_is_promised_that_nobody_keeps(store: SqlStore) -> None:
    known = policy()
    never = OpeningHours(zone="UTC", days=((),) * 7)
    groups = {**known.groups, "Customer care": replace(known.groups.get("Customer care", Group()), hours=never)}
    container = Container(store, replace(known, groups=groups))
    phone = Phone(container)
    phone.calls()
    phone.presses("0")
    turned = phone._done(phone.desk.through(phone.place))
    assert not any(isinstance(verb, Dial) for verb in turned.script)
    assert "nobody is free" in said(turned)
    assert "within" not in said(turned)
    assert "handrail_callback" in tags(container)


def offers(container: Container) -> list[OutboxRow]:
    """What was said in the call with a link that may be texted."""
    with container.store.read() as unit:
        call = unit.calls.get(SID)
        assert call is not None
        assert call.conversation_id is not None
        rows = unit.outbox.of_conversation(call.conversation_id)
        return [row for row in rows if row.effect.message and row.effect.message.links]


def emma(container: Container) -> Customer:
    with container.store.read() as unit:
        found = unit.customers.find(Identity(kind=IdentityKind.PHONE, value=people.EMMA_PHONE))
    assert found is not None
    return found


def test_the_link_is_texted_on_a_key_press_that_agrees_to_nothing_else(container: Container) -> None:
    phone = Phone(container)
    phone.calls()
    phone.says("How do I reset it with the button?")
    (offer,) = offers(container)
    for _ in range(2):
        pressed = call_changed(phone.place, CallLink(answer=offer.effect.id), people.NOW)
        phone._done(Turned(script=(), events=(pressed,)))
    assert container.messenger.sent_to(people.EMMA_PHONE) == ["\n".join(payload_of(offer.effect).links)]
    assert emma(container).consents == ()


def test_a_call_with_the_number_of_somebody_who_wants_no_texts_takes_nothing_back(container: Container) -> None:
    container.text("stop")
    container.drain()
    phone = Phone(container)
    phone.calls()
    container.wait(minutes=1)
    phone.says("How do I reset it with the button?")
    assert phone.heard()
    assert offers(container) == []
    assert not any(consent.granted for consent in emma(container).consents)
