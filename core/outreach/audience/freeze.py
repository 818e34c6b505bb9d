"""The audience of a campaign becomes its manifest, a page at a time: however many they are, no more than a page of them
is in memory, and after each page it can go on where it was."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from core.calendar.quiet_hours import HORIZON, next_allowed, zones_of
from core.errors import ConflictError, RejectedError
from core.model.arm import Arm, arm_of
from core.model.campaign import Campaign, Recipient, Standing, Variant, extend_root, message_digest, variant_name
from core.model.customer import Channel, Identity, IdentityKind, QuietTime
from core.model.ids import CustomerId
from core.outreach.audience.rule import (
    ERASED,
    NO_FACT,
    NO_HOUR,
    NO_WORDS,
    SAME_NUMBER,
    SAME_PERSON,
    UNKNOWN,
    named_customers,
    people,
)
from core.outreach.draft import DEFAULT, followed_campaigns
from core.outreach.law.fields import NOT_SAYABLE, unsayable
from core.outreach.law.people import Tally, add_findings
from core.outreach.spoken import in_words
from core.policy import Play, Policy
from core.policy.outreach import OpenTickets
from core.ports import AudienceQuery, Candidate, Unit
from core.text.segments import segments, simplify_signs


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Makes the lines of one campaign. `facts` is what its signal says of each person whom it names."""

    campaign: Campaign
    policy: Policy
    now: datetime
    facts: Mapping[str, Mapping[str, Any]]
    _opened: dict[tuple[str, QuietTime | None], datetime] = field(default_factory=dict)

    def line(self, candidate: Candidate, ordinal: int) -> Recipient | str:
        """The line, or why there is none."""
        variant = self.variant(candidate)
        if variant is None:
            return NO_WORDS
        opens_at = self._opens(candidate)
        if opens_at is None:
            return NO_HOUR
        known = self.facts.get(candidate.named, {})
        if unsayable(known, variant.personal):
            return NOT_SAYABLE
        own = (name for name in variant.personal if known.get(name) not in (None, ""))
        fields = {name: in_words(known[name], variant.language) for name in own}
        try:
            return self._sealed(candidate, ordinal, variant, fields, opens_at)
        except KeyError:
            return NO_FACT

    def _sealed(
        self, candidate: Candidate, ordinal: int, variant: Variant, fields: Mapping[str, str], opens_at: datetime
    ) -> Recipient:
        """Made twice: the digest is over the line itself."""
        made: dict[str, Any] = {
            "campaign_id": self.campaign.id,
            "ordinal": ordinal,
            "customer_id": candidate.customer_id,
            "address": candidate.address,
            "variant": variant.name,
            "arm": arm_of(self.campaign.matter, candidate.customer_id, self.campaign.holdout),
            "opens_at": opens_at,
            "segment": candidate.tier,
            "time_zone": candidate.time_zone,
            "fields": fields,
            "parts": parts(variant, fields),
        }
        return Recipient(**made, digest=message_digest(self.campaign, Recipient(**made, digest="")))

    def variant(self, candidate: Candidate) -> Variant | None:
        """In a language that they read before one that they do not; there in the words for their tier, where it has
        words of its own."""
        for language in dict.fromkeys((candidate.language, self.policy.language)):
            for segment in (candidate.tier, DEFAULT):
                found = self.campaign.variant(variant_name(segment, candidate.channel, language))
                if found is not None:
                    return found
        return None

    def _opens(self, candidate: Candidate) -> datetime | None:
        opens = self._next(candidate)
        return opens if opens <= min(self.now + HORIZON, self.campaign.not_after) else None

    def _next(self, candidate: Candidate) -> datetime:
        """Worked out once for all who share a known clock: where it is known, a number says no more, unless its country
        has hours of its own."""
        hours, zone, quiet = self.policy.outreach, candidate.time_zone, candidate.quiet
        if not zone or hours.hours_in or not zones_of(zone, ""):
            return next_allowed(self.now, hours, zone, candidate.address, quiet)
        if (zone, quiet) not in self._opened:
            self._opened[zone, quiet] = next_allowed(self.now, hours, zone, candidate.address, quiet)
        return self._opened[zone, quiet]


