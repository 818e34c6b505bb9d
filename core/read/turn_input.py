"""What is known of a turn when the facts are drawn from it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.model.conversation import CaseContext, Message, Role
from core.model.signals import Scored
from core.ports import Encoder, Likeness, OutcomeReader

RECOGNISED = 0.35  # an intent less sure than this counts as not recognised


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A turn as it was read so far. `recognised` says whether another text has an intent that is known;
    `levels` are the moods of the turns, this one last, as `core.read.course.level` reads them."""

    case: CaseContext
    text: str
    intents: tuple[Scored, ...]
    risks: tuple[Scored, ...]
    emotions: tuple[Scored, ...]
    mood: float
    moods: tuple[float, ...]
    urgency: Scored
    recognised: Callable[[str], bool]
    encoder: Encoder | None = None
    outcomes: OutcomeReader | None = None
    likeness: Likeness | None = None
    levels: tuple[float, ...] = ()

    @property
    def is_recognised(self) -> bool:
        return fits(self.intents)

    def risk(self, name: str) -> Scored | None:
        return next((risk for risk in self.risks if risk.value == name), None)

    def emotion(self, name: str) -> Scored | None:
        return next((emotion for emotion in self.emotions if emotion.value == name), None)


def fits(intents: Sequence[Scored]) -> bool:
    """Whether the likeliest intent is sure enough to count."""
    return bool(intents) and intents[0].confidence >= RECOGNISED


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What was said to the customer, and what they wrote upon it. `said` is empty for their first words."""

    said: tuple[Message, ...]
    wrote: tuple[Message, ...]


def rounds(timeline: Sequence[Message]) -> list[Round]:
    """The public conversation as rounds, oldest first; each ends with words of the customer."""
    found: list[Round] = []
    said: list[Message] = []
    wrote: list[Message] = []
    for message in timeline:
        if message.role is Role.CUSTOMER:
            wrote.append(message)
        elif message.public and message.role in (Role.AGENT, Role.ASSISTANT):
            if wrote:
                found.append(Round(said=tuple(said), wrote=tuple(wrote)))
                said, wrote = [], []
            said.append(message)
    return [*found, Round(said=tuple(said), wrote=tuple(wrote))] if wrote else found
