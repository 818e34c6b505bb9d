"""One turn of a procedure: from the customer's answer to the next question, the end, or a person."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace

from core.model.action import ActionCall
from core.model.decision import Outcome, Progress, Taken
from core.model.outbound import digest
from core.policy import ARTICLES, DONE, ActionSpec, Procedure, ProcedureStep, StepKind
from core.policy.actions import Approver
from core.policy.condition import Condition
from core.policy.procedures import PLACE
from core.procedure.acting import Acting
from core.procedure.answered import beside, choices, expand_choice, find_told, read_answer
from core.procedure.booking import Booking, Said

LONGEST = 50  # steps in one turn; a loop without a question would never end
Check = Callable[[str], str]

TWO_UNCLEAR = "The answer to a question of the procedure was unclear twice."
UNKNOWN = "unknown"
BESIDE = "Besides the procedure the customer asks for something else:"
NO_CALENDAR = "No calendar is set up; a person arranges the appointment."
TWO_AT_ONCE = "The procedure comes to a second action before it is known what came of the first."
IN_CIRCLES = "The procedure came to the same question again and again."
LONGEST_SAID = 1200  # characters in one turn: a text message holds 1,600 with the sources and the way to a person
SPOKEN = frozenset({StepKind.ASK, StepKind.SAY, StepKind.APPOINTMENT, StepKind.ACT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What the steps of a turn may ask and do. `actions` are the policy's; None: no calendar is set up, or nothing that
    could be acted in."""

    check: Check
    actions: Mapping[str, ActionSpec] = field(default_factory=dict)
    booking: Booking | None = None
    acting: Acting | None = None


