"""Everything that is known when a step is taken, as it is stored now."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.errors import ConflictError
from core.model.conversation import CaseContext, Conversation, Message
from core.model.customer import Customer
from core.model.decision import Action
from core.ports import Unit
from core.profile.codes import proving_of
from core.profile.profile import add_known_facts

EARLIER = timedelta(days=30)
MOST_EARLIER = 5  # earlier conversations that are looked into


def case_around(unit: Unit, message: Message, now: datetime) -> CaseContext:
    """As `said_so_far`, of the conversation that the message stands in."""
    conversation = unit.conversations.get(message.conversation_id)
    customer = unit.customers.get(conversation.customer_id) if conversation else None
    if conversation is None or customer is None:
        raise ConflictError(f"message {message.id} belongs to no conversation")
    return case_so_far(unit, customer, conversation, now)


def case_of(unit: Unit, customer: Customer, conversation: Conversation, now: datetime) -> CaseContext:
    """The conversation as it is stored now."""
    return with_past(unit, case_so_far(unit, customer, conversation, now))


def case_so_far(unit: Unit, customer: Customer, conversation: Conversation, now: datetime) -> CaseContext:
    """What was said and what of it waits, as it is stored now: enough to know whether a turn is over. What else is
    known of the customer takes as long again to read and is left to `with_past`."""
    case = CaseContext(
        customer=customer,
        conversation=conversation,
        timeline=tuple(unit.conversations.messages(conversation.id)),
        now=now,
    )
    decided = unit.decisions.actions([message.id for message in case.unanswered])
    # Nobody waits for an answer: thanks, an opt-out, a machine's note, spam.
    settled = frozenset(name for name, action in decided.items() if action is Action.SILENT)
    return replace(case, settled=settled, decided=frozenset(decided))


def with_past(unit: Unit, case: CaseContext) -> CaseContext:
    """With the customer's earlier conversations, what other systems know of them and what they have proved."""
    recent = unit.conversations.recent(case.customer.id, case.now - EARLIER)
    earlier = [each for each in recent if each.id != case.conversation.id]
    return replace(
        case,
        customer=add_known_facts(unit, case.customer, case.now),
        earlier=len(earlier),
        past=tuple(unit.conversations.past(earlier[:MOST_EARLIER])) if earlier else (),
        proving=replace(proving_of(unit, case.customer, case.conversation, case.now), login=_signed_in(case)),
    )


def _signed_in(case: CaseContext) -> bool:
    """Whether the vendor checked the sign-in of whoever wrote last, and it is this customer's by what is known now."""
    proved = case.latest.proved if case.latest is not None else ()
    return any(case.customer.is_known_as(each.kind, each.value) for each in proved)
