"""The coach: begins exercises that somebody at the page asks for, looks what they do, says how they did."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from apps.demo.outside import Outside
from apps.train.exercises import Evidence, Exercise, Grade, grade
from apps.train.results import Result, append, latest, read_results
from apps.train.scoring import ReplyScorer, as_words, fate_of
from core.measure.pilot.observe import ESCALATED
from core.model.ids import TicketId
from core.model.knowledge import Audience
from core.model.outbound import OutboxRow
from core.model.quality import Quality, Score
from core.ports import Now, Store

# What somebody did in an exercise, from the helpdesk's own API and from what Handrail kept.

PASSED_ON = re.compile(r"escalated this to [^:\n]+(?::\s*|\.\s*)(?P<note>.*)", re.DOTALL)

# What agents wrote to customers before: theirs to say again.
REPLIES = frozenset({"zendesk_macros", "zendesk_tickets"})
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class EvidenceReader:
    """Reads what somebody did; changes nothing."""

    outside: Outside
    store: Store

    @cached_property
    def internal(self) -> tuple[str, ...]:
        with self.store.read() as unit:
            inside = [each for each in unit.articles.every() if each.audience is Audience.INTERNAL]
        return tuple(each.text for each in inside if each.origin not in REPLIES)

    def ready(self, ticket_id: str) -> bool:
        """Whether Handrail has decided about the ticket, so that the sidebar has something to show."""
        with self.store.read() as unit:
            conversation = unit.conversations.by_ticket(TicketId(ticket_id))
            return conversation is not None and unit.decisions.latest(conversation.id) is not None

    def evidence(self, ticket_id: str, agent_id: str, agent: str) -> Evidence:
        comments = self.outside.comments(ticket_id)
        mine = [each for each in comments if str(each["author_id"]) == agent_id]
        replies = [each for each in mine if each["public"]]
        group = self.outside.group(self.outside.ticket(ticket_id).get("group_id"))
        drafts, feedback, effects = self._kept(ticket_id)
        passed_on = [row for row in effects if row.effect.authority.rule == ESCALATED]
        acts = [_moment(each["created_at"]) for each in replies] + [row.effect.created_at for row in passed_on]
        return Evidence(
            replies=tuple(_text(each) for each in replies),
            notes=(*(_text(each) for each in mine if not each["public"]), *_notes(comments, agent)),
            group=group,
            escalated=bool(passed_on),
            drafts=drafts,
            internal=self.internal,
            feedback=feedback,
            acted_at=min(acts, default=None),
        )

    def _kept(self, ticket_id: str) -> tuple[tuple[str, ...], tuple[tuple[str, Any], ...], list[OutboxRow]]:
        with self.store.read() as unit:
            conversation = unit.conversations.by_ticket(TicketId(ticket_id))
            if conversation is None:
                return (), (), []
            drafts = [d.draft for d in unit.decisions.of_conversation(conversation.id) if d.draft is not None]
            rows = tuple(row for draft in drafts for row in unit.decisions.feedback(draft.id))
            return tuple(draft.body for draft in drafts), rows, unit.outbox.of_conversation(conversation.id)


def _notes(comments: Sequence[Json], agent: str) -> list[str]:
    """The words that the agent gave along when passing it on; Handrail writes them onto the ticket."""
    found = (PASSED_ON.search(_text(each)) for each in comments if not each["public"] and agent in _text(each))
    return [match["note"].strip() for match in found if match]


def _text(comment: Json) -> str:
    return str(comment.get("plain_body") or comment.get("body") or "")


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written.replace("Z", "+00:00"))


# The coach.

NOTHING_YET = "Nothing was sent or passed on yet. Reply to the customer or pass the ticket on, then click again."


@dataclass(slots=True, kw_only=True)
class Attempt:
    """Somebody at an exercise. `state` is arriving, ready or done. `scored` is the reply by the quality score and
    `then` what was sent then, where the exercise is a matter of the company's own."""

    exercise: Exercise
    agent_id: str
    agent: str
    ticket_id: str
    began_at: datetime
    state: str = "arriving"
    word: str = ""
    grade: Grade | None = None
    scored: Quality | None = None
    then: Quality | None = None


