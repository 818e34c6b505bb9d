"""Campaigns for tests: the words, the manifest, the yes, and a campaign that is already sending."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from core.govern.seal import seal
from core.model.arm import Arm
from core.model.campaign import (
    Campaign,
    CampaignState,
    GroundedIn,
    Recipient,
    Standing,
    Variant,
    Vote,
    extend_root,
    message_digest,
    message_to,
)
from core.model.customer import Channel, Customer, Identity, IdentityKind, Purpose
from core.model.ids import ApprovalId, CustomerId, EventId
from core.model.outbound import Effect
from core.ports import Unit
from tests.core.people import EMMA_PHONE, NOW, consent, customer
from tests.core.rules import policy

HOUR = timedelta(hours=1)


def variant(**changes: Any) -> Variant:
    return Variant(
        **{
            "name": "default/sms/en",
            "segment": "default",
            "channel": Channel.SMS,
            "language": "en",
            "text": "Cloud has a fault in west. Reply STOP to opt out.",
            "sources": (GroundedIn(kind="signal", name="region", quote="west"),),
            **changes,
        }
    )


def campaign(**changes: Any) -> Campaign:
    """Before its audience is frozen."""
    at = changes.get("created_at", NOW)
    return Campaign(
        **{
            "id": ApprovalId("ap_one"),
            "play": "outage",
            "signal_id": EventId("ev_signal"),
            "matter": "INC-1",
            "purpose": Purpose.SERVICE,
            "facts": {"region": "west", "service": "Cloud"},
            "variants": (variant(),),
            "policy_version": policy().version,
            "composer": "policy template",
            "created_at": at,
            "expires_at": at + 2 * HOUR,
            "not_after": at + 26 * HOUR,
            "why": "They would call.",
            "channel": "#approvals",
            **changes,
        }
    )


def line(of: Campaign, ordinal: int = 1, **changes: Any) -> Recipient:
    """To Emma, or with another number to another person; its digest fits."""
    made = Recipient(
        **{
            "campaign_id": of.id,
            "ordinal": ordinal,
            "customer_id": customer().id if ordinal == 1 else CustomerId(f"cu_{ordinal}"),
            "address": EMMA_PHONE if ordinal == 1 else phone(ordinal),
            "variant": of.variants[0].name,
            "arm": Arm.TREATED,
            "digest": "",
            "opens_at": of.created_at,
            **changes,
        }
    )
    return made if "digest" in changes else replace(made, digest=message_digest(of, made))


def phone(number: int) -> str:
    return f"+4477009{number:05d}"


def person(number: int, **changes: Any) -> Customer:
    """Whom the line with that ordinal is for; they agreed to be texted."""
    known = Identity(kind=IdentityKind.PHONE, value=EMMA_PHONE if number == 1 else phone(number), verified=True)
    name = "emma" if number == 1 else str(number)
    return customer(name, **{"identities": (known,), "consents": (consent(),), **changes})


def frozen(of: Campaign, lines: Sequence[Recipient]) -> Campaign:
    """With the size and the root of these lines."""
    root = ""
    for each in lines:
        root = extend_root(root, each.digest)
    segments = dict(Counter(each.segment for each in lines))
    counts = {"arm": {arm.value: sum(each.arm is arm for each in lines) for arm in Arm}, "segment": segments}
    return replace(of, size=len(lines), root=root, counts=counts)


def vote(of: Campaign, email: str = "priya@larkfield.example", **changes: Any) -> Vote:
    name = email.partition("@")[0].title()
    return Vote(
        **{
            "campaign_id": of.id,
            "digest": of.digest,
            "email": email,
            "role": "supervisor",
            "user_id": f"U-{name}",
            "name": name,
            "yes": True,
            "at": NOW,
            **changes,
        }
    )


def standing(of: Campaign, state: CampaignState = CampaignState.PENDING, **changes: Any) -> Standing:
    return Standing(**{"campaign": of, "state": state, "version": 1, "changed_at": NOW, **changes})


def asked(unit: Unit, of: Campaign, lines: Sequence[Recipient]) -> Campaign:
    """Store it with its manifest, waiting for a yes."""
    made = frozen(of, lines)
    assert unit.campaigns.add(standing(made))
    unit.campaigns.put(lines)
    unit.ledger.append("proposed", {"campaign": of.id, "play": of.play}, of.created_at)
    return made


def sending(unit: Unit, of: Campaign, lines: Sequence[Recipient], *votes: Vote, now: datetime = NOW) -> list[Effect]:
    """Store it, approved and under way, each line of the treated in the outbox; the effects."""
    made = asked(unit, of, lines)
    given = votes or (() if made.people == 0 else (vote(made),))
    seal(unit, made, given, now)
    kept = unit.campaigns.get(made.id)
    assert kept is not None
    assert unit.campaigns.save(replace(kept, state=CampaignState.RUNNING, began_at=now))
    return queued(unit, made, now)


def queued(unit: Unit, of: Campaign, now: datetime) -> list[Effect]:
    """What the pump does: lines that are due, into the outbox."""
    due = unit.campaigns.due(of.id, now, 1000)
    effects = {each.ordinal: message_to(of, each, now) for each in due}
    for effect in effects.values():
        unit.outbox.add(effect)
    unit.campaigns.mark_queued(of.id, {ordinal: effect.id for ordinal, effect in effects.items()})
    return list(effects.values())
