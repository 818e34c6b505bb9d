"""From a business signal to proposals: who is affected, who may be written to, one message per segment."""

import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.coordinate.policy import Play, Policy
from core.errors import RejectedError
from core.govern.preferred import Way, way_to
from core.model.customer import Channel, Customer, Identity, IdentityKind, Purpose
from core.model.ids import ApprovalId, CampaignId, derived
from core.model.outbound import Occasion
from core.model.outreach import BusinessSignal, Proposal, Recipient
from core.ports import Unit

CUSTOMERS = "customers"
UNKNOWN = "unknown customer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """The customers whom a signal is about, and how many names in it belong to nobody we know."""

    customers: tuple[Customer, ...]
    unknown: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """The people left after consent with the way to each, by address; how many were left out for which reason."""

    recipients: tuple[Recipient, ...]
    ways: Mapping[str, Way]
    left_out: Mapping[str, int]

    def channels(self, usual: Channel) -> list[Channel]:
        """Those that they are written to by, the usual one first."""
        return sorted({way.channel for way in self.ways.values()}, key=lambda each: (each is not usual, each))

    def by(self, channel: Channel) -> tuple[Recipient, ...]:
        return tuple(each for each in self.recipients if self.ways[each.address].channel is channel)

    def wishes(self, channel: Channel) -> Mapping[str, int]:
        return Counter(way.why for way in self.ways.values() if way.channel is channel and way.why)


def affected(unit: Unit, signal: BusinessSignal, play: Play) -> Affected:
    """Customers whose attribute `play.match` has the value that the signal states, or those whom it names itself.

    Raises:
        RejectedError: when the signal states neither.
    """
    value = signal.facts.get(play.match)
    if not value:
        raise RejectedError(f"a {signal.kind} signal needs {play.match!r} among its facts")
    if play.match == CUSTOMERS:
        return _named(unit, str(value))
    return Affected(customers=tuple(unit.customers.where(play.match, str(value))))


def _named(unit: Unit, names: str) -> Affected:
    """`names` are e-mail addresses or helpdesk ids; one who is named twice is one person."""
    found = [unit.customers.find(_identity(name)) for name in dict.fromkeys(re.split(r"[,;\s]+", names)) if name]
    people = {customer.id: customer for customer in found if customer is not None}
    return Affected(customers=tuple(people.values()), unknown=found.count(None))


def _identity(name: str) -> Identity:
    if "@" in name:
        return Identity(kind=IdentityKind.EMAIL, value=name.lower())
    return Identity(kind=IdentityKind.HELPDESK, value=name)


def audience(customers: Iterable[Customer], play: Play, policy: Policy) -> Audience:
    """Reachable and willing: one message per address, in the order of the customers' ids."""
    left_out: Counter[str] = Counter()
    chosen: dict[str, Recipient] = {}
    ways: dict[str, Way] = {}
    for customer in sorted(customers, key=lambda c: c.id):
        way = way_to(customer, play.channel, play.purpose, Occasion.NOTICE, policy)
        reason = _reason_to_leave_out(customer, way.channel, play.purpose, chosen)
        if reason is not None:
            left_out[reason] += 1
            continue
        address = str(customer.phone)
        ways[address] = way
        chosen[address] = Recipient(
            customer_id=customer.id, name=customer.name, address=address, time_zone=customer.time_zone
        )
    return Audience(recipients=tuple(chosen.values()), ways=ways, left_out=dict(left_out))


def _reason_to_leave_out(
    customer: Customer, channel: Channel, purpose: Purpose, chosen: Mapping[str, Recipient]
) -> str | None:
    if customer.phone is None:
        return "no phone number"
    if not customer.consented(channel, purpose):
        return "no consent"
    return "same number" if customer.phone in chosen else None


def proposals(unit: Unit, signal: BusinessSignal, policy: Policy, now: datetime) -> list[Proposal]:
    """One proposal per segment (tier) that has anybody left in it, and per channel that they are written to by. Whom
    nobody knows is counted on the first.

    Raises:
        RejectedError: no play for this kind of signal, or a fact that its text needs is missing.
    """
    play = policy.outreach.plays.get(signal.kind)
    if play is None:
        raise RejectedError(f"the policy has no play for {signal.kind!r} signals")
    about = affected(unit, signal, play)
    segments: dict[str, list[Customer]] = {}
    for customer in about.customers:
        segments.setdefault(customer.tier, []).append(customer)
    reaching = [
        proposal
        for tier, people in sorted(segments.items())
        for proposal in _segment(signal, policy, play, tier, people, now)
    ]
    if reaching and about.unknown:
        reaching[0] = replace(reaching[0], left_out={**reaching[0].left_out, UNKNOWN: about.unknown})
    return reaching


def _segment(
    signal: BusinessSignal, policy: Policy, play: Play, tier: str, people: list[Customer], now: datetime
) -> Iterator[Proposal]:
    """Who is left out is told once."""
    reached = audience(people, play, policy)
    for place, channel in enumerate(reached.channels(play.channel)):
        made = _proposal(signal, policy, play, tier, channel, now)
        left_out = reached.left_out if place == 0 else {}
        yield replace(made, recipients=reached.by(channel), left_out=left_out, wishes=reached.wishes(channel))


def _proposal(
    signal: BusinessSignal, policy: Policy, play: Play, tier: str, channel: Channel, now: datetime
) -> Proposal:
    """To nobody yet."""
    # Who is affected is no fact that a message may state: nobody's address goes to Slack or to another customer.
    facts = {name: value for name, value in signal.facts.items() if name != CUSTOMERS}
    return Proposal(
        id=ApprovalId(derived("ap", signal.event_id, tier, *([] if channel is play.channel else [channel]))),
        campaign_id=CampaignId(derived("ca", signal.event_id)),
        segment=tier,
        channel=channel,
        purpose=play.purpose,
        body=filled(play.texts.get(tier, play.texts["default"]), facts),
        recipients=(),
        left_out={},
        facts=facts,
        policy_version=policy.version,
        expires_at=now + policy.outreach.expires_after,
        created_at=now,
        language=policy.language,
    )


def filled(template: str, facts: Mapping[str, Any]) -> str:
    """The template with the signal's facts in its places; a place without a fact is refused, never guessed.

    Raises:
        RejectedError: naming the missing facts.
    """
    names = [name for _, name, _, _ in string.Formatter().parse(template) if name]
    missing = sorted({name for name in names if facts.get(name) in (None, "")})
    if missing:
        raise RejectedError(f"the message needs facts that the signal does not state: {', '.join(missing)}")
    return " ".join(template.format_map({name: str(facts[name]) for name in names}).split())
