"""What is watched for alerts: waits, contacts by intent, failures; each by an index, since it is asked often."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, ScalarSelect, and_, case, func, or_, select

from connectors.sql.tables import (
    NOT_OF_CAMPAIGN,
    conversations,
    customers,
    decision_figures,
    decisions,
    messages,
    outbox,
)
from core.model.alert import Failing, Waiter
from core.model.conversation import HUMAN, OwnerKind, Role
from core.model.ids import ConversationId
from core.model.outbound import EffectState

_figures = decision_figures.c


class SqlWatchTable:
    """`core.ports.WatchTable`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def waits(self, limit: int) -> list[Waiter]:
        """By the last word of a person: after it, or from the handover on, the customer waits."""
        who = self._who_waits().subquery()
        waiting = select(who).where(who.c.since.is_not(None)).order_by(who.c.since, who.c.id).limit(limit)
        return [_waiter(row) for row in self._connection.execute(waiting)]

    def hands(self, since: datetime) -> Mapping[str, int]:
        team = case(
            (conversations.c.owner_kind == OwnerKind.TEAM, conversations.c.owner_name),
            else_=conversations.c.owner_group,
        ).label("team")
        rows = self._connection.execute(
            select(team, func.count(messages.c.author.distinct()))
            .select_from(conversations.join(messages, messages.c.conversation_id == conversations.c.id))
            .where(
                conversations.c.owner_kind.in_(HUMAN),
                conversations.c.updated_at >= since,
                messages.c.role == Role.AGENT,
                messages.c.public,
                messages.c.at >= since,
            )
            .group_by(team)
        )
        return {str(name): int(count) for name, count in rows}

    def intents(self, windows: Sequence[tuple[datetime, datetime]]) -> list[Mapping[str, int]]:
        return [self._intents(*window) for window in windows]

    def _intents(self, since: datetime, until: datetime) -> Mapping[str, int]:
        rows = self._connection.execute(
            select(_figures.intent, func.count())
            .where(_figures.at >= since, _figures.at < until)
            .group_by(_figures.intent)
        )
        return {str(intent): int(count) for intent, count in rows}

    def first_decided(self) -> datetime | None:
        moment: datetime | None = self._connection.execute(select(func.min(_figures.at))).scalar_one()
        return moment

    def failing(self, since: datetime) -> list[Failing]:
        tried = outbox.c
        lost = or_(
            tried.state.in_((EffectState.PARKED, EffectState.UNKNOWN)),
            and_(tried.state == EffectState.PENDING, tried.error.is_not(None)),
            tried.delivery.in_(("failed", "undelivered")),
        )
        rows = self._connection.execute(
            select(tried.kind, func.count(), func.sum(case((lost, 1), else_=0)))
            .where(NOT_OF_CAMPAIGN, tried.changed_at >= since, or_(lost, tried.state == EffectState.SENT))
            .group_by(tried.kind)
            .order_by(tried.kind)
        )
        return [Failing(kind=kind, total=int(total), failed=int(failed)) for kind, total, failed in rows]

    def _who_waits(self) -> Any:
        said, asking = messages.alias("said"), messages.alias("asking")
        mine = conversations.c.id
        answered = (
            select(func.max(said.c.at))
            .where(said.c.conversation_id == mine, said.c.role == Role.AGENT, said.c.public)
            .correlate(conversations)
            .scalar_subquery()
        )
        asked = (
            select(func.min(asking.c.at))
            .where(asking.c.conversation_id == mine, asking.c.role == Role.CUSTOMER, asking.c.at > answered)
            .correlate(conversations)
            .scalar_subquery()
        )
        handed = func.coalesce(conversations.c.owner_since, conversations.c.updated_at)
        is_team = conversations.c.owner_kind == OwnerKind.TEAM
        return (
            select(
                mine.label("id"),
                conversations.c.ticket_id,
                customers.c.name,
                customers.c.tier,
                case((is_team, conversations.c.owner_name), else_=conversations.c.owner_group).label("team"),
                case((is_team, ""), else_=conversations.c.owner_name).label("agent"),
                case((answered.is_(None), handed), else_=asked).label("since"),
                answered.is_not(None).label("answered"),
                _about().label("intent"),
            )
            .join(customers, customers.c.id == conversations.c.customer_id)
            .where(conversations.c.owner_kind.in_(HUMAN), conversations.c.open)
        )


def _about() -> ScalarSelect[Any]:
    """The intent of the newest decision in a conversation."""
    return (
        select(_figures.intent)
        .join(decisions, decisions.c.id == _figures.decision_id)
        .where(decisions.c.conversation_id == conversations.c.id)
        .order_by(decisions.c.serial.desc())
        .limit(1)
        .correlate(conversations)
        .scalar_subquery()
    )


def _waiter(row: Row[Any]) -> Waiter:
    return Waiter(
        conversation_id=ConversationId(row.id),
        ticket=row.ticket_id or "",
        name=row.name,
        tier=row.tier,
        team=row.team,
        agent=row.agent,
        since=row.since,
        intent=row.intent or "",
        answered=bool(row.answered),
    )
