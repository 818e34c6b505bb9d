"""What an agent let us put into their reply, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.model.ids import ConversationId, DraftId


class InsertedFrom(StrEnum):
    """OWN: the agent's own text in other words. LIVE: a draft that was worded while they watched."""

    DRAFT = "draft"
    EDITED = "edited"
    LIVE = "live"
    APPROVED = "approved"
    OWN = "own"
    ARTICLE = "article"
    MACRO = "macro"
    SIMILAR = "similar"
    SCRIPT = "script"
    SCENARIO = "scenario"


OF_DRAFT = frozenset({InsertedFrom.DRAFT, InsertedFrom.EDITED, InsertedFrom.APPROVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """`ref` names the article, macro, ticket or request; `note` the agent's own words within the text; `left_out` the
    draft's sentences that are not in it; `confirmed` the internal articles whose warning they confirmed; `copied` that
    they took it by hand. `draft_id` is None where it came from no stored draft."""

    conversation_id: ConversationId
    text: str
    source: InsertedFrom
    agent_id: str
    agent: str
    at: datetime
    draft_id: DraftId | None = None
    ref: str = ""
    note: str = ""
    left_out: tuple[int, ...] = ()
    confirmed: tuple[str, ...] = ()
    copied: bool = False
    serial: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What the sent comment says of an insertion: the share of its words that are still there, in their order, and the
    number of words to put in, take out or replace to come from one to the other."""

    comment: str
    kept: float
    distance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    insertion: Insertion
    fate: Fate
