"""Why a message stands in the conversation that it stands in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.model.ids import ConversationId, MessageId, TicketId


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
    its messages stood there on; a message of a ticket has none."""

    id: str
    origin: ConversationId
    to: ConversationId
    messages: tuple[MessageId, ...]
    by: str
    at: datetime
    undone_at: datetime | None = None
    before: tuple[Join, ...] = ()
