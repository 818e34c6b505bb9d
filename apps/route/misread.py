"""What reading a customer's words costs a routing: of some arrivals the intent is not known, or taken for another."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from apps.route.history import Arrival
from apps.route.routings import Routes
from core.model.agent import Agent


def misread(arrivals: Sequence[Arrival], share: float, seed: int) -> dict[int, str]:
    """By number, for this share of the arrivals, the intent that is read in them: every other one none at all, the
    others one drawn from the other intents as often as they come."""
    chance = random.Random(seed)
    chosen = sorted(chance.sample(range(len(arrivals)), round(share * len(arrivals))))
    intents = [arrival.intent for arrival in arrivals]
    read: dict[int, str] = {}
    for place, index in enumerate(chosen):
        mine = arrivals[index]
        others = [intent for intent in intents if intent != mine.intent] if place % 2 else []
        read[mine.number] = chance.choice(others) if others else ""
    return read


class Misreading:
    """A routing that is told the intent as it was read. Whoever passes a conversation on has seen what it is: the
    second time the routing is told that."""

    def __init__(self, inner: Routes, read: dict[int, str]) -> None:
        self.name = inner.name
        self._inner, self._read = inner, read
        self._given: set[int] = set()

    def pick(self, arrival: Arrival, team: Sequence[Agent], now: datetime) -> Agent | None:
        seen = arrival.number in self._given
        told = arrival if seen else replace(arrival, intent=self._read.get(arrival.number, arrival.intent))
        chosen = self._inner.pick(told, team, now)
        if chosen is not None:
            self._given.add(arrival.number)
        return chosen

    def ended(self, arrival: Arrival, agent: Agent, now: datetime) -> None:
        self._inner.ended(arrival, agent, now)
