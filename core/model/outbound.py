"""What leaves the house: one row of the outbox each, under somebody's authority."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.model.customer import CHATTED, DIRECT, Channel
from core.model.ids import ApprovalId, ConversationId, EffectId, derive_id


class EffectKind(StrEnum):
    MESSAGE = "message"  # to a customer, on a channel where we speak ourselves
    OFFER = "offer"  # of help, on a page of the company's own
    TICKET_REPLY = "ticket_reply"  # public comment: reaches the customer by e-mail
    TICKET_NOTE = "ticket_note"  # internal note
    CONTROL = "control"  # of a messaging conversation, to agents or back
    TICKET_UPDATE = "ticket_update"  # tags, fields, group
    TICKET_CREATE = "ticket_create"
    FILES = "files"  # that a customer sent: onto the ticket, then deleted at the provider
    SLACK_POST = "slack_post"
    SLACK_UPDATE = "slack_update"
    APPOINTMENT = "appointment"  # a time in the company's calendar: booked, moved or given up


TO_CUSTOMER = frozenset({EffectKind.MESSAGE, EffectKind.OFFER, EffectKind.TICKET_REPLY})


class EffectState(StrEnum):
    """PENDING → SENDING → SENT. UNKNOWN: left, no answer, to be reconciled. PARKED: a person must look.
    REFUSED: the vendor or a gate said no. HELD: waits for `not_before` (quiet hours)."""

    PENDING = "pending"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    PARKED = "parked"
    REFUSED = "refused"


UNDER_WAY = frozenset({EffectState.PENDING, EffectState.HELD, EffectState.SENDING, EffectState.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Why this may leave: a person's approval, or a standing rule of an applied policy version."""

    rule: str
    policy_version: str
    approval_id: ApprovalId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing to do at a vendor, named by its idempotency `key`.

    `target` is the recipient: E.164 phone, messaging conversation, call, ticket id or Slack channel. `payload` is what
    the vendor is told."""

    kind: EffectKind
    key: str
    target: str
    payload: Mapping[str, Any]
    authority: Authority
    created_at: datetime
    conversation_id: ConversationId | None = None
    not_before: datetime | None = None

    @property
    def id(self) -> EffectId:
        return EffectId(derive_id("fx", self.key))

    @property
    def digest(self) -> str:
        """A hash over everything the recipient would get; an approval covers exactly this."""
        return digest({"kind": self.kind, "target": self.target, "payload": dict(self.payload)})


class Occasion(StrEnum):
    """What a message to a customer is there for, as the approved forms of a channel are told apart."""

    REPLY = "reply"
    NOTICE = "notice"
    FOLLOW_UP = "follow_up"


# By the rule that a message leaves under; every other rule is a reply.
OCCASIONS = {
    "handoff_notice": Occasion.NOTICE,
    "test_message": Occasion.NOTICE,
    "opt_out_confirmation": Occasion.NOTICE,
    "follow_up": Occasion.FOLLOW_UP,
}
VALID_UNTIL = "valid_until"  # in the payload of what is leaving: when it is too late to be delivered
AGAIN_OF = "again_of"  # in a payload: the key of the effect that did not reach the customer


def as_first(effect: Effect) -> Effect:
    """What failed at the vendor and is sent once more is the message that was approved, under a key made of the first
    one's; in which form it goes changes no word of it."""
    first = effect.payload.get(AGAIN_OF)
    if first is None or effect.key != f"{first}:again":
        return effect
    kept = {name: value for name, value in effect.payload.items() if name not in (AGAIN_OF, "templated")}
    return replace(effect, key=first, payload=kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message to a customer as the messenger of its channel gets it.

    `to` is the customer's address there: an E.164 number, the id of a messaging conversation or of a call. `choices`
    are answers offered under it, which a channel without buttons leaves out; `free_until` is until when the channel
    takes free words (None: always, or nobody knows), and beyond that a text goes in an approved form: which one, its
    `occasion` says. `templated`: in such a form whatever the hour, `again`: an earlier attempt failed at the vendor;
    `author` is the agent whose words these are, empty where they are
    the assistant's."""

    channel: Channel
    to: str
    body: str
    effect_id: EffectId
    choices: tuple[str, ...] = ()
    free_until: datetime | None = None
    language: str = "en"
    author: str = ""
    occasion: Occasion = Occasion.REPLY
    templated: bool = False
    again: bool = False
    valid_until: datetime | None = None  # the vendor is to drop what it could not deliver by then
    on_call: str = ""  # of a call, after it is said: through to a person, the end, or the offer of a link


def occasion_of(effect: Effect) -> Occasion:
    if effect.authority.approval_id:
        return Occasion.NOTICE
    return OCCASIONS.get(effect.authority.rule, Occasion.REPLY)


def outgoing(effect: Effect) -> Outgoing:
    """What an effect of the kind MESSAGE tells the messenger."""
    payload = effect.payload
    free_until, valid_until = payload.get("free_until"), payload.get(VALID_UNTIL)
    return Outgoing(
        channel=Channel(payload["channel"]),
        to=effect.target,
        body=str(payload["body"]),
        effect_id=effect.id,
        choices=tuple(payload.get("choices", ())),
        free_until=datetime.fromisoformat(free_until) if free_until else None,
        language=str(payload.get("language", "en")),
        author=str(payload.get("author", "")),
        occasion=occasion_of(effect),
        templated=bool(payload.get("templated")),
        again=AGAIN_OF in payload,
        valid_until=datetime.fromisoformat(valid_until) if valid_until else None,
        on_call=str(payload.get("on_call", "")),
    )


def source_of(channel: Channel) -> str:
    """Which vendor's ids the messages of a channel have."""
    if channel in CHATTED:
        return "sunshine"
    return "twilio" if channel in DIRECT else "zendesk"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    effect: Effect
    state: EffectState
    attempts: int = 0
    vendor_ref: str | None = None
    delivery: str | None = None
    error: str | None = None
    first_sent_at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def digest(value: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
