"""Two experiments over a simulated year: one that spares three of a hundred a second contact, and one without effect.

Each person is part of both from their first matter on, by the product's own lot. Who writes about the same again does
so in a decision of its own, as a customer's words leave one."""

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert

from benchmarks.year import DAY, TOGETHER, Year
from connectors.sql.store import SqlStore
from connectors.sql.tables import decision_figures, decisions, exposures
from core.measure.experiments import Result, measure_experiment
from core.model.arm import Arm, arm_of
from core.model.decision import Action
from core.model.ids import CustomerId
from core.model.matter import Matter
from core.policy.experiments import Experiment, Varies
from core.ports import Unit

LIFTS, IDLE = "shorter_answers", "other_greeting"
EXPERIMENTS: Mapping[str, Experiment] = {
    LIFTS: Experiment(varies=Varies.STYLE, card="short"),
    IDLE: Experiment(varies=Varies.STYLE, card="warm"),
}
AGAIN, LIFT = 0.10, 0.03  # write about the same again; so many fewer where the one that lifts is on
RULE = "automatic_reply"
LATER = 2 * DAY

Rows = tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]  # a decision, its figures, its exposures


def fill_experiments(store: SqlStore, year: Year) -> int:
    """Into a store that `year` was written to; how many people are part of them."""
    made, people = _rows(year), 0
    while some := list(islice(made, TOGETHER)):
        people += sum(bool(shown) for _, _, shown in some)
        with store.begin_lightly() as unit:
            unit.connection.execute(insert(decisions), [row for row, _, _ in some])
            unit.connection.execute(insert(decision_figures), [row for _, row, _ in some])
            unit.connection.execute(insert(exposures), [row for _, _, shown in some for row in shown])
    return people


def read_experiments(unit: Unit, now: datetime) -> Mapping[str, Result]:
    return {name: measure_experiment(unit, name, each, now) for name, each in EXPERIMENTS.items()}


def _rows(year: Year) -> Iterator[Rows]:
    chance, met = random.Random(year.seed), set[CustomerId]()
    for matter in sorted(year, key=lambda each: each.began_at):
        if matter.customer_id in met:
            continue
        met.add(matter.customer_id)
        arms = {name: _arm(name, matter.customer_id) for name in EXPERIMENTS}
        yield _decided(matter, timedelta(), arms)
        if chance.random() < AGAIN - (LIFT if arms[LIFTS] is Arm.TREATED else 0.0):
            yield _decided(matter, LATER, {})


def _arm(name: str, person: CustomerId) -> Arm:
    experiment = EXPERIMENTS[name]
    return arm_of(f"experiment:{experiment.key(name)}", person, 1 - experiment.share)


def _decided(matter: Matter, later: timedelta, arms: Mapping[str, Arm]) -> Rows:
    name, at = f"{matter.conversation_id}{'_again' if later else ''}", matter.began_at + later
    row = {
        "id": f"de_{name}",
        "event_id": f"ev_{name}",
        "conversation_id": matter.conversation_id,
        "message_id": f"ms_{name}",
        "action": Action.AUTO_REPLY.value,
        "rule": RULE,
        "policy_version": "1",
        "at": at,
        "body": "{}",
    }
    told = {"decision_id": row["id"], "at": at, "action": row["action"], "rule": RULE, "intent": matter.intent}
    shown = [
        {"decision_id": row["id"], "experiment": EXPERIMENTS[each].key(each), "arm": arm.value, "at": at}
        for each, arm in arms.items()
    ]
    return row, {**told, "team": "", "abstained": ""}, shown
