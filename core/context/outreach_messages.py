"""What we wrote first: messages that a supervisor approved and nobody had asked for.

They belong to no conversation when they leave. The customer who calls or writes afterwards speaks about them, so they
are put on the timeline then, before the customer's own words.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from core.model.conversation import Conversation, Message, MessageKind, Role
from core.model.customer import Customer
from core.model.ids import EffectId, MessageId, derive_id
from core.model.outbound import EffectState, OutboxRow, source_of
from core.policy import Policy
from core.ports import Unit

WITHIN = timedelta(days=7)  # who speaks later than this speaks of something else
MOST = 10
EVER = datetime(2000, 1, 1, tzinfo=UTC)
AUTHOR = "Proactive message"
LEFT = frozenset({EffectState.SENT, EffectState.SENDING, EffectState.UNKNOWN, EffectState.HELD, EffectState.PENDING})


def approaches(unit: Unit, customer: Customer, since: datetime | None = None) -> list[OutboxRow]:
    """What supervisors approved and what became of it, as far as it went to the customer, newest first; `since` when it
    was put into the outbox."""
    lines = unit.campaigns.sent_to(customer.id, MOST, since or EVER)
    found = [row for line in lines if line.effect_id and (row := _went(unit, line.effect_id)) is not None]
    return sorted(found, key=lambda row: row.effect.created_at, reverse=True)


def _went(unit: Unit, effect_id: EffectId) -> OutboxRow | None:
    """What failed may have been sent once more: then that is what they have."""
    first = unit.outbox.get(effect_id)
    again = unit.outbox.get(EffectId(derive_id("fx", f"{first.effect.key}:again"))) if first else None
    return next((row for row in (again, first) if row is not None and row.state in LEFT), None)


def add_sent_before(unit: Unit, customer: Customer, conversation: Conversation, policy: Policy, now: datetime) -> None:
    """Put what was sent lately on this conversation's timeline; each message stands in one conversation only."""
    for row in approaches(unit, customer, now - WITHIN):
        at = row.first_sent_at or row.effect.created_at
        if row.state is EffectState.SENT and row.vendor_ref and timedelta(0) <= now - at <= WITHIN:
            unit.conversations.add_message(_message(row, conversation, at, _kind(unit, row, policy)))


def stands_on_a_timeline(unit: Unit, row: OutboxRow) -> bool:
    return bool(row.vendor_ref) and unit.conversations.message(_name(row)) is not None


def grounds(unit: Unit, timeline: Iterable[Message]) -> list[tuple[Message, str]]:
    """What we wrote first, each message with the facts of the signal behind it, in words."""
    return [(message, _facts(unit, message)) for message in timeline if message.unasked]


def _facts(unit: Unit, message: Message) -> str:
    row = unit.outbox.by_ref(message.vendor_ref.partition(":")[2])
    approval_id = row.effect.authority.approval_id if row else None
    standing = unit.campaigns.get(approval_id) if approval_id else None
    facts = standing.campaign.facts if standing else {}
    own = unit.campaigns.line(approval_id, row.effect.target) if row and approval_id else None
    known = {**facts, **(own.fields if own else {})}
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in known.items() if value)


def _kind(unit: Unit, row: OutboxRow, policy: Policy) -> MessageKind:
    """By the play under which it left: many a text has a 1 and a 5 in it."""
    approval_id = row.effect.authority.approval_id
    standing = unit.campaigns.get(approval_id) if approval_id else None
    play = policy.outreach.plays.get(standing.campaign.play) if standing else None
    if play is not None and play.asks_recommendation:
        return MessageKind.RECOMMENDING
    return MessageKind.RATING if play is not None and play.asks_rating else MessageKind.OUTREACH


def _message(row: OutboxRow, conversation: Conversation, at: datetime, kind: MessageKind) -> Message:
    return Message(
        id=_name(row),
        conversation_id=conversation.id,
        channel=row.effect.channel,
        role=Role.ASSISTANT,
        author=AUTHOR,
        text=row.effect.message.body if row.effect.message else "",
        at=at,
        vendor_ref=_ref(row),
        delivery=row.delivery or "sent",
        address=row.effect.target,
        kind=kind,
    )


def _name(row: OutboxRow) -> MessageId:
    return MessageId(derive_id("ms", _ref(row)))


def _ref(row: OutboxRow) -> str:
    return f"{source_of(row.effect.channel)}:{row.vendor_ref}"
