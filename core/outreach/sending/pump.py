"""From a line of the manifest to a row of the outbox, a few seconds ahead of the rate at which they leave: what is not
there yet can be called back by a word."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.govern.hours import HORIZON, next_allowed
from core.govern.seal import fits
from core.model.campaign import Campaign, Recipient, Standing, message_to
from core.model.outbound import Effect
from core.policy import Policy
from core.ports import Unit

AHEAD = timedelta(seconds=3)
FEWEST, CHUNK = 8, 40  # CHUNK: in one transaction, some tens of milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Pumped:
    """How many lines became rows. `wrong` is the first that is not what was approved; nothing after it was touched.
    `put_off`: how many wait for another hour, for theirs has passed while others were sent."""

    rows: int
    put_off: int = 0
    wrong: Recipient | None = None


def ahead(campaign: Campaign, policy: Policy) -> int:
    """How many of its messages may wait in the outbox."""
    rate = sum(policy.outreach.rate(channel) for channel in {variant.channel for variant in campaign.variants})
    return max(FEWEST, math.ceil(rate * AHEAD.total_seconds()))


def pumped(unit: Unit, standing: Standing, policy: Policy, now: datetime, room: int) -> Pumped:
    """Put up to `room` lines whose hour has come into the outbox."""
    campaign, effects, wrong = standing.campaign, dict[int, Effect](), None
    put_off: dict[int, datetime] = {}
    if now >= campaign.not_after:
        return Pumped(rows=0)
    for line in unit.campaigns.due(campaign.id, now, min(room, CHUNK)):
        if not fits(campaign, line):
            wrong = line
            break
        opens = next_allowed(now, policy.outreach, line.time_zone, line.address)
        if now < opens <= now + HORIZON:  # beyond that nothing is known of the hour here: the gate looks at the profile
            put_off[line.ordinal] = opens
            continue
        effects[line.ordinal] = message_to(campaign, line, now)
    if effects:
        unit.outbox.add_all(list(effects.values()))
        unit.campaigns.queued(campaign.id, {ordinal: effect.id for ordinal, effect in effects.items()})
    if put_off:
        unit.campaigns.put_off(campaign.id, put_off)
    return Pumped(rows=len(effects), put_off=len(put_off), wrong=wrong)
