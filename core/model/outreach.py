"""Proactive messages: what happened, who is affected, what a supervisor is asked to approve."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.model.customer import Channel, Purpose
from core.model.ids import ApprovalId, CampaignId, CustomerId, EventId
from core.model.outbound import Authority, Effect, EffectKind, digest


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessSignal:
    """An event of the company's own systems. `facts` are the only things a proactive message may state."""

    event_id: EventId
    kind: str
    facts: Mapping[str, Any]
    at: datetime


class ApprovalState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    customer_id: CustomerId
    name: str
    address: str
    time_zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One message to one segment by one channel, waiting for a person. Its digest covers text, recipients, channel,
    purpose, the signal's facts and the policy. `wishes`: how many of the recipients asked for a channel, and what
    became of it."""

    id: ApprovalId
    campaign_id: CampaignId
    segment: str
    channel: Channel
    purpose: Purpose
    body: str
    recipients: tuple[Recipient, ...]
    left_out: Mapping[str, int]
    facts: Mapping[str, Any]
    policy_version: str
    expires_at: datetime
    created_at: datetime
    language: str = ""  # of the body, as the policy says; empty in what was proposed before this was kept
    wishes: Mapping[str, int] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        return digest(
            {
                "body": self.body,
                "channel": self.channel,
                "purpose": self.purpose,
                "recipients": sorted(r.address for r in self.recipients),
                "facts": dict(self.facts),
                "policy": self.policy_version,
            }
        )

    def message_to(self, recipient: Recipient, now: datetime) -> Effect:
        """The one effect that an approval lets go to a recipient, down to its key: a second one is another."""
        spoken = {"language": self.language} if self.language else {}
        return Effect(
            kind=EffectKind.MESSAGE,
            key=f"{self.id}:{recipient.address}",
            target=recipient.address,
            payload={
                "channel": self.channel,
                "body": self.body,
                "purpose": self.purpose,
                "digest": self.digest,
                **spoken,
            },
            authority=Authority(rule="approved", policy_version=self.policy_version, approval_id=self.id),
            created_at=now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A proposal with what became of it. Single use: only PENDING can become anything else."""

    proposal: Proposal
    state: ApprovalState = ApprovalState.PENDING
    decided_by: str | None = None
    decided_at: datetime | None = None
    slack_channel: str | None = None
    slack_ts: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in the supervisors' channel, as the channel's own directory knows them; `name` as colleagues say it."""

    email: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A supervisor's press of a button on an approval card, as Slack reported it; `reason` is what they wrote on it."""

    approval_id: ApprovalId
    verdict: ApprovalState
    digest: str
    user_id: str
    user_name: str
    channel: str
    ts: str
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
