"""Which of two language models writes: the light one, or the strong one where the case asks for it."""

from dataclasses import dataclass

from core.model.conversation import CaseContext, Role
from core.model.signals import Signals
from core.policy.running import Models

LONG_HISTORY = 6  # messages of customer and staff to each other
SURE_OF_RISK = 0.5  # a risk that is heard more faintly is none to pay for
LOW_MOOD = -0.5
DEFAULTS = Models()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`reason` says why, in a few words for the record."""

    strong: bool
    reason: str

    @property
    def tier(self) -> str:
        return "strong" if self.strong else "light"


LIGHT = Choice(strong=False, reason="one plain question")
TOO_DEAR = Choice(strong=False, reason="the budget does not reach for the strong model")


def choice(case: CaseContext, signals: Signals, questions: int = 1, models: Models = DEFAULTS) -> Choice:
    """Strong for several questions, a risk, much complexity or business risk (from the policy's degrees on), an angry
    customer or a long conversation; light for all else."""
    risk = next((each for each in signals.risks if each.confidence >= SURE_OF_RISK), None)
    if risk is not None:
        return Choice(strong=True, reason=f"risk: {risk.value}")
    if (complexity := signals.amount("complexity")) >= models.strong_complexity:
        return Choice(strong=True, reason=f"complexity {complexity:.2f}")
    if (at_stake := signals.amount("business_risk")) >= models.strong_risk:
        return Choice(strong=True, reason=f"business risk {at_stake:.2f}")
    if questions > 1:
        return Choice(strong=True, reason=f"{questions} questions")
    if signals.mood <= LOW_MOOD:
        return Choice(strong=True, reason=f"mood {signals.mood:.1f}")
    said = sum(message.public and message.role in (Role.CUSTOMER, Role.AGENT) for message in case.timeline)
    if said > LONG_HISTORY:
        return Choice(strong=True, reason=f"{said} messages so far")
    return LIGHT
