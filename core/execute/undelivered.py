"""A message that did not arrive comes back to the agent, on the ticket, with what to do about it."""

from datetime import datetime

from core.execute.failures import UNCLEAR, Failure
from core.handoff.card import CHANNEL_WORDS, quote_line
from core.model.customer import Channel
from core.model.outbound import TO_CUSTOMER, Authority, Effect, EffectKind, EffectState
from core.ports import Unit

TAG = "handrail_undelivered"
RULE = "undelivered"
REST_LEFT = "rest_left"  # in a payload: the parts after this one have gone their own way
ENDED = frozenset({EffectState.REFUSED, EffectState.PARKED})


def note_undelivered(unit: Unit, effect: Effect, code: str, failure: Failure, now: datetime) -> list[Effect]:
    """The note about a message that did not arrive. Its key makes it one for each message, however often it is said; it
    opens a ticket that was solved. None where the message is on no ticket, or was for no customer. `code` is the
    vendor's, empty where it gave none."""
    conversation = unit.conversations.get(effect.conversation_id) if effect.conversation_id else None
    if effect.kind not in TO_CUSTOMER or conversation is None or conversation.ticket_id is None:
        return []
    alone = has_left(unit, effect) or bool(effect.payload.get(REST_LEFT))
    rest = "" if alone or not effect.payload.get("rest") else "\nThe parts after it were not sent."
    reopened = {} if conversation.open else {"status": "open"}
    told = Effect(
        kind=EffectKind.TICKET_UPDATE,
        key=f"{effect.key}:undelivered",
        target=conversation.ticket_id,
        payload={"note": note(effect, code, failure, rest), "add_tags": [TAG], **reopened},
        authority=Authority(rule=RULE, policy_version=effect.authority.policy_version),
        created_at=now,
        conversation_id=conversation.id,
    )
    return [told]


def has_left(unit: Unit, effect: Effect) -> bool:
    """Whether the provider took it, so that what follows from it has followed, or will."""
    row = unit.outbox.get(effect.id)
    return row is not None and row.state not in ENDED


def note(effect: Effect, code: str, failure: Failure, rest: str = "") -> str:
    """Whose message, to where, why it did not arrive, what to do, and what it said. `rest`: what became of the parts
    after it."""
    payload = effect.payload
    by = CHANNEL_WORDS[Channel(payload.get("channel", Channel.EMAIL))]
    whose = f"The reply of {payload['author']}" if payload.get("author") else "A message"
    if not payload.get("relayed"):
        whose = "A message of the virtual assistant"
    error = f" (error {code})" if code else ""
    fate = "may not have arrived" if failure is UNCLEAR else "did not arrive"
    return (
        f"Not delivered: {whose} by {by} to {effect.target} {fate}.\n"
        f"Why: {failure.meaning.rstrip('.')}{error}.\n"
        f"What to do: {failure.advice.rstrip('.')}.{rest}\n\n"
        f"It said: “{quote_line(str(payload['body']), 400)}”"
    )
