"""Proactive messages: what is to be said to whom, who approved it, and what became of each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.model.arm import Arm
from core.model.customer import Channel, Purpose
from core.model.effect_payloads import MessagePayload
from core.model.ids import ApprovalId, CustomerId, EffectId, EventId
from core.model.outbound import Authority, Effect, EffectKind, as_first, digest

PLACE = re.compile(r"\{(\w+)\}")
RULE = "approved"  # of the authority of a campaign's messages
RESULT = "result"  # of a standing's facts: its measured effect, the lines that its card shows
RESULT_IS_FINAL = "result_is_final"  # of a standing's facts: its effect is measured, and nothing is added any more


class CampaignState(StrEnum):
    """PREPARING → PENDING → RUNNING → DONE. PREPARING: the audience is being frozen, again after an edit. DONE: RUNNING
    again where a message that failed afterwards is tried once more. HELD: a supervisor put it aside. PAUSED: nothing
    leaves until somebody resumes it. STOPPED: by a person, for harm or by the breaker; what had not left never does.
    EMPTY: nobody was left in the audience."""

    PREPARING = "preparing"
    PENDING = "pending"
    HELD = "held"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    REJECTED = "rejected"
    EXPIRED = "expired"
    STOPPED = "stopped"
    EMPTY = "empty"


MOST_TOLD = 20  # campaigns of one matter that an update looks back at
ASKED = frozenset({CampaignState.PENDING, CampaignState.HELD})  # a person may still say yes
SENDING = frozenset({CampaignState.RUNNING, CampaignState.PAUSED})
ENDED = frozenset(
    {CampaignState.DONE, CampaignState.REJECTED, CampaignState.EXPIRED, CampaignState.STOPPED, CampaignState.EMPTY}
)


class RecipientState(StrEnum):
    """PLANNED → QUEUED (in the outbox, whose row tells the rest). STOPPED: never put there, for the same person has
    another line. Under a campaign that is over a PLANNED line never is, either."""

    PLANNED = "planned"
    QUEUED = "queued"
    STOPPED = "stopped"


class Weight(StrEnum):
    """BLOCKS: the campaign cannot be approved as it is. WARNS: whoever approves should know."""

    BLOCKS = "blocks"
    WARNS = "warns"
    TELLS = "tells"


@dataclass(frozen=True, slots=True, kw_only=True)
class LawFinding:
    """What a check found about a variant's words or its audience. `rule` is its name in docs/outreach.md, `people` how
    many it concerns (0: the words themselves)."""

    rule: str
    weight: Weight
    text: str
    people: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundedIn:
    """Where a variant's words come from: a fact of the signal, an article's passage, the policy's own text, or what a
    supervisor wrote."""

    kind: str  # "signal" | "article" | "policy" | "supervisor"
    name: str
    quote: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The words for one segment on one channel in one language. `text` has every fact of the signal in its place; what
    differs from person to person is left as {places} of `personal`."""

    name: str  # "plus/sms/en"
    segment: str
    channel: Channel
    language: str
    text: str
    personal: tuple[str, ...] = ()
    sources: tuple[GroundedIn, ...] = ()
    findings: tuple[LawFinding, ...] = ()

    def said_to(self, fields: Mapping[str, str]) -> str:
        """The words for one person. Raises KeyError for a place that nothing is known for."""
        # In one pass, and names only: what stands in a fact is never read as a place itself.
        return PLACE.sub(lambda place: fields[place[1]], self.text)


