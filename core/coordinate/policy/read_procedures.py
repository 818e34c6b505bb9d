"""Procedures: what to ask, check, say and do, step by step."""

from collections.abc import Collection
from typing import Any

from core.coordinate.keys import Keys, Kind, meant
from core.coordinate.kinds import LANGUAGE, NAME, NAME_SET, TEXT, whole, word
from core.coordinate.policy.values_procedure import ARTICLES, DONE, PLACE, Procedure, Step, StepKind
from core.text.condition import Condition

_KINDS = " ".join(StepKind)
ENDS = (DONE, ARTICLES)
KEEPING = (StepKind.ASK, StepKind.CHECK)
_PLACE = {StepKind.ASK: "text", StepKind.SAY: "text", StepKind.HANDOFF: "text", StepKind.BRANCH: "when"}


def _condition(value: Any) -> str:
    Condition.read(word(value))
    return word(value)


WHEN = Kind(expected="a condition such as: light == yes, or: status in shipped, delivered", read=_condition)


def procedures(keys: Keys, language: str, visits: Collection[str]) -> dict[str, Procedure]:
    """`language` is that of the policy, for those that name none; `visits` are the appointments that it knows."""
    rows = keys.rows("procedures", NAME).items()
    return {name: _procedure(name, row, language, visits) for name, row in rows}


def _procedure(name: str, keys: Keys, language: str, visits: Collection[str]) -> Procedure:
    steps = tuple(_step(row) for row in keys.listed("steps"))
    if not steps:
        keys.problem(("steps",), "found nothing, expected a list of steps")
    _known_steps(keys, steps)
    _known_places(keys, steps)
    for at, step in enumerate(steps):
        # What is no name was told where it was read.
        if step.kind is StepKind.APPOINTMENT and step.name and step.name not in visits:
            text = f"found {step.name!r}, expected a name from the section appointments{meant(step.name, visits)}"
            keys.problem(("steps", at, "appointment"), text)
    return Procedure(
        name=name,
        intents=keys.at("intents", NAME_SET),
        steps=steps,
        cycles=keys.at("cycles", Kind(expected="1 or 2", read=whole(1, 2)), 2),
        codes=keys.table("codes", NAME, NAME),
        language=keys.at("language", LANGUAGE, language),
    )


def _known_steps(keys: Keys, steps: tuple[Step, ...]) -> None:
    """Each step has a name of its own, and a branch leads to one that is there: no procedure may get stuck."""
    ids = [step.id for step in steps]
    for at, step in enumerate(steps):
        if step.id in (*ids[:at], *ENDS):
            reason = f"{step.id} is an end" if step.id in ENDS else "another step has it"
            keys.problem(("steps", at, "id"), f"found {step.id!r}, expected a name of its own: {reason}")
        for key, target in (("then", step.then), ("otherwise", step.otherwise)):
            places = (*ENDS, *ids)
            if target and target not in places:
                text = f"found {target!r}, expected {DONE}, {ARTICLES} or the id of a step{meant(target, places)}"
                keys.problem(("steps", at, key), text)


def _known_places(keys: Keys, steps: tuple[Step, ...]) -> None:
    """A text names only what some step keeps: a customer must never read a name in braces."""
    kept = {step.into for step in steps if step.into}
    for at, step in enumerate(steps):
        for name in PLACE.findall(step.text or "") if step.kind is StepKind.SAY else ():
            if name not in kept:
                text = f"found {{{name}}}, expected what a step keeps with into{meant(name, kept)}"
                keys.problem(("steps", at, "say"), text)


def _step(keys: Keys) -> Step:
    """What a step does is the one key of it that is a kind."""
    kinds = [kind for kind in StepKind if kind in keys]
    if len(kinds) != 1:
        found = " and ".join(kinds) or "nothing"
        keys.problem((), f"found {found} to do, expected one of {_KINDS.replace(' ', ', ')}")
        keys.skip(*StepKind, "id", "into", "then", "otherwise")
        return Step(id="", kind=StepKind.SAY)
    kind = kinds[0]
    told = keys.at(kind, WHEN if kind is StepKind.BRANCH else TEXT)
    return Step(
        id=keys.at("id", NAME),
        kind=kind,
        into=keys.at("into", NAME, "") if kind in KEEPING else "",
        then=keys.at("then", NAME) if kind is StepKind.BRANCH else "",
        otherwise=keys.at("otherwise", NAME, "") if kind is StepKind.BRANCH else "",
        **{_PLACE.get(kind, "name"): told},
    )
