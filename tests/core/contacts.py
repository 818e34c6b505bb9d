"""Customers who contact us after a campaign, as the loop would have stored them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.model.conversation import Role
from core.model.customer import Channel, Customer
from core.model.decision import Action
from core.model.ids import ConversationId, DecisionId, MessageId
from core.ports import Unit
from tests.core.samples import conversation, decision, disposition, message, scored, signals


@dataclass
class Callers:
    """Each contact is a conversation of its own."""

    unit: Unit
    numbers: list[int] = field(default_factory=list)

    def writes(
        self,
        customer: Customer,
        at: datetime,
        about: str = "device_offline",
        *,
        channel: Channel = Channel.EMAIL,
        rule: str = "default",
        role: Role = Role.CUSTOMER,
    ) -> None:
        number = 1 + max(self.numbers, default=0)
        self.numbers.append(number)
        name, said = ConversationId(f"co_heard_{number}"), MessageId(f"ms_heard_{number}")
        self.unit.conversations.add(
            conversation(id=name, customer_id=customer.id, updated_at=at, channel=channel, ticket_id=None)
        )
        words: dict[str, Any] = {"conversation_id": name, "channel": channel, "role": role, "at": at}
        self.unit.conversations.add_message(message(id=said, vendor_ref=f"heard:{number}", **words))
        made = decision(
            id=DecisionId(f"de_heard_{number}"),
            conversation_id=name,
            message_id=said,
            at=at,
            draft=None,
            signals=signals(intents=(scored(about),)),
            disposition=disposition(Action.SUGGEST, rule=rule),
        )
        assert self.unit.decisions.add(made)
