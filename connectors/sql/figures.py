"""Sums for people who look after the whole, made by the database."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, literal, or_, select

from connectors.sql.conversations import waiting
from connectors.sql.statements import Repository
from connectors.sql.tables import (
    OPEN_EVENT,
    PENDING_REQUEST,
    UNDELIVERED,
    action_runs,
    campaigns,
    decision_figures,
    decisions,
    drafts,
    events,
    feedback,
    messages,
    outbox,
    requests,
)
from core.model.action import RunState
from core.model.campaign import CampaignState
from core.model.conversation import Role
from core.model.decision import Action, Answered
from core.model.draft import DraftState
from core.model.figures import Backlog, Decided, Edit, Kept, Queues, Rated, Spent, Waiting, Waits, Work
from core.model.outbound import EffectState

LATE = timedelta(minutes=1)  # a worker takes up what is due within seconds
UNDELIVERED_SINCE = timedelta(days=7)
_LEAVING = (EffectState.PENDING, EffectState.HELD, EffectState.SENDING, EffectState.UNKNOWN, EffectState.PARKED)
_figures = decision_figures.c


# What waits, each by an index over what is not done.
EVENTS_WAITING = (
    select(events.c.state, func.count(), func.min(events.c.received_at)).where(OPEN_EVENT).group_by(events.c.state)
)
EFFECTS_WAITING = (
    select(
        outbox.c.kind,
        outbox.c.state,
        func.count(),
        func.min(func.coalesce(outbox.c.not_before, outbox.c.created_at)),
    )
    .where(outbox.c.state.in_(_LEAVING))
    .group_by(outbox.c.kind, outbox.c.state)
)
REPLIES_PENDING = select(literal("reply"), literal("pending"), func.count(), func.min(requests.c.created_at)).where(
    PENDING_REQUEST
)
CAMPAIGNS_PENDING = select(
    literal("campaign"), literal("pending"), func.count(), func.min(campaigns.c.created_at)
).where(campaigns.c.state == CampaignState.PENDING)
ACTIONS_PENDING = select(literal("action"), literal("pending"), func.count(), func.min(action_runs.c.created_at)).where(
    action_runs.c.state == RunState.AWAITING
)
ACTIONS_OPEN = (
    select(action_runs.c.state, func.count(), func.min(action_runs.c.created_at))
    .where(action_runs.c.state.in_((RunState.AWAITING, RunState.READY, RunState.UNCLEAR)))
    .group_by(action_runs.c.state)
)


class SqlFigureTable(Repository):
    """`core.ports.FigureTable`."""

    def count_decided(self, since: datetime) -> list[Decided]:
        day = self._day(_figures.at)
        alike = (day, _figures.action, _figures.rule, _figures.team, _figures.abstained)
        rows = self._connection.execute(
            select(*alike, func.count()).where(_figures.at >= since).group_by(*alike).order_by(*alike)
        )
        return [
            Decided(day=date.fromisoformat(on), action=Action(action), rule=rule, team=team, abstained=why, count=count)
            for on, action, rule, team, why, count in rows
        ]

    def backlog(self) -> list[Backlog]:
        rows = [(Work.EVENT, "", *row) for row in self._connection.execute(EVENTS_WAITING)]
        rows += [(Work.EFFECT, *row) for row in self._connection.execute(EFFECTS_WAITING)]
        for statement in (REPLIES_PENDING, CAMPAIGNS_PENDING, ACTIONS_PENDING):
            rows += [(Work.APPROVAL, *row) for row in self._connection.execute(statement) if row[2]]
        rows += [(Work.ACTION, "", *row) for row in self._connection.execute(ACTIONS_OPEN)]
        return [
            Backlog(work=work, kind=kind, state=state, count=count, oldest=oldest)
            for work, kind, state, count, oldest in rows
        ]

    def drafts(self, since: datetime) -> list[Kept]:
        rows = self._connection.execute(
            select(_figures.intent, drafts.c.state, func.count())
            .join(drafts, drafts.c.decision_id == _figures.decision_id)
            .where(_figures.at >= since)
            .group_by(_figures.intent, drafts.c.state)
        )
        return [Kept(intent=intent, state=DraftState(state), count=count) for intent, state, count in rows]

    def edits(self, since: datetime, limit: int) -> list[Edit]:
        rows = self._connection.execute(
            select(_figures.intent, feedback.c.detail)
            .select_from(feedback)
            .join(drafts, drafts.c.id == feedback.c.draft_id)
            .join(decision_figures, _figures.decision_id == drafts.c.decision_id)
            .where(feedback.c.kind == DraftState.EDITED, feedback.c.at >= since)
            .order_by(feedback.c.at.desc())
        )
        counted = ((intent, detail.get("distance")) for intent, detail in rows)
        return list(islice((Edit(intent=each, words=int(n)) for each, n in counted if n is not None), limit))

    def ratings(self, since: datetime) -> list[Rated]:
        rows = self._connection.execute(
            select(feedback.c.kind, feedback.c.detail).where(
                feedback.c.kind.in_(("thumb_up", "thumb_down")), feedback.c.at >= since
            )
        )
        found = Counter((kind, tuple(said.get("reasons") or ()), bool(said.get("reason"))) for kind, said in rows)
        return [
            Rated(thumb=kind.removeprefix("thumb_"), reasons=reasons, said=said, count=count)
            for (kind, reasons, said), count in sorted(found.items(), key=lambda each: (-each[1], each[0]))
        ]

    def waits(self, since: datetime) -> list[Waits]:
        return [*self._waits(since, literal(None, String)), *self._waits(since, self._day(_figures.at))]

    def spent(self, since: datetime) -> list[Spent]:
        day = self._day(_figures.at)
        rows = self._connection.execute(
            select(day, _figures.currency, func.sum(_figures.cost), func.count())
            .where(_figures.at >= since, _figures.cost.is_not(None))
            .group_by(day, _figures.currency)
            .order_by(day, _figures.currency)
        )
        return [
            Spent(day=date.fromisoformat(on), currency=currency, micro=int(micro), count=count)
            for on, currency, micro, count in rows
        ]

    def waiting(self) -> list[Waiting]:
        """By the last word of a person: after it, or from the handover on, the customer waits."""
        waits = waiting().subquery()
        rows = self._connection.execute(
            select(waits.c.team, waits.c.agent, func.count(), func.min(waits.c.since))
            .where(waits.c.since.is_not(None))
            .group_by(waits.c.team, waits.c.agent)
            .order_by(func.min(waits.c.since))
        )
        return [Waiting(team=team, agent=agent, count=count, since=since) for team, agent, count, since in rows]

    def list_answered(self, team: str, since: datetime, limit: int) -> list[Answered]:
        said = (
            select(func.min(messages.c.at))
            .where(
                messages.c.conversation_id == decisions.c.conversation_id,
                messages.c.role == Role.AGENT,
                messages.c.public,
                messages.c.at > _figures.at,
            )
            .correlate(decisions, decision_figures)
            .scalar_subquery()
        )
        rows = self._connection.execute(
            select(_figures.at, said)
            .join(decisions, decisions.c.id == _figures.decision_id)
            .where(_figures.at >= since, _figures.action == Action.HANDOFF, _figures.team == team)
            .order_by(_figures.at.desc())
            .limit(limit)
        )
        return [Answered(handed_at=handed, answered_at=answered) for handed, answered in rows]

    def queues(self, now: datetime) -> Queues:
        open_events, since_event, late_events = self._events(now)
        open_effects, since_effect, late_effects = self._effects(now)
        lost = (
            select(func.count()).select_from(outbox).where(UNDELIVERED, outbox.c.changed_at >= now - UNDELIVERED_SINCE)
        )
        return Queues(
            events=open_events,
            events_late=late_events,
            events_since=since_event,
            effects=open_effects,
            effects_late=late_effects,
            effects_since=since_effect,
            undelivered=self._connection.execute(lost).scalar_one(),
        )

    def last_heard(self) -> Mapping[str, datetime]:
        # One look at the end of the index for each source; a GROUP BY would read all of it.
        names, last = [], ""
        while last is not None:
            following = select(func.min(events.c.source)).where(events.c.source > last)
            last = self._connection.execute(following).scalar_one()
            names += [last] if last is not None else []
        return {
            name: self._connection.execute(
                select(func.max(events.c.received_at)).where(events.c.source == name)
            ).scalar_one()
            for name in names
        }

    def _waits(self, since: datetime, day: ColumnElement[Any]) -> list[Waits]:
        """The nearest rank, so that each figure is one that somebody really waited."""
        place = func.row_number().over(partition_by=day, order_by=_figures.waited).label("place")
        ranked = (
            select(day.label("day"), _figures.waited, place, func.count().over(partition_by=day).label("n"))
            .where(_figures.at >= since, _figures.waited.is_not(None))
            .subquery()
        )
        half, most = (ranked.c.n + 1) // 2, (ranked.c.n * 95 + 99) // 100
        rows = self._connection.execute(
            select(
                ranked.c.day,
                ranked.c.n,
                func.max(case((ranked.c.place == half, ranked.c.waited))),
                func.max(case((ranked.c.place == most, ranked.c.waited))),
            )
            .where(or_(ranked.c.place == half, ranked.c.place == most))
            .group_by(ranked.c.day, ranked.c.n)
            .order_by(ranked.c.day)
        )
        return [
            Waits(day=date.fromisoformat(on) if on else None, count=count, p50=p50, p95=p95)
            for on, count, p50, p95 in rows
        ]

    def _events(self, now: datetime) -> tuple[dict[str, int], datetime | None, int]:
        due = func.coalesce(events.c.retry_at, events.c.received_at)
        late = and_(events.c.state != "parked", due < now - LATE)
        rows = self._connection.execute(
            select(
                events.c.state,
                func.count(),
                func.min(case((events.c.state != "parked", events.c.received_at))),
                func.sum(case((late, 1), else_=0)),
            )
            .where(OPEN_EVENT)
            .group_by(events.c.state)
        ).all()
        return _sum(("pending", "claimed", "parked"), rows)

    def _effects(self, now: datetime) -> tuple[dict[str, int], datetime | None, int]:
        due = func.coalesce(outbox.c.retry_at, outbox.c.not_before, outbox.c.created_at)
        moving = outbox.c.state != EffectState.PARKED
        rows = self._connection.execute(
            select(
                outbox.c.state,
                func.count(),
                func.min(case((outbox.c.state.in_(("pending", "sending", "unknown")), outbox.c.created_at))),
                func.sum(case((and_(moving, due < now - LATE), 1), else_=0)),
            )
            .where(outbox.c.state.in_(_LEAVING))
            .group_by(outbox.c.state)
        ).all()
        return _sum(tuple(state.value for state in _LEAVING), rows)

    def _day(self, moment: ColumnElement[Any]) -> ColumnElement[str]:
        """The day of UTC as it is written, 2026-11-21."""
        if self._connection.dialect.name == "postgresql":
            return func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD")
        return func.substr(cast(moment, String), 1, 10)


def _sum(states: tuple[str, ...], rows: Any) -> tuple[dict[str, int], datetime | None, int]:
    counts = dict.fromkeys(states, 0) | {str(state): count for state, count, _, _ in rows}
    oldest = min((since for _, _, since, _ in rows if since is not None), default=None)
    return counts, oldest, sum(int(late) for _, _, _, late in rows)
