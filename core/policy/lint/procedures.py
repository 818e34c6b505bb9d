"""Procedures: whether every step is reached, every way ends, and every name is known."""

from collections.abc import Iterator, Mapping, Sequence

from core.model.customer import Channel
from core.policy import ANY_LANGUAGE, ARTICLES, AUTOMATIC_WAYS, DONE, Policy, Procedure, ProcedureStep, StepKind
from core.policy.actions import Identity
from core.policy.condition import Condition
from core.policy.languages import is_known_language
from core.policy.lint.remark import Remark, error, warning
from core.policy.problem import Place, suggest

Ways = Mapping[str, tuple[str, ...]]


def check_procedures(policy: Policy) -> Iterator[Remark]:
    for procedure in policy.procedures.values():
        yield from _begins(procedure)
        yield from _names(procedure, policy)
        yield from _values(procedure, policy)
        yield from _paths(procedure, policy)
    yield from _intents(policy)


def _begins(procedure: Procedure) -> Iterator[Remark]:
    place = ("procedures", procedure.name)
    if not procedure.intents:
        yield error((*place, "intents"), "never begins: it is for no intent")
    if procedure.language != ANY_LANGUAGE and not is_known_language(procedure.language):
        yield error((*place, "language"), f"never begins: no language has the code {procedure.language}")


def _intents(policy: Policy) -> Iterator[Remark]:
    """Of two procedures for the same intent in the same language only the upper one ever begins."""
    first: dict[tuple[str, str], str] = {}
    for procedure in policy.procedures.values():
        place = ("procedures", procedure.name, "intents")
        for name in sorted(procedure.intents):
            row, above = policy.owner_of(name), first.setdefault((name, procedure.language), procedure.name)
            above = first.get((name, ANY_LANGUAGE), above)
            if above != procedure.name:
                yield error(place, f"never runs for {name}: the procedure {above} stands above it")
            elif row.way not in AUTOMATIC_WAYS:
                yield warning(place, f"never runs for {name}: owners gives it to a person ({row.way})")


def _names(procedure: Procedure, policy: Policy) -> Iterator[Remark]:
    kept = {_kept(step) for step in procedure.steps}
    for number, step in enumerate(procedure.steps):
        place = ("procedures", procedure.name, "steps", number)
        if step.kind is StepKind.BRANCH:
            yield from _branch(step, (*place, "branch"), kept)
        if step.kind is StepKind.ACT and step.name in policy.actions:
            yield from _act(step, policy, procedure, place)


def _act(step: ProcedureStep, policy: Policy, procedure: Procedure, place: Place) -> Iterator[Remark]:
    """Whether it can ever be done from here, by somebody who is proved where it asks for that."""
    action = policy.actions[step.name]
    for name in step.given:
        if name not in action.input:
            yield error((*place, "with"), f"{step.name} has no input {name}{suggest(name, action.input)}")
    kept = {_kept(each) for each in procedure.steps}
    for name, each in action.input.items():
        if action.by_itself and not each.optional and not each.value and step.given.get(name, name) not in kept:
            yield error((*place, "with"), f"{step.name} never knows its input {name}: no step keeps it")
    if action.by_itself and action.identity is Identity.PROVED and not policy.verification.accept:
        lacking = "verification.accept is empty: nobody can prove who they are"
        yield error((*place, "act"), f"{step.name} is for those who are proved, and {lacking}")
    if action.by_itself and "action" not in policy.standing:
        yield error((*place, "act"), "nothing is done: action is missing under standing")


def _kept(step: ProcedureStep) -> str:
    """The name under which a branch finds what a step brought."""
    if step.kind is StepKind.ASK:
        return step.into or step.id
    if step.kind is StepKind.ACT:
        return step.into
    return step.into or step.name if step.kind is StepKind.CHECK else ""


def _branch(step: ProcedureStep, place: Place, kept: set[str]) -> Iterator[Remark]:
    condition = Condition.read(step.when)
    if condition.name not in kept:
        yield error(place, f"nothing is ever kept under {condition.name}{suggest(condition.name, kept)}")
    if condition.test in (">=", "<=", ">", "<") and not condition.value.replace(".", "", 1).isdecimal():
        yield error(place, f"never holds: {condition.value} is no number")
    if step.then == step.otherwise:
        yield warning(place, f"goes to {step.then} either way")


