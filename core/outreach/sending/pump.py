"""From a line of the manifest to a row of the outbox, a few seconds ahead of the rate at which they leave: what is not
there yet can be called back by a word."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.coordinate.policy import Policy
from core.govern.seal import fits
from core.model.campaign import Campaign, Recipient, Standing, message_to
from core.ports import Unit

AHEAD = timedelta(seconds=3)
FEWEST, CHUNK = 8, 40  # CHUNK: in one transaction, some tens of milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Pumped:
    """How many lines became rows. `wrong` is the first that is not what was approved; nothing after it was touched."""

    rows: int
    wrong: Recipient | None = None


def ahead(campaign: Campaign, policy: Policy) -> int:
    """How many of its messages may wait in the outbox."""
    rate = sum(policy.outreach.rate(channel) for channel in {variant.channel for variant in campaign.variants})
    return max(FEWEST, math.ceil(rate * AHEAD.total_seconds()))


def pumped(unit: Unit, standing: Standing, now: datetime, room: int) -> Pumped:
    """Put up to `room` lines whose hour has come into the outbox."""
    campaign, effects, wrong = standing.campaign, {}, None
    if now >= campaign.not_after:
        return Pumped(rows=0)
    for line in unit.campaigns.due(campaign.id, now, min(room, CHUNK)):
        if not fits(campaign, line):
            wrong = line
            break
        effect = message_to(campaign, line, now)
        unit.outbox.add(effect)
        effects[line.ordinal] = effect.id
    if effects:
        unit.campaigns.queued(campaign.id, effects)
    return Pumped(rows=len(effects), wrong=wrong)
