"""Channel law for an audience: fed with each person while the audience is frozen, told at its end.

What is counted is a plain dict, so that freezing may go on in another process where this one ended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any

import phonenumbers

from core.calendar.quiet_hours import country_of
from core.model.campaign import Campaign, LawFinding, Variant, Weight
from core.model.customer import Channel, Purpose
from core.policy import Policy
from core.ports import Candidate

UNPROVED = "nobody knows how they agreed"
EARLIEST, LATEST = time(8), time(21)  # 47 CFR 64.1200(c)(1)
STRICT = "US"
ELSEWHERE = "elsewhere"
NEEDED = frozenset({"sender_identity", "opt_out_line"})  # of every text where numbers are registered

Kept = Mapping[str, Any]


def why_unregistered(country: str) -> str:
    """Why somebody in a country is left out."""
    return f"our number is not registered for {country}"


class Tally:
    """What an audience is made of, as far as the law asks. `kept` is what an earlier one had counted.

    `add` says why a person cannot be written to after all; whom it names no reason for is counted as written to."""

    def __init__(self, policy: Policy, purpose: Purpose, kept: Kept | None = None) -> None:
        self._outreach, self._purpose = policy.outreach, purpose
        law = policy.outreach.law
        self._watched = law.registration_needed | {STRICT}
        self._codes = tuple(f"+{phonenumbers.country_code_for_region(country)}" for country in sorted(self._watched))
        known = kept or {}
        self._people: dict[str, dict[str, int]] = {name: dict(each) for name, each in known.get("people", {}).items()}
        self._left_out: dict[str, int] = dict(known.get("left_out", {}))
        self._unproved = int(known.get("unproved", 0))
        self._waiting = int(known.get("waiting", 0))
        self._last = str(known.get("last", ""))

    def add(self, candidate: Candidate, opens_at: datetime, now: datetime, *, treated: bool = True) -> str:
        """One more person whom nothing else speaks against. `opens_at`: the first moment allowed on their clock;
        `treated`: not of the holdout, who count for nothing here."""
        country = self._country(candidate.address)
        against = self._against(candidate, country)
        if against:
            self._left_out[against] = self._left_out.get(against, 0) + 1
        elif treated:
            countries = self._people.setdefault(candidate.channel.value, {})
            countries[country] = countries.get(country, 0) + 1
            self._unproved += candidate.unproved
            if opens_at > now:
                self._waiting += 1
                self._last = max(self._last, opens_at.isoformat())
        return against

    def kept(self) -> dict[str, Any]:
        """All of it, for JSON."""
        return {
            "people": {channel: dict(countries) for channel, countries in self._people.items()},
            "left_out": dict(self._left_out),
            "unproved": self._unproved,
            "waiting": self._waiting,
            "last": self._last,
        }

    def people(self, channel: Channel, country: str = "") -> int:
        """How many are written to by a channel, in all or in one of the countries that are looked at."""
        countries = self._people.get(channel.value, {})
        return countries.get(country, 0) if country else sum(countries.values())

    def findings(self, elsewhere: int = 0) -> Mapping[Channel, tuple[LawFinding, ...]]:
        """What speaks against the audience, by the channel that it concerns, the gravest first. `elsewhere`: how
        many others were written to first by WhatsApp in the last 24 hours."""
        sms, whatsapp = Channel.SMS, Channel.WHATSAPP
        found = {
            sms: [*self._registration(), *self._hours(sms)],
            whatsapp: [*self._tier(elsewhere), *self._hours(whatsapp)],
        }
        usual = sms if self.people(sms) >= self.people(whatsapp) else whatsapp
        found[usual] += [*self._proof(), *self._waits()]
        return {channel: tuple(each) for channel, each in found.items() if each}

    def strict(self, channel: Channel) -> frozenset[str]:
        """The countries with registered numbers that texts of this audience go to."""
        countries = self._people.get(channel.value, {}) if channel is Channel.SMS else {}
        return frozenset(countries) & self._outreach.law.registration_needed

    def _country(self, address: str) -> str:
        """Only where it could matter: to look at a number takes longer than all else."""
        return country_of(address) if address.startswith(self._codes) else ELSEWHERE

    def _against(self, candidate: Candidate, country: str) -> str:
        law = self._outreach.law
        if candidate.channel is Channel.SMS and country in law.registration_needed - law.registered:
            return why_unregistered(country)
        return UNPROVED if candidate.unproved and self._purpose is Purpose.MARKETING else ""

    def _registration(self) -> list[LawFinding]:
        law = self._outreach.law
        return [
            LawFinding(
                rule="registration",
                weight=Weight.WARNS,
                text=f"Left out: {why_unregistered(country)}. Networks there take no text from it.",
                people=self._left_out[why_unregistered(country)],
            )
            for country in sorted(law.registration_needed)
            if why_unregistered(country) in self._left_out
        ]

    def _hours(self, channel: Channel) -> list[LawFinding]:
        """A country's own hours may be narrower than the usual ones."""
        outreach = self._outreach
        if outreach.opens >= EARLIEST and outreach.closes <= LATEST:
            return []
        told = f"outreach.hours is wider than {EARLIEST:%H:%M} to {LATEST:%H:%M}"
        found = []
        there = 0 if self._narrow_at_home() else self.people(channel, STRICT)
        if there:
            text = f"{told}, which is what the law of the United States allows."
            found.append(LawFinding(rule="quiet_hours", weight=Weight.BLOCKS, text=text, people=there))
        others = self.people(channel) - self.people(channel, STRICT)
        if others:
            text = f"{told}: many would call that the night."
            found.append(LawFinding(rule="quiet_hours", weight=Weight.WARNS, text=text, people=others))
        return found

    def _narrow_at_home(self) -> bool:
        own = self._outreach.hours_in.get(STRICT)
        shifts = [shift for day in own.days for shift in day] if own else []
        ends = [shift.closes for shift in shifts]
        return own is not None and all(
            max(shift.opens, self._outreach.opens) >= EARLIEST
            and min(end if end != time(0) else time.max, self._outreach.closes) <= LATEST
            for shift, end in zip(shifts, ends, strict=True)
        )

    def _tier(self, elsewhere: int) -> list[LawFinding]:
        most, people = self._outreach.law.whatsapp_tier, self.people(Channel.WHATSAPP)
        if people == 0 or people + elsewhere <= most:
            return []
        before = f" and {elsewhere:,} were written to already" if elsewhere else ""
        told = f"WhatsApp lets {most:,} people be written to first in 24 hours{before}; this is {people:,} more."
        over = min(people, people + elsewhere - most)
        return [LawFinding(rule="daily_tier", weight=Weight.BLOCKS, text=told, people=over)]

    def _proof(self) -> list[LawFinding]:
        found = []
        if self._unproved:
            told = "They agreed, and nobody wrote down where or to which words: there is no proof of it."
            found.append(LawFinding(rule="opt_in_wording", weight=Weight.WARNS, text=told, people=self._unproved))
        if UNPROVED in self._left_out:
            told = f"Left out: {UNPROVED}, and advertising needs a proof."
            out = self._left_out[UNPROVED]
            found.append(LawFinding(rule="opt_in_wording", weight=Weight.WARNS, text=told, people=out))
        return found

    def _waits(self) -> list[LawFinding]:
        if not self._waiting:
            return []
        last = datetime.fromisoformat(self._last)
        told = (
            f"It is too early or too late where they are: they are told later, the last at {last:%Y-%m-%d %H:%M} UTC."
        )
        return [LawFinding(rule="waits", weight=Weight.TELLS, text=told, people=self._waiting)]


