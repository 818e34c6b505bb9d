"""What comes of a search for an answer: a draft, or the reason why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.answer.parts import Part
from core.model.conversation import CaseContext
from core.model.cost import Cost
from core.model.draft import Draft
from core.model.knowledge import Gap, Hit
from core.model.signals import Signals

NO_ARTICLE = "No article answers this."
NO_QUESTION = "There is no question in this message."


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A draft, or the reason why there is none. `hits` may be quoted to the customer.

    `gap` is what no article answers, the whole question or a part of it. Where `clarify` names things, the draft is one
    question back: which of them is meant?"""

    draft: Draft | None
    abstained: str | None
    hits: tuple[Hit, ...] = ()
    gap: Gap | None = None
    clarify: tuple[str, ...] = ()
    costs: tuple[Cost, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether there was anything to answer."""
        return self.abstained != NO_QUESTION


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """All that a draft is made of: what was asked, which parts of it can be answered, and what was found."""

    case: CaseContext
    signals: Signals
    language: str
    parts: Sequence[Part]
    answered: Sequence[Part]
    hits: tuple[Hit, ...]
