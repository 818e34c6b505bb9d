"""From a disposition that hands over to the team and the agent who get it: pure, and every ground is kept."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import perf_counter

from core.decide.turn import Turn
from core.errors import HandrailError
from core.model.agent import Agent, Routed
from core.model.conversation import CaseContext, OwnerKind, Role
from core.model.decision import Action, Decision, Disposition
from core.model.signals import Scored, Signals
from core.policy import Policy, Trigger
from core.ports import Agents, Now, Store
from core.routing.choose import Choice, Need, choose
from core.routing.handle_time import NOTHING_KNOWN, HandleTimes

TRIGGER = "trigger:"
SURE_OF_LANGUAGE = 0.5
TIER_OF_SENIORS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What the past says: `helped` maps an agent's id or name to their last public word to this customer."""

    helped: Mapping[str, datetime] = field(default_factory=dict)
    times: HandleTimes = NOTHING_KNOWN


def route(
    disposition: Disposition,
    signals: Signals,
    case: CaseContext,
    agents: Sequence[Agent] | None,
    policy: Policy,
    history: History,
) -> Routed:
    """Where this conversation goes. `agents` None: the helpdesk did not tell who is there; then the team alone."""
    routed = _team(disposition, signals, case, policy)
    if routed.purpose == "review":
        return routed
    if agents is None:
        return replace(routed, reason=f"{routed.reason}; the helpdesk does not tell who is there, so the team gets it")
    need = need_of(disposition, signals, case, policy, history.helped)
    return _named(routed, choose(routed.group, need, agents, policy.routing, history.times))


def _team(disposition: Disposition, signals: Signals, case: CaseContext, policy: Policy) -> Routed:
    """The team by context, and why; nobody is named yet."""
    group, tier = disposition.owner.name, disposition.tier
    if disposition.rule == "spam":
        reason = f"it looks like spam: {group or 'a person'} reviews it when there is time"
        return Routed(group=group, tier=tier, reason=reason, priority="low", purpose="review")
    purpose = _purpose(disposition, signals, case, policy)
    first = _jumps(disposition, signals, policy)
    why = {"upsell": " for an offer", "vip": " for an important customer"}.get(purpose, "")
    ahead = f", ahead of the others ({first})" if first else ""
    reason = f"{group} at tier {tier}{why}{ahead} by rule {disposition.rule}"
    return Routed(group=group, tier=tier, reason=reason, priority="urgent" if first else "", purpose=purpose)


def _purpose(disposition: Disposition, signals: Signals, case: CaseContext, policy: Policy) -> str:
    if disposition.rule == f"{TRIGGER}upsell":
        return "upsell"
    return "vip" if disposition.rule in ("vip", f"{TRIGGER}high_value") or important(case, signals, policy) else ""


def important(case: CaseContext, signals: Signals, policy: Policy) -> bool:
    return bool(Turn(case=case, signals=signals, draft=None, policy=policy).important)


def _jumps(disposition: Disposition, signals: Signals, policy: Policy) -> str:
    """Why the conversation jumps the queue: the rule that decided says so, or another flagged trigger fired too."""
    if disposition.first:
        return disposition.rule.removeprefix(TRIGGER)
    flagged = {name: trigger for name, trigger in policy.triggers.items() if trigger.first}
    fired = {risk.value for risk in signals.risks if risk.value in flagged and _fires(risk, flagged[risk.value])}
    return next((name for name in flagged if name in fired), "")


def _fires(risk: Scored, trigger: Trigger) -> bool:
    return risk.confidence >= trigger.threshold


def need_of(
    disposition: Disposition, signals: Signals, case: CaseContext, policy: Policy, helped: Mapping[str, datetime]
) -> Need:
    """What this conversation needs of an agent."""
    sure = [intent for intent in signals.intents if intent.confidence >= policy.confidence_intent]
    trigger = (disposition.rule.removeprefix(TRIGGER),) if disposition.rule.startswith(TRIGGER) else ()
    owner = case.conversation.owner
    return Need(
        at=case.now,
        intent=sure[0].value if sure else "",
        skills=(*trigger, *(intent.value for intent in sure)),
        language=_language(signals, case),
        complexity=signals.amount("complexity"),
        senior=disposition.tier >= TIER_OF_SENIORS or important(case, signals, policy),
        owner=owner.id if owner.kind is OwnerKind.AGENT else "",
        helped=helped,
    )


def _language(signals: Signals, case: CaseContext) -> str:
    read = signals.language
    return read.value if read.confidence >= SURE_OF_LANGUAGE else case.customer.locale.split("-")[0].lower()


def _named(routed: Routed, choice: Choice) -> Routed:
    return replace(
        routed,
        agent_id=choice.agent.id if choice.agent else "",
        agent=choice.agent.name if choice.agent else "",
        reason=f"{routed.reason}: {choice.reason}",
        overload=choice.overload,
        minutes=choice.minutes,
        grounds=choice.grounds,
        alternatives=choice.alternatives,
    )


# ------------------------------------------------------------------
# The route of a decision that hands over, with what the helpdesk and the store know at this moment.


MOST_EARLIER = 10  # conversations in which is looked who helped
# The helpdesk shows what was given to somebody only a moment later; until then the store remembers it.
SHOWN_AFTER = timedelta(minutes=1)


def with_given(agent: Agent, given: Collection[datetime]) -> Agent:
    """The agent with what was `given` to them of late and the helpdesk does not show yet."""
    seen = agent.last_assigned_at
    unseen = [moment for moment in given if seen is None or moment > seen]
    return replace(agent, open=agent.open + len(unseen), last_assigned_at=max(unseen)) if unseen else agent


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """Names the agent. Whatever cannot be read is left out and said: a handoff never waits for it."""

    agents: Agents
    store: Store
    policy: Policy
    now: Now
    times: HandleTimes = NOTHING_KNOWN

    def assign(self, decision: Decision, case: CaseContext) -> Decision:
        """The decision with its route; unchanged where nothing is handed over or the policy names teams only."""
        if decision.disposition.action is not Action.HANDOFF or not self.policy.routing.assign:
            return decision
        started = perf_counter()
        there, history = self._there(), self._history(decision, case)
        routed = self._routed(decision, case, there, history) if there else self._of(decision, case, there, history)
        taken = round((perf_counter() - started) * 1000, 3)
        return replace(with_route(decision, routed), timings={**decision.timings, "route": taken})

    def _routed(self, decision: Decision, case: CaseContext, there: Sequence[Agent], history: History) -> Routed:
        """Whoever assigns at this moment waits for its turn: what it gives counts for the next."""
        conversation, now = case.conversation.id, self.now()
        with self.store.begin() as unit:
            given: dict[str, list[datetime]] = {}
            for name, (agent_id, at) in unit.assignments.since(now - SHOWN_AFTER).items():
                if name != conversation:
                    given.setdefault(agent_id, []).append(at)
            counted = [with_given(agent, given.get(agent.id, ())) for agent in there]
            routed = self._of(decision, case, counted, history)
            if routed.agent_id:
                unit.assignments.add(conversation, routed.agent_id, now)
        return routed

    def _of(self, decision: Decision, case: CaseContext, there: Sequence[Agent] | None, history: History) -> Routed:
        return route(decision.disposition, decision.signals, case, there, self.policy, history)

    def _there(self) -> Sequence[Agent] | None:
        try:
            return self.agents.agents()
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
