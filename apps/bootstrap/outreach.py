"""Who carries campaigns on."""

from collections.abc import Mapping
from functools import cache

from apps.bootstrap.clock import now
from apps.policy_file import check_policy, parse_policy
from connectors.queue.throttle import RedisThrottle
from core.errors import ConfigurationError
from core.execute.deliver import Delivery
from core.model.customer import Channel
from core.outreach.sending.advance import Campaigner
from core.outreach.sending.measured import Measuring
from core.outreach.sending.prepare import Preparation
from core.outreach.sending.upkeep import Shown, Upkeep
from core.policy import Policy
from core.ports import Unit
from core.ports.outreach import Throttle

throttle = cache(RedisThrottle)  # its connection is kept between calls


def campaigner(
    delivery: Delivery, queue_url: str, senders: Mapping[Channel, str], counting: Throttle | None = None
) -> Campaigner:
    """Under the policy of the delivery; senders' rates are counted in Redis unless somebody else counts."""
    store, policy, measuring = delivery.store, delivery.policy, measuring_here(queue_url)
    upkeep = Upkeep(
        store=store,
        policy=policy,
        now=now,
        harmed=measuring.harmed,
        results=measuring.results,
        shown=shown_here(queue_url),
    )
    return Campaigner(
        delivery=delivery,
        throttle=counting or throttle(queue_url),
        policy=policy,
        senders=senders,
        upkeep=upkeep,
        preparation=Preparation(store=store, policy=policy, now=now),
    )


@cache
def shown_here(_: str) -> Shown:
    """One for a process: what nothing changed of is not drawn anew with every call."""
    return {}


@cache
def measuring_here(_: str) -> Measuring:
    """One for a process: it remembers when it looked at what."""
    return Measuring(policy_of=PolicyUnder())


class PolicyUnder:
    """Versions of the policy that were in force once, each read once."""

    def __init__(self) -> None:
        self._read: dict[str, Policy | None] = {}

    def __call__(self, unit: Unit, version: str) -> Policy | None:
        """None where it is not kept, or is none to this Handrail."""
        if version not in self._read:
            kept = unit.policies.text(version)
            self._read[version] = None if kept is None else _policy(kept.text, version)
        return self._read[version]


def _policy(text: str, version: str) -> Policy | None:
    try:
        return check_policy(parse_policy(text, f"policy {version}"))
    except ConfigurationError:
        return None
