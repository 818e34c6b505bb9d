"""A month of a company's conversations: each is one message of another customer, answered by one of the agents."""

from datetime import UTC, datetime, timedelta

from core.model.conversation import CaseContext, Conversation, Message, Role
from core.model.customer import Channel, Customer
from core.model.ids import ConversationId, CustomerId, MessageId, TicketId, derive_id
from core.ports import Unit

BEGIN = datetime(2026, 11, 2, 8, tzinfo=UTC)
MONTH = timedelta(days=27)
AGENTS = 6
ANSWERED_AFTER = timedelta(minutes=20)


def case_of(place: int, count: int, text: str) -> CaseContext:
    """The message number `place` of `count`, which come evenly."""
    at = BEGIN + MONTH * place / count
    customer = Customer(id=CustomerId(derive_id("cu", "month", str(place))), name=f"Customer {place}")
    conversation = Conversation(
        id=ConversationId(derive_id("co", "month", str(place))),
        customer_id=customer.id,
        subject="",
        channel=Channel.EMAIL,
        updated_at=at,
        ticket_id=TicketId(str(place + 1)),
    )
    message = _message(conversation, Role.CUSTOMER, customer.name, text, at)
    return CaseContext(customer=customer, conversation=conversation, timeline=(message,), now=at)


def add_case(unit: Unit, case: CaseContext) -> None:
    unit.customers.save(case.customer)
    unit.conversations.add(case.conversation)
    unit.conversations.add_message(case.timeline[0])


def add_answer(unit: Unit, case: CaseContext, agent: str) -> datetime:
    """When it was given."""
    at = case.now + ANSWERED_AFTER
    unit.conversations.add_message(_message(case.conversation, Role.AGENT, agent, "Done.", at))
    return at


def _message(conversation: Conversation, role: Role, author: str, text: str, at: datetime) -> Message:
    return Message(
        id=MessageId(derive_id("ms", conversation.id, role)),
        conversation_id=conversation.id,
        channel=Channel.EMAIL,
        role=role,
        author=author,
        text=text,
        at=at,
        vendor_ref=f"{conversation.id}:{role}",
    )
