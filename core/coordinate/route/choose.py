"""Which agent of a team: pure, the same for any order in which the agents are named, and always with its reasons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.coordinate.route.grounds import (
    UNKNOWN_TIME,
    capacity_of,
    grounds_of,
    has_room,
    is_skilled,
    minutes_of,
    speaks,
)
from core.coordinate.route.handle_time import NOTHING_KNOWN, HandleTimes
from core.coordinate.route.need import Need
from core.model.agent import Agent, Considered, Ground
from core.policy import Routing

__all__ = ["Choice", "Need", "choose"]

NEVER = datetime.min.replace(tzinfo=UTC)
MOST_ALTERNATIVES = 8  # kept with a decision; a team of fifty explains itself by its first few
MOST_NAMED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`agent` is None where nobody can take it now; `reason` says why in either case."""

    agent: Agent | None
    reason: str
    overload: bool = False
    minutes: float | None = None
    grounds: tuple[Ground, ...] = ()
    alternatives: tuple[Considered, ...] = ()


def choose(
    group: str, need: Need, agents: Iterable[Agent], routing: Routing, times: HandleTimes = NOTHING_KNOWN
) -> Choice:
    """The agent of `group` for this need. Never one who is away, has no room or is of another group, nor anybody where
    the helpdesk does not tell who is at work; whoever has the conversation already keeps it, full or not. Nobody who
    does not speak the language while somebody at work does. Where those who can do it are all full it waits for them:
    whoever else had it would only pass it on."""
    team = sorted((agent for agent in agents if group in agent.groups), key=_by_id)
    owner = next((agent for agent in team if need.owner and need.owner in (agent.id, agent.name)), None)
    if owner is not None and owner.available is not False:
        return _kept(owner, need, team, routing, times)
    at_work = [agent for agent in team if agent.available]
    if not at_work:
        alternatives = _passed(team, need, routing)[:MOST_ALTERNATIVES]
        return Choice(agent=None, reason=_nobody(group, team), alternatives=alternatives)
    candidates = _candidates(need, at_work, routing)
    if not candidates:
        waiting = _passed(team, need, routing)[:MOST_ALTERNATIVES]
        return Choice(agent=None, overload=True, reason=_full(group, need, at_work, routing), alternatives=waiting)
    return _best(need, candidates, team, routing, times)


def _candidates(need: Need, at_work: Sequence[Agent], routing: Routing) -> list[Agent]:
    """With room, of those who speak where anybody at work does, of these those with the skill where anybody has it;
    seniors first where it needs one."""
    speakers = _speakers(need, at_work, routing)
    seniors = [agent for agent in speakers if agent.senior] if need.senior else []
    for pool in (seniors, speakers):
        roomy = [agent for agent in _skilled(need, pool, routing) if has_room(agent, routing)]
        if roomy:
            return roomy
    return []


def _speakers(need: Need, agents: Sequence[Agent], routing: Routing) -> Sequence[Agent]:
    """Those who speak the language; all where nobody does."""
    return [agent for agent in agents if speaks(agent, need, routing)] or agents


def _skilled(need: Need, agents: Sequence[Agent], routing: Routing) -> Sequence[Agent]:
    """Those who have the skill; all where nobody does."""
    return [agent for agent in agents if is_skilled(agent, need, routing)] or agents


def _best(
    need: Need, candidates: Sequence[Agent], team: Sequence[Agent], routing: Routing, times: HandleTimes
) -> Choice:
    scored = [(agent, grounds_of(agent, need, routing, times)) for agent in candidates]
    ranked = sorted(scored, key=lambda pair: (-_points(pair[1]), _pause(pair[0]), _by_id(pair[0])))
    (best, grounds), *others = ranked
    compared = {agent.id for agent in candidates}
    left = [agent for agent in team if agent.id not in compared]
    rest = tuple(_considered(agent, found) for agent, found in others)
    return Choice(
        agent=best,
        reason=_why(best, grounds, [agent for agent, found in others if _points(found) == _points(grounds)], need),
        minutes=minutes_of(best, need, times),
        grounds=grounds,
        alternatives=(*rest, *_passed(left, need, routing))[:MOST_ALTERNATIVES],
    )


