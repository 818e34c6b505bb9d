"""Looks around for what nobody reports: waits, spikes, failures, costs; called by the sweep."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from core.alerts.raising import add_or_count, alert_effect
from core.calendar.opening_hours import is_open, open_between
from core.context.ownership import customer_waits
from core.measure.experiments import harmful, stop_experiment, why_harmful
from core.model.alert import Alert, AlertKind, Failing, Raised, Waiter
from core.model.cost import MICRO
from core.model.ids import ConversationId
from core.model.outbound import Effect
from core.policy import Policy
from core.ports import Store, Unit
from core.routing.handle_time import NOTHING_KNOWN, HandleTimes
from core.supervision.alert_cards import KEPT, anything_to_show, resolve_alert, update_cards
from core.supervision.spikes import RUNNING, look_for_spikes

LOOKED = "alerts:looked"  # the cursor that says when somebody last looked around
LOOK_EVERY = timedelta(seconds=20)
MEASURED = "experiments:measured"
MEASURE_EVERY = timedelta(minutes=10)
ITSELF = "handrail"  # who stops an experiment that does harm
SWEPT = "alerts:swept"
SWEEP_EVERY = timedelta(hours=6)
MOST = 2000  # waits that are looked at, and open alerts
LATELY = timedelta(minutes=45)  # who has answered anybody since then is at it
ENDED = "The matter is closed."
NO_LONGER = "The customer waits no longer."
NOT_WATCHED = "The policy watches no waits any more."


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a look around brings: occurrences, and alerts that are over, each with what is said of that."""

    raised: tuple[Raised, ...] = ()
    over: tuple[tuple[Alert, str], ...] = ()
    stops: tuple[tuple[str, str], ...] = ()  # keys of experiments that do harm, each with why
    running: str | None = None  # the spikes that last, where others did before


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Looks without a write lock, and writes only where there is something to write."""

    store: Store
    policy: Policy
    times: HandleTimes = NOTHING_KNOWN

    def run(self, now: datetime) -> list[Effect]:
        """The effects that are new."""
        with self.store.read() as unit:
            due = _passed(unit.cursors.get(LOOKED), LOOK_EVERY, now)
            found = self._look(unit, now) if due else Found()
            showing = anything_to_show(unit, self.policy, now)
        if not (due or showing):
            return []
        with self.store.begin() as unit:
            fresh = self._written(unit, found, now)
            if due:
                unit.cursors.set(LOOKED, now.isoformat())
            if due and self.policy.experiments and _passed(unit.cursors.get(MEASURED), MEASURE_EVERY, now):
                unit.cursors.set(MEASURED, now.isoformat())
            if due and _passed(unit.cursors.get(SWEPT), SWEEP_EVERY, now):
                unit.cursors.set(SWEPT, now.isoformat())
                unit.alerts.forget(now - KEPT)
            return [*fresh, *update_cards(unit, self.policy, now)]

    def _written(self, unit: Unit, found: Found, now: datetime) -> list[Effect]:
        if found.running is not None:
            unit.cursors.set(RUNNING, found.running)
        for key, why in found.stops:
            stop_experiment(unit, key, ITSELF, why, now)
        raised = [each for each in found.raised if each.kind not in self.policy.alerts.off]
        made = [effect for each in raised for effect in add_or_count(unit, alert_effect(each, self.policy, now))]
        over = [effect for alert, note in found.over for effect in resolve_alert(unit, alert, note, self.policy, now)]
        return [*made, *over]

    def _look(self, unit: Unit, now: datetime) -> Found:
        looks: Sequence[Callable[[Unit, Sequence[Alert], datetime], Found]] = (
            self._waits,
            self._spikes,
            self._errors,
            self._budget,
            self._ended,
            self._experiments,
        )
        live = unit.alerts.open(limit=MOST)
        found = [look(unit, live, now) for look in looks]
        return Found(
            raised=tuple(raised for each in found for raised in each.raised),
            over=tuple(over for each in found for over in each.over),
            stops=tuple(stop for each in found for stop in each.stops),
            running=next((each.running for each in found if each.running is not None), None),
        )

    def _waits(self, unit: Unit, live: Sequence[Alert], now: datetime) -> Found:
        mine = [alert for alert in live if alert.kind is AlertKind.SLA]
        sla = self.policy.alerts.sla
        if not (sla.usual or sla.tiers or sla.urgent):
            return Found(over=tuple((alert, NOT_WATCHED) for alert in mine))
        waiters = unit.watch.waits(MOST)
        hands = unit.watch.hands(now - LATELY) if waiters else {}
        urgent = self._urgent(unit, waiters)
        likely = at_risk(waiters, urgent, hands, self.times, self.policy, now)
        risks = [risk for risk in likely if _really_waits(unit, risk.waiter)]
        raised = alerts_for_team(risks, {alert.said.key for alert in mine})
        # Who was counted with the others of a team is told of there, until none of them waits too long.
        still = {each.key for each in raised} | {team_key(risk.waiter.team) for risk in risks}
        waiting = {each.conversation_id: each for each in waiters}
        gone = [alert for alert in mine if alert.said.key not in still and self._over(unit, alert, waiting, now)]
        return Found(raised=_news(unit, raised), over=tuple((alert, NO_LONGER) for alert in gone))

    def _over(self, unit: Unit, alert: Alert, waiting: Mapping[ConversationId, Waiter], now: datetime) -> bool:
        """Of a team that has closed nobody is at risk; what was told of it stands until somebody answers."""
        if alert.said.conversation_id is None:
            hours = self.policy.hours(alert.said.facts.get("With", ""))
            return hours is None or is_open(hours, now)
        waiter = waiting.get(alert.said.conversation_id)
        return waiter is None or waiter.since.isoformat() not in alert.said.source or not _really_waits(unit, waiter)

    def _urgent(self, unit: Unit, waiters: Sequence[Waiter]) -> set[ConversationId]:
        if self.policy.alerts.sla.urgent is None:
            return set()
        newest = {each.conversation_id: unit.decisions.latest(each.conversation_id) for each in waiters}
        return {
            name
            for name, decision in newest.items()
            if decision
            and (decision.disposition.first or (decision.routed is not None and decision.routed.priority == "urgent"))
        }

    def _spikes(self, unit: Unit, live: Sequence[Alert], now: datetime) -> Found:
        found = look_for_spikes(unit, live, self.policy, now)
        return Found(raised=_news(unit, found.raised), over=found.over, running=found.running)

    def _experiments(self, unit: Unit, _: Sequence[Alert], now: datetime) -> Found:
        """Whether one does harm; all who are part of one are read for that, so not at every look."""
        if not self.policy.experiments or not _passed(unit.cursors.get(MEASURED), MEASURE_EVERY, now):
            return Found()
        found = list(harmful(unit, self.policy, now))
        return Found(
            raised=tuple(raised for _, raised in found),
            stops=tuple((result.key, why_harmful(result)) for result, _ in found),
        )

    def _errors(self, unit: Unit, live: Sequence[Alert], now: datetime) -> Found:
        failing = too_many_errors(unit.watch.failing(now - self.policy.alerts.errors.within), self.policy)
        keys = {errors_key(each.kind) for each in failing}
        mine = [alert for alert in live if alert.kind is AlertKind.ERRORS]
        over = [(alert, "They get through again.") for alert in mine if alert.said.key not in keys]
        return Found(raised=_news(unit, [errors_raised(each, self.policy, now) for each in failing]), over=tuple(over))

    def _budget(self, unit: Unit, live: Sequence[Alert], now: datetime) -> Found:
        mine = [alert for alert in live if alert.kind is AlertKind.BUDGET]
        over = [(alert, "A new day, a new budget.") for alert in mine if alert.said.key != budget_key(now)]
        return Found(raised=_news(unit, budget_raised(unit, self.policy, now)), over=tuple(over))

    def _ended(self, unit: Unit, live: Sequence[Alert], now: datetime) -> Found:
        over = []
        for alert in live:
            name = alert.conversation_id
            conversation = unit.conversations.get(name) if name and alert.kind is not AlertKind.SLA else None
            if conversation is not None and _closed_since(alert, conversation.open, conversation.solved_at):
                over.append((alert, ENDED))
        return Found(over=tuple(over))


def _really_waits(unit: Unit, waiter: Waiter) -> bool:
    """Who only said thanks after a person's answer waits for nothing. Whoever no person has answered yet does, though
    the assistant told them that somebody comes."""
    return not waiter.answered or customer_waits(unit, waiter.conversation_id)


def _news(unit: Unit, raised: Sequence[Raised]) -> tuple[Raised, ...]:
    """Only what is not counted yet: most of what is seen was seen twenty seconds ago."""
    known = unit.alerts.known_sources([each.source for each in raised])
    return tuple(each for each in raised if each.source not in known)


def _closed_since(alert: Alert, is_open: bool, solved_at: datetime | None) -> bool:
    """What was raised about a matter that is solved by then is still new: nobody has looked at it."""
    return not is_open and solved_at is not None and solved_at >= alert.last_at


def _passed(last: str | None, every: timedelta, now: datetime) -> bool:
    return last is None or datetime.fromisoformat(last) <= now - every


# ------------------------------------------------------------------
# How Handrail itself fares: writes that fail, and what models cost.


KINDS = {
    "message": "messages to customers",
    "ticket_reply": "replies on tickets",
    "ticket_note": "notes on tickets",
    "ticket_update": "changes of tickets",
    "ticket_create": "new tickets",
    "control": "handovers of messaging conversations",
    "appointment": "bookings",
}


def too_many_errors(failing: Sequence[Failing], policy: Policy) -> list[Failing]:
    rate = policy.alerts.errors
    return [each for each in failing if each.total >= rate.least and each.failed >= rate.share * each.total]


def errors_raised(failing: Failing, policy: Policy, now: datetime) -> Raised:
    """One occurrence in each ten minutes while it lasts."""
    minutes = round(policy.alerts.errors.within.total_seconds() / 60)
    what = KINDS.get(failing.kind, failing.kind.replace("_", " "))
    return Raised(
        kind=AlertKind.ERRORS,
        key=errors_key(failing.kind),
        source=f"{errors_key(failing.kind)}:{now:%Y-%m-%dT%H}:{now.minute // 10}",
        text=f"{failing.failed} of {failing.total} {what} failed in the last {minutes} minutes",
        why=f"The policy calls from {policy.alerts.errors.share:.0%} on; `handrail doctor` says what is wrong",
    )


def errors_key(kind: str) -> str:
    return f"{AlertKind.ERRORS}:{kind}"


def budget_raised(unit: Unit, policy: Policy, now: datetime) -> list[Raised]:
    """Where the models' budget of this day (of UTC) is nearly spent, or spent."""
    limit = policy.models.per_day
    if not limit:
        return []
    spent = unit.spend.spent(f"day:{now.date().isoformat()}") / MICRO
    if spent < policy.alerts.budget * limit:
        return []
    # A request that would go past the limit is not made: what is left is then too little for one.
    over = spent >= limit
    name, currency = budget_key(now), policy.models.currency
    told = "is spent: what models would do is done without them" if over else "is nearly spent"
    return [
        Raised(
            kind=AlertKind.BUDGET,
            key=name,
            source=f"{name}:{'over' if over else 'near'}",
            text=f"The language models' budget of this day {told}",
            facts={"Spent": f"{spent:.2f} of {limit:.2f} {currency}"},
        )
    ]