def parts(variant: Variant, fields: Mapping[str, str]) -> int:
    """How many the provider charges for: a text's segments, one of anything else.

    Raises KeyError for a place that nothing is known for."""
    said = variant.said_to(fields)
    return _segments(said) if variant.channel is Channel.SMS else 1


@lru_cache(maxsize=256)
def _segments(text: str) -> int:
    """Mostly the same words, to thousands."""
    return segments(simplify_signs(text))


# ------------------------------------------------------------------
# Who is left alone so that an effect can be told: by lot, and by the same lot whenever it is drawn again.


FREEZING = "freezing"  # of a standing's facts: how far it has got
LEFT_OUT, WISHES = "left_out", "wishes"
NOWHERE = "unknown"  # as a time zone
DAY = timedelta(days=1)
Counts = dict[str, Counter[str]]


@dataclass(slots=True, kw_only=True)
class Frozen:
    """What is known of the manifest so far, made under the version `policy`; `cost` in millionths of its currency."""

    policy: str = ""
    size: int = 0
    root: str = ""
    cost: int = 0
    counts: Counts = field(default_factory=dict)
    law: dict[str, Any] = field(default_factory=dict)  # of `core.outreach.law.people.Tally`
    ended: bool = False

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> "Frozen":
        kept = dict(facts.get(FREEZING, {}))
        counts = {name: Counter(each) for name, each in kept.pop("counts", {}).items()}
        return cls(counts=counts, **kept)

    def plain(self) -> dict[str, Any]:
        counts = {name: dict(each) for name, each in self.counts.items()}
        kept = {"size": self.size, "root": self.root, "cost": self.cost, "law": self.law, "ended": self.ended}
        return {**kept, "counts": counts, "policy": self.policy}

    def count(self, kind: str, name: str, people: int = 1) -> None:
        if kind not in self.counts:
            self.counts[kind] = Counter()
        self.counts[kind][name] += people

    def add(self, line: Recipient, campaign: Campaign, price: Mapping[Any, int]) -> None:
        variant = campaign.variant(line.variant)
        assert variant is not None  # noqa: S101 - the line was made of it
        self.size, self.root = line.ordinal, extend_root(self.root, line.digest)
        self.count("segment", line.segment)
        self.count("channel", variant.channel)
        self.count("language", variant.language)
        self.count("zone", _zone(line))
        self.count("arm", line.arm)
        if line.arm is Arm.TREATED:
            self.count("variant", line.variant)
            self.cost += line.parts * price.get(variant.channel, 0)


def _zone(line: Recipient) -> str:
    """Of a number that may be in several, none."""
    if line.time_zone:
        return line.time_zone
    zones = zones_of(None, line.address)
    return zones[0].key if len(zones) == 1 else NOWHERE


def frozen_page(unit: Unit, standing: Standing, policy: Policy, now: datetime, limit: int) -> Standing:
    """One more page of the manifest, stored with how far it has got. What an earlier freezing left, before an edit, is
    taken away first, as many lines at a time; so is one begun under another version of the policy, which may be about
    other people. `frozen` tells when nothing is left to do.

    Raises:
        ConflictError: somebody saved the campaign since it was read; nothing of this transaction may be kept.
        RejectedError: the policy has no such play any more.
    """
    campaign = standing.campaign
    play = policy.outreach.plays.get(campaign.play)
    if play is None:
        raise RejectedError(f"the policy has no play {campaign.play!r} any more")
    if FREEZING not in standing.facts and unit.campaigns.clear(campaign.id, limit):
        return _saved(unit, standing)
    so_far = Frozen.of(standing.facts)
    if so_far.policy not in ("", policy.version):
        return _saved(unit, thaw(standing))
    so_far.policy = policy.version
    query = query_of(unit, standing, play, policy, now)
    found = unit.audience.page(query, standing.frozen_to, limit)
    if found:
        manifest = Manifest(campaign=campaign, policy=policy, now=now, facts=people(standing.facts))
        unit.campaigns.put(_lines(unit, manifest, found, so_far))
    else:
        _end(unit, query, so_far)
    facts = {**standing.facts, FREEZING: so_far.plain()}
    moved = replace(standing, frozen_to=found[-1].cursor if found else standing.frozen_to, facts=facts)
    return _saved(unit, moved)


def _saved(unit: Unit, standing: Standing) -> Standing:
    saved = unit.campaigns.save(standing)
    if saved is None:
        raise ConflictError(f"campaign {standing.campaign.id} changed while its audience was frozen")
    return saved


