"""The gate for a campaign's messages: these bytes, to this person, under a seal that holds now."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from core.govern.caps import had_enough
from core.govern.hours import next_allowed
from core.govern.pause import LOOK_AGAIN
from core.govern.refusal import LATE, Refusal, held, refused
from core.govern.seal import broken, fits
from core.model.campaign import Arm, Campaign, CampaignState, Recipient, RecipientState, message_to
from core.model.customer import Channel, Customer, Identity, IdentityKind
from core.model.ids import EffectId, derived
from core.model.outbound import AGAIN_OF, Effect, EffectState, as_first
from core.policy import Policy
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
        return refused(NOBODY)
    campaign, state = standing.campaign, standing.state
    if state is CampaignState.PAUSED:
        return held(ON_HOLD, now + LOOK_AGAIN, campaign.not_after)
    if state is not CampaignState.RUNNING:
        return refused(ENDED.get(state, NOBODY))
    if why := broken(unit.seals.get(campaign.id), campaign, now) or ungranted(unit, campaign, policy):
        return refused(why)
    line = unit.campaigns.line(campaign.id, effect.target)
    if line is None or not _is_approved(effect, campaign, line, now):
        return refused(OTHER)
    if line.state is RecipientState.STOPPED:
        return refused(ENDED[CampaignState.STOPPED])
    return _again(unit, effect) or _anew(unit, campaign, line, policy, now)


def ungranted(unit: Unit, campaign: Campaign, policy: Policy) -> str:
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


def _is_approved(effect: Effect, campaign: Campaign, line: Recipient, now: datetime) -> bool:
    """When it was made and how long it waits is not the supervisor's word; everything else is, to the byte."""
    if line.arm is not Arm.TREATED or not fits(campaign, line):
        return False
    first = as_first(effect)
    return first == replace(message_to(campaign, line, now), created_at=first.created_at, not_before=first.not_before)


def _again(unit: Unit, effect: Effect) -> Refusal | None:
    """A second attempt is one only as long as the first has failed."""
    if AGAIN_OF not in effect.payload:
        return None
    first = unit.outbox.get(EffectId(derived("fx", str(effect.payload[AGAIN_OF]))))
    if first is None or not (first.state is EffectState.REFUSED or first.delivery in FAILED):
        return refused("the first attempt has not failed")
    return None


def _anew(unit: Unit, campaign: Campaign, line: Recipient, policy: Policy, now: datetime) -> Refusal | None:
    """Whose number it is, consent, caps and hours as they are now: all may have changed since the approval."""
    if now >= campaign.not_after:
        return refused(LATE)
    customer = unit.customers.find(Identity(kind=IdentityKind.PHONE, value=line.address))
    variant = campaign.variant(line.variant)
    if customer is None or variant is None or not _same_person(unit, line, customer):
        return refused("the number is not this person's any more")
    if not customer.consented(Channel(variant.channel), campaign.purpose):
        return refused("no consent for this channel and purpose")
    if had_enough(unit, campaign, line, customer, policy.outreach.caps, now):
        return refused("has had enough messages")
    opens = next_allowed(now, policy.outreach, customer.time_zone, line.address, customer.preferences.quiet)
    return held("quiet hours of the recipient", opens, campaign.not_after) if opens > now else None


def _same_person(unit: Unit, line: Recipient, customer: Customer) -> bool:
    """Whether the number still belongs to whom the message is for, or to the profile that theirs went into."""
    name, seen = line.customer_id, set[str]()
    while name != customer.id and name not in seen:
        seen.add(name)
        merge = unit.merges.into(name)
        name = merge.kept if merge else name
    return name == customer.id
