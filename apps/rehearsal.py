"""A message from nobody: a process that just started loads with it what the first real one would have to wait for."""

from datetime import datetime

from core.model.conversation import CaseContext, Conversation, Message, Role
from core.model.customer import Channel, Customer
from core.model.ids import ConversationId, CustomerId, MessageId

REHEARSED = "Hello, where is my order? It should have been here on Monday, and I am not happy about it."
FOREIGN = "Guten Tag, wo bleibt meine Bestellung? Sie sollte am Montag hier sein."


def rehearsal(now: datetime, text: str = REHEARSED) -> CaseContext:
    """A case that stands in no store."""
    customer = Customer(id=CustomerId("rehearsal"), name="Nobody")
    conversation = Conversation(
        id=ConversationId("rehearsal"), customer_id=customer.id, subject="Rehearsal", updated_at=now
    )
    message = Message(
        id=MessageId("rehearsal"),
        conversation_id=conversation.id,
        channel=Channel.EMAIL,
        role=Role.CUSTOMER,
        author=customer.name,
        text=text,
        at=now,
        vendor_ref="rehearsal",
    )
    return CaseContext(customer=customer, conversation=conversation, timeline=(message,), now=now)