def variant_name(segment: str, channel: Channel, language: str) -> str:
    return f"{segment}/{channel}/{language}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """All that a person's yes covers, but for the list of recipients, which `root` seals.

    `matter` ties an outage's first notice to its updates and its all-clear. `holdout` is the share of the eligible that
    is not written to. `people` is how many different persons have to approve; 0: the play leaves under the policy's
    standing rule `standing`. `not_after`: no message of it leaves later. `cost` is in millionths of the policy's
    currency. `counts` tells the frozen audience: {"segment": {"plus": 12}, "channel": …, "language": …, "zone": …,
    "left_out": {"no consent": 3}, "arm": {"treated": 11, "holdout": 1}, "wishes": {…}, "variant": {…}}; of the variants
    only those are there that somebody gets."""

    id: ApprovalId
    play: str
    signal_id: EventId
    matter: str
    purpose: Purpose
    facts: Mapping[str, Any]
    variants: tuple[Variant, ...]
    policy_version: str
    composer: str
    created_at: datetime
    expires_at: datetime
    not_after: datetime
    why: str = ""
    holdout: float = 0.0
    people: int = 1
    standing: str = ""
    channel: str = ""  # in Slack, where its card stands
    revision: int = 1
    cost: int = 0
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    size: int = 0  # recipients in the manifest, both arms
    root: str = ""  # of the manifest; empty until the audience is frozen
    salt: str = ""  # known to this installation alone: no digest of it or of its lines confirms a guess

    def variant(self, name: str) -> Variant | None:
        return next((each for each in self.variants if each.name == name), None)

    @property
    def treated(self) -> int:
        return self.counts.get("arm", {}).get(Arm.TREATED, 0)

    @property
    def blocked(self) -> tuple[LawFinding, ...]:
        """Why it cannot be approved as it is."""
        return tuple(f for v in self.variants for f in v.findings if f.weight is Weight.BLOCKS)

    @property
    def digest(self) -> str:
        """SHA-256 over all of it: what a button of its card carries, and what an approval covers."""
        return digest(
            {
                "campaign": self.id,
                "revision": self.revision,
                "play": self.play,
                "purpose": self.purpose,
                "facts": dict(self.facts),
                "variants": [
                    [v.name, v.text, list(v.personal), [[s.kind, s.name, s.quote] for s in v.sources]]
                    for v in self.variants
                ],
                "policy": self.policy_version,
                "composer": self.composer,
                "not_after": self.not_after,
                "holdout": self.holdout,
                "people": self.people,
                "standing": self.standing,
                "size": self.size,
                "root": self.root,
                **_salted(self),
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One line of the manifest. `fields` are the facts that are this person's own; `digest` covers what
    `message_to` makes of it, or the mere fact of being left alone for the holdout; `opens_at` is the first moment that
    is allowed on the person's own clock; `ordinal` its place, from 1."""

    campaign_id: ApprovalId
    ordinal: int
    customer_id: CustomerId
    address: str
    variant: str
    arm: Arm
    digest: str
    opens_at: datetime
    segment: str = ""
    time_zone: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    state: RecipientState = RecipientState.PLANNED
    effect_id: EffectId | None = None
    parts: int = 1  # segments of a text, for its cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One person's yes or no to exactly these bytes."""

    campaign_id: ApprovalId
    digest: str
    email: str
    role: str
    user_id: str
    name: str
    yes: bool
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A campaign with how it stands. `version` is compared and set; `frozen_to` is how far an audience in the making
    has been read (the cursor of `AudienceTable.page`)."""

    campaign: Campaign
    state: CampaignState
    version: int
    changed_at: datetime
    reason: str = ""
    frozen_to: str = ""
    slack_channel: str = ""
    slack_ts: str = ""
    began_at: datetime | None = None
    ended_at: datetime | None = None
    shown_at: datetime | None = None  # when the progress on its card was last written
    facts: Mapping[str, Any] = field(default_factory=dict)  # of the freezing: counts so far; of the sending: why paused


def _salted(campaign: Campaign) -> dict[str, str]:
    """Nothing for one from before there was a salt: its digests stay what they were."""
    return {"salt": campaign.salt} if campaign.salt else {}


def message_digest(campaign: Campaign, recipient: Recipient) -> str:
    """The digest of one line of the manifest: recipient, channel, rendered words, sources, not-after; for the holdout
    that nothing is sent.

    Raises KeyError where a variant or a person's fact is not there."""
    variant = campaign.variant(recipient.variant)
    if variant is None:
        raise KeyError(recipient.variant)
    return digest(
        {
            "campaign": campaign.id,
            "arm": recipient.arm,
            "customer": recipient.customer_id,
            "to": recipient.address,
            "channel": variant.channel,
            "language": variant.language,
            "purpose": campaign.purpose,
            "body": variant.said_to(recipient.fields),
            "sources": [[s.kind, s.name, s.quote] for s in variant.sources],
            "not_after": campaign.not_after,
            "policy": campaign.policy_version,
            **_salted(campaign),
        }
    )


def extend_root(root: str, line: str) -> str:
    """The manifest's root after one more line: SHA-256 over the root so far and the line's digest."""
    return digest({"root": root, "line": line})


def message_to(campaign: Campaign, recipient: Recipient, now: datetime) -> Effect:
    """The one effect that an approval lets go to a recipient, down to its key: a second one is another.

    Raises KeyError as `message_digest` does; ValueError for somebody of the holdout."""
    if recipient.arm is not Arm.TREATED:
        raise ValueError("nothing is sent to the holdout")
    variant = campaign.variant(recipient.variant)
    if variant is None:
        raise KeyError(recipient.variant)
    return Effect(
        kind=EffectKind.MESSAGE,
        key=f"{campaign.id}:{recipient.customer_id}",
        target=recipient.address,
        payload=MessagePayload(
            channel=variant.channel,
            body=variant.said_to(recipient.fields),
            purpose=campaign.purpose,
            language=variant.language,
            digest=recipient.digest,
            not_after=campaign.not_after,
        ),
        authority=Authority(
            rule=campaign.standing or RULE, policy_version=campaign.policy_version, approval_id=campaign.id
        ),
        created_at=now,
        not_before=recipient.opens_at,
    )


def is_message_to(effect: Effect, campaign: Campaign, recipient: Recipient) -> bool:
    """Whether it is the message of this line, to the byte; when it was made and how long it waits is nobody's word. An
    earlier version's key ended with the address, which could be guessed from the effect's id.

    Raises KeyError as `message_digest` does; ValueError for somebody of the holdout."""
    first = as_first(effect)
    made = replace(
        message_to(campaign, recipient, first.created_at), created_at=first.created_at, not_before=first.not_before
    )
    return first in (made, replace(made, key=f"{campaign.id}:{recipient.address}"))