@dataclass(slots=True, kw_only=True)
class Coach:
    """`folder` keeps the results; `scorer` judges replies to the company's own matters. The clock of an exercise starts
    when its draft is there."""

    outside: Outside
    witness: EvidenceReader
    exercises: Sequence[Exercise]
    folder: Path
    now: Now
    scorer: ReplyScorer | None = None
    heard: int = 0
    begun: int = 0
    sittings: list[Attempt] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def turn(self) -> None:
        """Read the wishes from the page, look at each attempt, and show where they stand."""
        for wish in self.outside.people("GET", f"training/wishes?after={self.heard}")["wishes"]:
            self._hear(wish)
            self.heard = wish["number"]  # one that failed half-way is heard again
        for sitting in self.sittings:
            if sitting.state == "arriving" and self.witness.ready(sitting.ticket_id):
                sitting.state, sitting.began_at = "ready", self.now()
        self.outside.people("PUT", "training", **self.board())

    def leave(self) -> None:
        """Take the exercises off the page; results stay."""
        self.outside.people("DELETE", "training")

    def _hear(self, wish: Json) -> None:
        exercise = next((each for each in self.exercises if each.id == wish["exercise"]), None)
        if exercise is None or not self._name(str(wish["agent_id"])):
            return
        if wish["kind"] == "begin":
            self._begin(exercise, str(wish["agent_id"]))
            return
        sitting = self._sitting(exercise.id, str(wish["agent_id"]))
        if sitting is not None and sitting.state == "ready":
            self._finish(sitting)

    def _begin(self, exercise: Exercise, agent_id: str) -> None:
        """The mail is written anew: each try has a ticket of its own."""
        old = self._sitting(exercise.id, agent_id)
        if old is not None:
            self.sittings.remove(old)
        self.begun += 1
        # Of whom nobody has heard: a customer of an earlier try would be one who writes again.
        stranger = {"from": f"customer-{self.begun}@practice.example"} if exercise.promoted else {}
        ticket = self.outside.people("POST", "email", **{**exercise.mail, **stranger})
        sitting = Attempt(
            exercise=exercise,
            agent_id=agent_id,
            agent=self._name(agent_id),
            ticket_id=str(ticket["ticket_id"]),
            began_at=self.now(),
        )
        self.sittings.append(sitting)

    def _finish(self, sitting: Attempt) -> None:
        evidence = self.witness.evidence(sitting.ticket_id, sitting.agent_id, sitting.agent)
        found = grade(sitting.exercise.checks, evidence, sitting.began_at)
        if found.took is None:
            sitting.word = NOTHING_YET
            return
        promoted = sitting.exercise.promoted
        if promoted is not None and self.scorer is not None:
            sitting.scored = self.scorer.score(promoted, sitting.ticket_id, evidence.said)
            sitting.then = self.scorer.score(promoted, sitting.ticket_id, promoted.sent)
        sitting.state, sitting.word, sitting.grade = "done", "", found
        append(self.folder, _result(sitting, found, self.now()))

    def _sitting(self, exercise: str, agent_id: str) -> Attempt | None:
        mine = (each for each in self.sittings if (each.exercise.id, each.agent_id) == (exercise, agent_id))
        return next(mine, None)

    def _name(self, agent_id: str) -> str:
        if agent_id not in self.names:
            self.names = {agent["id"]: agent["name"] for agent in self.outside.people("GET", "agents")["agents"]}
        return self.names.get(agent_id, "")

    def board(self) -> Json:
        """What the page shows. Checks and the good answer are told only to who is done."""
        best = {(row.agent_id, row.exercise): f"{row.passed}/{row.of}" for row in latest(read_results(self.folder))}
        return {
            "exercises": [
                {"id": each.id, "title": each.title, "task": each.task, "minutes": each.minutes}
                for each in self.exercises
            ],
            "sittings": [_show(each) for each in self.sittings],
            "scores": [
                {"agent_id": agent, "exercise": exercise, "score": score} for (agent, exercise), score in best.items()
            ],
        }


def _show(sitting: Attempt) -> Json:
    shown: Json = {
        "exercise": sitting.exercise.id,
        "agent_id": sitting.agent_id,
        "ticket_id": sitting.ticket_id,
        "began_at": sitting.began_at.isoformat(),
        "state": sitting.state,
        "word": sitting.word,
    }
    if sitting.grade is None:
        return shown
    checks = [
        {"says": each.check.says, "passed": each.passed, "because": each.check.because} for each in sitting.grade.graded
    ]
    done = {"seconds": _seconds(sitting.grade), "checks": checks, "good": sitting.exercise.good}
    if sitting.scored is None or sitting.then is None or sitting.exercise.promoted is None:
        return shown | done
    then = {"then": as_words(sitting.then), "fate": fate_of(sitting.exercise.promoted)}
    return shown | done | {"checks": as_words(sitting.scored)} | then


def _result(sitting: Attempt, found: Grade, at: datetime) -> Result:
    passed, of = found.passed, len(found.graded)
    missed = tuple(each.check.says for each in found.graded if not each.passed)
    parts, then = (_parts(quality) for quality in (sitting.scored, sitting.then))
    if parts:
        told = [score for score in parts.values() if score != Score.UNKNOWN]
        passed, of = told.count(Score.GOOD), len(told)
        missed = tuple(part for part, score in parts.items() if score == Score.FAULTY)
    return Result(
        at=at.isoformat(timespec="seconds"),
        agent_id=sitting.agent_id,
        agent=sitting.agent,
        exercise=sitting.exercise.id,
        title=sitting.exercise.title,
        ticket_id=sitting.ticket_id,
        passed=passed,
        of=of,
        seconds=_seconds(found),
        minutes=sitting.exercise.minutes,
        missed=missed,
        parts=parts,
        then=then,
    )


def _parts(quality: Quality | None) -> dict[str, str]:
    return {each.part.value: each.score.value for each in quality.parts} if quality else {}


def _seconds(found: Grade) -> float:
    """Zendesk's times have no fractions: an act may seem to come before the draft was there."""
    return max(0.0, round(found.took.total_seconds(), 1)) if found.took else 0.0
