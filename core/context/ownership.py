"""Whose conversation it is: exactly one owner at a time, and who may take it from whom.

These rules only make values. They become true by `Conversations.save`, which compares the version that was read with
the one that is stored: of two who take a conversation at the same moment one succeeds, and the other reads it again.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile

from core.model.conversation import ASSISTANT, Conversation, Message, Owner, OwnerKind, Role
from core.model.decision import Action, Decision
from core.model.draft import DraftState
from core.model.ids import ConversationId, MessageId
from core.model.outbound import TO_CUSTOMER
from core.ports import Unit

# What the assistant says by itself. It goes no further once a person has the conversation.
SPOKEN = (
    "automatic_reply",
    "instruction",
    "handoff_notice",
    "follow_up",
    "procedure",
    "clarifying_question",
    "appointment",
    "action",
    "receipt",
)
# What a word of the customer makes pointless.
UNTIL_THEY_WRITE = ("follow_up", "auto_close")
SPEAKERS = frozenset({Role.CUSTOMER, Role.AGENT, Role.ASSISTANT})


def team(name: str) -> Owner:
    return Owner(kind=OwnerKind.TEAM, id=name, name=name)


def hold(conversation: Conversation, owner: Owner, at: datetime) -> Conversation:
    """The conversation with this owner; since when is kept, and from which team an agent has it."""
    before = conversation.owner
    if owner == before:
        return conversation
    group = before.name if before.kind is OwnerKind.TEAM else conversation.owner_group
    kept = group if owner.kind is OwnerKind.AGENT else ""
    return replace(conversation, owner=owner, owner_since=at, owner_group=kept)


def take_by_agent(conversation: Conversation, author: str, at: datetime) -> Conversation:
    """A person has written in public: it is theirs."""
    return hold(conversation, Owner(kind=OwnerKind.AGENT, id=author, name=author), at)


def give_back(conversation: Conversation, at: datetime) -> Conversation:
    """To the assistant: by a person's word, by solving where the policy says so, or by the policy's timer."""
    return hold(conversation, ASSISTANT, at)


def mark_solved(conversation: Conversation, at: datetime) -> Conversation:
    """What was before is closed: whoever writes again is read afresh."""
    return replace(conversation, open=False, solved_at=at)


def still_true(conversation: Conversation, decision: Decision | None) -> Decision | None:
    """The decision, unless it was about a matter that was solved since: its plan is not gone on with."""
    since = conversation.solved_at
    return decision if decision is not None and (since is None or decision.at > since) else None


# ---------------------------------------------------------------- how long it has been quiet


def last_word(messages: Sequence[Message], settled: Collection[MessageId] = ()) -> Message | None:
    """The newest thing that anybody said in public; after what is `settled` (thanks, a machine's note) nobody waits."""
    spoken = (m for m in reversed(messages) if m.public and m.role in SPEAKERS)
    return next((m for m in spoken if m.id not in settled), None)


def settled_message_ids(unit: Unit, messages: Sequence[Message]) -> frozenset[MessageId]:
    """What the customer wrote last and was decided to need no answer."""
    since = takewhile(lambda m: m.role not in (Role.AGENT, Role.ASSISTANT) or not m.public, reversed(messages))
    return frozenset(m.id for m in since if m.role is Role.CUSTOMER and _needs_nothing(unit, m))


def customer_waits(unit: Unit, conversation_id: ConversationId) -> bool:
    """Whether the customer has the last word, as it is stored now; it may not be decided yet."""
    messages = unit.conversations.messages(conversation_id)
    last = last_word(messages, settled_message_ids(unit, messages))
    return last is not None and last.role is Role.CUSTOMER


def _needs_nothing(unit: Unit, message: Message) -> bool:
    decision = unit.decisions.of_message(message.id)
    return decision is not None and decision.disposition.action is Action.SILENT


def returns(conversation: Conversation, last: Message, after: timedelta, now: datetime) -> bool:
    """Whether an agent's lease is over: nobody has said anything since their last public word. While a customer waits
    for the agent it is not, however long that takes."""
    agents = conversation.owner.kind is OwnerKind.AGENT and last.role is Role.AGENT
    return conversation.open and agents and last.at <= now - after


def wants_follow_up(conversation: Conversation, last: Message, after: timedelta, now: datetime) -> bool:
    """Whether the assistant's last answer has been standing there for so long that one may ask, once."""
    asked = conversation.followed_up_at is not None and conversation.followed_up_at >= last.at
    return _ours(conversation, last) and not asked and last.at <= now - after


def wants_closing(conversation: Conversation, last: Message, after: timedelta, now: datetime, *, asks: bool) -> bool:
    """Whether nobody has said anything since our question, which is our last word then and marked as asked; or, where
    the policy never `asks`, since our last answer. Who could not be asked is not closed upon."""
    quiet = last.at <= now - after and (not asks or conversation.followed_up_at == last.at)
    return _ours(conversation, last) and quiet


def _ours(conversation: Conversation, last: Message) -> bool:
    owned = conversation.owner.kind is OwnerKind.ASSISTANT
    return conversation.open and owned and last.role is Role.ASSISTANT


# ---------------------------------------------------------------- what is no longer said


def withdraw(unit: Unit, conversation: Conversation, reason: str, now: datetime, *, drafts: bool = True) -> int:
    """What the assistant still had to say to the customer is not said; with `drafts`, what it proposed is no longer
    offered. How many effects were stopped. What goes to people (the ticket, its notes, alerts) goes on; what is being
    sent at this moment is looked at by the gate."""
    stopped = sum(unit.outbox.cancel(conversation.id, rule, reason, now, TO_CUSTOMER) for rule in SPOKEN)
    for draft, _ in unit.decisions.open_drafts(conversation.id) if drafts else ():
        unit.decisions.set_draft_state(draft.id, DraftState.WITHDRAWN)
    return stopped
