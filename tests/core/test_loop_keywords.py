"""Events of the loop from end to end: STOP, START, HELP, reactions, and messages that did not arrive."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.model.conversation import MessageKind, Role
from core.model.customer import Channel, Purpose
from core.model.event import EventKind
from core.model.event_payloads import MessageStatus
from core.model.outbound import EffectKind, EffectState, OutboxRow
from tests.core import people, rules
from tests.core.container import Container
from tests.core.day import RESET, conversations, emma, known, texts
from tests.core.people import EMMA_PHONE
from tests.core.samples import incoming, payload_of

STANDING = ["automatic_reply", "handoff_notice", "agent_reply", "opt_out_confirmation"]


@pytest.fixture
def container(store: SqlStore) -> Container:
    made = Container(store, rules.policy(standing=STANDING))
    known(made)
    return made


def told(container: Container, words: str, channel: Channel = Channel.SMS, **more: Any) -> str:
    """A text with the vendor's own fields; what follows is carried out."""
    container.wait(seconds=1)
    payload = incoming(words, channel=channel, **more)
    sid = f"SMin{container.clock().timestamp():.0f}"
    result = container.happens(container.event(EventKind.MESSAGE_RECEIVED, sid, payload=payload))
    container.drain()
    return result


def rows(container: Container) -> list[OutboxRow]:
    with container.store.read() as unit:
        return unit.outbox.of_conversation(conversations(container)[0].id)


def fails(container: Container, code: str, number: int = 1, status: str = "undelivered") -> str:
    """Twilio reports that the message of this number did not arrive."""
    sid = f"SM{number:04d}"
    container.wait(seconds=1)
    payload = MessageStatus(status=status, error=code, effect=container.messenger.sent[number - 1].effect_id)
    result = container.happens(container.event(EventKind.MESSAGE_STATUS, sid, f"{sid}:{status}", payload=payload))
    container.drain()
    return result


# ---------------------------------------------------------------- keywords


def test_a_stop_by_sms_is_twilios_to_answer(container: Container) -> None:
    assert told(container, "STOP", opt_out="STOP") == "opted_out"
    assert told(container, "PARAR", opt_out="STOP") == "opted_out"
    assert container.messenger.sent == []
    assert not any(emma(container).has_consented(channel, purpose) for channel in Channel for purpose in Purpose)


def test_a_stop_by_whatsapp_is_answered_once(container: Container) -> None:
    assert told(container, "STOP", Channel.WHATSAPP) == "opted_out"
    assert told(container, "stop", Channel.WHATSAPP) == "opted_out"
    (confirmed,) = container.messenger.sent_to(EMMA_PHONE)
    assert confirmed == "You will get no more messages from Larkfield. Reply START if you want them again."


def test_an_opt_out_in_words_that_twilio_does_not_take_is_confirmed_by_sms_too(container: Container) -> None:
    assert told(container, "please stop") == "opted_out"
    assert len(container.messenger.sent_to(EMMA_PHONE)) == 1


def test_without_the_standing_approval_nothing_is_confirmed(store: SqlStore) -> None:
    container = Container(store)
    known(container)
    assert told(container, "STOP", Channel.WHATSAPP) == "opted_out"
    assert container.messenger.sent == []


def test_start_opens_its_own_channel_again_and_no_other(container: Container) -> None:
    told(container, "STOP", opt_out="STOP")
    assert told(container, "START", opt_out="START") == "opted_in"
    assert container.messenger.sent == []
    after = emma(container)
    assert after.has_consented(Channel.SMS, Purpose.SERVICE)
    assert not after.has_consented(Channel.SMS, Purpose.MARKETING)
    assert not after.has_consented(Channel.WHATSAPP, Purpose.SERVICE)
    proof = max((c for c in after.consents if c.channel is Channel.SMS), key=lambda c: (c.at, c.granted))
    assert (proof.wording, proof.source, proof.granted) == ("START", "the customer, by sms", True)


def test_start_brings_back_the_marketing_that_the_stop_took(container: Container) -> None:
    with container.store.begin() as unit:
        agreed = people.consent(purpose=Purpose.MARKETING, at=people.NOW - timedelta(days=9))
        unit.customers.save(people.customer())
        unit.customers.add_consent(people.customer().id, agreed)
    told(container, "STOP", opt_out="STOP")
    assert not emma(container).has_consented(Channel.SMS, Purpose.MARKETING)
    told(container, "START", opt_out="START")
    assert emma(container).has_consented(Channel.SMS, Purpose.MARKETING)


