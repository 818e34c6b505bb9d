"""One matter with one customer across channels."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from core.model.arm import Arm
from core.model.customer import Channel, Customer, Identity
from core.model.ids import ConversationId, CustomerId, MessageId, TicketId
from core.model.journey import JourneyStep
from core.model.profile import Proving


class Role(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    ASSISTANT = "assistant"
    SYSTEM = "system"


class MessageKind(StrEnum):
    """What a message is besides words. REACTION: a sign under a message, which is no turn: its role is SYSTEM. STOP,
    START and HELP: a keyword that the vendor says it has taken and answered itself. OUTREACH: what we wrote first,
    which answers nobody; RATING: of that, what asks how it was, with a number from 1 to 5; RECOMMENDING: whether they
    would recommend the company, from 0 to 10."""

    WORDS = ""
    REACTION = "reaction"
    STOP = "stop"
    START = "start"
    HELP = "help"
    OUTREACH = "outreach"
    RATING = "rating"
    RECOMMENDING = "recommending"


class OwnerKind(StrEnum):
    """Who acts: the assistant, one named agent, a team that has not picked it up yet, or nobody so far."""

    ASSISTANT = "assistant"
    AGENT = "agent"
    TEAM = "team"
    NONE = "none"


HUMAN = (OwnerKind.AGENT, OwnerKind.TEAM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    kind: OwnerKind
    id: str = ""
    name: str = ""

    @property
    def is_human(self) -> bool:
        return self.kind in HUMAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with a message. `type` is what the vendor says it is (`image/jpeg`), `size` counts bytes, None
    where nobody says; `ref` is the vendor's address or id of it. `text` is what could be read of it, `described` who
    put a picture into words (a model's name); both empty where nobody but a person can look. `digest` is the SHA-256 of
    its content, empty where it was not fetched: the same file sent again is the same."""

    name: str
    type: str
    size: int | None = None
    ref: str = ""
    text: str = ""
    described: str = ""
    digest: str = ""

    @property
    def is_image(self) -> bool:
        return self.type.startswith("image/")

    @property
    def is_seen(self) -> bool:
        return bool(self.text)


NOBODY = Owner(kind=OwnerKind.NONE)
UNPROVED = Proving()
ASSISTANT = Owner(kind=OwnerKind.ASSISTANT, name="Virtual assistant")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One line of the timeline. `vendor_ref` is the vendor's own id (`zendesk:comment:17`, a MessageSid); `automatic`:
    the vendor says that a machine sent it, as its headers state. `address` is the customer's own on a channel where we
    speak ourselves (a phone number, the id of a messaging conversation, of a call): an answer goes back there. `quotes`
    is the `vendor_ref` of the message that it is a reply to, where the customer marked one; `proved` is what the vendor
    itself knew for certain of who wrote it, such as the account that they were logged in to. `ticket_id` is the ticket
    that it stands on as a comment, None for what came by text."""

    id: MessageId
    conversation_id: ConversationId
    channel: Channel
    role: Role
    author: str
    text: str
    at: datetime
    vendor_ref: str
    public: bool = True
    delivery: str | None = None
    attachments: tuple[Attachment, ...] = ()
    automatic: bool = False
    address: str = ""
    quotes: str = ""
    kind: MessageKind = MessageKind.WORDS
    proved: tuple[Identity, ...] = ()
    ticket_id: TicketId | None = None

    @property
    def unasked(self) -> bool:
        """Whether we wrote first."""
        return self.kind in (MessageKind.OUTREACH, MessageKind.RATING, MessageKind.RECOMMENDING)

    @property
    def named(self) -> str:
        """As people are told of it, who know no ids of ours."""
        moment = self.at.astimezone(UTC)
        return f"message of {moment:%H:%M} UTC on {_day(moment)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """`version` rises with every change of owner or state; a writer that read an older one is refused. `brand` is the
    brand that was written to, empty where the company has one or nobody knows; `satisfaction` is the customer's own
    word on it (`good`, `bad`), empty where they gave none; `rating` is the number from 1 to 5 where they were asked for
    one, a 3 among them, which is no word; `recommends` that from 0 to 10 with which they said whether they would
    recommend the company, where they were asked that after it.

    `owner_since` is when the owner became it, `owner_group` the team that a named agent has it from. What was before
    `solved_at` belongs to a matter that was closed: facts are read afresh from there. `followed_up_at` is when the
    timer last asked whether all is well."""

    id: ConversationId
    customer_id: CustomerId
    subject: str
    owner: Owner = NOBODY
    ticket_id: TicketId | None = None
    channel: Channel = Channel.EMAIL
    open: bool = True
    updated_at: datetime
    version: int = 0
    brand: str = ""
    satisfaction: str = ""
    owner_since: datetime | None = None
    owner_group: str = ""
    solved_at: datetime | None = None
    followed_up_at: datetime | None = None
    rating: int | None = None
    recommends: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A conversation that the same customer had before, cut to what a later one is compared with: `words` are the
    first of what the customer wrote in it, `escalated` whether it was ever handed to a person."""

    id: ConversationId
    subject: str
    words: str
    at: datetime
    solved: bool = True
    escalated: bool = False
    satisfaction: str = ""
    ticket_id: TicketId | None = None

    @property
    def named(self) -> str:
        """As people are told of it, who know no ids of ours."""
        return f"{ticket_named(self.ticket_id) if self.ticket_id else 'conversation'} of {_day(self.at)}"


