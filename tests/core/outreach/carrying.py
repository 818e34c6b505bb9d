"""Campaigns that are carried on by a clock that only sleeping moves."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

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
from tests.core.container import Container

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
    """As the one in Redis, by the container's clock."""

    container: Container
    tokens: dict[str, float] = field(default_factory=dict)
    at: dict[str, float] = field(default_factory=dict)

    def take(self, name: str, rate: float, burst: int, wanted: int) -> Grant:
        now = self.container.clock().timestamp()
        tokens = min(burst, self.tokens.get(name, burst) + (now - self.at.get(name, now)) * rate)
        granted = min(wanted, int(tokens))
        self.tokens[name], self.at[name] = tokens - granted, now
        return Grant(granted=granted)


def paced(policy: Policy, **outreach: object) -> Policy:
    """The policy with other values of its outreach; fast unless something else is said."""
    values = {"rates": dict.fromkeys((Channel.SMS, Channel.WHATSAPP), FAST), **outreach}
    changed: Outreach = replace(policy.outreach, **values)
    return replace(policy, outreach=changed)


def campaigner(
    container: Container, throttle: "CountingThrottle | Bucket | None" = None, **outreach: object
) -> Campaigner:
    policy = paced(container.policy, **outreach)
    delivery = replace(container.delivery, policy=policy, gate=replace(container.delivery.gate, policy=policy))
    return Campaigner(
        delivery=delivery,
        throttle=throttle or CountingThrottle(),
        policy=policy,
        senders={Channel.SMS: "sms:+15005550006"},
        upkeep=Upkeep(store=container.store, policy=policy, now=container.clock),
        preparation=Preparation(store=container.store, policy=policy, now=container.clock),
        ticks=lambda: container.clock().timestamp(),
        sleep=lambda seconds: container.clock.forward(timedelta(seconds=max(seconds, 0.01))),
    )


def under_way(
    container: Container,
    people: int,
    name: str = "ap_one",
    time_zone: str | None = None,
    rule: str = "",
    **changes: Any,
) -> list[str]:
    """A campaign to so many people that was approved just now, by a person or by the standing `rule`; their numbers.
    Nothing of it has left."""
    of = campaign(id=ApprovalId(name), standing=rule, people=0 if rule else 1, **changes)
    lines = [line(of, number, time_zone=time_zone) for number in range(1, people + 1)]
    with container.store.begin() as unit:
        for number in range(1, people + 1):
            unit.customers.save(person(number))
        made = asked(unit, of, lines)
        seal(unit, made, () if rule else (vote(made),), container.clock())
        kept = unit.campaigns.get(made.id)
        assert kept is not None
        assert unit.campaigns.save(replace(kept, state=CampaignState.RUNNING, began_at=container.clock()))
    return [each.address for each in lines]


def standing(container: Container, name: str = "ap_one") -> Standing:
    with container.store.read() as unit:
        found = unit.campaigns.get(ApprovalId(name))
    assert found is not None
    return found


def state(container: Container, name: str = "ap_one") -> CampaignState:
    return standing(container, name).state


def progress(container: Container, name: str = "ap_one") -> Progress:
    with container.store.read() as unit:
        return unit.campaigns.progress(ApprovalId(name))


def sent_to(container: Container) -> Sequence[str]:
    return [message.to for message in container.messenger.sent]