def test_a_help_that_twilio_answers_is_not_answered_again(container: Container) -> None:
    assert told(container, "HELP") == "vendor_answered"
    assert container.messenger.sent == []
    assert told(container, RESET) == "automatic_reply"


def test_yes_is_an_answer_from_somebody_who_never_stopped(container: Container) -> None:
    assert told(container, "yes") not in ("opted_in", "opted_out")
    told(container, "STOP")
    assert told(container, "yes") == "opted_in"


def test_who_asks_after_a_stop_is_answered(container: Container) -> None:
    told(container, "STOP", Channel.WHATSAPP)
    assert told(container, RESET, Channel.WHATSAPP) == "automatic_reply"
    assert len(container.messenger.sent_to(EMMA_PHONE)) == 2


def test_a_reaction_stands_on_the_timeline_and_is_no_turn(container: Container) -> None:
    told(container, RESET, Channel.WHATSAPP)
    before = len(container.messenger.sent)
    assert told(container, "👍", Channel.WHATSAPP, kind=MessageKind.REACTION, quotes="twilio:SM0001") == "part_of_turn"
    with container.store.read() as unit:
        last = unit.conversations.messages(conversations(container)[0].id)[-1]
    assert (last.role, last.text.startswith("Reacted 👍 to “")) == (Role.SYSTEM, True)
    assert len(container.messenger.sent) == before


# ---------------------------------------------------------------- what did not arrive


def test_a_phone_that_was_off_gets_it_once_more_half_an_hour_later(container: Container) -> None:
    told(container, RESET)
    assert fails(container, "30003") == "undelivered"
    (again,) = [row for row in rows(container) if row.effect.message and row.effect.message.again_of]
    assert again.state is EffectState.HELD
    container.wait(minutes=31)
    container.delivery.deliver(again.effect.id)
    assert [sent.body for sent in container.messenger.sent] == [container.messenger.sent[0].body] * 2
    assert fails(container, "30003", number=2) == "undelivered"
    assert len([row for row in rows(container) if row.effect.message and row.effect.message.again_of]) == 1


def test_what_arrives_after_all_is_not_sent_again(container: Container) -> None:
    told(container, RESET)
    fails(container, "30008")
    assert fails(container, "", status="delivered") == "delivered"
    (again,) = [row for row in rows(container) if row.effect.message and row.effect.message.again_of]
    container.wait(minutes=31)
    container.delivery.deliver(again.effect.id)
    assert len(container.messenger.sent) == 1


def test_outside_the_window_it_goes_again_in_an_approved_form(container: Container) -> None:
    told(container, RESET, Channel.WHATSAPP)
    fails(container, "63016")
    assert len(container.messenger.sent) == 2
    (again,) = [row for row in rows(container) if row.effect.message and row.effect.message.again_of]
    assert payload_of(again.effect).templated is True


def test_a_number_that_has_opted_out_is_suppressed_on_every_channel(container: Container) -> None:
    told(container, RESET)
    fails(container, "21610")
    assert not any(emma(container).has_consented(channel, purpose) for channel in Channel for purpose in Purpose)
    assert len(container.messenger.sent) == 1


def test_a_text_that_was_filtered_alerts_and_is_never_repeated(container: Container) -> None:
    told(container, RESET)
    fails(container, "30007")
    assert len(container.messenger.sent) == 1
    (alert,) = container.desk.posts
    assert "30007" in str(alert)


def test_a_bad_number_is_not_texted_until_somebody_writes_from_it(container: Container) -> None:
    told(container, RESET)
    fails(container, "30006")
    with container.store.begin() as unit:
        first = next(row.effect for row in rows(container) if row.effect.kind is EffectKind.MESSAGE)
        refusal = container.delivery.gate.refusal(unit, first, container.clock())
    assert refusal is not None
    assert refusal.code == "bad_number"
    assert told(container, RESET + " please") in ("automatic_reply", "trigger:repeated_question")
    with container.store.begin() as unit:
        assert container.delivery.gate.refusal(unit, first, container.clock()) is None


def test_texts_of_the_day_before_stay_as_they_were(container: Container) -> None:
    assert texts(container, RESET) == "automatic_reply"
    assert fails(container, "", status="delivered") == "delivered"
    assert [row.delivery for row in rows(container) if row.effect.kind is EffectKind.MESSAGE] == ["delivered"]
