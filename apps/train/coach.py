"""The coach: begins exercises that somebody at the page asks for, looks what they do, says how they did."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from apps.demo.outside import Outside
from apps.train.evidence import Witness
from apps.train.exercises import Exercise
from apps.train.grade import Grade, grade
from apps.train.results import Result, append, latest, read
from core.ports import Now

NOTHING_YET = "Nothing was sent or passed on yet. Reply to the customer or pass the ticket on, then click again."
Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Sitting:
    """Somebody at an exercise. `state` is arriving, ready or done."""

    exercise: Exercise
    agent_id: str
    agent: str
    ticket_id: str
    began_at: datetime
    state: str = "arriving"
    word: str = ""
    grade: Grade | None = None


@dataclass(slots=True, kw_only=True)
class Coach:
    """`folder` keeps the results. The clock of an exercise starts when its draft is there."""

    outside: Outside
    witness: Witness
    exercises: Sequence[Exercise]
    folder: Path
    now: Now
    heard: int = 0
    sittings: list[Sitting] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def turn(self) -> None:
        """Hear what is wished, look at who is at it, and hang out how things stand."""
        for wish in self.outside.people("GET", f"training/wishes?after={self.heard}")["wishes"]:
            self._hear(wish)
            self.heard = wish["number"]  # one that failed half-way is heard again
        for sitting in self.sittings:
            if sitting.state == "arriving" and self.witness.ready(sitting.ticket_id):
                sitting.state, sitting.began_at = "ready", self.now()
        self.outside.people("PUT", "training", **self.board())

    def leave(self) -> None:
        """The exercises are taken down; what was kept stays."""
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
        ticket = self.outside.people("POST", "email", **exercise.mail)
        sitting = Sitting(
            exercise=exercise,
            agent_id=agent_id,
            agent=self._name(agent_id),
            ticket_id=str(ticket["ticket_id"]),
            began_at=self.now(),
        )
        self.sittings.append(sitting)

    def _finish(self, sitting: Sitting) -> None:
        evidence = self.witness.evidence(sitting.ticket_id, sitting.agent_id, sitting.agent)
        found = grade(sitting.exercise.checks, evidence, sitting.began_at)
        if found.took is None:
            sitting.word = NOTHING_YET
            return
        sitting.state, sitting.word, sitting.grade = "done", "", found
        append(self.folder, _result(sitting, found, self.now()))

    def _sitting(self, exercise: str, agent_id: str) -> Sitting | None:
        mine = (each for each in self.sittings if (each.exercise.id, each.agent_id) == (exercise, agent_id))
        return next(mine, None)

    def _name(self, agent_id: str) -> str:
        if agent_id not in self.names:
            self.names = {agent["id"]: agent["name"] for agent in self.outside.people("GET", "agents")["agents"]}
        return self.names.get(agent_id, "")

    def board(self) -> Json:
        """What the page shows. Checks and the good answer are told only to who is done."""
        best = {(row.agent_id, row.exercise): f"{row.passed}/{row.of}" for row in latest(read(self.folder))}
        return {
            "exercises": [
                {"id": each.id, "title": each.title, "task": each.task, "minutes": each.minutes}
                for each in self.exercises
            ],
            "sittings": [_shown(each) for each in self.sittings],
            "scores": [
                {"agent_id": agent, "exercise": exercise, "score": score} for (agent, exercise), score in best.items()
            ],
        }


def _shown(sitting: Sitting) -> Json:
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
    return shown | {
        "seconds": _seconds(sitting.grade),
        "checks": [
            {"says": each.check.says, "passed": each.passed, "because": each.check.because}
            for each in sitting.grade.graded
        ],
        "good": sitting.exercise.good,
    }


def _result(sitting: Sitting, found: Grade, at: datetime) -> Result:
    return Result(
        at=at.isoformat(timespec="seconds"),
        agent_id=sitting.agent_id,
        agent=sitting.agent,
        exercise=sitting.exercise.id,
        title=sitting.exercise.title,
        ticket_id=sitting.ticket_id,
        passed=found.passed,
        of=len(found.graded),
        seconds=_seconds(found),
        minutes=sitting.exercise.minutes,
        missed=tuple(each.check.says for each in found.graded if not each.passed),
    )


def _seconds(found: Grade) -> float:
    """Zendesk's times have no fractions: an act may seem to come before the draft was there."""
    return max(0.0, round(found.took.total_seconds(), 1)) if found.took else 0.0
