"""Contacts about matters, as decisions in a store."""

from datetime import datetime
from itertools import count

from connectors.sql.store import SqlStore
from core.model.decision import Action
from core.model.ids import DecisionId, EventId, MessageId
from core.model.signals import NO_INTENT
from tests.core import people, samples

NUMBERS = count()


def contacts(store: SqlStore, at: datetime, **intents: int) -> None:
    """So many messages about each intent, decided then."""
    with store.begin() as unit:
        if unit.conversations.get(samples.conversation().id) is None:
            unit.customers.save(people.customer())
            unit.conversations.add(samples.conversation())
        for intent, many in intents.items():
            for _ in range(many):
                number = next(NUMBERS)
                found = NO_INTENT if intent == "unknown" else samples.scored(intent)
                made = samples.decision(
                    Action.SUGGEST,
                    id=DecisionId(f"de_{number}"),
                    event_id=EventId(f"ev_{number}"),
                    message_id=MessageId(f"ms_{number}"),
                    signals=samples.signals(intents=(found,)),
                    at=at,
                    draft=None,
                )
                assert unit.decisions.add(made)
