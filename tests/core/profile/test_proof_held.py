"""Whom a proof holds for, and who may become somebody else by one: the ways in which a stranger would try."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.model.conversation import Conversation
from core.model.customer import Channel, Identity, IdentityKind
from core.model.event import EventKind
from core.model.ids import ConversationId, CustomerId, VerificationId
from core.model.profile import CodeState, Verification
from core.profile.merge import merge
from tests.core import people
from tests.core.container import CODES, Container
from tests.core.people import EMMA_PHONE, NOW, person
from tests.core.rules import policy
from tests.core.samples import incoming

QUESTION = "How do I reset my thermostat?"
STANDING = ["automatic_reply", "handoff_notice", "agent_reply", "verification_code"]
CALL = "CA" + "1a" * 16
MALLORY_PHONE = "+447700900666"


def container_with(store: SqlStore, *known: str, **rules: object) -> Container:
    made = Container(
        store,
        policy(
            channels__automatic=["sms", "whatsapp", "chat", "voice"],
            verification={"intents": ["reset"], "accept": ["code", "login"], **rules},
            standing=STANDING,
        ),
    )
    for name in known or ("Emma Clarke",):
        is_known(made, name)
    return made


def is_known(container: Container, name: str, **changes: object) -> None:
    somebody = person(name, **changes)
    container.helpdesk.adds(somebody)
    container.happens(container.event(EventKind.CUSTOMER_CHANGED, somebody.id))


def hears(container: Container, words: str, sender: str, channel: Channel, **more: Any) -> str:
    container.wait(minutes=1)
    told = incoming(words, sender, channel, at_once=True, **more)
    source = "sunshine" if channel is Channel.CHAT else "twilio"
    subject = f"m-{container.clock().timestamp():.0f}"
    said = container.happens(container.event(EventKind.MESSAGE_RECEIVED, subject, payload=told, source=source))
    container.drain()
    return said


def calls(container: Container, words: str, number: str = EMMA_PHONE, sid: str = CALL) -> str:
    return hears(container, words, sid, Channel.VOICE, phone=number)


def chats(container: Container, words: str, proved: tuple[Identity, ...] = (), visitor: str = "p1") -> str:
    return hears(container, words, f"conv-{visitor}", Channel.CHAT, person=visitor, proved=proved)


def texts(container: Container, words: str) -> str:
    return hears(container, words, EMMA_PHONE, Channel.SMS)


def newest(container: Container) -> Verification:
    with container.store.read() as unit:
        row = unit.connection.exec_driver_sql("SELECT id FROM verifications ORDER BY serial DESC LIMIT 1")
        found = unit.verifications.get(VerificationId(str(row.scalar_one())))
    assert found is not None
    return found


def codes_to(container: Container, phone: str) -> int:
    return sum("is your code" in body for body in container.messenger.sent_to(phone))


def test_what_was_proved_by_text_does_not_hold_for_a_caller_with_the_same_number(store: SqlStore) -> None:
    container = container_with(store)
    texts(container, QUESTION)
    assert texts(container, CODES.code(newest(container).id)) == "automatic_reply"
    assert texts(container, "And how do I reset the hub?") == "automatic_reply"
    assert calls(container, QUESTION) == "verification"
    assert "Hold the button" not in " ".join(container.messenger.sent_to(CALL))


def test_a_code_that_is_said_in_a_call_proves_that_call_and_no_other(store: SqlStore) -> None:
    container = container_with(store)
    assert calls(container, QUESTION) == "verification"
    code = CODES.code(newest(container).id)
    assert calls(container, " ".join(code)) == "automatic_reply"
    assert calls(container, "And how do I reset it?") == "automatic_reply"
    assert calls(container, QUESTION, sid="CA" + "2b" * 16) == "verification"


def test_whom_the_helpdesk_knows_never_becomes_somebody_else_by_a_code(store: SqlStore) -> None:
    """Emma's number is not verified; somebody who calls with it names an account of their own."""
    container = container_with(store, "Maria Nobody")
    is_known(container, "Emma Clarke", verified=False)
    is_known(container, "Mallory Grey", phone=MALLORY_PHONE)
    assert calls(container, QUESTION) == "verification"
    calls(container, "mallory@example.com")
    assert codes_to(container, MALLORY_PHONE) == 0
    assert calls(container, "What now?") != "automatic_reply"
    with container.store.read() as unit:
        assert unit.connection.exec_driver_sql("SELECT count(*) FROM merges").scalar_one() == 0