def budget_key(now: datetime) -> str:
    return f"{AlertKind.BUDGET}:{now.date().isoformat()}"


# ------------------------------------------------------------------
# Who waits for a word of a person longer than the policy wants, or soon will: pure.


MINUTE = timedelta(minutes=1)
FORECAST_FROM = 0.25  # of the target: before that a long queue alone is no reason to call anybody
EACH = 3  # customers of a team that have an alert of their own; the others are one alert


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRisk:
    """Somebody whose wait is, or is likely to become, longer than its target. Times are the team's own working time;
    `ahead` wait before them, `left` is how long until their turn, None where nobody can say."""

    waiter: Waiter
    target: timedelta
    waited: timedelta
    ahead: int = 0
    left: timedelta | None = None

    @property
    def breached(self) -> bool:
        return self.waited >= self.target


def at_risk(
    waiters: Sequence[Waiter],
    urgent: Collection[ConversationId],
    hands: Mapping[str, int],
    times: HandleTimes,
    policy: Policy,
    now: datetime,
) -> list[AtRisk]:
    """Those past the policy's share of their target, or whose turn is likely to come after it, longest wait first.
    `hands` says how many agents of a team have answered anybody of late. Nobody while their team is closed: what
    nobody can do anything about is told when somebody can."""
    found, before = [], defaultdict[str, list[Waiter]](list)
    for waiter in sorted(waiters, key=lambda each: (each.since, each.conversation_id)):
        ahead = before[waiter.team]
        risk = _risk(waiter, waiter.conversation_id in urgent, ahead, hands.get(waiter.team, 0), times, policy, now)
        if risk is not None:
            found.append(risk)
        ahead.append(waiter)
    return found


