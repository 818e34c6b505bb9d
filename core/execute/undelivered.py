"""A message that did not arrive comes back to the agent, on the ticket, with what to do about it."""

from datetime import datetime

from core.execute.failures import UNCLEAR, Failure
from core.handoff.card import CHANNEL_WORDS, quote_line
from core.model.effect_payloads import MessagePayload, TicketUpdatePayload, ToCustomer
from core.model.outbound import Authority, Effect, EffectKind, EffectState, OutboxRow
from core.ports import Unit

TAG = "handrail_undelivered"
RULE = "undelivered"
ENDED = frozenset({EffectState.REFUSED, EffectState.PARKED})


def note_undelivered(unit: Unit, effect: Effect, code: str, failure: Failure, now: datetime) -> list[Effect]:
    """The note about a message that did not arrive. Its key makes it one for each message, however often it is said; it
    opens a ticket that was solved. None where the message is on no ticket, or was for no customer. `code` is the
    vendor's, empty where it gave none."""
    conversation = unit.conversations.get(effect.conversation_id) if effect.conversation_id else None
    said = effect.payload
    if not isinstance(said, ToCustomer):
        return []
    if conversation is None or conversation.ticket_id is None:
        return []
    ends_there = isinstance(said, MessagePayload) and said.rest and not (said.rest_left or has_left(unit, effect))
    rest = "\nThe parts after it were not sent." if ends_there else ""
    words = note(effect, said, code, failure, rest)
    told = Effect(
        kind=EffectKind.TICKET_UPDATE,
        key=f"{effect.key}:undelivered",
        target=conversation.ticket_id,
        payload=TicketUpdatePayload(note=words, add_tags=(TAG,), status=None if conversation.open else "open"),
        authority=Authority(rule=RULE, policy_version=effect.authority.policy_version),
        created_at=now,
        conversation_id=conversation.id,
    )
    return [told]


def note_no_side_conversation(unit: Unit, row: OutboxRow, error: str, now: datetime) -> list[Effect]:
    """The agent hears that it is not there, and that the note is. `row` is as it stood before."""
    effect = row.effect
    fate = "may not have been opened" if row.state is EffectState.UNKNOWN else "was not opened"
    words = (
        f"The side conversation with engineering {fate}: {error}. Side conversations are part of Zendesk's "
        "Collaboration add-on, have to be switched on, and need an agent who may open them. The brief stands on this "
        "ticket as a note."
    )
    told = Effect(
        kind=EffectKind.TICKET_UPDATE,
        key=f"{effect.key}:undelivered",
        target=effect.target,
        payload=TicketUpdatePayload(note=words),
        authority=Authority(rule=RULE, policy_version=effect.authority.policy_version),
        created_at=now,
        conversation_id=effect.conversation_id,
    )
    return [told] if unit.outbox.add(told) else []


def has_left(unit: Unit, effect: Effect) -> bool:
    """Whether the provider took it, so that what follows from it has followed, or will."""
    row = unit.outbox.get(effect.id)
    return row is not None and row.state not in ENDED


def note(
    effect: Effect,
    said: ToCustomer,
    code: str,
    failure: Failure,
    rest: str = "",
) -> str:
    """Whose message, to where, why it did not arrive, what to do, and what it said. `rest`: what became of the parts
    after it."""
    by, whose = CHANNEL_WORDS[effect.channel], "A message of the virtual assistant"
    if isinstance(said, MessagePayload) and said.relayed:
        whose = f"The reply of {said.author}" if said.author else "A message"
    error = f" (error {code})" if code else ""
    fate = "may not have arrived" if failure is UNCLEAR else "did not arrive"
    return (
        f"Not delivered: {whose} by {by} to {effect.target} {fate}.\n"
        f"Why: {failure.meaning.rstrip('.')}{error}.\n"
        f"What to do: {failure.advice.rstrip('.')}.{rest}\n\n"
        f"It said: “{quote_line(said.body, 400)}”"
    )
