"""A conversation written down for a measurement, as the case that the core reads.

    {turns: [{customer: "…"}, {assistant: "…", after: 3}, …], earlier: [{days_ago: 5, subject: "…", text: "…"}]}

`after` counts minutes since the turn before, one where nothing is said. A plain string is one message of a customer.
The last turn is the customer's newest message."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from core.errors import ConfigurationError
from core.model.conversation import ASSISTANT, NOBODY, CaseContext, Conversation, Earlier, Message, Role
from core.model.customer import Channel, Customer
from core.model.ids import ConversationId, CustomerId, MessageId

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ROLES = {role.value: role for role in (Role.CUSTOMER, Role.ASSISTANT, Role.AGENT)}
WITHIN = 30  # days that a case's earlier conversations are looked for, as the store does it


def case_of_course(written: str | Mapping[str, Any], name: str = "one") -> CaseContext:
    """Raises ConfigurationError when a turn has no known speaker, or the last one is not the customer's."""
    course: Mapping[str, Any] = {"turns": [{"customer": written}]} if isinstance(written, str) else written
    conversation_id = ConversationId(f"co_{name}")
    timeline = tuple(_messages(course.get("turns") or (), conversation_id))
    if not timeline or timeline[-1].role is not Role.CUSTOMER:
        raise ConfigurationError(f"{name}: the last turn is not the customer's")
    now = timeline[-1].at
    customer = Customer(id=CustomerId("cu_written"), name="", attributes=dict(course.get("profile") or {}))
    return CaseContext(
        customer=customer,
        conversation=Conversation(
            id=conversation_id,
            customer_id=customer.id,
            subject="",
            owner=ASSISTANT if len(timeline) > 1 else NOBODY,
            channel=Channel.WEB,
            updated_at=now,
        ),
        timeline=timeline,
        now=now,
        past=tuple(_earlier(course.get("earlier") or (), now)),
    )


def _messages(turns: Sequence[Mapping[str, Any]], conversation_id: ConversationId) -> list[Message]:
    at, messages = START, []
    for place, turn in enumerate(turns, 1):
        speaker = next((name for name in ROLES if name in turn), None)
        if speaker is None:
            raise ConfigurationError(f"turn {place} has none of {', '.join(ROLES)}")
        at += timedelta(minutes=float(turn.get("after", 1)))
        messages.append(
            Message(
                id=MessageId(f"ms_{place}"),
                conversation_id=conversation_id,
                channel=Channel.WEB,
                role=ROLES[speaker],
                author=speaker,
                text=str(turn[speaker]),
                at=at,
                vendor_ref=f"written:{place}",
            )
        )
    return messages


def _earlier(rows: Sequence[Mapping[str, Any]], now: datetime) -> list[Earlier]:
    """Those of the same customer within the days that the store looks back."""
    return [
        Earlier(
            id=ConversationId(f"co_earlier_{place}"),
            subject=str(row.get("subject") or ""),
            words=str(row.get("text") or ""),
            at=now - timedelta(days=float(row.get("days_ago", 0))),
            solved=bool(row.get("solved", True)),
            escalated=bool(row.get("escalated", False)),
            satisfaction=str(row.get("satisfaction") or ""),
        )
        for place, row in enumerate(rows, 1)
        if float(row.get("days_ago", 0)) <= WITHIN
    ]
