"""Which agent of a team: pure, the same for any order in which the agents are named, and always with its reasons."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

from core.model.agent import Agent, Considered, Ground
from core.policy import Routing
from core.routing.handle_time import NOTHING_KNOWN, HandleTimes


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """`skills` are what an agent's skill may be named by: the intents, the trigger that fired. `senior`: seniors come
    first. `owner` is the id or name of an agent who has the conversation already. `helped` maps the id or the name of
    an agent to their last word to this customer."""

    at: datetime
    intent: str = ""
    skills: tuple[str, ...] = ()
    language: str = ""
    complexity: float = 0.0
    senior: bool = False
    owner: str = ""
    helped: Mapping[str, datetime] = field(default_factory=dict)


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


# ------------------------------------------------------------------
# Whether somebody's skill is the one that a matter needs, though the two are not written alike.


WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def stems(name: str) -> frozenset[str]:
    """The words of a skill or an intent, without the s of a plural: `Order_Status` is order and status."""
    words = (word.lower() for word in WORD.findall(name))
    return frozenset(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words)


def fits(skill: str, need: str) -> bool:
    """All the words of the one are among those of the other: `orders` fits `order_status`, `fraud` fits `fraud`."""
    have, wanted = stems(skill), stems(need)
    return bool(have and wanted) and (have <= wanted or wanted <= have)


def fitting(skills: Iterable[str], needs: Iterable[str]) -> str:
    """The skill, first by name, that fits one of the needs; empty where none does."""
    wanted = tuple(needs)
    return next((skill for skill in sorted(skills) if any(fits(skill, need) for need in wanted)), "")


# ------------------------------------------------------------------
# What speaks for one agent, ground by ground. Each is judged by itself, so that who else is there changes nothing.


UNKNOWN_TIME = "nothing is known of the time they need"


def capacity_of(agent: Agent, routing: Routing) -> int:
    """The helpdesk's own limit, or the policy's."""
    return routing.capacity if agent.capacity is None else agent.capacity


def has_room(agent: Agent, routing: Routing) -> bool:
    return agent.open < capacity_of(agent, routing)


def speaks(agent: Agent, need: Need, routing: Routing) -> bool:
    """The language of the need, as far as the policy gives it any weight."""
    return _holds(_language(agent, need, routing))


def is_skilled(agent: Agent, need: Need, routing: Routing) -> bool:
    """Has one of the skills of the need, as far as the policy gives them any weight."""
    return _holds(_skill(agent, need, routing))


def _holds(ground: Ground) -> bool:
    return ground.value == 1 or ground.weight == 0


def grounds_of(agent: Agent, need: Need, routing: Routing, times: HandleTimes) -> tuple[Ground, ...]:
    """All five, also those that speak against: an explanation names them all."""
    return (
        _skill(agent, need, routing),
        _language(agent, need, routing),
        _prior(agent, need, routing),
        _load(agent, routing),
        _handle_time(agent, need, routing, times),
    )


def _skill(agent: Agent, need: Need, routing: Routing) -> Ground:
    skill = fitting(agent.skills, need.skills)
    words = f"has the skill {skill}" if skill else f"has no skill for {' or '.join(need.skills) or 'this'}"
    return Ground(name="skill", value=float(bool(skill)), weight=routing.weights.skill, words=words)


def _language(agent: Agent, need: Need, routing: Routing) -> Ground:
    speaks = not need.language or need.language in agent.languages
    words = f"{'speaks' if speaks else 'does not speak'} {need.language}" if need.language else "any language will do"
    return Ground(name="language", value=float(speaks), weight=routing.weights.language, words=words)


def _prior(agent: Agent, need: Need, routing: Routing) -> Ground:
    last = last_helped_at(agent, need)
    recent = last is not None and need.at - last <= routing.prior
    words = f"helped this customer on {last:%Y-%m-%d}" if recent and last else "has not helped this customer lately"
    return Ground(name="prior", value=float(recent), weight=routing.weights.prior, words=words)


def last_helped_at(agent: Agent, need: Need) -> datetime | None:
    """Records of the past name an agent by id or by name."""
    moments = [need.helped[known] for known in (agent.id, agent.name) if known in need.helped]
    return max(moments, default=None)


def _load(agent: Agent, routing: Routing) -> Ground:
    most = capacity_of(agent, routing)
    value = max(0.0, 1 - agent.open / most) if most else 0.0
    return Ground(name="load", value=value, weight=routing.weights.load, words=f"has {agent.open} of {most} open")


def _handle_time(agent: Agent, need: Need, routing: Routing, times: HandleTimes) -> Ground:
    """Half where the past tells nothing of them; all of it for half the usual time, none for half as much again."""
    minutes = minutes_of(agent, need, times)
    words = UNKNOWN_TIME if minutes is None else f"needs about {minutes:.0f} min"
    value = min(1.0, max(0.0, 1.5 - times.factor((agent.id, agent.name), need.intent)))
    return Ground(name="handle_time", value=value, weight=routing.weights.handle_time, words=words)


def minutes_of(agent: Agent, need: Need, times: HandleTimes) -> float | None:
    return times.predict((agent.id, agent.name), need.intent, need.complexity)
