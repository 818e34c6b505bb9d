"""What came of a campaign, by the two groups that the lot made: everybody who was to be written to, whether or not
anything reached them, against everybody who was left alone.

Nobody is taken out for what happened after the lot was drawn, or those who are left would be compared with others. For
the same reason the days of both begin alike, with the campaign or the person's own first allowed hour, and a reply
about the matter is a contact: somebody who was left alone and texts us about it has nothing to reply to."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.measure.statistics import Difference, Evidence, Interval, Share, evidence
from core.model.arm import Arm
from core.model.campaign import Campaign, CampaignState, Standing
from core.model.customer import Channel
from core.policy.outreach import Matter
from core.ports import Heard, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """The share of the `treated` over that of the `held_out`, with an interval at 95 % made of the Wilson intervals of
    both (Donner and Zou, Statistical Methods in Medical Research 21, 2012), which holds for small shares too. No value
    where nobody of the held out has it; the upper end may be infinite."""

    treated: Share
    held_out: Share

    @property
    def value(self) -> float | None:
        p, q = self.treated.value, self.held_out.value
        return None if p is None or not q else p / q

    @property
    def low(self) -> float:
        p, q = self.treated.value, self.held_out.value
        if p is None or q is None:
            return 0.0
        return max(0.0, _edge(p * q, self.treated.low * (2 * p - self.treated.low), self.held_out.high, q, -1))

    @property
    def high(self) -> float:
        p, q = self.treated.value, self.held_out.value
        if p is None or not q:
            return math.inf
        return _edge(p * q, self.treated.high * (2 * p - self.treated.high), self.held_out.low, q, 1)


def _edge(product: float, ends: float, other: float, q: float, side: int) -> float:
    """`ends` is of the treated, l (2p - l); `other` the end of the interval of the held out that goes with it."""
    below = other * (2 * q - other)  # less than nought where the share is small beside the end of its interval
    if below == 0:
        return math.inf if side > 0 or product == 0 else ends / (2 * product)
    return (product + side * math.sqrt(max(0.0, product * product - ends * below))) / below


FEWEST = 20  # people in a group below which nothing is said about it
SETTLED = timedelta(minutes=15)  # after the last day, until what was said in it is decided about
LEFT = ("sent", "unknown", "parked")
ARRIVED = ("delivered", "read")


class Verdict(StrEnum):
    """CAUSED: more of those who were written to contacted us. UNSURE: the interval leaves both open."""

    NOBODY_LEFT_ALONE = "nobody_left_alone"
    TOO_FEW = "too_few"
    NOT_YET = "not_yet"
    UNSURE = "unsure"
    SPARED = "spared"
    CAUSED = "caused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`treated` and `held_out` are who contacted us about the matter of all in that group. `arrived`: the same of those
    whose message was delivered, who are no random choice. `until`: the last day of the last person is over; before
    `at`, where what is counted can still grow. `spent` is in millionths of the currency."""

    at: datetime
    until: datetime
    days: int
    treated: Share
    held_out: Share
    arrived: Share
    left: int
    replied: int
    replied_about: int
    opted_out: int
    spent: int
    harm: Evidence | None = None

    @property
    def difference(self) -> Difference:
        return Difference(treated=self.treated, held_out=self.held_out)

    @property
    def ratio(self) -> Ratio:
        return Ratio(treated=self.treated, held_out=self.held_out)

    @property
    def over(self) -> bool:
        return self.at >= self.until + SETTLED

    @property
    def verdict(self) -> Verdict:
        if not self.held_out.cases:
            return Verdict.NOBODY_LEFT_ALONE
        if min(self.treated.cases, self.held_out.cases) < FEWEST:
            return Verdict.TOO_FEW
        if not self.over:
            return Verdict.NOT_YET  # an interval that is looked at every day is none
        if not self.difference.sure:
            return Verdict.UNSURE
        return Verdict.SPARED if self.difference.high < 0 else Verdict.CAUSED

    @property
    def spared(self) -> Interval | None:
        """People who would have contacted us and did not, of all who were to be written to; below nought, people who
        would not have. None while that cannot be told."""
        if self.verdict not in (Verdict.SPARED, Verdict.CAUSED, Verdict.UNSURE):
            return None
        found, people = self.difference, self.treated.cases
        return Interval(value=-(found.value or 0.0) * people, low=-found.high * people, high=-found.low * people)

    @property
    def cost_each(self) -> Interval | None:
        """Of a contact spared, in millionths. None where the interval does not leave out that none was."""
        spared = self.spared
        if spared is None or self.verdict is not Verdict.SPARED:
            return None
        return Interval(value=self.spent / spared.value, low=self.spent / spared.high, high=self.spent / spared.low)