def _risk(
    waiter: Waiter,
    urgent: bool,
    ahead: Sequence[Waiter],
    hands: int,
    times: HandleTimes,
    policy: Policy,
    now: datetime,
) -> AtRisk | None:
    sla, hours = policy.alerts.sla, policy.hours(waiter.team)
    target = sla.target(waiter.tier, urgent=urgent)
    if target is None or (hours is not None and not is_open(hours, now)):
        return None
    waited = open_between(hours, waiter.since, now)
    left = _until_their_turn(ahead, hands, times) if not waiter.agent else None
    late = left is not None and waited >= FORECAST_FROM * target and waited + left > target
    if waited < sla.share * target and not late:
        return None
    return AtRisk(waiter=waiter, target=target, waited=waited, ahead=len(ahead), left=left)


def _until_their_turn(ahead: Sequence[Waiter], hands: int, times: HandleTimes) -> timedelta | None:
    """The work on what waits before them, shared among those who are at it; one at least."""
    usual = [times.usual(each.intent) for each in ahead if not each.agent]
    known = [minutes for minutes in usual if minutes is not None]
    return sum(known) / max(hands, 1) * MINUTE if usual and len(known) == len(usual) else None


def alerts_for_team(risks: Sequence[AtRisk], alone: Collection[str]) -> list[Raised]:
    """An alert for each of the first few of a team, one for all others of it. `alone` are the keys of open alerts:
    whoever has one keeps it. Predicted and come true are two occurrences of it."""
    mine: dict[str, int] = defaultdict(int)
    for risk in risks:
        mine[risk.waiter.team] += key_of(risk) in alone
    raised = []
    for risk in risks:
        own = key_of(risk) in alone
        if not own and mine[risk.waiter.team] < EACH:
            mine[risk.waiter.team] += 1
            own = True
        raised.append(_own(risk) if own else _shared(risk))
    return raised


