"""An effect as it leaves at this very moment: what depends on the hour is put in last."""

from dataclasses import replace
from datetime import datetime, timedelta

from core.calendar.quiet_hours import closes_after, next_allowed
from core.consent.reachable import with_window
from core.govern.campaign_cards import as_it_stands
from core.govern.refusal import LATE, Refusal, hold_until, refuse
from core.model.customer import Identity, IdentityKind
from core.model.outbound import VALID_UNTIL, Effect, EffectKind
from core.policy import Policy
from core.ports import Unit

# A message that would have less time than this to arrive waits for the next opening.
SHORTEST = timedelta(seconds=60)
CLOSING = "the recipient's quiet hours are about to begin"


def as_it_leaves(unit: Unit, effect: Effect, policy: Policy, now: datetime) -> Effect | Refusal:
    """With the hour until which it may be delivered, and the customer's WhatsApp window; or why it leaves later. A
    campaign's card leaves as the campaign stands."""
    if effect.kind is EffectKind.MESSAGE and effect.authority.approval_id is not None:
        timely = with_validity(unit, effect, policy, now)
        if isinstance(timely, Refusal):
            return timely
        effect = timely
    return with_window(unit, as_it_stands(unit, effect, policy, now), now)


def with_validity(unit: Unit, effect: Effect, policy: Policy, now: datetime) -> Effect | Refusal:
    """A campaign's message, with `valid_until`: when the recipient's quiet hours begin or its time is up, whichever
    comes first. The vendor drops what it could not deliver by then, so nobody's phone rings at night."""
    customer = unit.customers.find(Identity(kind=IdentityKind.PHONE, value=effect.target))
    time_zone, quiet = (customer.time_zone, customer.preferences.quiet) if customer else (None, None)
    not_after = datetime.fromisoformat(effect.payload["not_after"])
    if not_after - now < SHORTEST:
        return refuse(LATE)
    closes = closes_after(now, policy.outreach, time_zone, effect.target, quiet)
    if closes - now < SHORTEST:
        opens = next_allowed(closes, policy.outreach, time_zone, effect.target, quiet)
        return hold_until(CLOSING, opens, not_after)
    until = min(closes, not_after)
    return replace(effect, payload={**effect.payload, VALID_UNTIL: until.isoformat()})
