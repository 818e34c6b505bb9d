"""One turn of a procedure: from the customer's answer to the next question, the end, or a person."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace

from core.coordinate.policy.values_procedure import DONE, Procedure, Step, StepKind
from core.coordinate.policy.values_running import ActionLimit
from core.model.outbound import digest
from core.model.progress import Outcome, Progress, Taken
from core.procedure.answered import answered, beside
from core.procedure.condition import Condition

LONGEST = 50  # steps in one turn; a loop without a question would never end
Check = Callable[[str], str]

TWO_UNCLEAR = "The answer to a question of the procedure was unclear twice."
UNKNOWN = "unknown"
BESIDE = "Besides the procedure the customer asks for something else:"
IN_CIRCLES = "The procedure came to the same question again and again."
LONGEST_SAID = 1200  # characters in one turn: a text message holds 1,600 with the sources and the way to a person
SPOKEN = frozenset({StepKind.ASK, StepKind.SAY})


@dataclass(slots=True, kw_only=True)
class Walk:
    """The steps of one turn as they are taken."""

    procedure: Procedure
    check: Check
    limits: Mapping[str, ActionLimit]
    known: dict[str, str]
    taken: list[Taken] = field(default_factory=list)
    say: list[str] = field(default_factory=list)
    wants: list[str] = field(default_factory=list)
    tried: bool = False  # whether a fix was said or done since the last question

    def from_step(self, step: Step | None) -> tuple[Outcome, str, str]:
        """(outcome, the step that waits, why a person is needed)."""
        for _ in range(LONGEST):
            if step is None:
                return Outcome.DONE, "", ""
            if step.kind is StepKind.ASK:
                self._note(step, step.text)
                self.say.append(step.text)
                return Outcome.WAITING, step.id, ""
            if step.kind is StepKind.HANDOFF:
                self._note(step, step.text)
                return Outcome.PERSON, "", step.text or "The procedure ends with a person."
            if step.kind is StepKind.ACT and (refusal := self._wanted(step)):
                return Outcome.PERSON, "", refusal
            step = self._next(step)
        return Outcome.PERSON, "", f"The procedure takes more than {LONGEST} steps without a question."

    def _next(self, step: Step) -> Step | None:
        match step.kind:
            case StepKind.SAY:
                self.say.append(step.text)
                self.tried = True
                self._note(step, step.text)
            case StepKind.CHECK:
                self.known[step.into or step.name] = found = self.check(step.name)
                self._note(step, step.name, found)
            case StepKind.BRANCH:
                held = Condition.read(step.when).holds(self.known)
                goes = step.then if held else step.otherwise
                self._note(step, step.when, f"{'yes' if held else 'no'}, on to {goes or 'the next step'}")
                if goes == DONE:
                    return None
                return step_of(self.procedure, goes) if goes else after(self.procedure, step)
            case _:
                pass
        return after(self.procedure, step)

    def _wanted(self, step: Step) -> str:
        """What the assistant may not do, or cannot do by itself, is asked of a person, with its limit."""
        bounds = ", ".join([step.name.replace("_", " "), *_bounds(self.limits.get(step.name))])
        wish = f"{bounds}: {step.text}" if step.text else bounds
        self.wants.append(wish)
        self._note(step, wish, "asked of a person")
        return f"The procedure comes to “{step.name.replace('_', ' ')}”, which a person does."

    def _note(self, step: Step, what: str, result: str = "") -> None:
        self.taken.append(Taken(step=step.id, kind=step.kind, what=what, result=result))


def _bounds(limit: ActionLimit | None) -> list[str]:
    """What whoever does the action has to keep to, in words."""
    if limit is None:
        return []
    per_day = [f"{limit.per_day:g} a day"] if limit.per_day is not None else []
    return [f"at most {limit.most:g}", *per_day, *(["with a supervisor's approval"] if limit.approval else [])]


def begun(procedure: Procedure, check: Check, limits: Mapping[str, ActionLimit]) -> Progress:
    """The first turn: from the first step to the first question."""
    blank = Progress(
        procedure=procedure.name,
        version=version_of(procedure),
        outcome=Outcome.WAITING,
        language=procedure.language,
    )
    return _walked(procedure, blank, procedure.steps[0], {}, check, limits)


def continued(
    procedure: Procedure, progress: Progress, words: str, check: Check, limits: Mapping[str, ActionLimit]
) -> Progress:
    """What follows from the customer's answer to the open question."""
    asked = step_of(procedure, progress.at)
    answer = answered(procedure, asked, words) or UNKNOWN
    noted = Taken(step=asked.id, kind="answer", what=" ".join(words.split())[:200], result=answer)
    trail = replace(progress, taken=(*progress.taken, noted), say=(), wants=())
    other = beside(procedure, asked, words)
    if answer == UNKNOWN and not progress.asked_twice:
        return replace(trail, say=(asked.text,), asked_twice=True)
    if answer == UNKNOWN:
        return replace(trail, outcome=Outcome.PERSON, at="", reason=TWO_UNCLEAR)
    known = {**progress.known, asked.into or asked.id: answer}
    walked = _walked(procedure, replace(trail, asked_twice=False), after(procedure, asked), known, check, limits)
    if not other:
        return walked
    if walked.outcome is Outcome.DONE:
        return replace(walked, say=(), beside=other)
    return _for_a_person(replace(walked, beside=other), f"{BESIDE} “{other[:120]}”")


