"""A procedure about an account goes on with nobody who is not proved, though the answer to its question names none."""

import pytest

from connectors.sql.store import SqlStore
from core.model.customer import Channel
from core.model.event import EventKind
from core.model.ids import VerificationId
from tests.core.container import CODES, Container
from tests.core.people import EMMA_PHONE, person
from tests.core.rules import policy
from tests.core.samples import incoming

CALL = "CA" + "1a" * 16
PROCEDURE = {
    "intents": ["reset"],
    "steps": [
        {"id": "light", "ask": "Is the light on?", "into": "light"},
        {"id": "look", "check": "channel", "into": "found"},
        {"id": "told", "say": "We know you by {found}."},
    ],
}


@pytest.fixture
def container(store: SqlStore) -> Container:
    rules = policy(
        channels__automatic=["sms", "voice"],
        verification={"intents": ["reset"], "accept": ["number", "code"]},
        standing=["automatic_reply", "procedure", "handoff_notice", "agent_reply", "verification_code"],
        procedures={"light": PROCEDURE},
    )
    made = Container(store, rules)
    made.helpdesk.adds(person())
    made.happens(made.event(EventKind.CUSTOMER_CHANGED, "user-emma"))
    return made


def hears(container: Container, words: str, channel: str) -> str:
    container.wait(minutes=1)
    from_whom = {"sender": CALL, "phone": EMMA_PHONE} if channel == "voice" else {}
    told = incoming(words, channel=Channel(channel), at_once=True, **from_whom)
    subject = f"m-{container.clock().timestamp():.0f}"
    said = container.happens(container.event(EventKind.MESSAGE_RECEIVED, subject, payload=told, source="twilio"))
    container.drain()
    return said


def code_of(container: Container) -> str:
    with container.store.read() as unit:
        row = unit.connection.exec_driver_sql("SELECT id FROM verifications ORDER BY serial DESC LIMIT 1")
        return CODES.code(VerificationId(str(row.scalar_one())))


def test_whoever_is_proved_is_led_to_the_end(container: Container) -> None:
    assert hears(container, "How do I reset my thermostat?", "sms") == "procedure:light"
    assert hears(container, "yes", "sms") == "procedure:light"
    assert container.messenger.sent_to(EMMA_PHONE)[-1].startswith("We know you by sms.")


def test_a_caller_who_answers_in_their_place_is_asked_to_prove_it_and_led_on_from_there(container: Container) -> None:
    hears(container, "How do I reset my thermostat?", "sms")
    assert hears(container, "yes", "voice") == "verification"
    assert "We know you" not in " ".join(container.messenger.sent_to(CALL))
    assert hears(container, " ".join(code_of(container)), "voice") == "procedure:light"
    assert container.messenger.sent_to(CALL)[-1].startswith("We know you by voice.")
