"""How many messages of its own a company sends to one person, over all plays."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from core.model.campaign import Campaign, Recipient
from core.model.customer import Customer
from core.model.outbound import EffectState, OutboxRow
from core.policy.outreach import Cap
from core.ports import Unit

MOST = 50  # messages looked back at; a cap that lets so many pass is none
WAITED = timedelta(days=3)  # that a message may have been held before it left
WAITING = frozenset({EffectState.PENDING, EffectState.HELD})


def had_enough(
    unit: Unit, campaign: Campaign, line: Recipient, customer: Customer, caps: Sequence[Cap], now: datetime
) -> bool:
    """Whether as many others of this purpose have left to them, or are on their way before this one."""
    return any(
        _others(unit, campaign, line, customer, now - cap.within) >= cap.messages
        for cap in caps
        if cap.purpose is campaign.purpose
    )


def _others(unit: Unit, campaign: Campaign, line: Recipient, customer: Customer, since: datetime) -> int:
    # A profile that went into another one keeps its lines under its own name.
    people = dict.fromkeys((customer.id, line.customer_id))
    lines = [each for name in people for each in unit.campaigns.sent_to(name, MOST, since - WAITED)]
    return sum(_counts(unit, other, campaign, line, since) for other in lines)


def _counts(unit: Unit, other: Recipient, campaign: Campaign, line: Recipient, since: datetime) -> bool:
    if other.campaign_id == campaign.id or other.effect_id is None:
        return False
    standing = unit.campaigns.get(other.campaign_id)
    row = unit.outbox.get(other.effect_id)
    if standing is None or standing.campaign.purpose is not campaign.purpose or row is None:
        return False
    if row.state is EffectState.REFUSED:
        return False
    if row.state in WAITING:
        return _before(unit, row, line)
    return row.first_sent_at is None or row.first_sent_at > since


def _before(unit: Unit, row: OutboxRow, line: Recipient) -> bool:
    """Of two that wait for the same person the one that was made first goes, whichever is looked at first."""
    mine = unit.outbox.get(line.effect_id) if line.effect_id else None
    if mine is None:
        return True
    return (row.effect.created_at, row.effect.id) < (mine.effect.created_at, mine.effect.id)
