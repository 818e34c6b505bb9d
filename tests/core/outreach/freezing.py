"""People and campaigns to freeze, and the freezing of them as a worker does it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.sql.store import SqlStore
from core.model.campaign import (
    Campaign,
    CampaignState,
    Recipient,
    Standing,
    Variant,
    extend_root,
    variant_name,
)
from core.model.customer import Channel, Consent, Customer, Identity, IdentityKind, Purpose
from core.model.ids import ApprovalId, CustomerId, EventId
from core.model.profile import FactSource, ProfileFact
from core.outreach.audience.freeze import complete, frozen, frozen_page
from core.policy import Policy
from tests.core.rules import policy

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)
POLICY = policy(outreach__costs={"sms": 0.04, "whatsapp": 0.05}, outreach__law={"registered": ["US"]})
OUTAGE = ApprovalId("ap_outage")


def said(text: str, *, segment: str = "default", channel: Channel = Channel.SMS, language: str = "en") -> Variant:
    name = variant_name(segment, channel, language)
    places = ("minutes",) if "{minutes}" in text else ()
    return Variant(name=name, segment=segment, channel=channel, language=language, text=text, personal=places)


def campaign(*variants: Variant, **changes: Any) -> Campaign:
    return Campaign(
        **{
            "id": OUTAGE,
            "play": "outage",
            "signal_id": EventId("ev_1"),
            "matter": "incident-7",
            "purpose": Purpose.SERVICE,
            "facts": {"region": "north"},
            "variants": variants or (said("The app is slow."),),
            "policy_version": "p-1",
            "composer": "policy template",
            "created_at": NOW,
            "expires_at": NOW + timedelta(hours=2),
            "not_after": NOW + DAY,
            **changes,
        }
    )


def person(name: str, **changes: Any) -> Customer:
    yes = Consent(
        channel=Channel.SMS, purpose=Purpose.SERVICE, granted=True, at=NOW - DAY, source="form", wording="Yes, text me."
    )
    number = changes.pop("number", f"+4477009{sum(map(ord, name)):05d}")
    return Customer(
        **{
            "id": CustomerId(f"cu_{name}"),
            "name": name.title(),
            "locale": "en-GB",
            "time_zone": "Europe/London",
            "identities": (
                Identity(kind=IdentityKind.PHONE, value=number),
                Identity(kind=IdentityKind.EMAIL, value=f"{name}@shop.example"),
            ),
            "consents": (yes, replace(yes, channel=Channel.WHATSAPP)),
            "attributes": {"region": "north"},
            **changes,
        }
    )


def begin(
    store: SqlStore, *people: Customer, of: Campaign | None = None, facts: Mapping[str, Any] | None = None
) -> Standing:
    standing = Standing(
        campaign=of or campaign(), state=CampaignState.PREPARING, version=1, changed_at=NOW, facts=facts or {}
    )
    with store.begin() as unit:
        for each in people:
            unit.customers.save(each)
            wishes = each.preferences
            for name, value in (("preferred_channel", wishes.channel), ("language", wishes.language)):
                if value:
                    unit.profiles.add(each.id, ProfileFact(name=name, value=value, source=FactSource.SAID, at=NOW))
        assert unit.campaigns.add(standing)
    return standing


def freeze(
    store: SqlStore, standing: Standing, *, limit: int = 2, under: Policy = POLICY, now: datetime = NOW
) -> tuple[Campaign, list[Recipient]]:
    """A transaction for each page, as in a worker; the campaign with its counts, and the manifest."""
    for _ in range(99):
        with store.begin() as unit:
            standing = frozen_page(unit, standing, under, now, limit)
        if frozen(standing):
            break
    with store.begin() as unit:
        saved = unit.campaigns.save(complete(unit, standing, under, now))
        assert saved is not None
        return saved.campaign, unit.campaigns.lines(OUTAGE, 0, 999)


def root_of(lines: list[Recipient]) -> str:
    root = ""
    for each in lines:
        root = extend_root(root, each.digest)
    return root
