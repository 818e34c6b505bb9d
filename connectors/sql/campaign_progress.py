"""How far a campaign has got, counted from its manifest and the outbox."""

from collections import Counter
from typing import Any

from sqlalchemy import Connection, Text, and_, bindparam, func, select

from connectors.sql.ready import TRIED
from connectors.sql.tables import campaign_recipients, campaigns, consents, outbox
from core.model.campaign import ENDED, Arm, RecipientState
from core.model.ids import ApprovalId
from core.model.outbound import EffectState
from core.ports import Progress

_FAILED = ("failed", "undelivered")
_CAMPAIGN = bindparam("campaign", type_=Text)
_again = outbox.alias("again")
# `core.model.outbound.as_first`: what was sent once more has a key made of the first one's.
_HAS_AGAIN = (
    select(_again.c.serial).where(_again.c.key == outbox.c.key + ":again").correlate(outbox).exists().label("again")
)
# Of the index alone; the failed ones, which are few, are looked at more closely.
ROWS = (
    select(outbox.c.state, outbox.c.delivery, func.count())
    .where(outbox.c.approval_id == _CAMPAIGN)
    .group_by(outbox.c.state, outbox.c.delivery)
)
_each_failed = (
    select(outbox.c.state, outbox.c.delivery, outbox.c.error, outbox.c.facts, _HAS_AGAIN)
    .where(
        outbox.c.approval_id == _CAMPAIGN,
        and_(outbox.c.state == EffectState.SENT, outbox.c.delivery.in_(_FAILED)),
    )
    .union_all(
        select(outbox.c.state, outbox.c.delivery, outbox.c.error, outbox.c.facts, _HAS_AGAIN).where(
            outbox.c.approval_id == _CAMPAIGN,
            outbox.c.state.in_((EffectState.REFUSED, EffectState.PARKED)),
        )
    )
    .subquery()
)
_same = (
    _each_failed.c.state,
    _each_failed.c.delivery,
    _each_failed.c.error,
    _each_failed.c.facts,
    _each_failed.c.again,
)
FAILED = select(*_same, func.count()).group_by(*_same)
LINES = (
    select(campaign_recipients.c.state, func.count())
    .where(
        campaign_recipients.c.campaign_id == _CAMPAIGN,
        campaign_recipients.c.arm == Arm.TREATED,
        campaign_recipients.c.state.in_((RecipientState.PLANNED, RecipientState.STOPPED)),
    )
    .group_by(campaign_recipients.c.state)
)
STATE = select(campaigns.c.state).where(campaigns.c.id == _CAMPAIGN)

OPTED_OUT = (
    select(func.count(func.distinct(campaign_recipients.c.customer_id)))
    .join(consents, consents.c.customer_id == campaign_recipients.c.customer_id)
    .where(
        campaign_recipients.c.campaign_id == _CAMPAIGN,
        campaign_recipients.c.state == RecipientState.QUEUED,
        consents.c.granted.is_(False),
        consents.c.at >= campaign_recipients.c.queued_at,
    )
)


def progress(connection: Connection, campaign_id: ApprovalId) -> Progress:
    """A recipient whose message failed and was sent once more counts once, as what became of the second. Under a
    campaign that is over nothing more leaves, whatever its lines and rows were when it ended."""
    wanted = {"campaign": campaign_id}
    recipients: Counter[str] = Counter(dict(_pairs(connection.execute(LINES, wanted))))
    deliveries: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    for state, delivery, count in connection.execute(ROWS, wanted):
        recipients[state] += count
        if state == EffectState.SENT:
            deliveries[delivery or "sent"] += count
    for state, delivery, error, facts, again, count in connection.execute(FAILED, wanted):
        if again:
            recipients[state] -= count
            if state == EffectState.SENT:
                deliveries[delivery] -= count
        else:
            # Of what was refused at once the code lies beside the words.
            errors[(facts or {}).get("code") or error or ""] += count
    if connection.execute(STATE, wanted).scalar_one_or_none() in ENDED:
        recipients[RecipientState.STOPPED] += recipients.pop(RecipientState.PLANNED, 0)
        recipients[EffectState.REFUSED] += sum(recipients.pop(each, 0) for each in TRIED)
    return Progress(recipients=dict(+recipients), deliveries=dict(+deliveries), errors=dict(+errors))


def _pairs(rows: Any) -> list[tuple[str, int]]:
    return [(str(state), int(count)) for state, count in rows]
