"""How far a customer and the assistant have come in a procedure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.model.appointment import Arrangement


class Outcome(StrEnum):
    """WAITING: the customer was asked something. PERSON: somebody takes over. DONE: it came to its end. LEFT: it had
    nothing to say, and the turn is answered without it."""

    WAITING = "waiting"
    PERSON = "person"
    DONE = "done"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step that was gone through, in words for the agent: what was asked, found, done, said."""

    step: str
    kind: str
    what: str
    result: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`at` is the step whose question is open; `known` what was answered and found; `rounds` how many tries the
    customer has been led through; `asked_twice` whether the open question was put once more already.

    `beside` is what the customer asks for besides answering; somebody else has to see to it.

    `choices` are answers that may be tapped, `booking` is what the customer said yes to with this turn.

    `version` is the hash of the procedure as it was begun: a changed one is not continued in the middle."""

    procedure: str
    version: str
    outcome: Outcome
    at: str = ""
    known: Mapping[str, str] = field(default_factory=dict)
    rounds: int = 0
    asked_twice: bool = False
    taken: tuple[Taken, ...] = ()
    say: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    reason: str = ""
    language: str = "en"
    beside: str = ""
    choices: tuple[str, ...] = ()
    booking: Arrangement | None = None

    @property
    def open(self) -> bool:
        return self.outcome is Outcome.WAITING
