"""What is known of a person and who says so; who was found to be the same person; what proved who they are."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.model.customer import Channel
from core.model.ids import ConversationId, CustomerId, VerificationId


class FactSource(StrEnum):
    """Who says a fact, by the kind of system. SAID: the customer's own words, noted by the assistant."""

    AGENT = "agent"
    ORDERS = "orders"
    BILLING = "billing"
    CRM = "crm"
    ANALYTICS = "analytics"
    HELPDESK = "helpdesk"
    SAID = "said"


TRUSTED = (
    FactSource.AGENT,
    FactSource.ORDERS,
    FactSource.BILLING,
    FactSource.CRM,
    FactSource.HELPDESK,
    FactSource.ANALYTICS,
    FactSource.SAID,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileFact:
    """`at` is when the source says that it was so, or when it was asked; `by` the agent or system that wrote it;
    `evidence` the message that it was said in. An empty value of an agent says that the fact is not so."""

    name: str
    value: str
    source: FactSource
    at: datetime
    by: str = ""
    evidence: str = ""

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("a fact needs a name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a source answered about a customer, and when. `problem` says in a few words why it could not be asked."""

    source: str
    at: datetime
    facts: tuple[ProfileFact, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An address, number or order that a person goes by and that nothing proves. `source` is `helpdesk` or `said`;
    `ref` the message that says it. `kind` is an identity's, or `order`."""

    kind: str
    value: str
    source: str
    at: datetime
    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Something that two people have in common. `kind` tells what: see `core.profile.likely`."""

    kind: str
    value: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a merge took from one person to the other."""

    identities: tuple[tuple[str, str], ...] = ()
    consents: tuple[str, ...] = ()
    conversations: tuple[str, ...] = ()
    facts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Two people that are one: `kept` has everything now, `merged` nothing until the merge is undone."""

    id: str
    kept: CustomerId
    merged: CustomerId
    at: datetime
    by: str
    why: str
    moved: Moved = Moved()
    undone_at: datetime | None = None
    undone_by: str = ""


class Proof(StrEnum):
    """How we know that it is really the person. NUMBER: they wrote from a number that is theirs; LOGIN: the vendor
    checked their sign-in; CODE: they repeated a code that went to an address of theirs."""

    NUMBER = "number"
    LOGIN = "login"
    CODE = "code"


class CodeState(StrEnum):
    """SENT waits for an answer, until a newer one is sent or its time is over; SPENT had too many wrong ones."""

    SENT = "sent"
    RIGHT = "right"
    SPENT = "spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """One code that was sent: to whom it proves something, not what it was. `until` is how long the proof holds,
    `proved_at` the address that it was repeated from. `own`: it was asked for from a place that is known to be theirs;
    else anybody may have asked, by their name."""

    id: VerificationId
    conversation_id: ConversationId
    customer_id: CustomerId
    channel: Channel
    hint: str
    sent_at: datetime
    expires_at: datetime
    tries: int = 0
    state: CodeState = CodeState.SENT
    until: datetime | None = None
    proved_at: str = ""
    own: bool = True

    def open(self, now: datetime) -> bool:
        return self.state is CodeState.SENT and now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Who is speaking is proved, how, and until when (None: while they write from there)."""

    by: Proof
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proving:
    """How far it is proved who speaks in a conversation. `code` is the last one that was sent; `number` where the next
    could go, of the person `customer_id` that it would prove; `sent` how many codes that they asked for themselves went
    to that person, or because of this conversation, within the hour, `unasked` how many within the day for which
    anybody may have asked; `login`: the vendor checked the sign-in of whoever wrote last, who is this
    customer. `barred`: their own number is known, and no text may go there or arrives. `assumed`: in an example, and
    where one looks back at what was decided, it is taken as proved."""

    code: Verification | None = None
    customer_id: CustomerId | None = None
    number: str = ""
    sent: int = 0
    unasked: int = 0
    login: bool = False
    barred: bool = False
    assumed: bool = False