def ticket_named(ticket: TicketId) -> str:
    return f"ticket {ticket}"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseContext:
    """Everything known when a step is taken: the customer, the conversation, one timeline over its channels.

    `reply_to` is the address that the newest message came from: a person may have several numbers. `past` are the
    customer's earlier conversations, newest first, few of them. `settled` are messages that were decided to need no
    answer: nobody waits for one, so later words are read without them. `decided` are the unanswered ones that had a
    turn before: their words stand on the ticket already. `in_workspace`: agents were shown the newest message as it
    came. `offered` are the answers that the assistant offered last, to be tapped where a channel has buttons.
    `visit` is what whoever wrote the newest message went through on the company's pages before it, newest last."""

    customer: Customer
    conversation: Conversation
    timeline: tuple[Message, ...]
    now: datetime
    earlier: int = 0  # conversations of the same customer in the last 30 days, this one not counted
    reply_to: str | None = None
    past: tuple[Earlier, ...] = ()
    settled: frozenset[MessageId] = frozenset()
    decided: frozenset[MessageId] = frozenset()
    beside: TicketId | None = None  # the ticket that was written on, where that is not the conversation's main one
    in_workspace: bool = False
    proving: Proving = UNPROVED
    offered: tuple[str, ...] = ()
    visit: tuple[JourneyStep, ...] = ()
    late: timedelta = timedelta(0)  # from when the newest message was written to its turn, where nobody asked for one
    arms: Mapping[str, Arm] = field(default_factory=dict)  # of the customer, in the policy's experiments
    card: str = ""  # the style card that an experiment gives the customer; empty: the brand's
    corrected: tuple[str, str] | None = None  # the intent, and its label, that an agent says the newest words have

    @property
    def brand(self) -> str:
        return self.conversation.brand

    @property
    def latest(self) -> Message | None:
        """The newest message of the customer."""
        return next((m for m in reversed(self.timeline) if m.role is Role.CUSTOMER), None)

    @property
    def unanswered(self) -> tuple[Message, ...]:
        """The customer's messages since anybody last replied in public, oldest first; none that is `settled`."""
        turns: list[Message] = []
        for message in reversed(self.timeline):
            if message.role is Role.CUSTOMER:
                turns += [message] if message.id not in self.settled else []
            elif message.public and message.role in (Role.AGENT, Role.ASSISTANT):
                break
        return tuple(reversed(turns))


# ------------------------------------------------------------------
# Who is in control of a messaging conversation, as the vendor's switchboard has it.


class Control(StrEnum):
    """The one in control answers; all others only listen. OTHER is a bot that is not ours."""

    ASSISTANT = "assistant"
    AGENTS = "agents"
    OTHER = "other"
    NOBODY = "nobody"


# ------------------------------------------------------------------
# Why a message stands in the conversation that it stands in.


class Ground(StrEnum):
    """On what ground a message was put where it is, the surest first. FIRST and APART began a conversation."""

    AGENT = "agent"  # an agent moved it there
    QUOTED = "quoted"  # it is a reply to a message there
    TICKET = "ticket"  # it names a ticket of it
    REFERENCE = "reference"  # it names the same order, serial or code
    IN_ONE_GO = "in_one_go"  # the rest of what was being written
    TALKING = "talking"  # that was being talked about some minutes before
    ANSWER = "answer"  # we had asked
    SAYS_SO = "says_so"  # "still", "any news", and it is alike
    INTENT = "intent"  # both want the same of the company
    ALIKE = "alike"
    VAGUE = "vagueness"  # it says too little to be about anything else
    RECENT = "recent"  # nothing speaks for another matter
    APART = "apart"
    FIRST = "first"


NEW = frozenset({Ground.APART, Ground.FIRST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """`words` is what the ground rests on: the order number, the question that was asked; `score` how alike the two
    are, from 0 to 1, where that counted. `by` is the agent who moved it."""

    message_id: MessageId
    conversation_id: ConversationId
    ground: Ground
    at: datetime
    words: str = ""
    score: float | None = None
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A further ticket of a conversation; its main one stands in the conversation itself."""

    ticket_id: TicketId
    conversation_id: ConversationId
    open: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What an agent took from one conversation to another, so that it can be put back. `before` are the grounds that
    its messages stood there on; a message of a ticket has none. `tickets` went along, the main one first, because
    nothing stayed behind."""

    id: str
    origin: ConversationId
    to: ConversationId
    messages: tuple[MessageId, ...]
    by: str
    at: datetime
    undone_at: datetime | None = None
    before: tuple[Join, ...] = ()
    tickets: tuple[TicketId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeSuggestion:
    """Two conversations of one customer that may be one matter: the one that began, and the `other_id` that it is too
    near to for another matter and not near enough to be joined (`score`, from 0 to 1). Agent `by` said at `settled_at`
    that the two are one (`merged`) or stay apart; None: nobody has said."""

    conversation_id: ConversationId
    other_id: ConversationId
    score: float
    at: datetime
    settled_at: datetime | None = None
    merged: bool = False
    by: str = ""


# ------------------------------------------------------------------
# What the timers look for.


# After this much more time nobody is asked, and nothing is closed: timers that are switched on for the first time do
# not dig out the last year.
TOO_LATE = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Open conversations of such an owner in which the last public word is one of `said_by`; what was decided to need
    no answer is no word. `asked`: that word is the timer's question (or counts as it), False: the timer has not looked
    at it yet; None: whether or not."""

    owner: OwnerKind = OwnerKind.ASSISTANT
    said_by: Role = Role.ASSISTANT
    asked: bool | None = None