def _kept(owner: Agent, need: Need, team: Sequence[Agent], routing: Routing, times: HandleTimes) -> Choice:
    return Choice(
        agent=owner,
        reason=f"{owner.name} has this conversation already",
        minutes=minutes_of(owner, need, times),
        grounds=grounds_of(owner, need, routing, times),
        alternatives=_passed([agent for agent in team if agent is not owner], need, routing)[:MOST_ALTERNATIVES],
    )


def _why(best: Agent, grounds: Sequence[Ground], equals: Sequence[Agent], need: Need) -> str:
    holding = [
        ground.words
        for ground in sorted(grounds, key=lambda g: -g.points)
        if ground.points > 0 and ground.words != UNKNOWN_TIME
    ]
    senior = ["is senior"] if need.senior and best.senior else []
    said = f"{best.name} {_listed([*senior, *holding]) or 'is there and has room'}"
    return f"{said}; {_tie(best, equals)}" if equals else said


def _tie(best: Agent, equals: Sequence[Agent]) -> str:
    others = _listed([agent.name for agent in equals[:MOST_NAMED]])
    if all(_pause(best) < _pause(other) for other in equals):
        return f"{others} came to the same points, and {best.name} has had the longer pause"
    return f"{others} came to the same points after as long a pause, so the lower id decides"


def _nobody(group: str, team: Sequence[Agent]) -> str:
    if not team:
        return f"the helpdesk reports nobody in {group}"
    unknown = any(agent.available is None for agent in team)
    return "the helpdesk does not tell who is at work" if unknown else f"nobody of {group} is at work"


def _full(group: str, need: Need, at_work: Sequence[Agent], routing: Routing) -> str:
    full = _skilled(need, _speakers(need, at_work, routing), routing)
    named = [f"{agent.name} has {agent.open} of {capacity_of(agent, routing)}" for agent in full[:MOST_NAMED]]
    more = [f"{len(full) - MOST_NAMED} more are full"] if len(full) > MOST_NAMED else []
    who = f"nobody of {group} has room" if len(full) == len(at_work) else f"those of {group} who can do it are full"
    return f"{who}: {_listed([*named, *more])}; it waits for the first who has room"


def _passed(agents: Sequence[Agent], need: Need, routing: Routing) -> tuple[Considered, ...]:
    return tuple(
        Considered(agent_id=agent.id, agent=agent.name, passed=_hindrance(agent, need, routing)) for agent in agents
    )


def _hindrance(agent: Agent, need: Need, routing: Routing) -> str:
    if not agent.available:
        return "perhaps not at work" if agent.available is None else "not at work"
    if not has_room(agent, routing):
        return f"full, {agent.open} of {capacity_of(agent, routing)}"
    lacks = {
        "is not senior": need.senior and not agent.senior,
        f"does not speak {need.language}": not speaks(agent, need, routing),
        "has not the skill": not is_skilled(agent, need, routing),
    }
    return _listed([words for words, lacking in lacks.items() if lacking]) or "somebody else has the conversation"


def _considered(agent: Agent, grounds: tuple[Ground, ...]) -> Considered:
    return Considered(agent_id=agent.id, agent=agent.name, points=_points(grounds), grounds=grounds)


def _points(grounds: Sequence[Ground]) -> float:
    # Rounded, so that a sum in another order is the same sum.
    return round(sum(ground.points for ground in grounds), 9)


def _pause(agent: Agent) -> datetime:
    """Who was given something longest ago comes first; who never was, before everybody."""
    return agent.last_assigned_at or NEVER


def _by_id(agent: Agent) -> tuple[int, str]:
    """Helpdesks number people: 9 comes before 10."""
    return len(agent.id), agent.id


def _listed(things: Sequence[str]) -> str:
    if not things:
        return ""
    *before, last = things
    return f"{', '.join(before)} and {last}" if before else last
