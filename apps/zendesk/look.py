"""One ticket as the store has it in this moment, for all that is said about it in one answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from core.assist.elsewhere import other_conversations
from core.errors import RejectedError
from core.model.conversation import Conversation, Message
from core.model.customer import Customer
from core.model.decision import Decision
from core.model.ids import TicketId
from core.ports import Unit

UNSEEN = "Handrail has not seen this ticket yet."


@dataclass(frozen=True, kw_only=True)
class Look:
    """Each thing is read when it is first asked for, and once. RejectedError for a ticket that is not stored."""

    unit: Unit
    ticket_id: TicketId
    now: datetime

    @cached_property
    def conversation(self) -> Conversation:
        found = self.unit.conversations.by_ticket(self.ticket_id)
        if found is None:
            raise RejectedError(UNSEEN)
        return found

    @cached_property
    def customer(self) -> Customer | None:
        return self.unit.customers.get(self.conversation.customer_id)

    @property
    def known_customer(self) -> Customer:
        """RejectedError where nobody is known yet."""
        if self.customer is None:
            raise RejectedError(UNSEEN)
        return self.customer

    @cached_property
    def timeline(self) -> Sequence[Message]:
        """Oldest first."""
        return self.unit.conversations.messages(self.conversation.id)

    @cached_property
    def decision(self) -> Decision | None:
        """The newest one."""
        return self.unit.decisions.latest(self.conversation.id)

    @cached_property
    def others(self) -> Sequence[Conversation]:
        """The customer's other conversations, newest first."""
        return other_conversations(self.unit, self.conversation, self.now)
