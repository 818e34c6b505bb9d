"""What people do in a test of the whole loop, and how to look at what came of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from core.assist.agent_actions import AgentActions, HandBack, HandBackWay
from core.model.conversation import Conversation
from core.model.customer import Customer, Identity, IdentityKind
from core.model.decision import Decision
from core.model.ids import ArticleId, ConversationId, TicketId
from core.model.outbound import TO_CUSTOMER, OutboxRow
from tests.connectors.sql import samples as sql_samples
from tests.core import samples
from tests.core.container import Container
from tests.core.people import EMMA_PHONE, agent, person

RESET = "How do I reset it?"
CONSENTS = (
    "sms | service | 2026-01-05T10:00:00Z | settings | Text me\nwhatsapp | marketing | 2026-01-05T10:00:00Z | x | y"
)


def emma(container: Container, phone: str = EMMA_PHONE) -> Customer:
    """Emma, or whoever has another number."""
    with container.store.read() as unit:
        found = unit.customers.find(Identity(kind=IdentityKind.PHONE, value=phone))
    assert found is not None
    return found


def mails(container: Container, text: str = RESET) -> str:
    """Emma opens a ticket; its name."""
    ticket = container.helpdesk.writes_in(container.helpdesk.staff["user-emma"], "Thermostat", text)
    container.ticket(ticket)
    container.drain()
    container.wait(minutes=1)
    return ticket


def texts(container: Container, words: str, **how: Any) -> str:
    """Emma texts, and all that follows happens."""
    word = container.text(words, **how)
    container.drain()
    container.wait(minutes=1)
    return word


def answers(container: Container, ticket: str, text: str, status: str = "") -> str:
    """Maria writes a public comment."""
    container.helpdesk.says(ticket, container.helpdesk.staff["agent-maria"], text, status=status)
    word = container.ticket(ticket)
    container.drain()
    container.wait(minutes=1)
    return word


def conversations(container: Container, phone: str = EMMA_PHONE) -> list[Conversation]:
    with container.store.read() as unit:
        return unit.conversations.recent(emma(container, phone).id, container.clock() - timedelta(days=30))


def latest(container: Container, conversation_id: ConversationId | None = None) -> Decision:
    with container.store.read() as unit:
        found = unit.decisions.latest(conversation_id or conversations(container)[0].id)
    assert found is not None
    return found


def to_customer(container: Container) -> list[OutboxRow]:
    with container.store.read() as unit:
        rows = [row for one in conversations(container) for row in unit.outbox.of_conversation(one.id)]
    return [row for row in rows if row.effect.kind in TO_CUSTOMER]


def decisions(container: Container) -> int:
    with container.store.read() as unit:
        return len(unit.decisions.since(0))


def known(container: Container) -> None:
    """Emma and Maria are known to the helpdesk."""
    container.helpdesk.adds(person(fields={"consents": CONSENTS, "region": "north"}))
    container.helpdesk.adds(agent())


# ---------------------------------------------------------------- given back by an agent

GO_ON = HandBack(how=HandBackWay.GO_ON, agent="Maria Lopez", agent_id="agent-maria")
WATCH = replace(GO_ON, how=HandBackWay.WATCH)


def says(text: str) -> HandBack:
    return replace(GO_ON, how=HandBackWay.SAY, text=text)


def from_article(article: str) -> HandBack:
    return replace(GO_ON, article=ArticleId(article))


def gives_back(container: Container, ticket: str, given: HandBack = GO_ON) -> None:
    actions = AgentActions(store=container.store, publisher=container.publisher, policy=container.policy)
    actions.hand_back(TicketId(ticket), given, container.clock())


def keeps_article(container: Container) -> str:
    """The article of `samples.passage`, stored as the help center has it."""
    passage = samples.passage()
    article = sql_samples.article(id=passage.article_id, title=passage.title)
    with container.store.begin() as unit:
        unit.articles.save(article, [passage], np.zeros((1, 4), dtype=np.float32), "words")
    return str(article.id)
