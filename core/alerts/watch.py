"""Looks around for what nobody reports: waits, spikes, failures, costs; called by the sweep."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.alerts.raising import added, alert_effect
from core.alerts.running import budget_key, budget_raised, errors_key, errors_raised, too_many_errors
from core.alerts.showing import KEPT, anything_to_show, resolved, shown
from core.alerts.sla import at_risk, raised_for, team_key
from core.alerts.spike import is_over, spike_raised, spiking, watched
from core.coordinate.lease import customer_waits
from core.coordinate.opening import is_open
from core.coordinate.route.handle_time import NOTHING_KNOWN, HandleTimes
from core.model.alert import Alert, AlertKind, Raised, Waiter
from core.model.ids import ConversationId
from core.model.outbound import Effect
from core.policy import Policy
from core.ports import Store, Unit

LOOKED = "alerts:looked"  # the cursor that says when somebody last looked around
LOOK_EVERY = timedelta(seconds=20)
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
            if due and _passed(unit.cursors.get(SWEPT), SWEEP_EVERY, now):
                unit.cursors.set(SWEPT, now.isoformat())
                unit.alerts.forget(now - KEPT)
            return [*fresh, *shown(unit, self.policy, now)]

    def _written(self, unit: Unit, found: Found, now: datetime) -> list[Effect]:
        raised = [each for each in found.raised if each.kind not in self.policy.alerts.off]
        made = [effect for each in raised for effect in added(unit, alert_effect(each, self.policy, now))]
        over = [effect for alert, note in found.over for effect in resolved(unit, alert, note, self.policy, now)]
        return [*made, *over]

    def _look(self, unit: Unit, now: datetime) -> Found:
        looks: Sequence[Callable[[Unit, Sequence[Alert], datetime], Found]] = (
            self._waits,
            self._spikes,
            self._errors,
            self._budget,
            self._ended,
        )
        live = unit.alerts.open(limit=MOST)
        found = [look(unit, live, now) for look in looks]
        return Found(
            raised=tuple(raised for each in found for raised in each.raised),
            over=tuple(over for each in found for over in each.over),
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
        raised = raised_for(risks, {alert.said.key for alert in mine})
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
        spikes = spiking(unit, self.policy, now)
        mine = [alert for alert in live if alert.kind is AlertKind.INTENT_SPIKE]
        this_hour = watched(unit, now) if mine else []
        over = [(alert, "It is as usual again.") for alert in mine if is_over(this_hour, alert.said.key)]
        return Found(raised=_news(unit, [spike_raised(each, now) for each in spikes]), over=tuple(over))

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
    known = unit.alerts.known([each.source for each in raised])
    return tuple(each for each in raised if each.source not in known)


def _closed_since(alert: Alert, is_open: bool, solved_at: datetime | None) -> bool:
    """What was raised about a matter that is solved by then is still new: nobody has looked at it."""
    return not is_open and solved_at is not None and solved_at >= alert.last_at


def _passed(last: str | None, every: timedelta, now: datetime) -> bool:
    return last is None or datetime.fromisoformat(last) <= now - every
