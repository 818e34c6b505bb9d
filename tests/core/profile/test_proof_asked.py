"""Which words come next for somebody who is not proved: no code is promised that nobody sends."""

import pytest

from connectors.sql.store import SqlStore
from core.consent.reachable import mark_bad, suppress
from core.model.conversation import CaseContext, Role
from core.model.customer import Channel, Identity, IdentityKind
from core.model.event import EventKind
from core.model.profile import Proving
from core.procedure.verify_identity import Step, next_step
from core.text.verification import WORDS
from tests.core import rules
from tests.core.container import Container
from tests.core.people import EMMA_PHONE, person
from tests.core.samples import case, incoming, message

QUESTION = "How do I reset my thermostat?"
CALL = "CA" + "1a" * 16
MADE = {
    "channels__automatic": ["sms", "whatsapp", "chat", "voice"],
    "standing": ["automatic_reply", "handoff_notice", "agent_reply", "verification_code"],
}
VERIFICATION = {"intents": ["reset"], "accept": ["code"]}
POLICY = rules.policy(verification=VERIFICATION, **MADE)
WHO, CLAIMED = WORDS["en"].who, WORDS["de"].claimed.format(minutes=10)


def talked(*said: str, **changes: object) -> CaseContext:
    """A chat of a stranger: what we say begins with `>`."""
    lines = [
        message(
            number,
            channel=Channel.CHAT,
            role=Role.ASSISTANT if text.startswith(">") else Role.CUSTOMER,
            text=text.lstrip("> "),
        )
        for number, text in enumerate(said, 1)
    ]
    return case(*lines, **changes)


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ([QUESTION], Step.WHO),
        ([QUESTION, f"> {WHO}", "LK-20114, where is it?"], Step.WHO),
        ([QUESTION, f"> {WHO}", "LK-20114", f"> {WHO}", "where is it?"], Step.PERSON),
        ([QUESTION, f"> {WHO}", "nobody@example.com"], Step.NOWHERE),
        ([QUESTION, f"> {WHO}", "LK-20114", f"> {WHO}", "+44 7700 900999"], Step.NOWHERE),
        (["I am nobody@example.com. Where is my parcel?"], Step.NOWHERE),  # as for an address that we know
        ([QUESTION, f"> {WHO}", "nobody@example.com", f"> {CLAIMED}", "and now?"], Step.REMIND),
        ([QUESTION, "nobody@example.com", *[f"> {CLAIMED}", "123456"] * 3], Step.REMIND),
    ],
)
def test_a_code_is_spoken_of_only_to_who_named_an_address(said: list[str], step: Step) -> None:
    assert next_step(talked(*said), POLICY) is step


def test_where_no_codes_are_taken_a_person_looks_at_once() -> None:
    taken = rules.policy(verification={**VERIFICATION, "accept": ["login"]}, **MADE)
    assert next_step(talked(QUESTION), taken) is Step.PERSON
    assert next_step(talked(QUESTION, proving=Proving(number=EMMA_PHONE)), taken) is Step.PERSON


# ---------------------------------------------------------------- where no text arrives


@pytest.fixture
def container(store: SqlStore) -> Container:
    made = Container(store, POLICY)
    made.helpdesk.adds(person())
    made.happens(made.event(EventKind.CUSTOMER_CHANGED, "user-emma"))
    return made


def hears(container: Container, words: str, channel: str) -> str:
    container.wait(minutes=1)
    from_whom = {
        "voice": {"sender": CALL, "phone": EMMA_PHONE},
        "chat": {"sender": "conv-1", "person": "p1"},
    }.get(channel, {})
    told = incoming(words, channel=Channel(channel), at_once=True, **from_whom)
    subject = f"m-{container.clock().timestamp():.0f}"
    source = "sunshine" if channel == "chat" else "twilio"
    said = container.happens(container.event(EventKind.MESSAGE_RECEIVED, subject, payload=told, source=source))
    container.drain()
    return said


def stopped(container: Container) -> None:
    with container.store.begin() as unit:
        emma = unit.customers.find(Identity(kind=IdentityKind.PHONE, value=EMMA_PHONE))
        assert emma is not None
        suppress(unit, emma, "she texted STOP", container.clock())


def bad_number(container: Container) -> None:
    with container.store.begin() as unit:
        mark_bad(unit, EMMA_PHONE, "30006", container.clock())


def test_a_caller_whose_number_takes_texts_is_sent_a_code(container: Container) -> None:
    assert hears(container, QUESTION, "voice") == "verification"
    assert "is your code" in container.messenger.sent_to(EMMA_PHONE)[-1]


@pytest.mark.parametrize("why", [stopped, bad_number])
def test_a_caller_to_whom_no_text_may_go_or_arrives_is_promised_none(container: Container, why: object) -> None:
    assert callable(why)
    why(container)
    assert hears(container, QUESTION, "voice") == "unverified"
    assert "code" not in " ".join(container.messenger.sent_to(CALL))
    assert container.messenger.sent_to(EMMA_PHONE) == []


def test_who_uses_whatsapp_after_a_stop_by_text_is_promised_no_text(container: Container) -> None:
    stopped(container)
    assert hears(container, QUESTION, "whatsapp") == "unverified"
    assert "code" not in " ".join(container.messenger.sent_to(EMMA_PHONE))


def test_who_texts_again_after_a_stop_is_sent_a_code(container: Container) -> None:
    stopped(container)
    assert hears(container, QUESTION, "sms") == "verification"
    assert any("is your code" in body for body in container.messenger.sent_to(EMMA_PHONE))


def test_a_stranger_learns_nothing_of_a_number_that_takes_no_texts(container: Container) -> None:
    stopped(container)
    hears(container, QUESTION, "chat")
    assert hears(container, "emma@example.com", "chat") == "verification"
    told = container.messenger.sent_to("conv-1")[-1]
    assert told.startswith("If we know this address and may text")
    assert container.messenger.sent_to(EMMA_PHONE) == []
    assert hears(container, QUESTION, "chat") == "verification"  # a reminder, as for a code that left