# ---------------------------------------------------------------- what an answer can be

YES_OR_NO = frozenset({"yes", "no"})
# What a check can find, where that is a closed list.
FOUND: Mapping[str, frozenset[str]] = {
    "channel": frozenset(Channel),
    "order_delivered": YES_OR_NO | {"none", "unknown"},
    "order_mentioned": YES_OR_NO,
    "identity_proved": YES_OR_NO,
}


def _values(procedure: Procedure, policy: Policy) -> Iterator[Remark]:
    """Branches that compare with what is never kept: every customer would go the same way."""
    read = [
        (("procedures", procedure.name, "steps", number, "branch"), Condition.read(step.when))
        for number, step in enumerate(procedure.steps)
        if step.kind is StepKind.BRANCH
    ]
    for place, condition in read:
        if condition.wants_number:
            continue  # compared as numbers; a word is found elsewhere
        others = [other for _, other in read if other.name == condition.name]
        for value in condition.values:
            if not _can_be(value, condition.name, procedure, others, policy):
                yield error(place, f"{condition.name} is never {value}")


def _can_be(value: str, name: str, procedure: Procedure, conditions: Sequence[Condition], policy: Policy) -> bool:
    """Where one branch asks for yes or no, or for a number, an answer is nothing else."""
    acted = [step.name for step in procedure.steps if step.kind is StepKind.ACT and step.into == name]
    if acted:
        rules = {rule for action in acted if action in policy.actions for rule in policy.actions[action].rules}
        return value in YES_OR_NO | rules
    checked = {step.name for step in procedure.steps if step.kind is StepKind.CHECK and _kept(step) == name}
    if checked:
        return any(each not in FOUND or value in FOUND[each] for each in checked)
    if any(condition.wants_yes_or_no for condition in conditions):
        return value in YES_OR_NO
    return not any(condition.wants_number for condition in conditions) or value.replace(".", "", 1).isdecimal()


# ---------------------------------------------------------------- the ways through


def _paths(procedure: Procedure, policy: Policy) -> Iterator[Remark]:
    ways = _ways(procedure, policy)
    if not procedure.steps:
        return
    reached = _from(procedure.steps[0].id, ways)
    for number, step in enumerate(procedure.steps):
        place = ("procedures", procedure.name, "steps", number)
        if step.id not in reached:
            yield error(place, f"the step {step.id} is never reached")
        elif DONE not in _from(step.id, ways):
            yield error(place, f"the step {step.id} leads round in a circle without an end")
        elif step.id in _from_next(step.id, _silent(procedure, ways)):
            yield error(place, f"the step {step.id} comes back to itself without asking the customer anything")


def _ways(procedure: Procedure, policy: Policy) -> Ways:
    """Where each step goes next. Whatever ends the procedure goes to DONE; so does the last step."""
    below = [*(step.id for step in procedure.steps[1:]), DONE]
    # What is a person's is asked of one, who goes on from there.
    theirs = {name for name, action in policy.actions.items() if not action.by_itself}
    ends = {step.id for step in procedure.steps if step.kind is StepKind.ACT and step.name in theirs}
    return {
        step.id: (DONE,) if step.id in ends else _next(step, after)
        for step, after in zip(procedure.steps, below, strict=True)
    }


def _next(step: ProcedureStep, after: str) -> tuple[str, ...]:
    if step.kind is StepKind.HANDOFF:
        return (DONE,)
    ways = (step.then, step.otherwise or after) if step.kind is StepKind.BRANCH else (after,)
    return tuple(DONE if way == ARTICLES else way for way in ways)


def _silent(procedure: Procedure, ways: Ways) -> Ways:
    """The ways without the steps at which the customer answers."""
    asked = {step.id for step in procedure.steps if step.kind in (StepKind.ASK, StepKind.ACT)}
    return {name: () if name in asked else following for name, following in ways.items()}


def _from(start: str, ways: Ways) -> set[str]:
    """Every step that is reached from `start`, itself included."""
    return {start} | _from_next(start, ways)


def _from_next(start: str, ways: Ways) -> set[str]:
    reached: set[str] = set()
    waiting = list(ways.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(ways.get(name, ()))
    return reached