@dataclass(slots=True, kw_only=True)
class Walk:
    """The steps of one turn as they are taken."""

    procedure: Procedure
    doing: Doing
    known: dict[str, str]
    taken: list[Taken] = field(default_factory=list)
    say: list[str] = field(default_factory=list)
    wants: list[str] = field(default_factory=list)
    tried: bool = False  # whether a fix was said or done since the last question
    left: bool = False  # whether the articles are to answer
    opening: str = ""  # the customer's words that it begins with
    choices: tuple[str, ...] = ()
    evidence: dict[str, str] = field(default_factory=dict)  # of what is known, by its name: where it is from
    call: ActionCall | None = None  # what the customer said yes to with this turn

    def from_step(self, step: ProcedureStep | None) -> tuple[Outcome, str, str]:
        """(outcome, the step that waits, why a person is needed)."""
        for _ in range(LONGEST):
            if step is None and self.wants and not self.say and not self.left:
                # What an agent is to do would be seen by nobody.
                return Outcome.PERSON, "", f"A person does {self.wants[-1]}"
            if step is None:
                return Outcome.LEFT if self.left and not self.say else Outcome.DONE, "", ""
            if step.kind is StepKind.ASK and self._heard(step):
                step = after(self.procedure, step)
                continue
            if step.kind is StepKind.ASK:
                self._note(step, step.text)
                self.say.append(step.text)
                self.choices = choices(self.procedure, step)
                return Outcome.WAITING, step.id, ""
            if step.kind is StepKind.APPOINTMENT:
                return self.arrange(step, self._begun(step))
            if step.kind is StepKind.HANDOFF:
                self._note(step, step.text)
                return Outcome.PERSON, "", step.text or "The procedure ends with a person."
            if step.kind is StepKind.ACT:
                asked = self._asked(step)
                if self.call is not None and asked.call is not None:
                    return Outcome.PERSON, "", TWO_AT_ONCE
                return self.arrange(step, asked)
            step = self._next(step)
        return Outcome.PERSON, "", f"The procedure takes more than {LONGEST} steps without a question."

    def _heard(self, step: ProcedureStep) -> bool:
        """Whether they have said it already: nothing is asked again."""
        told = find_told(self.procedure, step, self.opening)
        if told is None:
            return False
        self.known[step.into or step.id] = told[1]
        self.taken.append(Taken(step=step.id, kind="told", what=told[0], result=told[1]))
        return True

    def arrange(self, step: ProcedureStep, said: Said) -> tuple[Outcome, str, str]:
        """Waiting at the appointment, or on from it once it is arranged."""
        self.known |= said.known
        self.wants += [said.wants] if said.wants else []
        if said.reason:
            self._note(step, step.name, said.reason)
            return Outcome.PERSON, "", said.reason
        self.call = said.call or self.call
        if said.text:
            self.say.append(said.text)
        self._note(step, said.text or step.name, self.known.get(step.into, "") if step.into else "")
        if said.over:
            return self.from_step(after(self.procedure, step))
        self.choices = said.choices
        return Outcome.WAITING, step.id, ""

    def _begun(self, step: ProcedureStep) -> Said:
        if self.doing.booking is None:
            return Said(reason=NO_CALENDAR)
        return self.doing.booking.begin(step, self.procedure.language)

    def _asked(self, step: ProcedureStep) -> Said:
        """Whether to do it; what Handrail cannot do by itself is a person's, with its limits."""
        spec = self.doing.actions[step.name]
        if not spec.by_itself or self.doing.acting is None:
            return Said(reason=self._wanted(step, spec))
        return self.doing.acting.begin(step, self.known, self.evidence, self.procedure.language)

    def _next(self, step: ProcedureStep) -> ProcedureStep | None:
        match step.kind:
            case StepKind.SAY:
                said = fill_places(step.text, self.known)
                waits = self.call is not None and self.call.approvers > 0
                if not waits:
                    self.say.append(said)
                    self.tried = True
                self._note(step, said, "not said: somebody has to say yes to what comes before it" if waits else "")
            case StepKind.CHECK:
                self.known[step.into or step.name] = found = self.doing.check(step.name)
                self.evidence[step.into or step.name] = f"looked up: {step.name.replace('_', ' ')}"
                self._note(step, step.name, found)
            case StepKind.BRANCH:
                held = Condition.read(step.when).holds(self.known)
                goes = step.then if held else step.otherwise
                self._note(step, step.when, f"{'yes' if held else 'no'}, on to {goes or 'the next step'}")
                self.left = goes == ARTICLES
                if goes in (DONE, ARTICLES):
                    return None
                return step_of(self.procedure, goes) if goes else after(self.procedure, step)
            case _:
                pass
        return after(self.procedure, step)

    def _wanted(self, step: ProcedureStep, spec: ActionSpec) -> str:
        """Asks a person for it."""
        wish = ", ".join([spec.label, *_bounds(spec)])
        self.wants.append(wish)
        return f"The procedure comes to “{spec.label}”, which a person does."

    def _note(self, step: ProcedureStep, what: str, result: str = "") -> None:
        self.taken.append(Taken(step=step.id, kind=step.kind, what=what, result=result))


def fill_places(text: str, known: Mapping[str, str]) -> str:
    """A text with what was found out in its places: `{order}`."""
    return PLACE.sub(lambda place: known.get(place[1], place[0]), text)


def _bounds(spec: ActionSpec) -> list[str]:
    """What whoever does the action has to keep to, in words."""
    limits = spec.limits
    most = [f"at most {limits.most:g}"] if limits.most is not None else []
    per_day = [f"{limits.per_day:g} a day"] if limits.per_day is not None else []
    asked = {Approver.SUPERVISOR: ["with a supervisor's approval"], Approver.TWO: ["with the approval of two people"]}
    return [*most, *per_day, *asked.get(spec.approve, [])]


def begin(
    procedure: Procedure,
    doing: Doing,
    *,
    tried: int = 0,
    words: str = "",
) -> Progress:
    """The first turn: from the first step to the first question that the customer's `words` do not answer. `tried` is
    what did not help before it: the customer has been through that too."""
    blank = Progress(
        procedure=procedure.name,
        version=version_of(procedure),
        outcome=Outcome.WAITING,
        language=procedure.language,
        rounds=tried,
    )
    walk = Walk(procedure=procedure, doing=doing, known={}, opening=words)
    return _walked(walk, blank, walk.from_step(procedure.steps[0]))


