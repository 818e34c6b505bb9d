"""What leaves: one row of the outbox each, under somebody's authority."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from enum import Enum, StrEnum
from functools import cache
from typing import Any

from core.model.customer import CHATTED, DIRECT, Channel
from core.model.effect_payloads import EFFECT_PAYLOADS, EffectPayload, MessagePayload
from core.model.effect_payloads import EffectKind as EffectKind
from core.model.ids import ApprovalId, ConversationId, EffectId, derive_id

# ------------------------------------------------------------------
# The JSON form of what an event or an effect carries. Digests of approvals and stored rows are made of it.
#
# A payload is a frozen dataclass. A field without a default is always written; one that equals its default is left
# out, so that a new optional field changes no digest of what was approved before it was there.


def as_json(value: Any) -> Any:
    """The value in JSON's own types: dataclasses as objects, moments in ISO 8601, tuples as lists."""
    if is_dataclass(value) and not isinstance(value, type):
        named = ((name, getattr(value, name), default) for name, default in _defaults(type(value)))
        return {name: as_json(found) for name, found, default in named if found != default}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): as_json(inner) for name, inner in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [as_json(inner) for inner in value]
    return value


@cache
def _defaults(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    """Each field with what it holds when nobody says anything; MISSING, which equals nothing, where it has to be
    said."""
    return tuple(
        (field.name, field.default if field.default_factory is MISSING else field.default_factory())
        for field in fields(kind)
    )


# ------------------------------------------------------------------

NOTICE = "handoff_notice"  # the rule under which a customer is told that a person takes over
UNDELIVERED = frozenset({"failed", "undelivered", "canceled"})  # what a carrier says of a text that nobody reads
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
    the vendor is told; ValueError where it is that of another kind."""

    kind: EffectKind
    key: str
    target: str
    payload: EffectPayload
    authority: Authority
    created_at: datetime
    conversation_id: ConversationId | None = None
    not_before: datetime | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.payload, EFFECT_PAYLOADS[self.kind]):
            raise ValueError(f"a {type(self.payload).__name__} is no payload of a {self.kind}")

    @property
    def id(self) -> EffectId:
        return EffectId(derive_id("fx", self.key))

    @property
    def digest(self) -> str:
        """A hash over everything the recipient would get; an approval covers exactly this."""
        return digest({"kind": self.kind, "target": self.target, "payload": as_json(self.payload)})

    @property
    def message(self) -> MessagePayload | None:
        """None for any kind but a message."""
        return self.payload if isinstance(self.payload, MessagePayload) else None

    @property
    def channel(self) -> Channel:
        """On which a customer gets it: what is no message of ours reaches them by the helpdesk's mail."""
        return self.payload.channel if isinstance(self.payload, MessagePayload) else Channel.EMAIL


class Occasion(StrEnum):
    """What a message to a customer is there for, as the approved forms of a channel are told apart."""

    REPLY = "reply"
    NOTICE = "notice"
    FOLLOW_UP = "follow_up"


# By the rule that a message leaves under; every other rule is a reply.
OCCASIONS = {
    NOTICE: Occasion.NOTICE,
    "test_message": Occasion.NOTICE,
    "opt_out_confirmation": Occasion.NOTICE,
    "follow_up": Occasion.FOLLOW_UP,
}


def as_first(effect: Effect) -> Effect:
    """What failed at the vendor and is sent once more is the message that was approved, under a key made of the first
    one's; in which form it goes changes no word of it."""
    said = effect.message
    if said is None or said.again_of is None or effect.key != f"{said.again_of}:again":
        return effect
    return replace(effect, key=said.again_of, payload=replace(said, again_of=None, templated=False))


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


def outgoing(effect: Effect, said: MessagePayload) -> Outgoing:
    """What an effect of the kind MESSAGE, whose payload is `said`, tells the messenger."""
    return Outgoing(
        channel=said.channel,
        to=effect.target,
        body=said.body,
        effect_id=effect.id,
        choices=said.choices,
        free_until=said.free_until,
        language=said.language or "en",
        author=said.author or "",
        occasion=occasion_of(effect),
        templated=said.templated,
        again=said.again_of is not None,
        valid_until=said.valid_until,
        on_call=said.on_call or "",
    )


def source_of(channel: Channel) -> str:
    """Which vendor's ids the messages of a channel have."""
    if channel in CHATTED:
        return "sunshine"
    return "twilio" if channel in DIRECT else "zendesk"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """`verbatim`: the payload stands in the store with exactly its fields, none besides and none under another name."""

    effect: Effect
    state: EffectState
    attempts: int = 0
    vendor_ref: str | None = None
    delivery: str | None = None
    error: str | None = None
    first_sent_at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    verbatim: bool = True


def digest(value: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a value: the same in every process."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=_canonical).encode()).hexdigest()


def _canonical(value: Any) -> Any:
    # The order of a set's members hangs on the process: what one has agreed to another would not know again.
    return sorted(value) if isinstance(value, set | frozenset) else str(value)