def test_a_number_that_called_before_never_becomes_somebody_else_by_a_code(store: SqlStore) -> None:
    container = container_with(store)
    is_known(container, "Mallory Grey", phone=MALLORY_PHONE)
    unknown = "+447700900777"
    calls(container, "What does the hub cost?", unknown, sid="CA" + "3c" * 16)
    calls(container, QUESTION, unknown)
    calls(container, "mallory@example.com", unknown)
    assert codes_to(container, MALLORY_PHONE) == 0


def test_a_sign_in_proves_its_own_customer_and_not_whose_window_it_is(store: SqlStore) -> None:
    container = container_with(store)
    own = (Identity(kind=IdentityKind.EXTERNAL, value="account:1", verified=True),)
    assert chats(container, QUESTION, own) == "automatic_reply"
    emmas = (Identity(kind=IdentityKind.EMAIL, value="emma@example.com", verified=True),)
    assert chats(container, "How do I reset the hub?", emmas) == "verification"


def test_one_conversation_sends_no_more_codes_however_many_people_it_names(store: SqlStore) -> None:
    names = ("Emma Clarke", "Adam One", "Berta Two", "Carl Three")
    container = container_with(store)
    for place, name in enumerate(names[1:]):
        is_known(container, name, phone=f"+44770090055{place}")
    chats(container, QUESTION)
    for name in names[:3]:
        assert chats(container, f"{name.split()[0].lower()}@example.com") == "verification"
        container.wait(minutes=11)
    assert chats(container, "carl@example.com") == "unverified"
    assert codes_to(container, "+447700900552") == 0


@pytest.fixture
def sent(store: SqlStore) -> Verification:
    conversation = ConversationId("co_one")
    made = Verification(
        id=VerificationId("vf_one"),
        conversation_id=conversation,
        customer_id=CustomerId("cu_emma"),
        channel=Channel.SMS,
        hint="23",
        sent_at=NOW,
        expires_at=NOW + 10 * people.MINUTE,
    )
    with store.begin() as unit:
        unit.customers.save(people.customer())
        unit.conversations.add(
            Conversation(
                id=conversation,
                customer_id=CustomerId("cu_emma"),
                subject="",
                channel=Channel.SMS,
                updated_at=NOW,
            )
        )
        unit.verifications.add(made)
    return made


def test_guesses_at_the_same_moment_are_counted_one_by_one(store: SqlStore, sent: Verification) -> None:
    """Each of them has read the code as it was before any of the others was counted."""
    counted = []
    for _ in range(4):
        with store.begin() as unit:
            counted.append(unit.verifications.count_try(sent.id, 3))
    assert counted == [1, 2, 3, None]


def test_a_code_that_waits_for_no_answer_is_not_guessed_at(store: SqlStore, sent: Verification) -> None:
    with store.begin() as unit:
        unit.verifications.save(replace(sent, state=CodeState.RIGHT))
        assert unit.verifications.count_try(sent.id, 3) is None


def test_who_went_into_another_profile_while_the_code_was_out_is_proved_to_be_that_one(store: SqlStore) -> None:
    container = container_with(store)
    is_known(container, "Ella Clarke", phone="+447700900555")
    chats(container, QUESTION)
    chats(container, "emma@example.com")
    sent = newest(container)
    with container.store.begin() as unit:
        ella = unit.customers.find(Identity(kind=IdentityKind.PHONE, value="+447700900555"))
        assert ella is not None
        merge(unit, ella.id, sent.customer_id, "Maria Lopez", "the same person", container.clock())
    assert chats(container, CODES.code(sent.id)) == "automatic_reply"
    assert newest(container).customer_id == ella.id
    with container.store.read() as unit:
        visitor = unit.conversations.get(sent.conversation_id)
    assert visitor is not None
    assert visitor.customer_id == ella.id
