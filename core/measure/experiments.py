"""What an experiment of the policy did to those who were treated, against those who were left without by lot.

Each person counts once, from their first turn that was part of it, in the arm that the lot gave them then. The
intervals hold however often somebody looks, so an experiment may be looked at every day, and stopped at any."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.measure.statistics import ALPHA, AlwaysValid, Share
from core.model.alert import AlertKind, Raised
from core.model.arm import Arm
from core.model.decision import Action
from core.model.experiment import Followed, Said, Stop
from core.policy import Policy
from core.policy.experiments import Experiment, Measure
from core.ports import Unit

SAME_MATTER = timedelta(days=1)  # what is written earlier belongs to the conversation itself
RULES: Mapping[Measure, str] = {
    Measure.ASKED_FOR_PERSON: "trigger:human_request",
    Measure.DISTRESS: "trigger:distress",
    Measure.COMPLAINT: "trigger:formal_complaint",
}
WORDS: Mapping[Measure, str] = {
    Measure.CONTACT_AGAIN: "wrote about the same again",
    Measure.HANDED_OVER: "were handed to a person",
    Measure.ASKED_FOR_PERSON: "asked for a person",
    Measure.DISTRESS: "were in distress",
    Measure.COMPLAINT: "complained formally",
}
STOPPED = "experiment_stopped:"


class Verdict(StrEnum):
    """HARMFUL: one of what is watched became surely more frequent. BETTER: its own measure became surely rarer."""

    TOO_FEW = "too_few"
    UNSURE = "unsure"
    BETTER = "better"
    HARMFUL = "harmful"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`effect` is of those whose days are over; `so_far` of all, by what is watched, with intervals that hold for all
    of them together."""

    name: str
    key: str
    experiment: Experiment
    effect: AlwaysValid
    so_far: Mapping[Measure, AlwaysValid]
    began_at: datetime | None = None
    stop: Stop | None = None

    @property
    def harms(self) -> list[Measure]:
        return [measure for measure, found in self.so_far.items() if found.low > 0]

    @property
    def verdict(self) -> Verdict:
        if self.harms:
            return Verdict.HARMFUL
        if not self.effect.told:
            return Verdict.TOO_FEW
        return Verdict.BETTER if self.effect.high < 0 else Verdict.UNSURE


def measure_experiment(unit: Unit, name: str, experiment: Experiment, now: datetime) -> Result:
    people = unit.experiments.follow(experiment.key(name))
    return result_of(name, experiment, people, now, current_stop(unit, experiment.key(name)))


def result_of(
    name: str, experiment: Experiment, people: Sequence[Followed], now: datetime, stop: Stop | None = None
) -> Result:
    """`people` each once, with what they did after they became part of it."""
    watched = experiment.watched
    over = [one for one in people if one.at + experiment.days <= now]
    return Result(
        name=name,
        key=experiment.key(name),
        experiment=experiment,
        effect=_compare(over, experiment.measure, experiment.days, ALPHA),
        so_far={each: _compare(people, each, experiment.days, ALPHA / len(watched)) for each in watched},
        began_at=min((one.at for one in people), default=None),
        stop=stop,
    )


def _compare(people: Sequence[Followed], measure: Measure, days: timedelta, alpha: float) -> AlwaysValid:
    def share(arm: Arm) -> Share:
        mine = [one for one in people if one.arm is arm]
        return Share(hits=sum(did(one, measure, days) for one in mine), cases=len(mine))

    return AlwaysValid(treated=share(Arm.TREATED), held_out=share(Arm.HOLDOUT), alpha=alpha)


def did(one: Followed, measure: Measure, days: timedelta) -> bool:
    """Whether what is measured happened within the days."""
    return any(_is(said, one, measure) for said in one.after if said.at <= one.at + days)


def _is(said: Said, one: Followed, measure: Measure) -> bool:
    if measure is Measure.CONTACT_AGAIN:
        return said.at >= one.at + SAME_MATTER and said.intent == one.intent
    if measure is Measure.HANDED_OVER:
        return said.action is Action.HANDOFF and said.conversation_id == one.conversation_id
    return said.rule == RULES[measure]


# ------------------------------------------------------------------
# Stopping one: from that commit on everybody has what those have who are left without.


def current_stop(unit: Unit, key: str) -> Stop | None:
    return _read(unit.cursors.get(STOPPED + key))


def stopped_experiments(unit: Unit, policy: Policy) -> frozenset[str]:
    """The keys of those of the policy's that were stopped."""
    keys = [experiment.key(name) for name, experiment in policy.experiments.items()]
    kept = unit.cursors.many([STOPPED + key for key in keys]) if keys else {}
    return frozenset(key for key in keys if kept.get(STOPPED + key))


def stop_experiment(unit: Unit, key: str, by: str, why: str, now: datetime) -> bool:
    """False where it was stopped before: the first word stands."""
    if current_stop(unit, key) is not None:
        return False
    told = {"experiment": key, "by": by, "why": why}
    unit.cursors.set(STOPPED + key, json.dumps(told | {"at": now.isoformat()}))
    unit.ledger.append("experiment_stopped", told, now)
    return True


def _read(kept: str | None) -> Stop | None:
    if not kept:
        return None
    fields = json.loads(kept)
    return Stop(by=fields["by"], why=fields["why"], at=datetime.fromisoformat(fields["at"]))


def harmful(unit: Unit, policy: Policy, now: datetime) -> Iterator[tuple[Result, Raised]]:
    """Those of the policy's that run and do harm, each with what supervisors are told of it."""
    stopped = stopped_experiments(unit, policy)
    for name, experiment in policy.experiments.items():
        if experiment.key(name) in stopped:
            continue
        result = measure_experiment(unit, name, experiment, now)
        if result.verdict is Verdict.HARMFUL:
            yield result, _raised(result)


def why_harmful(result: Result) -> str:
    """In a sentence, with the figures."""
    measure = result.harms[0]
    one = result.so_far[measure]
    return (
        f"{one.treated} of those who were treated {WORDS[measure]}, {one.held_out} of the others: "
        f"{100 * one.low:.1f} to {100 * one.high:.1f} points more"
    )


def _raised(result: Result) -> Raised:
    return Raised(
        kind=AlertKind.EXPERIMENT,
        key=f"{AlertKind.EXPERIMENT}:{result.key}",
        source=f"{AlertKind.EXPERIMENT}:{result.key}:stopped",
        text=f"The experiment “{result.name}” did harm and was stopped",
        why=why_harmful(result),
        facts={"Varies": result.experiment.varies.value},
    )