def add_findings(campaign: Campaign, tally: Tally, elsewhere: int = 0) -> Campaign:
    """The campaign with what was found in its audience: on the first variant of the channel that it concerns. Where
    texts go to countries with registered numbers, what a text should say it must; what speaks against words that nobody
    gets stops nothing."""
    found = dict(tally.findings(elsewhere))
    variants = []
    for variant in campaign.variants:
        heard = tally.people(variant.channel) > 0
        own = _sharpened(variant, tally.strict(variant.channel)) if heard else _unheard(variant)
        variants.append(replace(own, findings=_ordered([*found.pop(variant.channel, ()), *own.findings])))
    return replace(campaign, variants=tuple(variants))


def _sharpened(variant: Variant, countries: frozenset[str]) -> Variant:
    if not countries:
        return variant
    where = ", ".join(sorted(countries))
    return replace(
        variant,
        findings=tuple(
            replace(each, weight=Weight.BLOCKS, text=f"{each.text} Texts to {where} have to.")
            if each.rule in NEEDED and each.weight is Weight.WARNS
            else each
            for each in variant.findings
        ),
    )


def _unheard(variant: Variant) -> Variant:
    """By this channel nobody of this audience is written to."""
    mild = (replace(each, weight=Weight.TELLS) if each.weight is Weight.BLOCKS else each for each in variant.findings)
    return replace(variant, findings=tuple(mild))


def _ordered(findings: Sequence[LawFinding]) -> tuple[LawFinding, ...]:
    order = (Weight.BLOCKS, Weight.WARNS, Weight.TELLS)
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: order.index(finding.weight)))
