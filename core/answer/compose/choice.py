"""Which of two language models writes: the light one, or the strong one where the case asks for it."""

from dataclasses import dataclass

from core.model.conversation import CaseContext, Role
from core.model.signals import Signals

LONG_HISTORY = 6  # messages of customer and staff
LOW_MOOD = -0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`reason` says why, in a few words for the record."""

    strong: bool
    reason: str

    @property
    def tier(self) -> str:
        return "strong" if self.strong else "light"


LIGHT = Choice(strong=False, reason="one plain question")


def choice(case: CaseContext, signals: Signals, questions: int = 1) -> Choice:
    """Strong for several questions, a risk, an angry customer or a long conversation; light for all else."""
    if signals.risks:
        return Choice(strong=True, reason=f"risk: {signals.risks[0].value}")
    if questions > 1:
        return Choice(strong=True, reason=f"{questions} questions")
    if signals.mood <= LOW_MOOD:
        return Choice(strong=True, reason=f"mood {signals.mood:.1f}")
    said = sum(1 for message in case.timeline if message.role is not Role.SYSTEM)
    if said > LONG_HISTORY:
        return Choice(strong=True, reason=f"{said} messages so far")
    return LIGHT
