"""Whom a campaign is about, as the store is asked."""

from datetime import datetime

from core.model.campaign import Standing
from core.outreach.audience.rule import named
from core.outreach.draft import told
from core.policy import Play, Policy
from core.policy.outreach import OpenTickets
from core.ports import AudienceQuery, Unit


def query_of(unit: Unit, standing: Standing, play: Play, policy: Policy, now: datetime) -> AudienceQuery:
    """The people whom its signal names, those who were told before, or all of whom the play's attribute is true."""
    campaign, outreach = standing.campaign, policy.outreach
    return AudienceQuery(
        purpose=campaign.purpose,
        usual=play.channel,
        at=now,
        attribute=play.attribute,
        value=str(campaign.facts.get(play.attribute, "")),
        names=named(standing.facts) if play.by_name else (),
        told=told(unit, campaign.matter, play) if play.follows else (),
        wishes=frozenset(each.channel for each in campaign.variants),
        caps=tuple((now - cap.within, cap.messages) for cap in outreach.caps if cap.purpose is campaign.purpose),
        vip_tiers=frozenset() if play.vip else outreach.vip_tiers,
        open_tickets=play.open_tickets is OpenTickets.INCLUDE,
        campaign_id=campaign.id,
    )
