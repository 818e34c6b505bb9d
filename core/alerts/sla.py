"""Who waits for a word of a person longer than the policy wants, or soon will: pure."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from core.coordinate.opening import is_open, open_between
from core.coordinate.route.handle_time import HandleTimes
from core.model.alert import AlertKind, Raised, Waiter
from core.model.ids import ConversationId
from core.policy import Policy

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


def raised_for(risks: Sequence[AtRisk], alone: Collection[str]) -> list[Raised]:
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
