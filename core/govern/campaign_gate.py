"""The gate for a campaign's messages: these bytes, to this person, under a seal that holds now."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from core.calendar.quiet_hours import next_allowed
from core.govern.passed_facts import PASSED, passed_fact, passed_words
from core.govern.pause import LOOK_AGAIN
from core.govern.refusal import LATE, Refusal, hold_until, refuse
from core.govern.seal import broken, fits
from core.model.arm import Arm
from core.model.campaign import Campaign, CampaignState, Recipient, RecipientState, Standing, is_message_to
from core.model.customer import Channel, Customer, Identity, IdentityKind
from core.model.ids import EffectId, derive_id
from core.model.outbound import Effect, EffectState, OutboxRow
from core.policy import Policy
from core.policy.outreach import Cap
from core.ports import Unit

NOBODY = "nobody has approved this"
OTHER = "this is not what was approved: text, channel, recipient or authority differ"
ON_HOLD = "the campaign is paused"
ENDED: Mapping[CampaignState, str] = {
    CampaignState.STOPPED: "the campaign was stopped",
    CampaignState.REJECTED: "a supervisor rejected this",
    CampaignState.EXPIRED: "nobody approved this in time",
    CampaignState.DONE: "the campaign is over",
}
FAILED = frozenset({"failed", "undelivered"})


def campaign_refusal(unit: Unit, effect: Effect, policy: Policy, now: datetime) -> Refusal | None:
    """None where the effect is a message of a campaign that may leave at `now`.

    What was sealed says what may leave; everything that is looked at anew can only take away."""
    approval_id = effect.authority.approval_id
    standing = unit.campaigns.get(approval_id) if approval_id else None
    if standing is None:
        return refuse(NOBODY)
    campaign, state = standing.campaign, standing.state
    if state is CampaignState.PAUSED:
        return hold_until(ON_HOLD, now + LOOK_AGAIN, campaign.not_after)
    if state is not CampaignState.RUNNING:
        return refuse(ENDED.get(state, NOBODY))
    if why := broken(unit.seals.get(campaign.id), campaign, now) or why_ungranted(unit, campaign, policy):
        return refuse(why)
    line = unit.campaigns.line(campaign.id, effect.target)
    if line is None or not _is_approved(effect, campaign, line):
        return refuse(OTHER)
    if line.state is RecipientState.STOPPED:
        return refuse(ENDED[CampaignState.STOPPED])
    return _again(unit, effect) or _anew(unit, campaign, line, policy, now) or _passed(standing, effect, policy, now)


def why_ungranted(unit: Unit, campaign: Campaign, policy: Policy) -> str:
    """Why the policy lets it go no longer, where it goes without people's yes; empty where it does. That takes the word
    of a version that was in force, and of the one that is now."""
    if not campaign.standing:
        return ""
    if campaign.standing not in policy.standing:
        return f"the policy gives no standing approval to {campaign.standing!r}"
    applied = unit.cursors.get(f"policy:{campaign.policy_version}")
    if applied is None and campaign.policy_version != policy.version:
        return f"policy version {campaign.policy_version} was never applied"
    return ""


def _is_approved(effect: Effect, campaign: Campaign, line: Recipient) -> bool:
    if line.arm is not Arm.TREATED or not fits(campaign, line):
        return False
    return is_message_to(effect, campaign, line)


def _again(unit: Unit, effect: Effect) -> Refusal | None:
    """A second attempt is one only as long as the first has failed."""
    said = effect.message
    if said is None or said.again_of is None:
        return None
    first = unit.outbox.get(EffectId(derive_id("fx", said.again_of)))
    if first is None or not (first.state is EffectState.REFUSED or first.delivery in FAILED):
        return refuse("the first attempt has not failed")
    return None


def _anew(unit: Unit, campaign: Campaign, line: Recipient, policy: Policy, now: datetime) -> Refusal | None:
    """Whose number it is, consent, caps and hours as they are now: all may have changed since the approval."""
    if now >= campaign.not_after:
        return refuse(LATE)
    customer = unit.customers.find(Identity(kind=IdentityKind.PHONE, value=line.address))
    variant = campaign.variant(line.variant)
    if customer is None or variant is None or not _same_person(unit, line, customer):
        return refuse("the number is not this person's any more")
    if not customer.has_consented(Channel(variant.channel), campaign.purpose):
        return refuse("no consent for this channel and purpose")
    if had_enough(unit, campaign, line, customer, policy.outreach.caps, now):
        return refuse("has had enough messages")
    opens = next_allowed(now, policy.outreach, customer.time_zone, line.address, customer.preferences.quiet)
    return hold_until("quiet hours of the recipient", opens, campaign.not_after) if opens > now else None


def _passed(standing: Standing, effect: Effect, policy: Policy, now: datetime) -> Refusal | None:
    """Words whose time has passed wait for a person, whom the campaign's upkeep asks."""
    zone, said = policy.outreach.zone, effect.message
    if passed_fact(standing, zone, now) or (said and passed_words(standing, said.body, zone, now)):
        return hold_until(PASSED, now + LOOK_AGAIN, standing.campaign.not_after)
    return None


def _same_person(unit: Unit, line: Recipient, customer: Customer) -> bool:
    """Whether the number still belongs to whom the message is for, or to the profile that theirs went into."""
    name, seen = line.customer_id, set[str]()
    while name != customer.id and name not in seen:
        seen.add(name)
        merge = unit.merges.into(name)
        name = merge.kept if merge else name
    return name == customer.id


# ------------------------------------------------------------------
# How many messages of its own a company sends to one person, over all plays.


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
