"""What a customer may read of how their conversation was answered: their own words and ours, masked, and who spoke."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.model.conversation import Conversation, Message, Role
from core.model.customer import Channel, Customer
from core.model.decision import Decision
from core.model.ids import ConversationId, DecisionId
from core.model.outbound import OutboxRow, source_of
from core.ports import Unit
from core.privacy.find import of_customer, region_of
from core.privacy.mask import redact
from core.text.hidden import hidden_email

SHOWN = 40  # of the newest messages
LONGEST = 400  # characters of one


class Speaker(StrEnum):
    """YOU: the customer. ROUTINE: a notice or question that follows from a rule, not from an article. APPROVED: written
    automatically and read by a person before it left."""

    YOU = "you"
    ASSISTANT = "assistant"
    PERSON = "person"
    ROUTINE = "routine"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    title: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message, in words that name nobody."""

    at: datetime
    speaker: Speaker
    channel: Channel
    text: str
    sources: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """`kept` counts and names, masked, what is stored: messages, phone, email, ticket, consents."""

    conversation_id: ConversationId
    language: str
    lines: tuple[Line, ...]
    kept: Mapping[str, str] = field(default_factory=dict)


def receipt_of(unit: Unit, conversation_id: ConversationId) -> Receipt | None:
    """None for a conversation that is not there, or no more."""
    conversation = unit.conversations.get(conversation_id)
    customer = unit.customers.get(conversation.customer_id) if conversation else None
    if conversation is None or customer is None:
        return None
    messages = [m for m in unit.conversations.messages(conversation_id) if m.public and m.role is not Role.SYSTEM]
    decisions = {decision.id: decision for decision in unit.decisions.of_conversation(conversation_id)}
    sent = {_ref(row): row for row in unit.outbox.of_conversation(conversation_id) if row.vendor_ref}
    drafts = [decision.draft for decision in decisions.values() if decision.draft]
    return Receipt(
        conversation_id=conversation_id,
        language=drafts[-1].language if drafts else customer.locale[:2],
        lines=tuple(_line(m, sent.get(m.vendor_ref), decisions, customer) for m in messages[-SHOWN:]),
        kept=_kept(conversation, customer, messages),
    )


def _ref(row: OutboxRow) -> str:
    return f"{source_of(row.effect.channel)}:{row.vendor_ref}"


def _line(
    message: Message, row: OutboxRow | None, decisions: Mapping[DecisionId, Decision], customer: Customer
) -> Line:
    decision = next((d for name, d in decisions.items() if row and row.effect.key.startswith(f"{name}:")), None)
    speaker = _speaker(message, row, decision)
    cited = decision.draft.cited if decision and decision.draft and speaker is Speaker.ASSISTANT else ()
    sources = dict.fromkeys(Cited(title=c.passage.title, url=c.passage.url or "") for c in cited)
    text = redact(message.text, region=region_of(customer), known=of_customer(customer))
    short = text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} …"
    return Line(at=message.at, speaker=speaker, channel=message.channel, text=short, sources=tuple(sources))


def _speaker(message: Message, row: OutboxRow | None, decision: Decision | None) -> Speaker:
    if message.role is Role.CUSTOMER:
        return Speaker.YOU
    if message.role is Role.AGENT:
        return Speaker.PERSON
    if row is not None and row.effect.authority.approval_id is not None:
        return Speaker.APPROVED
    answers = decision is not None and decision.draft is not None and bool(decision.draft.cited)
    return Speaker.ASSISTANT if row is None or answers else Speaker.ROUTINE


def _kept(conversation: Conversation, customer: Customer, messages: Sequence[Message]) -> dict[str, str]:
    found = {
        "messages": str(len(messages)),
        "phone": f"…{customer.phone[-3:]}" if customer.phone else "",
        "email": hidden_email(customer.email) if customer.email else "",
        "ticket": f"#{conversation.ticket_id}" if conversation.ticket_id else "",
        "consents": str(len(customer.consents)) if customer.consents else "",
    }
    return {name: value for name, value in found.items() if value}
