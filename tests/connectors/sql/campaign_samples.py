"""Campaigns, lines and votes to put into the store."""

from typing import Any

from connectors.sql.store import SqlStore
from core.model.arm import Arm
from core.model.campaign import (
    Campaign,
    CampaignState,
    LawFinding,
    Recipient,
    Standing,
    Variant,
    Vote,
    Weight,
    message_to,
)
from core.model.ids import ApprovalId, CustomerId, EffectId
from tests.connectors.sql.samples import NOW
from tests.core import campaigns

OUTAGE = ApprovalId("ap_outage")


def variant(**changes: Any) -> Variant:
    return campaigns.variant(
        **{
            "text": "Larkfield: the app is slow in the north. {minutes} minutes more.",
            "personal": ("minutes",),
            "findings": (LawFinding(rule="length", weight=Weight.WARNS, text="two parts", people=3),),
            **changes,
        }
    )


def campaign(name: str = OUTAGE, **changes: Any) -> Campaign:
    return campaigns.campaign(
        **{
            "id": ApprovalId(name),
            "created_at": NOW,
            "facts": {"region": "north", "hours": [1, 2.5], "deep": {"odd": "é\ud83d\x00"}},
            "variants": (variant(),),
            "holdout": 0.1,
            "counts": {"arm": {"treated": 2, "holdout": 1}},
            "size": 3,
            "root": "r",
            **changes,
        }
    )


def standing(name: str = OUTAGE, **changes: Any) -> Standing:
    made = changes.pop("campaign", None) or campaign(name)
    return campaigns.standing(made, **{"state": CampaignState.RUNNING, "changed_at": NOW, **changes})


def line(ordinal: int = 1, campaign_id: str = OUTAGE, **changes: Any) -> Recipient:
    return Recipient(
        **{
            "campaign_id": ApprovalId(campaign_id),
            "ordinal": ordinal,
            "customer_id": CustomerId(f"cu_{ordinal}"),
            "address": f"+4477009{ordinal:05d}",
            "variant": "default/sms/en",
            "arm": Arm.TREATED,
            "digest": "d",
            "opens_at": NOW,
            "segment": "plus",
            "time_zone": "Europe/London",
            "fields": {"minutes": "40"},
            "parts": 2,
            **changes,
        }
    )


def vote(email: str = "priya@larkfield.example", **changes: Any) -> Vote:
    return campaigns.vote(campaign(), email, **{"digest": "d", "at": NOW, **changes})


def planned(store: SqlStore, *lines: Recipient, **changes: Any) -> Standing:
    """A campaign with these lines, stored."""
    made = standing(**changes)
    with store.begin() as unit:
        assert unit.campaigns.add(made)
        unit.campaigns.put(lines)
    return made


def pumped(store: SqlStore, made: Standing, *ordinals: int) -> list[EffectId]:
    """These lines as rows of the outbox."""
    with store.begin() as unit:
        effects = {}
        for each in unit.campaigns.lines(made.campaign.id, 0, 1000):
            if each.ordinal in ordinals:
                effect = message_to(made.campaign, each, NOW)
                assert unit.outbox.add(effect)
                effects[each.ordinal] = effect.id
        unit.campaigns.mark_queued(made.campaign.id, effects)
    return [effects[ordinal] for ordinal in ordinals]