def continue_from(
    procedure: Procedure,
    progress: Progress,
    words: str,
    doing: Doing,
) -> Progress:
    """What follows from the customer's answer to the open question."""
    asked = step_of(procedure, progress.at)
    walk = Walk(procedure=procedure, doing=doing, known=dict(progress.known), evidence=_evidence(progress))
    if (back := went_back(procedure, progress, words)) is not None:
        return back
    if asked.kind in (StepKind.APPOINTMENT, StepKind.ACT):
        return _arranging(walk, asked, progress, words)
    words = expand_choice(words, progress.choices)
    answer = read_answer(procedure, asked, words) or UNKNOWN
    trail = _answered(progress, asked, words, answer)
    if answer == UNKNOWN:
        return _unclear(trail, progress.say[-1:] or (asked.text,))
    other = beside(procedure, asked, words)
    name, told = asked.into or asked.id, " ".join(words.split())
    # What an action is given is written as the customer wrote it: a street, a name.
    given = {step.given.get(each, each) for step in procedure.steps for each in _inputs(step, doing)}
    walk.known[name] = told if name in given and answer == told.casefold() else answer
    walked = _walked(walk, replace(trail, asked_twice=False), walk.from_step(after(procedure, asked)))
    if not other:
        return walked
    if walked.outcome is Outcome.DONE:
        return replace(walked, say=(), beside=other)
    return _for_a_person(replace(walked, beside=other), f"{BESIDE} “{other[:120]}”")


def _inputs(step: ProcedureStep, doing: Doing) -> tuple[str, ...]:
    spec = doing.actions.get(step.name) if step.kind is StepKind.ACT else None
    return tuple(spec.input) if spec is not None else ()


def resume_appointment(
    procedure: Procedure,
    progress: Progress,
    step: ProcedureStep,
    doing: Doing,
) -> Progress:
    """On again from an appointment step whose time was gone before it could be booked."""
    known = {name: value for name, value in progress.known.items() if not name.startswith(f"{step.id}.")}
    walk = Walk(procedure=procedure, doing=doing, known=known)
    return _walked(walk, replace(progress, booking=None, call=None, say=(), wants=()), walk.from_step(step))


def _evidence(progress: Progress) -> dict[str, str]:
    """Where what is known is from, as far as a step says so."""
    return {taken.step: f"the customer: “{taken.what}”" for taken in progress.taken if taken.kind == "answer"}


def _answered(progress: Progress, asked: ProcedureStep, words: str, answer: str) -> Progress:
    noted = Taken(step=asked.id, kind="answer", what=" ".join(words.split())[:200], result=answer)
    return replace(progress, taken=(*progress.taken, noted), say=(), wants=(), booking=None, call=None)


def _unclear(trail: Progress, question: tuple[str, ...]) -> Progress:
    """Asked once more; then a person."""
    if not trail.asked_twice:
        return replace(trail, say=question, asked_twice=True)
    return replace(trail, outcome=Outcome.PERSON, at="", reason=TWO_UNCLEAR)


def _arranging(walk: Walk, asked: ProcedureStep, progress: Progress, words: str) -> Progress:
    """On with an appointment: another list of times, the question whether to book, or what was arranged."""
    ways = walk.doing.acting if asked.kind is StepKind.ACT else walk.doing.booking
    said = Said(reason=NO_CALENDAR)
    if ways is not None:
        said = ways.go_on(asked, progress.known, words, progress.language)
    trail = _answered(progress, asked, words, UNKNOWN if said.unclear else "understood")
    if said.unclear:
        return _unclear(trail, progress.say[-1:])
    walked = _walked(walk, replace(trail, asked_twice=False), walk.arrange(asked, said))
    return replace(walked, booking=said.arranged) if walked.outcome is not Outcome.PERSON else walked


def _walked(walk: Walk, before: Progress, came_to: tuple[Outcome, str, str]) -> Progress:
    outcome, at, reason = came_to
    procedure, known = walk.procedure, walk.known
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
        choices=walk.choices,
        wants=tuple(walk.wants),
        reason=reason,
        call=None if outcome is Outcome.PERSON else walk.call,
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
    return replace(progress, outcome=Outcome.PERSON, at="", say=(), taken=taken, reason=reason, call=None)


