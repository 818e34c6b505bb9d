"""What came of campaigns, counted from who was heard afterwards: by the intents of the decisions, which an index has
by their time, so that the manifest is asked only about people who said something."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, Select, Text, and_, case, func, or_, select
from sqlalchemy import literal as constant

from connectors.sql.outbox import IS_AGAIN, again
from connectors.sql.statements import Repository
from connectors.sql.tables import (
    campaign_recipients,
    campaigns,
    conversations,
    decision_figures,
    decisions,
    merges,
    messages,
    outbox,
)
from core.decide.silence import ABOUT_NOTHING
from core.model.arm import Arm
from core.model.campaign import RESULT_IS_FINAL, CampaignState, RecipientState
from core.model.conversation import Role
from core.model.ids import ApprovalId
from core.model.outbound import EffectState
from core.ports import Heard

PORTION = 1000
_lines, _figures = campaign_recipients.c, decision_figures.c
_ARRIVED = ("delivered", "read")
_LEFT = (EffectState.SENT, EffectState.UNKNOWN, EffectState.PARKED)


class SqlOutcomeTable(Repository):
    """`core.ports.OutcomeTable`."""

    def list_heard(self, campaign_id: ApprovalId, since: datetime, intents: frozenset[str]) -> Iterator[Heard]:
        return self._heard(_people(_said(campaign_id, since, intents, only=False)))

    def contacts(self, campaign_id: ApprovalId, since: datetime, intents: frozenset[str]) -> Iterator[Heard]:
        found = _people(_said(campaign_id, since, intents, only=True)).subquery()
        return self._heard(select(found).where(found.c.about_at.is_not(None)).order_by(found.c.about_at))

    def parts(self, campaign_id: ApprovalId) -> Mapping[str, int]:
        twice = case((again.c.state.in_(_LEFT), 2), else_=1)
        left = (
            select(_lines.variant, func.sum(_lines.parts * twice))
            .join(outbox, outbox.c.id == _lines.effect_id)
            .outerjoin(again, IS_AGAIN)
            .where(
                _lines.campaign_id == campaign_id,
                _lines.state == RecipientState.QUEUED,
                outbox.c.state.in_(_LEFT),
            )
            .group_by(_lines.variant)
        )
        return {str(variant): int(parts) for variant, parts in self._connection.execute(left)}

    def last_opening(self, campaign_id: ApprovalId) -> datetime | None:
        latest = select(func.max(_lines.opens_at)).where(_lines.campaign_id == campaign_id)
        moment: datetime | None = self._connection.execute(latest).scalar_one()
        return moment

    def untold(self, since: datetime) -> list[ApprovalId]:
        found = (
            select(campaigns.c.id, campaigns.c.facts)
            .where(
                campaigns.c.state.in_((CampaignState.DONE, CampaignState.STOPPED)),
                campaigns.c.created_at >= since,
                campaigns.c.began_at.is_not(None),
            )
            .order_by(campaigns.c.created_at, campaigns.c.id)
        )
        return [ApprovalId(name) for name, facts in self._connection.execute(found) if not facts.get(RESULT_IS_FINAL)]

    def _heard(self, statement: Select[Any]) -> Iterator[Heard]:
        for row in self._connection.execute(statement.execution_options(yield_per=PORTION)):
            yield _heard_of(row)


def _said(campaign_id: ApprovalId, since: datetime, intents: frozenset[str], *, only: bool) -> CTE:
    """Each turn of customers since then: whose, when, on which channel, whether it was about it."""
    about: ColumnElement[bool] = _figures.rule.not_in(sorted(ABOUT_NOTHING))
    if intents:
        about = and_(about, _figures.intent.in_(sorted(intents)))
    said = (
        select(
            conversations.c.customer_id,
            messages.c.at,
            messages.c.channel,
            case((about, 1), else_=0).label("about"),
            # As a column, so that SQLite looks up each person who spoke and does not read the whole manifest.
            constant(campaign_id, Text).label("campaign"),
        )
        .select_from(decision_figures)
        .join(decisions, decisions.c.id == _figures.decision_id)
        .join(messages, messages.c.id == decisions.c.message_id)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        # A decision comes after the words it is about.
        .where(_figures.at >= since, messages.c.at >= since, messages.c.role == Role.CUSTOMER)
    )
    return (said.where(about) if only else said).cte("said")


def _as_profiles(said: CTE) -> CTE:
    """The rows of `said` by profile, and once more for each that went into it: a manifest names the one that there
    was."""
    into = select(merges.c.kept_id.label("person"), merges.c.merged_id.label("profile"))
    now = into.where(merges.c.undone_at.is_(None)).cte("into_now", recursive=True)
    further = select(now.c.person, merges.c.merged_id).join(merges, merges.c.kept_id == now.c.profile)
    now = now.union(further.where(merges.c.undone_at.is_(None)))
    columns = (said.c.at, said.c.channel, said.c.about, said.c.campaign)
    own = select(said.c.customer_id.label("profile"), *columns)
    gone = select(now.c.profile, *columns).select_from(said).join(now, now.c.person == said.c.customer_id)
    return own.union_all(gone).cte("theirs")


def _people(said: CTE) -> Select[Any]:
    """A row for each recipient who said something."""
    theirs = _as_profiles(said)
    about = and_(theirs.c.about == 1, theirs.c.at >= _lines.opens_at)
    # A variant's name has its channel in the middle: `core.model.campaign.variant_name`.
    on_its_channel = _lines.variant.like(constant("%/") + theirs.c.channel + constant("/%"))
    replied = and_(_lines.arm == Arm.TREATED, _lines.queued_at <= theirs.c.at, on_its_channel)
    arrived = or_(outbox.c.delivery.in_(_ARRIVED), again.c.delivery.in_(_ARRIVED))
    return (
        select(
            _lines.arm,
            _lines.opens_at,
            func.min(case((about, theirs.c.at))).label("about_at"),
            func.min(case((replied, theirs.c.at))).label("replied_at"),
            func.max(case((arrived, 1), else_=0)).label("delivered"),
        )
        .select_from(theirs)
        .join(
            campaign_recipients,
            and_(_lines.campaign_id == theirs.c.campaign, _lines.customer_id == theirs.c.profile),
        )
        .outerjoin(outbox, outbox.c.id == _lines.effect_id)
        .outerjoin(again, IS_AGAIN)
        .group_by(_lines.ordinal, _lines.arm, _lines.opens_at)
    )


def _heard_of(row: Row[Any]) -> Heard:
    return Heard(
        arm=Arm(row.arm),
        opens_at=row.opens_at,
        about_at=row.about_at,
        replied_at=row.replied_at,
        delivered=bool(row.delivered),
    )
