"""From a candidate to a line of the manifest: in which words, of which arm, from which hour on; or why to none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from core.govern.hours import HORIZON, next_allowed, zones_of
from core.model.campaign import Campaign, Recipient, Variant, message_digest, variant_name
from core.model.customer import Channel, QuietTime
from core.outreach.audience.lots import arm_of
from core.outreach.audience.rule import NO_FACT, NO_HOUR, NO_WORDS
from core.outreach.draft import DEFAULT
from core.outreach.law.fields import NOT_SAYABLE, unsayable
from core.outreach.spoken import in_words
from core.policy import Policy
from core.ports import Candidate
from core.text.segments import segments, spelled


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
    return segments(spelled(text))