def frozen(standing: Standing) -> bool:
    """Whether its manifest is whole."""
    return Frozen.of(standing.facts).ended


def complete(unit: Unit, standing: Standing, policy: Policy, now: datetime) -> Standing:
    """With what is known of the whole manifest on the campaign itself, as it is shown and sealed: counts, size, root
    and cost, and what the law says about these people. Not stored yet, and still PREPARING."""
    made = Frozen.of(standing.facts)
    counts = {name: dict(each) for name, each in made.counts.items()}
    campaign = replace(standing.campaign, counts=counts, size=made.size, root=made.root, cost=made.cost)
    tally = Tally(policy, campaign.purpose, made.law)
    written = unit.campaigns.written_to(Channel.WHATSAPP, now - DAY) if tally.people(Channel.WHATSAPP) else 0
    return replace(standing, campaign=add_findings(campaign, tally, written), facts=_unfrozen(standing.facts))


def _unfrozen(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name != FREEZING}


def thaw(standing: Standing) -> Standing:
    """As before the first page. Not stored yet; the lines that are there go with the first pages that follow."""
    campaign = replace(standing.campaign, counts={}, size=0, root="", cost=0)
    return replace(standing, campaign=campaign, frozen_to="", facts=_unfrozen(standing.facts))


def _lines(unit: Unit, manifest: Manifest, found: Sequence[Candidate], so_far: Frozen) -> list[Recipient]:
    campaign, lines = manifest.campaign, list[Recipient]()
    taken = set(unit.campaigns.addresses(campaign.id, [each.address for each in found if each.address]))
    # Profiles become one, and two again, while the pages are read.
    there = unit.campaigns.people(campaign.id, [each.customer_id for each in found if not each.against])
    tally = Tally(manifest.policy, campaign.purpose, so_far.law)
    phones = {each.address: Identity(kind=IdentityKind.PHONE, value=each.address) for each in found if each.address}
    erased = {each.value for each in unit.privacy.suppressed(list(phones.values()))}
    for candidate in found:
        line: Recipient | str = candidate.against or _twice(candidate, taken, there)
        line = line or (ERASED if candidate.address in erased else "")
        line = line or manifest.line(candidate, so_far.size + 1)
        if isinstance(line, Recipient):
            treated = line.arm is Arm.TREATED
            line = tally.add(candidate, line.opens_at, manifest.now, treated=treated) or line
        if isinstance(line, str):
            so_far.count(LEFT_OUT, line)
            continue
        taken.add(line.address)
        lines.append(line)
        so_far.add(line, campaign, manifest.policy.outreach.costs)
        if candidate.wish:
            so_far.count(WISHES, candidate.wish)
    so_far.law = tally.kept()
    return lines


def _twice(candidate: Candidate, addresses: Collection[str], people: Collection[CustomerId]) -> str:
    if candidate.customer_id in people:
        return SAME_PERSON
    return SAME_NUMBER if candidate.address in addresses else ""


def _end(unit: Unit, query: AudienceQuery, so_far: Frozen) -> None:
    unknown = unit.audience.unknown(query)
    if unknown:
        so_far.count(LEFT_OUT, UNKNOWN, unknown)
    so_far.ended = True


# ------------------------------------------------------------------
# Whom a campaign is about, as the store is asked.


def query_of(unit: Unit, standing: Standing, play: Play, policy: Policy, now: datetime) -> AudienceQuery:
    """The people whom its signal names, those who were told before, or all of whom the play's attribute is true."""
    campaign, outreach = standing.campaign, policy.outreach
    return AudienceQuery(
        purpose=campaign.purpose,
        usual=play.channel,
        at=now,
        attribute=play.attribute,
        value=str(campaign.facts.get(play.attribute, "")),
        names=named_customers(standing.facts) if play.by_name else (),
        told=followed_campaigns(unit, campaign.matter, play) if play.follows else (),
        wishes=frozenset(each.channel for each in campaign.variants),
        caps=tuple((now - cap.within, cap.messages) for cap in outreach.caps if cap.purpose is campaign.purpose),
        vip_tiers=frozenset() if play.vip else outreach.vip_tiers,
        open_tickets=play.open_tickets is OpenTickets.INCLUDE,
        campaign_id=campaign.id,
    )
