"""What agents changed in drafts, and what is proposed because of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.model.ids import ConversationId, CustomerId, DraftId


class Cause(StrEnum):
    """Why an agent changed a sentence, as far as the two sentences tell."""

    TONE = "tone"
    FACT = "fact"
    POLICY = "policy"
    MISSING_ARTICLE = "missing_article"
    PERSONAL = "personal"
    READING = "reading"  # what the customer wrote was read wrongly


class ProposalKind(StrEnum):
    STYLE_RULE = "style_rule"
    POLICY_LINE = "policy_line"
    ARTICLE_CHANGE = "article_change"
    ARTICLE_NEW = "article_new"
    INTENT_EXAMPLES = "intent_examples"
    TRIGGER_MISSED = "trigger_missed"
    TRIGGER_FALSE = "trigger_false"
    INTENT_NEW = "intent_new"
    INTENT_SPLIT = "intent_split"
    INTENT_MERGE = "intent_merge"
    INTENT_RETIRE = "intent_retire"


OF_TRIGGERS = frozenset({ProposalKind.TRIGGER_MISSED, ProposalKind.TRIGGER_FALSE})
OF_INTENTS = frozenset(
    {ProposalKind.INTENT_NEW, ProposalKind.INTENT_SPLIT, ProposalKind.INTENT_MERGE, ProposalKind.INTENT_RETIRE}
)
# Their evidence is what customers wrote, in which nobody changed anything: before of a false alarm, else after.
AS_WRITTEN = OF_TRIGGERS | OF_INTENTS


class ProposalState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReply:
    """A draft beside what an agent sent; `state` is that of the draft (used, edited, ignored)."""

    draft_id: DraftId
    conversation_id: ConversationId
    customer_id: CustomerId
    ticket_id: str
    agent: str
    at: datetime
    state: str
    intent: str
    language: str
    draft: str
    sent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One sentence before and after; one of both is empty where it was added or taken out. Personal data is masked.

    `article_id` is the source of the sentence before, or, for one that was added, what the draft rests on most."""

    reply: SentReply
    before: str
    after: str
    cause: Cause
    article_id: str = ""
    cited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a proposal rests on in one conversation."""

    conversation_id: ConversationId
    customer_id: CustomerId
    ticket_id: str
    agent: str
    at: datetime
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`says` is what comes into force when a person accepts it, in words that they may edit; `change` is the same for
    the machine. `key` stays the same from night to night while it is about the same thing.

    `could` counts the drafts in which the same could have been done, `matters` those in which it was; `words` is how
    many words of edits it would have saved. `replayed` holds what else is known of its effect."""

    id: str
    key: str
    kind: ProposalKind
    cause: Cause
    title: str
    says: str
    change: Mapping[str, Any]
    matters: int
    agents: int
    customers: int
    could: int
    words: int
    found_at: datetime
    state: ProposalState = ProposalState.OPEN
    replayed: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    decided_with: int = 0
    outcome: str = ""
    evidence: Sequence[Evidence] = field(default_factory=tuple)

    @property
    def share(self) -> float:
        return self.matters / self.could if self.could else 0.0

    @property
    def reversible(self) -> bool:
        """Whether it can be taken back where it was accepted: a policy is restored, a draft thrown away where it is."""
        return self.state is ProposalState.ACCEPTED and bool({"style", "examples"} & set(self.change))


def best(found: Sequence[Proposal]) -> list[Proposal]:
    """Those that save the most words first; of equal ones those with more matters."""
    return sorted(found, key=lambda each: (-each.words, -each.matters, each.id))
