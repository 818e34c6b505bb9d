"""What a visitor of the company's pages goes through, and the help that they were offered."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.model.ids import derive_id


class JourneyStepKind(StrEnum):
    """PAGE: opened; ERROR: an error page, or a script that broke; FAILED: a step of a workflow did not work;
    HESITATED: nothing was done there for some seconds."""

    PAGE = "page"
    ERROR = "error"
    FAILED = "failed"
    HESITATED = "hesitated"


class OfferState(StrEnum):
    """PLANNED → PLACED (it may be shown) → SHOWN → ACCEPTED or DECLINED. HELD_OUT: kept back by chance, to compare."""

    PLANNED = "planned"
    PLACED = "placed"
    SHOWN = "shown"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    HELD_OUT = "held_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyStep:
    """`visitor` is a random name that the browser made up; `page` a path without its query; `name` says what failed.
    `seconds` is how long nothing was done."""

    visitor: str
    kind: JourneyStepKind
    page: str
    at: datetime
    name: str = ""
    seconds: float = 0.0
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One offer of help to one visitor. `evidence` says why, as a person would be told."""

    visitor: str
    rule: str
    text: str
    evidence: str
    page: str
    at: datetime
    expires_at: datetime
    language: str = "en"
    state: OfferState = OfferState.PLANNED
    shown_at: datetime | None = None
    answered_at: datetime | None = None

    @property
    def id(self) -> str:
        return derive_id("of", self.visitor, self.rule, self.at.isoformat())


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCount:
    """How many offers of a rule came to a state, and how many of these visitors wrote to us afterwards."""

    rule: str
    state: OfferState
    offers: int
    wrote: int
