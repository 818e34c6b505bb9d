"""Campaigns, lines and votes to put into the store."""

from datetime import timedelta
from typing import Any

from connectors.sql.store import SqlStore
from core.model.campaign import (
    Arm,
    Campaign,
    CampaignState,
    GroundedIn,
    LawFinding,
    Recipient,
    Standing,
    Variant,
    Vote,
    Weight,
    message_to,
)
from core.model.customer import Channel, Purpose
from core.model.ids import ApprovalId, CustomerId, EffectId, EventId
from tests.connectors.sql.samples import NOW

OUTAGE = ApprovalId("ap_outage")


def variant(**changes: Any) -> Variant:
    return Variant(
        **{
            "name": "default/sms/en",
            "segment": "default",
            "channel": Channel.SMS,
            "language": "en",
            "text": "Larkfield: the app is slow in the north. {minutes} minutes more.",
            "personal": ("minutes",),
            "sources": (GroundedIn(kind="signal", name="region", quote="north"),),
            "findings": (LawFinding(rule="length", weight=Weight.WARNS, text="two parts", people=3),),
            **changes,
        }
    )


def campaign(name: str = OUTAGE, **changes: Any) -> Campaign:
    return Campaign(
        **{
            "id": ApprovalId(name),
            "play": "outage",
            "signal_id": EventId("ev_1"),
            "matter": "incident-7",
            "purpose": Purpose.SERVICE,
            "facts": {"region": "north", "hours": [1, 2.5], "deep": {"odd": "é\ud83d\x00"}},
            "variants": (variant(),),
            "policy_version": "p-1",
            "composer": "policy template",
            "created_at": NOW,
            "expires_at": NOW + timedelta(hours=4),
            "not_after": NOW + timedelta(hours=28),
            "holdout": 0.1,
            "counts": {"arm": {"treated": 2, "holdout": 1}},
            "size": 3,
            "root": "r",
            **changes,
        }
    )


def standing(name: str = OUTAGE, **changes: Any) -> Standing:
    made = changes.pop("campaign", None) or campaign(name)
    return Standing(
        **{"campaign": made, "state": CampaignState.RUNNING, "version": 1, "changed_at": NOW, **changes},
    )


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
    return Vote(
        **{
            "campaign_id": OUTAGE,
            "digest": "d",
            "email": email,
            "role": "supervisor",
            "user_id": "U1",
            "name": "Priya Nair",
            "yes": True,
            "at": NOW,
            **changes,
        }
    )


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
        unit.campaigns.queued(made.campaign.id, effects)
    return [effects[ordinal] for ordinal in ordinals]
