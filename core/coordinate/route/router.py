"""The route of a decision that hands over, with what the helpdesk and the store know at this moment."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from time import perf_counter

from core.coordinate.route.handle_time import NOTHING_KNOWN, HandleTimes
from core.coordinate.route.route import History, route
from core.errors import HandrailError
from core.model.agent import Agent, Routed
from core.model.conversation import CaseContext, Role
from core.model.decision import Action, Decision
from core.policy import Policy
from core.ports import Agents, Now, Store

MOST_EARLIER = 10  # conversations in which is looked who helped
# The helpdesk shows what was given to somebody only a moment later; until then we remember it ourselves.
SHOWN_AFTER = timedelta(minutes=1)


@dataclass(slots=True)
class Given:
    """What this process gave to whom of late, to be added to what the helpdesk reports."""

    moments: dict[str, list[datetime]] = field(default_factory=dict)
    turn: Lock = field(default_factory=Lock)

    def note(self, agent_id: str, at: datetime) -> None:
        with self.turn:
            recent = [moment for moment in self.moments.get(agent_id, []) if at - moment < SHOWN_AFTER]
            self.moments[agent_id] = [*recent, at]

    def added(self, agent: Agent, now: datetime) -> Agent:
        with self.turn:
            mine = [moment for moment in self.moments.get(agent.id, []) if now - moment < SHOWN_AFTER]
        seen = agent.last_assigned_at
        unseen = [moment for moment in mine if seen is None or moment > seen]
        if not unseen:
            return agent
        return replace(agent, open=agent.open + len(unseen), last_assigned_at=max(unseen))


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """Names the agent. Whatever cannot be read is left out and said: a handoff never waits for it."""

    agents: Agents
    store: Store
    policy: Policy
    now: Now
    times: HandleTimes = NOTHING_KNOWN
    given: Given = field(default_factory=Given)

    def assigned(self, decision: Decision, case: CaseContext) -> Decision:
        """The decision with its route; unchanged where nothing is handed over or the policy names teams only."""
        if decision.disposition.action is not Action.HANDOFF or not self.policy.routing.assign:
            return decision
        started = perf_counter()
        routed = route(
            decision.disposition, decision.signals, case, self._there(), self.policy, self._history(decision, case)
        )
        if routed.agent_id:
            self.given.note(routed.agent_id, self.now())
        taken = round((perf_counter() - started) * 1000, 3)
        return replace(with_route(decision, routed), timings={**decision.timings, "route": taken})

    def _there(self) -> Sequence[Agent] | None:
        try:
            return [self.given.added(agent, self.now()) for agent in self.agents.agents()]
        except HandrailError:
            return None

    def _history(self, decision: Decision, case: CaseContext) -> History:
        since = decision.at - self.policy.routing.prior
        helped: dict[str, datetime] = {}
        with self.store.read() as unit:
            for conversation in unit.conversations.recent(case.customer.id, since)[:MOST_EARLIER]:
                for message in unit.conversations.messages(conversation.id):
                    if message.role is Role.AGENT and message.public:
                        helped[message.author] = max(helped.get(message.author, message.at), message.at)
        return History(helped=helped, times=self.times)


def with_route(decision: Decision, routed: Routed) -> Decision:
    """The card names who takes over; the team stays the disposition's owner."""
    card = decision.handoff
    named = replace(card, group=routed.group, agent=routed.agent or None) if card else None
    return replace(decision, routed=routed, handoff=named)
