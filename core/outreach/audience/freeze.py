"""The audience of a campaign becomes its manifest, a page at a time: however many they are, no more than a page of them
is in memory, and after each page it can go on where it was."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from core.errors import ConflictError, RejectedError
from core.govern.hours import zones_of
from core.model.campaign import Arm, Campaign, Recipient, Standing, rooted
from core.model.customer import Channel
from core.model.ids import CustomerId
from core.outreach.audience.about import query_of
from core.outreach.audience.manifest import Manifest
from core.outreach.audience.rule import SAME_NUMBER, SAME_PERSON, UNKNOWN, people
from core.outreach.law.people import Tally, judged
from core.policy import Policy
from core.ports import AudienceQuery, Candidate, Unit

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
        self.size, self.root = line.ordinal, rooted(self.root, line.digest)
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
        return _saved(unit, thawed(standing))
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


def completed(unit: Unit, standing: Standing, policy: Policy, now: datetime) -> Standing:
    """With what is known of the whole manifest on the campaign itself, as it is shown and sealed: counts, size, root
    and cost, and what the law says about these people. Not stored yet, and still PREPARING."""
    made = Frozen.of(standing.facts)
    counts = {name: dict(each) for name, each in made.counts.items()}
    campaign = replace(standing.campaign, counts=counts, size=made.size, root=made.root, cost=made.cost)
    tally = Tally(policy, campaign.purpose, made.law)
    written = unit.campaigns.written_to(Channel.WHATSAPP, now - DAY) if tally.people(Channel.WHATSAPP) else 0
    return replace(standing, campaign=judged(campaign, tally, written), facts=_unfrozen(standing.facts))


def _unfrozen(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name != FREEZING}


def thawed(standing: Standing) -> Standing:
    """As before the first page. Not stored yet; the lines that are there go with the first pages that follow."""
    campaign = replace(standing.campaign, counts={}, size=0, root="", cost=0)
    return replace(standing, campaign=campaign, frozen_to="", facts=_unfrozen(standing.facts))


def _lines(unit: Unit, manifest: Manifest, found: Sequence[Candidate], so_far: Frozen) -> list[Recipient]:
    campaign, lines = manifest.campaign, list[Recipient]()
    taken = set(unit.campaigns.addresses(campaign.id, [each.address for each in found if each.address]))
    # Profiles become one, and two again, while the pages are read.
    there = unit.campaigns.people(campaign.id, [each.customer_id for each in found if not each.against])
    tally = Tally(manifest.policy, campaign.purpose, so_far.law)
    for candidate in found:
        line: Recipient | str = candidate.against or _twice(candidate, taken, there)
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
