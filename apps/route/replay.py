"""A replay of the past under a routing: the routings that are compared, what misreading costs them, and the floor on
which they play."""

import heapq
import random
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from apps.route.files import Arrival, Member
from core.model.agent import Agent
from core.policy import Routing
from core.routing import HandleTimes, Need, choose, learn_handle_times
from core.routing.choose import fitting, has_room

EVERYBODY = "everybody"
LEARNED_EVERY = 50  # conversations; more often costs time and changes little


class Routes(Protocol):
    name: str

    def pick(self, arrival: Arrival, team: Sequence[Agent], now: datetime) -> Agent | None:
        """Somebody of the team (all on shift, by id) who has room; None: it waits."""

    def note_end(self, arrival: Arrival, agent: Agent, now: datetime) -> None:
        """Told when somebody has brought a conversation to its end."""


class RoundRobin:
    """The next in the row who has room, whatever the matter is."""

    name = "round robin"

    def __init__(self, routing: Routing) -> None:
        self._routing = routing
        self._last: dict[str, str] = {}

    def pick(self, arrival: Arrival, team: Sequence[Agent], now: datetime) -> Agent | None:
        return _next(team, self._routing, self._last, arrival.group)

    def note_end(self, arrival: Arrival, agent: Agent, now: datetime) -> None:
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

    def note_end(self, arrival: Arrival, agent: Agent, now: datetime) -> None:
        """It looks at nothing that was."""


class Ours:
    """`core.routing.choose`, as the loop calls it. Handle times are learned from the part of the history that
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

    def note_end(self, arrival: Arrival, agent: Agent, now: datetime) -> None:
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
            self._times = learn_handle_times(arrival.handled for arrival in ended)
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


def choose_misread(arrivals: Sequence[Arrival], share: float, seed: int) -> dict[int, str]:
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

    def note_end(self, arrival: Arrival, agent: Agent, now: datetime) -> None:
        self._inner.note_end(arrival, agent, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What became of one arrival. `waited` runs until somebody who can help begins; `queued`: people were on shift when
    it came, and none had room; `unstaffed`: nobody was; `again`: the customer came back and got somebody who had helped
    them, None where they were new."""

    arrival: Arrival
    agent_id: str
    waited: timedelta
    transfers: int
    queued: bool
    unstaffed: bool
    again: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """`busy` is the minutes of work of each agent by the hour in which they began."""

    routing: str
    served: tuple[Served, ...]
    busy: dict[str, dict[datetime, float]]
    began: datetime
    ended: datetime


@dataclass(slots=True)
class _Ticket:
    arrival: Arrival
    transfers: int = 0
    queued: bool = False
    unstaffed: bool = False
    again: bool | None = None


@dataclass(slots=True)
class _Desk:
    """One agent at work: what they hold, and what they are at."""

    member: Member
    agent: Agent
    held: deque[_Ticket] = field(default_factory=deque)
    at: _Ticket | None = None

    def takes(self, ticket: _Ticket, now: datetime) -> None:
        # Flagged ones go before the others that wait here, behind earlier flagged ones.
        ahead = sum(1 for each in self.held if each.arrival.first) if ticket.arrival.first else len(self.held)
        self.held.insert(ahead, ticket)
        self.agent = replace(self.agent, open=self.agent.open + 1, last_assigned_at=now)

    def lets_go(self) -> None:
        self.at = None
        self.agent = replace(self.agent, open=self.agent.open - 1)


