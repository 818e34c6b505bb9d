"""What people do in a test of the whole loop, and how to look at what came of it."""

from datetime import timedelta

from core.model.conversation import Conversation
from core.model.customer import Customer, Identity, IdentityKind
from core.model.decision import Decision
from core.model.ids import ConversationId
from core.model.outbound import TO_CUSTOMER, OutboxRow
from tests.core.house import House
from tests.core.people import EMMA_PHONE, agent, person

RESET = "How do I reset it?"
CONSENTS = (
    "sms | service | 2026-01-05T10:00:00Z | settings | Text me\nwhatsapp | marketing | 2026-01-05T10:00:00Z | x | y"
)


def emma(house: House, phone: str = EMMA_PHONE) -> Customer:
    """Emma, or whoever has another number."""
    with house.store.read() as unit:
        found = unit.customers.find(Identity(kind=IdentityKind.PHONE, value=phone))
    assert found is not None
    return found


def mails(house: House, text: str = RESET) -> str:
    """Emma opens a ticket; its name."""
    ticket = house.helpdesk.writes_in(house.helpdesk.staff["user-emma"], "Thermostat", text)
    house.ticket(ticket)
    house.drain()
    house.wait(minutes=1)
    return ticket


def texts(house: House, words: str, **how: str) -> str:
    """Emma texts, and all that follows happens."""
    word = house.text(words, **how)
    house.drain()
    house.wait(minutes=1)
    return word


def answers(house: House, ticket: str, text: str, status: str = "") -> str:
    """Maria writes a public comment."""
    house.helpdesk.says(ticket, house.helpdesk.staff["agent-maria"], text, status=status)
    word = house.ticket(ticket)
    house.drain()
    house.wait(minutes=1)
    return word


def conversations(house: House, phone: str = EMMA_PHONE) -> list[Conversation]:
    with house.store.read() as unit:
        return unit.conversations.recent(emma(house, phone).id, house.clock() - timedelta(days=30))


def latest(house: House, conversation_id: ConversationId | None = None) -> Decision:
    with house.store.read() as unit:
        found = unit.decisions.latest(conversation_id or conversations(house)[0].id)
    assert found is not None
    return found


def to_customer(house: House) -> list[OutboxRow]:
    with house.store.read() as unit:
        rows = [row for one in conversations(house) for row in unit.outbox.of_conversation(one.id)]
    return [row for row in rows if row.effect.kind in TO_CUSTOMER]


def decisions(house: House) -> int:
    with house.store.read() as unit:
        return len(unit.decisions.since(0))


def incoming(text: str, phone: str = EMMA_PHONE) -> dict[str, str]:
    return {"from": phone, "channel": "sms", "text": text, "name": ""}


def known(house: House) -> None:
    """Emma and Maria are known to the helpdesk."""
    house.helpdesk.adds(person(fields={"consents": CONSENTS, "region": "north"}))
    house.helpdesk.adds(agent())
