"""Campaigns that are carried on by a clock that only sleeping moves."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from core.govern.seal import seal
from core.model.campaign import CampaignState, Standing
from core.model.customer import Channel
from core.model.ids import ApprovalId
from core.outreach.sending.advance import Campaigner
from core.outreach.sending.prepare import Preparation
from core.outreach.sending.upkeep import Upkeep
from core.policy import Outreach, Policy
from core.ports.outreach import Grant, Progress
from tests.core.campaigns import asked, campaign, line, person, vote
from tests.core.house import House

FAST = 1000.0


@dataclass(slots=True)
class CountingThrottle:
    """Grants everything, and notes what was asked for; nothing while it is `away`."""

    asked: list[tuple[str, float, int]] = field(default_factory=list)
    away: bool = False

    def take(self, name: str, rate: float, burst: int, wanted: int) -> Grant:
        self.asked.append((name, rate, wanted))
        return Grant(granted=0, wait=timedelta(seconds=1)) if self.away else Grant(granted=wanted)


@dataclass(slots=True)
class Bucket:
    """As the one in Redis, by the house's clock."""

    house: House
    tokens: dict[str, float] = field(default_factory=dict)
    at: dict[str, float] = field(default_factory=dict)

    def take(self, name: str, rate: float, burst: int, wanted: int) -> Grant:
        now = self.house.clock().timestamp()
        tokens = min(burst, self.tokens.get(name, burst) + (now - self.at.get(name, now)) * rate)
        granted = min(wanted, int(tokens))
        self.tokens[name], self.at[name] = tokens - granted, now
        return Grant(granted=granted)


def paced(policy: Policy, **outreach: object) -> Policy:
    """The policy with other values of its outreach; fast unless something else is said."""
    values = {"rates": dict.fromkeys((Channel.SMS, Channel.WHATSAPP), FAST), **outreach}
    changed: Outreach = replace(policy.outreach, **values)
    return replace(policy, outreach=changed)


def campaigner(house: House, throttle: "CountingThrottle | Bucket | None" = None, **outreach: object) -> Campaigner:
    policy = paced(house.policy, **outreach)
    delivery = replace(house.delivery, policy=policy, gate=replace(house.delivery.gate, policy=policy))
    return Campaigner(
        delivery=delivery,
        throttle=throttle or CountingThrottle(),
        policy=policy,
        senders={Channel.SMS: "sms:+15005550006"},
        upkeep=Upkeep(store=house.store, policy=policy, now=house.clock),
        preparation=Preparation(store=house.store, policy=policy, now=house.clock),
        ticks=lambda: house.clock().timestamp(),
        sleep=lambda seconds: house.clock.forward(timedelta(seconds=max(seconds, 0.01))),
    )


def under_way(
    house: House, people: int, name: str = "ap_one", time_zone: str | None = None, rule: str = ""
) -> list[str]:
    """A campaign to so many people that was approved just now, by a person or by the standing `rule`; their numbers.
    Nothing of it has left."""
    of = campaign(id=ApprovalId(name), standing=rule, people=0 if rule else 1)
    lines = [line(of, number, time_zone=time_zone) for number in range(1, people + 1)]
    with house.store.begin() as unit:
        for number in range(1, people + 1):
            unit.customers.save(person(number))
        made = asked(unit, of, lines)
        seal(unit, made, () if rule else (vote(made),), house.clock())
        kept = unit.campaigns.get(made.id)
        assert kept is not None
        assert unit.campaigns.save(replace(kept, state=CampaignState.RUNNING, began_at=house.clock()))
    return [each.address for each in lines]


def standing(house: House, name: str = "ap_one") -> Standing:
    with house.store.read() as unit:
        found = unit.campaigns.get(ApprovalId(name))
    assert found is not None
    return found


def state(house: House, name: str = "ap_one") -> CampaignState:
    return standing(house, name).state


def progress(house: House, name: str = "ap_one") -> Progress:
    with house.store.read() as unit:
        return unit.campaigns.progress(ApprovalId(name))


def sent_to(house: House) -> Sequence[str]:
    return [message.to for message in house.messenger.sent]
