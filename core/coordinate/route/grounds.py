"""What speaks for one agent, ground by ground. Each is judged by itself, so that who else is there changes nothing."""

from datetime import datetime

from core.coordinate.route.handle_time import HandleTimes
from core.coordinate.route.need import Need
from core.coordinate.route.skills import fitting
from core.model.agent import Agent, Ground
from core.policy import Routing

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
    last = helped_at(agent, need)
    recent = last is not None and need.at - last <= routing.prior
    words = f"helped this customer on {last:%Y-%m-%d}" if recent and last else "has not helped this customer lately"
    return Ground(name="prior", value=float(recent), weight=routing.weights.prior, words=words)


def helped_at(agent: Agent, need: Need) -> datetime | None:
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
    return times.predicted((agent.id, agent.name), need.intent, need.complexity)
