"""Campaigns, the lines of their manifests and the votes as rows, and back."""

from typing import Any

from sqlalchemy import Row

from connectors.sql import codec
from core.model.campaign import Arm, Campaign, CampaignState, Recipient, RecipientState, Standing, Vote
from core.model.ids import ApprovalId, CustomerId, EffectId

# What its card is and when it was shown has ways of its own: whoever saves an older reading must not take it back.
_APART = ("slack_channel", "slack_ts", "shown_at")


def row_of(standing: Standing) -> dict[str, Any]:
    """All columns of a new campaign but `claimed_until`."""
    return {
        **changed(standing),
        "id": standing.campaign.id,
        "version": standing.version,
        **{name: getattr(standing, name) for name in _APART},
    }


def changed(standing: Standing) -> dict[str, Any]:
    """The columns that saving it sets, but for the version."""
    campaign = standing.campaign
    return {
        "play": campaign.play,
        "matter": campaign.matter,
        "purpose": campaign.purpose.value,
        "state": standing.state.value,
        "digest": campaign.digest,
        "campaign": codec.encode(campaign),
        "created_at": campaign.created_at,
        "expires_at": campaign.expires_at,
        "changed_at": standing.changed_at,
        "reason": standing.reason,
        "frozen_to": standing.frozen_to,
        "began_at": standing.began_at,
        "ended_at": standing.ended_at,
        "facts": dict(standing.facts),
    }


def standing_of(row: Row[Any]) -> Standing:
    return Standing(
        campaign=codec.decode(Campaign, row.campaign),
        state=CampaignState(row.state),
        version=row.version,
        changed_at=row.changed_at,
        reason=row.reason,
        frozen_to=row.frozen_to,
        slack_channel=row.slack_channel,
        slack_ts=row.slack_ts,
        began_at=row.began_at,
        ended_at=row.ended_at,
        shown_at=row.shown_at,
        facts=row.facts,
    )


def line_row(line: Recipient) -> dict[str, Any]:
    return {
        "campaign_id": line.campaign_id,
        "ordinal": line.ordinal,
        "customer_id": line.customer_id,
        "address": line.address,
        "variant": line.variant,
        "segment": line.segment,
        "arm": line.arm.value,
        "digest": line.digest,
        "opens_at": line.opens_at,
        "time_zone": line.time_zone,
        "fields": dict(line.fields),
        "parts": line.parts,
        "state": line.state.value,
        "effect_id": line.effect_id,
    }


def line_of(row: Row[Any]) -> Recipient:
    return Recipient(
        campaign_id=ApprovalId(row.campaign_id),
        ordinal=row.ordinal,
        customer_id=CustomerId(row.customer_id),
        address=row.address,
        variant=row.variant,
        arm=Arm(row.arm),
        digest=row.digest,
        opens_at=row.opens_at,
        segment=row.segment,
        time_zone=row.time_zone,
        fields=row.fields,
        state=RecipientState(row.state),
        effect_id=None if row.effect_id is None else EffectId(row.effect_id),
        parts=row.parts,
    )


def vote_row(vote: Vote) -> dict[str, Any]:
    return {
        "campaign_id": vote.campaign_id,
        "digest": vote.digest,
        "email": vote.email,
        "role": vote.role,
        "user_id": vote.user_id,
        "name": vote.name,
        "yes": vote.yes,
        "at": vote.at,
        "reason": vote.reason,
    }


def vote_of(row: Row[Any]) -> Vote:
    return Vote(
        campaign_id=ApprovalId(row.campaign_id),
        digest=row.digest,
        email=row.email,
        role=row.role,
        user_id=row.user_id,
        name=row.name,
        yes=row.yes,
        at=row.at,
        reason=row.reason,
    )
