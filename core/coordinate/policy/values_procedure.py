"""The policy's procedures as values: their steps, and what ends them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

DONE = "done"
ARTICLES = "articles"
PLACE = re.compile(r"\{(\w+)\}")  # in what is said, for what was found out: `{order}`


class StepKind(StrEnum):
    ASK = "ask"
    CHECK = "check"
    ACT = "act"
    BRANCH = "branch"
    SAY = "say"
    HANDOFF = "handoff"
    APPOINTMENT = "appointment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a procedure.

    ASK says `text` and keeps the answer under `into`; CHECK asks the company's systems for `name` and keeps the
    result under `into`; ACT does action `name` within its limit; SAY tells `text`; BRANCH goes to step `then` where
    `when` (`answer == yes`, `status in shipped, delivered`) holds, else to `otherwise` (empty: the step below it);
    HANDOFF ends with a person; APPOINTMENT offers times for the visit `name` and books one.
    DONE in `then` or `otherwise` ends the procedure: it helped. ARTICLES ends it too: it has nothing to say to this,
    and the turn is answered as if there were no procedure."""

    id: str
    kind: StepKind
    text: str = ""
    name: str = ""
    into: str = ""
    when: str = ""
    then: str = ""
    otherwise: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """Steps for some intents, of which the first is where it begins. After `cycles` rounds that did not help a person
    takes over. `codes` maps an error code to the id of the article that explains it. The steps are in one
    `language`; customers who write in another are not led through it."""

    name: str
    intents: frozenset[str]
    steps: tuple[Step, ...]
    cycles: int = 2
    codes: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
