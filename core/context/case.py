"""Everything that is known when a step is taken, as it is stored now."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.errors import ConflictError
from core.model.conversation import CaseContext, Conversation, Message
from core.model.customer import Customer
from core.model.decision import Action, Decision
from core.ports import Unit
from core.profile.codes import proving_of
from core.profile.profile import informed

EARLIER = timedelta(days=30)
MOST_EARLIER = 5  # earlier conversations that are looked into


def case_around(unit: Unit, message: Message, now: datetime) -> CaseContext:
    conversation = unit.conversations.get(message.conversation_id)
    customer = unit.customers.get(conversation.customer_id) if conversation else None
    if conversation is None or customer is None:
        raise ConflictError(f"message {message.id} belongs to no conversation")
    return case_of(unit, customer, conversation, now)


def case_of(unit: Unit, customer: Customer, conversation: Conversation, now: datetime) -> CaseContext:
    """The conversation as it is stored now."""
    recent = unit.conversations.recent(customer.id, now - EARLIER)
    earlier = [each for each in recent if each.id != conversation.id]
    case = CaseContext(
        customer=informed(unit, customer, now),
        conversation=conversation,
        timeline=tuple(unit.conversations.messages(conversation.id)),
        now=now,
        earlier=len(earlier),
        past=tuple(unit.conversations.past(earlier[:MOST_EARLIER])) if earlier else (),
        proving=proving_of(unit, customer, conversation, now),
    )
    decided = {m.id: unit.decisions.of_message(m.id) for m in case.unanswered}
    settled = frozenset(name for name, decision in decided.items() if decision is not None and _is_settled(decision))
    return replace(case, settled=settled, decided=frozenset(name for name, decision in decided.items() if decision))


def _is_settled(decision: Decision) -> bool:
    """Nobody waits for an answer: thanks, an opt-out, a machine's note, spam."""
    return decision.disposition.action is Action.SILENT
