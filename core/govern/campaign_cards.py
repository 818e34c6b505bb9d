"""A campaign's card as an effect: posted once, then changed in place, and never back to an earlier state.

What a card shows belongs to a version of the campaign and to a moment. A change that is slow to leave, or is tried
again, must not come over a later one: see `as_it_stands` and `caught_up`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.govern.approvers import approver_of, people_needed
from core.model.campaign import SENDING, Standing, Vote
from core.model.effect_payloads import SlackPayload
from core.model.outbound import Authority, Effect, EffectKind
from core.policy import Policy
from core.ports import Progress, Unit
from core.ports.cards import CampaignCard

CARD = "approval_card"  # the rule under which cards leave; they stay in the house


def campaign_card(
    unit: Unit, standing: Standing, policy: Policy, now: datetime, progress: Progress | None = None
) -> Effect:
    """The card as it is to be now: the first one, which needs a place in a channel, or a change of it. `progress` is
    read where it is not given and the campaign has begun.

    A new one is made for each new `version` or `shown_at` of the standing: the caller sets that first."""
    campaign, stands = standing.campaign, bool(standing.slack_ts)
    card = read_card(unit, standing, policy, now, progress)
    return Effect(
        kind=EffectKind.SLACK_UPDATE if stands else EffectKind.SLACK_POST,
        key=f"{campaign.id}:card:{standing.version}:{shown_mark(standing)}" if stands else f"{campaign.id}:card",
        target=f"{standing.slack_channel}:{standing.slack_ts}" if stands else campaign.channel,
        payload=replace(
            unit.cards.campaign(card).payload,
            campaign_id=campaign.id,
            card_version=standing.version,
            card_shown_at=shown_mark(standing),
        ),
        authority=Authority(rule=CARD, policy_version=policy.version),
        created_at=now,
    )


def read_card(
    unit: Unit, standing: Standing, policy: Policy, now: datetime, progress: Progress | None = None
) -> CampaignCard:
    """With its progress, where that is not given and it has begun."""
    campaign = standing.campaign
    if progress is None and (standing.state in SENDING or standing.began_at is not None):
        progress = unit.campaigns.progress(campaign.id)
    return card_of(standing, unit.campaigns.votes(campaign.id), policy, now, progress)


def card_of(
    standing: Standing, votes: Sequence[Vote], policy: Policy, now: datetime, progress: Progress | None = None
) -> CampaignCard:
    campaign, outreach = standing.campaign, policy.outreach
    return CampaignCard(
        standing=standing,
        votes=votes,
        # As `core.outreach.decide` counts: who may no longer decide has no voice any more.
        counted=[vote for vote in votes if approver_of(vote.email, policy)],
        needed=people_needed(campaign, outreach),
        currency=outreach.currency,
        rates={variant.channel: outreach.rate(variant.channel) for variant in campaign.variants},
        now=now,
        priced=campaign.cost > 0 or all(outreach.costs.get(each.channel) for each in campaign.variants),
        progress=progress,
    )


def as_it_stands(unit: Unit, effect: Effect, policy: Policy, now: datetime) -> Effect:
    """A card as it leaves: what the campaign has become meanwhile, where it has gone on. Other effects as they are."""
    standing = newer_standing(unit, effect)
    return effect if standing is None else replace(effect, payload=campaign_card(unit, standing, policy, now).payload)


def caught_up(unit: Unit, effect: Effect, policy: Policy, now: datetime) -> list[Effect]:
    """What follows a card that has left, where the campaign went on while it was on its way: the change that puts the
    newest there, whatever came last. The changes that are new."""
    standing = newer_standing(unit, effect)
    if standing is None or not standing.slack_ts:
        return []
    newest = campaign_card(unit, standing, policy, now)
    again = replace(newest, key=f"{newest.key}:after:{effect.id}")
    return [again] if unit.outbox.add(again) else []


def newer_standing(unit: Unit, effect: Effect) -> Standing | None:
    """How the campaign stands, where that is later than what this card of it shows; None for any other effect."""
    card = effect.payload
    if not isinstance(card, SlackPayload) or card.campaign_id is None:
        return None
    standing = unit.campaigns.get(card.campaign_id)
    if standing is None:
        return None
    carries = (card.card_version or 0, card.card_shown_at or "")
    return standing if (standing.version, shown_mark(standing)) > carries else None


def shown_mark(standing: Standing) -> str:
    return standing.shown_at.isoformat() if standing.shown_at else ""