def step_of(procedure: Procedure, step_id: str) -> ProcedureStep:
    """ValueError where there is none: the policy's reader lets no such procedure pass."""
    found = next((step for step in procedure.steps if step.id == step_id), None)
    if found is None:
        raise ValueError(f"the procedure {procedure.name} has no step {step_id!r}")
    return found


def after(procedure: Procedure, step: ProcedureStep) -> ProcedureStep | None:
    """The step below it in the file."""
    place = procedure.steps.index(step) + 1
    return procedure.steps[place] if place < len(procedure.steps) else None


def version_of(procedure: Procedure) -> str:
    return digest({"steps": [asdict(step) for step in procedure.steps], "cycles": procedure.cycles})[:12]


# ------------------------------------------------------------------
# Turning round in a procedure: back to the question before, and the word afterwards that it did not help.


BACK = "back"
_BACK = re.compile(
    r"\W*(?:(?:please )?(?:go )?back(?: please| one step)?|previous(?: question| step)?|zurück|einen schritt zurück"
    r"|atrás|volver|retour|revenir|voltar|戻る)\W*",
    re.IGNORECASE,
)
_NO_HELP = re.compile(
    r"(?<!\w)(?:(?:that|this|it) (?:did not|didn't|does not|doesn't|has not|hasn't) (?:help|work|fix)\w*"
    r"|no (?:luck|change)"
    r"|still (?:not|does|offline|the same|broken)|(?:happens|happening|offline|broken|same) again|it is back"
    r"|hat (?:leider )?nicht (?:geholfen|funktioniert)|geht (?:immer )?(?:noch )?nicht"
    r"|no (?:ha )?(?:servido|funcion\w+|ayud\w+)"
    r"|(?:cela|ça) n'a pas (?:aidé|marché|fonctionné)|(?:ça )?ne (?:marche|fonctionne) (?:toujours )?pas"
    r"|não (?:ajudou|funciono\w*|resolveu))(?!\w)|解決し(?:ません|ていません)|直りません",
    re.IGNORECASE,
)


def went_back(procedure: Procedure, progress: Progress, words: str) -> Progress | None:
    """The question before once more, with what was answered since forgotten. None where the words ask for no such
    thing; the first question stays where it is."""
    if not _BACK.fullmatch(words.replace("’", "'")):
        return None
    names = {step.id: step for step in procedure.steps if step.kind is StepKind.ASK}
    asked = [taken.step for taken in progress.taken if taken.kind == StepKind.ASK and taken.step in names]
    path = _without_returns(progress, asked)
    here = names.get(path[-2] if len(path) > 1 and path[-1] == progress.at else path[-1]) if path else None
    if here is None:
        return replace(progress, say=progress.say[-1:], booking=None, call=None)
    later = set(path[path.index(here.id) :])
    forgotten = {names[step].into or step for step in later} | {progress.at}
    known = {k: v for k, v in progress.known.items() if k not in forgotten and k.partition(".")[0] not in forgotten}
    noted = Taken(step=here.id, kind=BACK, what=here.text, result="asked again: the customer went back")
    return replace(
        progress,
        at=here.id,
        known=known,
        taken=(*progress.taken, noted),
        say=(here.text,),
        choices=(),
        wants=(),
        asked_twice=False,
        booking=None,
        call=None,
    )


def _without_returns(progress: Progress, asked: list[str]) -> list[str]:
    """The questions up to the open one, each once: whoever went back twice goes on from there."""
    path = list(dict.fromkeys(asked))
    return path[: path.index(progress.at) + 1] if progress.at in path else path


def did_not_help(progress: Progress, words: str) -> Progress | None:
    """The procedure in a person's hands, with everything that was done, where it had come to its good end and the
    customer says afterwards that it did not help."""
    if progress.outcome is not Outcome.DONE or not _NO_HELP.search(words.replace("’", "'")):
        return None
    reason = "The procedure came to its end, and the customer says that it did not help after all."
    return replace(progress, outcome=Outcome.PERSON, at="", say=(), choices=(), booking=None, call=None, reason=reason)