class Floor:
    """The run of one replay."""

    def __init__(
        self, members: Sequence[Member], routes: Routes, routing: Routing, world: HandleTimes, transfer: timedelta
    ) -> None:
        self._desks = [_Desk(member=m, agent=replace(m.agent, groups=m.agent.groups | {EVERYBODY})) for m in members]
        self._routes, self._routing, self._world, self._transfer = routes, routing, world, transfer
        self._events: list[tuple[datetime, int, Arrival | _Desk | None]] = []
        self._count = 0
        self._waiting: list[tuple[bool, datetime, int, _Ticket]] = []
        self._helped: dict[str, set[str]] = defaultdict(set)
        self._served: list[Served] = []
        self._busy: dict[str, dict[datetime, float]] = {desk.agent.id: defaultdict(float) for desk in self._desks}

    def run(self, arrivals: Sequence[Arrival]) -> Replay:
        for arrival in arrivals:
            self._at(arrival.at, arrival)
        for opening in self._openings(arrivals[0].at, arrivals[-1].at):
            self._at(opening, None)
        now = arrivals[0].at
        while self._events:
            now, _, what = heapq.heappop(self._events)
            if isinstance(what, Arrival):
                self._arrives(what, now)
            elif isinstance(what, _Desk):
                self._ends(what, now)
            self._dispatch(now)
            if not self._events and self._waiting:
                self._at(self._openings(now, now)[0], None)
        served = tuple(sorted(self._served, key=lambda s: (s.arrival.at, s.arrival.number)))
        busy = {agent_id: dict(hours) for agent_id, hours in self._busy.items()}
        return Replay(routing=self._routes.name, served=served, busy=busy, began=arrivals[0].at, ended=now)

    def _at(self, when: datetime, what: Arrival | _Desk | None) -> None:
        self._count += 1
        heapq.heappush(self._events, (when, self._count, what))

    def _arrives(self, arrival: Arrival, now: datetime) -> None:
        ticket = _Ticket(arrival=arrival)
        team = self._team(ticket, now)
        ticket.unstaffed = not team
        ticket.queued = bool(team) and not any(has_room(desk.agent, self._routing) for desk in team)
        self._waits(ticket)

    def _waits(self, ticket: _Ticket) -> None:
        arrival = ticket.arrival
        heapq.heappush(self._waiting, (not arrival.first, arrival.at, arrival.number, ticket))

    def _dispatch(self, now: datetime) -> None:
        """Give out what waits, flagged first, then by time; nobody holds up those behind them."""
        left = []
        while self._waiting:
            if not any(has_room(desk.agent, self._routing) for desk in self._desks if desk.member.takes(now)):
                break
            entry = heapq.heappop(self._waiting)
            if not self._given(entry[3], now):
                left.append(entry)
        for entry in left:
            heapq.heappush(self._waiting, entry)

    def _given(self, ticket: _Ticket, now: datetime) -> bool:
        desks = self._team(ticket, now)
        agent = self._routes.pick(ticket.arrival, [desk.agent for desk in desks], now) if desks else None
        if agent is None:
            return False
        desk = next(desk for desk in desks if desk.agent.id == agent.id)
        desk.takes(ticket, now)
        if desk.at is None:
            self._begins(desk, now)
        return True

    def _team(self, ticket: _Ticket, now: datetime) -> list[_Desk]:
        """On shift, of its group; after a transfer only those who have what it needs."""
        group = ticket.arrival.group or EVERYBODY
        team = [desk for desk in self._desks if group in desk.agent.groups and desk.member.takes(now)]
        return [desk for desk in team if fits(desk.agent, ticket.arrival)] if ticket.transfers else team

    def _begins(self, desk: _Desk, now: datetime) -> None:
        if not desk.held:
            return
        ticket = desk.at = desk.held.popleft()
        takes = self._transfer if self._passes_on(desk, ticket) else self._minutes(desk, ticket, now)
        self._busy[desk.agent.id][now.replace(minute=0, second=0, microsecond=0)] += takes.total_seconds() / 60
        self._at(now + takes, desk)

    def _passes_on(self, desk: _Desk, ticket: _Ticket) -> bool:
        group = ticket.arrival.group or EVERYBODY
        able = any(group in each.agent.groups and fits(each.agent, ticket.arrival) for each in self._desks)
        return able and not fits(desk.agent, ticket.arrival)

    def _minutes(self, desk: _Desk, ticket: _Ticket, now: datetime) -> timedelta:
        """The work begins: note what became of the arrival."""
        arrival, agent = ticket.arrival, desk.agent
        helped = self._helped[arrival.customer] if arrival.customer else set()
        self._served.append(
            Served(
                arrival=arrival,
                agent_id=agent.id,
                waited=now - arrival.at,
                transfers=ticket.transfers,
                queued=ticket.queued,
                unstaffed=ticket.unstaffed,
                again=agent.id in helped if helped else None,
            )
        )
        then = self._world.factor((arrival.agent,), arrival.intent) if arrival.agent else 1.0
        mine = self._world.factor((agent.id, agent.name), arrival.intent) if arrival.agent else 1.0
        return timedelta(minutes=arrival.minutes * mine / then)

    def _ends(self, desk: _Desk, now: datetime) -> None:
        ticket = desk.at
        assert ticket is not None  # noqa: S101 - an end has its beginning
        passed_on = self._passes_on(desk, ticket)
        desk.lets_go()
        if passed_on:
            ticket.transfers += 1
            self._waits(ticket)
        else:
            if ticket.arrival.customer:
                self._helped[ticket.arrival.customer].add(desk.agent.id)
            self._routes.note_end(ticket.arrival, desk.agent, now)
        self._begins(desk, now)

    def _openings(self, since: datetime, until: datetime) -> list[datetime]:
        """When somebody comes to work, from `since` to the day after `until`."""
        hours = {desk.member.opens for desk in self._desks if desk.member.opens is not None}
        days = [since.date() + timedelta(days=number) for number in range((until - since).days + 3)]
        moments = (datetime.combine(day, opens, since.tzinfo) for day in days for opens in hours)
        return sorted(moment for moment in moments if moment > since)


def fits(agent: Agent, arrival: Arrival) -> bool:
    """Has the skill and speaks the language."""
    spoken = not arrival.language or arrival.language in agent.languages
    return spoken and bool(fitting(agent.skills, [arrival.intent]))


def replay(
    arrivals: Iterable[Arrival],
    members: Sequence[Member],
    routes: Routes,
    routing: Routing,
    world: HandleTimes,
    transfer: timedelta,
) -> Replay:
    return Floor(members, routes, routing, world, transfer).run(list(arrivals))
