"""Procedures: what to ask, check, say and do, step by step."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, Self

from core.policy.condition import Condition
from core.policy.kinds import LANGUAGE, NAME, TEXT, Kind, whole, word
from core.policy.problem import suggest
from core.policy.reader import At, Custom, Table

DONE = "done"
ARTICLES = "articles"
ANY_LANGUAGE = "any"
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
class ProcedureStep:
    """One step of a procedure.

    ASK says `text` and keeps the answer under `into`; CHECK asks the company's systems for `name` and keeps the
    result under `into`; ACT does the action `name` once the customer has said yes, with what `given` says: each of its
    inputs by the name under which it is kept (left out: its own), or with what is `fixed`, and keeps under `into` what
    came of the question (yes, no, the name of the rule that forbids it, or agent: a person does it); SAY tells `text`;
    BRANCH goes to step `then` where `when` (`answer == yes`, `status in shipped, delivered`) holds, else to
    `otherwise` (empty: the step below it);
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
    given: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)


ENDS = (DONE, ARTICLES)
KEEPING = (StepKind.ASK, StepKind.CHECK, StepKind.ACT)
_FIELD = {StepKind.ASK: "text", StepKind.SAY: "text", StepKind.HANDOFF: "text", StepKind.BRANCH: "when"}


def _condition(value: Any) -> str:
    Condition.read(word(value))
    return word(value)


WHEN = Kind(expected="a condition such as: light == yes, or: status in shipped, delivered", read=_condition)
CYCLES = Kind(expected="1 or 2", read=whole(1, 2))


def _step(table: Table) -> ProcedureStep:
    """What a step does is the one key of it that is a kind."""
    kinds = [kind for kind in StepKind if kind in table]
    if len(kinds) != 1:
        found = " and ".join(kinds) or "nothing"
        table.problem((), f"found {found} to do, expected one of {', '.join(StepKind)}")
        table.known.update([*StepKind, "id", "into", "then", "otherwise", "with", "fixed"])
        return ProcedureStep(id="", kind=StepKind.SAY)
    kind = kinds[0]
    return ProcedureStep(
        id=table.at("id", NAME),
        kind=kind,
        into=table.at("into", NAME, "") if kind in KEEPING else "",
        then=table.at("then", NAME) if kind is StepKind.BRANCH else "",
        otherwise=table.at("otherwise", NAME, "") if kind is StepKind.BRANCH else "",
        given=table.values("with", NAME, NAME) if kind is StepKind.ACT else {},
        fixed=table.values("fixed", NAME, TEXT) if kind is StepKind.ACT else {},
        **{_FIELD.get(kind, "name"): table.at(kind, WHEN if kind is StepKind.BRANCH else TEXT)},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """Steps for some intents, of which the first is where it begins; what it says answers those of `tells` as well,
    which it does not begin by. After `cycles` rounds that did not help a person
    takes over. `codes` maps an error code to the id of the article that explains it. The steps are in one
    `language`; customers who write in another are not led through it. Where that is ANY_LANGUAGE, it says nothing but
    what a check found, which has the customer's language."""

    name: Annotated[str, Custom(lambda table, _: table.name)]
    intents: frozenset[str]
    steps: Annotated[tuple[ProcedureStep, ...], Custom(lambda table, key: tuple(map(_step, table.listed(key))))]
    tells: frozenset[str] = frozenset()
    cycles: Annotated[int, CYCLES] = 2
    codes: Mapping[str, str] = field(default_factory=dict)
    language: Annotated[str, LANGUAGE, At("language", otherwise="language")] = "en"

    def complete(self, table: Table) -> Self:
        """Each step has a name of its own, and a branch leads to one that is there: no procedure may get stuck. A text
        names only what some step keeps: a customer must never read a name in braces."""
        if not self.steps:
            table.problem(("steps",), "found nothing, expected a list of steps")
        for at, step in enumerate(self.steps if self.language == ANY_LANGUAGE else ()):
            own = step.kind in (StepKind.ASK, StepKind.APPOINTMENT) or PLACE.sub("", step.text or "").strip()
            if own and step.kind in (StepKind.ASK, StepKind.SAY, StepKind.APPOINTMENT):
                known = "nothing but {names} of what was found, as the procedure is for any language"
                table.problem(("steps", at), f"found {step.kind} {step.text or step.name!r}, expected {known}")
        ids = [step.id for step in self.steps]
        places = (*ENDS, *ids)
        kept = {step.into for step in self.steps if step.into}
        for at, step in enumerate(self.steps):
            if step.id in (*ids[:at], *ENDS):
                reason = f"{step.id} is an end" if step.id in ENDS else "another step has it"
                table.problem(("steps", at, "id"), f"found {step.id!r}, expected a name of its own: {reason}")
            for key, target in (("then", step.then), ("otherwise", step.otherwise)):
                if target and target not in places:
                    known = f"{DONE}, {ARTICLES} or the id of a step{suggest(target, places)}"
                    table.problem(("steps", at, key), f"found {target!r}, expected {known}")
            for name in PLACE.findall(step.text or "") if step.kind is StepKind.SAY else ():
                if name not in kept:
                    known = f"what a step keeps with into{suggest(name, kept)}"
                    table.problem(("steps", at, "say"), f"found {{{name}}}, expected {known}")
        return self
