"""Three ways to say who gets a conversation: ours, and the two that most helpdesks come with.

All see the same: who is on shift, what each has in hand, and nothing of the future."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from apps.route.history import Arrival
from core.coordinate.route import HandleTimes, Need, choose, learned
from core.coordinate.route.grounds import has_room
from core.coordinate.route.skills import fitting
from core.model.agent import Agent
from core.policy import Routing

EVERYBODY = "everybody"
LEARNED_EVERY = 50  # conversations; more often costs time and changes little


class Routes(Protocol):
    name: str

    def pick(self, arrival: Arrival, team: Sequence[Agent], now: datetime) -> Agent | None:
        """Somebody of the team (all on shift, by id) who has room; None: it waits."""

    def ended(self, arrival: Arrival, agent: Agent, now: datetime) -> None:
        """Told when somebody has brought a conversation to its end."""


class RoundRobin:
    """The next in the row who has room, whatever the matter is."""

    name = "round robin"

    def __init__(self, routing: Routing) -> None:
        self._routing = routing
        self._last: dict[str, str] = {}

    def pick(self, arrival: Arrival, team: Sequence[Agent], now: datetime) -> Agent | None:
        return _next(team, self._routing, self._last, arrival.group)

    def ended(self, arrival: Arrival, agent: Agent, now: datetime) -> None:
        """It looks at nothing that was."""


class StaticSkill:
    """A fixed row for each skill, or for each skill and language: the next in it who has room. Loads and the past are
    not looked at."""

    name = "static skill"

    def __init__(self, routing: Routing, *, languages: bool = False) -> None:
        self._routing, self._languages = routing, languages
        self._last: dict[str, str] = {}

    def pick(self, arrival: Arrival, team: Sequence[Agent], now: datetime) -> Agent | None:
        able = [agent for agent in team if self._is_in_row(agent, arrival)]
        row = f"{arrival.group}/{arrival.intent}/{arrival.language if self._languages else ''}"
        return _next(able or team, self._routing, self._last, row)

    def _is_in_row(self, agent: Agent, arrival: Arrival) -> bool:
        spoken = not self._languages or not arrival.language or arrival.language in agent.languages
        return spoken and bool(fitting(agent.skills, [arrival.intent]))

    def ended(self, arrival: Arrival, agent: Agent, now: datetime) -> None:
        """It looks at nothing that was."""


class Ours:
    """`core.coordinate.route.choose`, as the loop calls it. Handle times are learned from the part of the history that
    was over by now, who helped whom from the replay itself."""

    name = "Handrail"

    def __init__(self, routing: Routing, history: Iterable[Arrival]) -> None:
        self._routing = routing
        self._past = sorted((a for a in history if a.agent), key=lambda a: (a.at, a.number))
        self._seen = 0
        self._times = HandleTimes()
        self._helped: dict[str, dict[str, datetime]] = defaultdict(dict)

    def pick(self, arrival: Arrival, team: Sequence[Agent], now: datetime) -> Agent | None:
        need = Need(
            at=now,
            intent=arrival.intent,
            skills=(arrival.intent,) if arrival.intent else (),
            language=arrival.language,
            complexity=arrival.complexity,
            helped=self._helped[arrival.customer] if arrival.customer else {},
        )
        return choose(arrival.group or EVERYBODY, need, team, self._routing, self._times_at(now)).agent

    def ended(self, arrival: Arrival, agent: Agent, now: datetime) -> None:
        if arrival.customer:
            self._helped[arrival.customer][agent.id] = now

    def _times_at(self, now: datetime) -> HandleTimes:
        over = self._seen
        while over < len(self._past) and self._past[over].at < now:
            over += 1
        if over - self._seen >= LEARNED_EVERY:
            self._seen = over
            # Only what was over: the last ones of these may still have been worked on.
            ended = (a for a in self._past[:over] if (now - a.at).total_seconds() >= a.minutes * 60)
            self._times = learned(arrival.handled for arrival in ended)
        return self._times


def _next(team: Sequence[Agent], routing: Routing, last: dict[str, str], row: str) -> Agent | None:
    """The first with room after the one who was last, round the row of ids."""
    places = {agent.id: place for place, agent in enumerate(team)}
    start = places.get(last.get(row, ""), -1) + 1
    for agent in (*team[start:], *team[:start]):
        if has_room(agent, routing):
            last[row] = agent.id
            return agent
    return None
