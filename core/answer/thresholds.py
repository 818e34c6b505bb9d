"""How sure an answer must be, for each intent: what a mistake costs differs, and so does how hard the questions are."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.answer.confidence import THRESHOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """`of` the intents that have their own; `otherwise` for all others and for questions without intent."""

    otherwise: float = THRESHOLD
    of: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for intent, value in (("otherwise", self.otherwise), *self.of.items()):
            if not 0 <= value <= 1:
                raise ValueError(f"the threshold of {intent} is {value}, not between 0 and 1")

    def for_intent(self, intent: str) -> float:
        return self.of.get(intent, self.otherwise)