def measure_campaign(
    unit: Unit, standing: Standing, matter: Matter, costs: Mapping[Channel, int], now: datetime
) -> Result | None:
    """None for a campaign that never began. `costs` are those of one part of a message."""
    began, campaign = standing.began_at, standing.campaign
    if began is None:
        return None
    counts: Counter[str] = Counter()
    for one in unit.outcomes.list_heard(campaign.id, began, matter.intents):
        counts.update(_counted(one, began, timedelta(days=matter.days)))
    progress = unit.campaigns.progress(campaign.id)
    arrived = sum(progress.deliveries.get(name, 0) for name in ARRIVED)
    last = unit.outcomes.last_opening(campaign.id) or began
    return Result(
        at=now,
        until=max(began, last) + timedelta(days=matter.days),
        days=matter.days,
        treated=Share(hits=counts[Arm.TREATED], cases=people_in(campaign, Arm.TREATED)),
        held_out=Share(hits=counts[Arm.HOLDOUT], cases=people_in(campaign, Arm.HOLDOUT)),
        arrived=Share(hits=counts["arrived"], cases=max(arrived, counts["arrived"])),
        left=sum(progress.recipients.get(name, 0) for name in LEFT),
        replied=counts["replied"],
        replied_about=counts["replied_about"],
        opted_out=unit.campaigns.opted_out(campaign.id),
        spent=_spent(unit, campaign, costs),
        harm=harm(unit, standing, matter),
    )


def harm(unit: Unit, standing: Standing, matter: Matter) -> Evidence | None:
    """What the contacts so far say about harm. None where nobody was left alone, or it has not begun."""
    began, campaign = standing.began_at, standing.campaign
    treated, held_out = (people_in(campaign, arm) for arm in (Arm.TREATED, Arm.HOLDOUT))
    if began is None or not (treated and held_out):
        return None
    days = timedelta(days=matter.days)
    found = unit.outcomes.contacts(campaign.id, began, matter.intents)
    return evidence(treated, held_out, (one.arm is Arm.TREATED for one in found if _in_time(one, began, days)))


def people_in(campaign: Campaign, arm: Arm) -> int:
    return campaign.counts.get("arm", {}).get(arm, 0)


def has_ended(standing: Standing) -> bool:
    return standing.state in (CampaignState.DONE, CampaignState.STOPPED)


def _in_time(one: Heard, began: datetime, days: timedelta) -> bool:
    return one.about_at is not None and one.about_at < max(began, one.opens_at) + days


def _counted(one: Heard, began: datetime, days: timedelta) -> Iterator[str]:
    about = _in_time(one, began, days)
    if about:
        yield one.arm
        if one.delivered:
            yield "arrived"
    if one.replied_at is not None and one.replied_at < max(began, one.opens_at) + days:
        yield "replied"
        if about:
            yield "replied_about"


def _spent(unit: Unit, campaign: Campaign, costs: Mapping[Channel, int]) -> int:
    channels = {variant.name: variant.channel for variant in campaign.variants}
    parts = unit.outcomes.parts(campaign.id)
    return sum(count * costs.get(channels[name], 0) for name, count in parts.items() if name in channels)