def key_of(risk: AtRisk) -> str:
    return f"{AlertKind.SLA}:{risk.waiter.conversation_id}"


def team_key(team: str) -> str:
    return f"{AlertKind.SLA}:team:{team}"


def _own(risk: AtRisk) -> Raised:
    waiter = risk.waiter
    return Raised(
        kind=AlertKind.SLA,
        key=key_of(risk),
        source=_source(risk),
        text=_text(risk),
        why=_why(risk),
        who=waiter.name,
        tier=waiter.tier,
        conversation_id=waiter.conversation_id,
        ticket=waiter.ticket,
        facts={"With": waiter.agent or waiter.team},
    )


def _shared(risk: AtRisk) -> Raised:
    team = risk.waiter.team
    return Raised(
        kind=AlertKind.SLA,
        key=team_key(team),
        source=_source(risk),
        text=f"More customers of {team} wait too long: {_text(risk)}",
        ticket=risk.waiter.ticket,
        facts={"With": team},
    )


def _source(risk: AtRisk) -> str:
    waiter = risk.waiter
    how = "breached" if risk.breached else "predicted"
    return f"{AlertKind.SLA}:{waiter.conversation_id}:{waiter.since.isoformat()}:{how}"


def _text(risk: AtRisk) -> str:
    waited, target = _minutes(risk.waited), _minutes(risk.target)
    if risk.breached:
        return f"{risk.waiter.name} has waited {waited} for a word, longer than the {target} that are wanted"
    return f"{risk.waiter.name} will likely wait too long: {waited} of {target} have passed"


def _why(risk: AtRisk) -> str:
    if risk.left is None:
        return ""
    wait = "One waits" if risk.ahead == 1 else f"{risk.ahead} wait"
    return f"{wait} before them; by the usual time for such matters their turn comes in about {_minutes(risk.left)}"


def _minutes(span: timedelta) -> str:
    count = ceil(span / MINUTE)
    return f"{count} minute{'' if count == 1 else 's'}"
