"""A campaign's card as an effect: posted once, then changed in place, and never back to an earlier state.

What a card shows belongs to a version of the campaign and to a moment. A change that is slow to leave, or is tried
again, must not come over a later one: see `as_it_stands` and `caught_up`."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from core.cards.blocks import Block
from core.model.campaign import Campaign, Standing
from core.model.ids import ApprovalId
from core.model.outbound import Authority, Effect, EffectKind
from core.policy import Policy
from core.ports import Unit

CARD = "approval_card"  # the rule under which cards leave; they stay in the house
# Draws the card of a campaign in whatever state it is.
CampaignCard = Callable[[Unit, Standing, Policy, datetime], Effect]
OF, VERSION, SHOWN = "campaign_id", "card_version", "card_shown_at"


def card_effect(standing: Standing, blocks: Sequence[Block], text: str, policy: Policy, now: datetime) -> Effect:
    """The card as it is to be now: the first one, which needs a place in a channel, or a change of it."""
    campaign, stands = standing.campaign, bool(standing.slack_ts)
    return Effect(
        kind=EffectKind.SLACK_UPDATE if stands else EffectKind.SLACK_POST,
        key=f"{campaign.id}:card:{standing.version}:{shown(standing)}" if stands else f"{campaign.id}:card",
        target=f"{standing.slack_channel}:{standing.slack_ts}" if stands else campaign.channel,
        payload={
            "text": text,
            "blocks": list(blocks),
            OF: campaign.id,
            VERSION: standing.version,
            SHOWN: shown(standing),
        },
        authority=Authority(rule=CARD, policy_version=policy.version),
        created_at=now,
    )


def value_of(campaign: Campaign) -> str:
    """What each button of a card carries: which campaign, and exactly what was shown."""
    return json.dumps({"approval": campaign.id, "digest": campaign.digest, "revision": campaign.revision})


def as_it_stands(unit: Unit, effect: Effect, draw: CampaignCard, policy: Policy, now: datetime) -> Effect:
    """A card as it leaves: what the campaign has become meanwhile, where it has gone on. Other effects as they are."""
    standing = moved_on(unit, effect)
    return effect if standing is None else replace(effect, payload=draw(unit, standing, policy, now).payload)


def caught_up(unit: Unit, effect: Effect, draw: CampaignCard, policy: Policy, now: datetime) -> list[Effect]:
    """What follows a card that has left, where the campaign went on while it was on its way: the change that puts the
    newest there, whatever came last. The changes that are new."""
    standing = moved_on(unit, effect)
    if standing is None or not standing.slack_ts:
        return []
    newest = draw(unit, standing, policy, now)
    again = replace(newest, key=f"{newest.key}:after:{effect.id}")
    return [again] if unit.outbox.add(again) else []


def moved_on(unit: Unit, effect: Effect) -> Standing | None:
    """How the campaign stands, where that is later than what this card of it shows; None for any other effect."""
    if OF not in effect.payload:
        return None
    standing = unit.campaigns.get(ApprovalId(effect.payload[OF]))
    if standing is None:
        return None
    carries = (int(effect.payload[VERSION]), str(effect.payload[SHOWN]))
    return standing if (standing.version, shown(standing)) > carries else None


def shown(standing: Standing) -> str:
    return standing.shown_at.isoformat() if standing.shown_at else ""