def _walked(
    procedure: Procedure,
    before: Progress,
    step: Step | None,
    known: Mapping[str, str],
    check: Check,
    limits: Mapping[str, ActionLimit],
) -> Progress:
    walk = Walk(procedure=procedure, check=check, limits=limits, known=dict(known))
    outcome, at, reason = walk.from_step(step)
    another_try = walk.tried and outcome is Outcome.WAITING
    if another_try and before.rounds >= procedure.cycles:
        # What would be tried next is not said: the customer has been through enough.
        reason = f"{before.rounds} tries did not help."
        return replace(before, outcome=Outcome.PERSON, at="", known=known, say=(), reason=reason)
    walked = replace(
        before,
        outcome=outcome,
        at=at,
        known=walk.known,
        rounds=before.rounds + another_try,
        taken=(*before.taken, *walk.taken),
        say=tuple(walk.say),
        wants=tuple(walk.wants),
        reason=reason,
    )
    if sum(taken.kind == StepKind.ASK and taken.step == at for taken in walked.taken) > procedure.cycles + 1:
        return _for_a_person(walked, IN_CIRCLES)
    if sum(map(len, walked.say)) > LONGEST_SAID:
        return _for_a_person(walked, "The next steps are too long for one message.")
    return _for_a_person(walked, reason) if outcome is Outcome.PERSON else walked


def _for_a_person(progress: Progress, reason: str) -> Progress:
    """Nothing more is said by the procedure, and nothing is recorded as said that was not."""
    unsaid = set(progress.say)
    taken = tuple(
        replace(t, result="not said: a person takes over")
        if t.kind in SPOKEN and t.what in unsaid and not t.result
        else t
        for t in progress.taken
    )
    return replace(progress, outcome=Outcome.PERSON, at="", say=(), taken=taken, reason=reason)


def step_of(procedure: Procedure, step_id: str) -> Step:
    """ValueError where there is none: the policy's reader lets no such procedure pass."""
    found = next((step for step in procedure.steps if step.id == step_id), None)
    if found is None:
        raise ValueError(f"the procedure {procedure.name} has no step {step_id!r}")
    return found


def after(procedure: Procedure, step: Step) -> Step | None:
    """The step below it in the file."""
    place = procedure.steps.index(step) + 1
    return procedure.steps[place] if place < len(procedure.steps) else None


def version_of(procedure: Procedure) -> str:
    return digest({"steps": [asdict(step) for step in procedure.steps], "cycles": procedure.cycles})[:12]
