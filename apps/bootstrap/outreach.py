"""Outreach: who carries campaigns on, and what is looked at once a minute for a reason to write (the plays' timetable,
spikes of one matter, the company's status page)."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Protocol

from apps.bootstrap.clock import now
from apps.policy_file import check_policy, parse_policy
from connectors.queue.throttle import RedisThrottle
from core.errors import ConfigurationError, HandrailError
from core.execute.deliver import Delivery
from core.model.customer import Channel
from core.model.ids import EventId
from core.model.outreach import Place
from core.outreach.sending.advance import Campaigner
from core.outreach.sending.measured import Measuring
from core.outreach.sending.prepare import Preparation
from core.outreach.sending.upkeep import Shown, Upkeep
from core.outreach.signals.schedule import Schedule
from core.outreach.signals.spikes import SpikeWatch
from core.outreach.signals.statuspage import StatusWatch
from core.policy import Policy
from core.ports import Calendar, Publisher, StatusPage, Store, Unit
from core.ports.outreach import Throttle

log = logging.getLogger(__name__)
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
        harmed=measuring.find_harm,
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


class Watched(Protocol):
    """What is looked at, and with what."""

    @property
    def store(self) -> Store: ...
    @property
    def publisher(self) -> Publisher: ...
    @property
    def policy(self) -> Policy: ...
    @property
    def calendar(self) -> Calendar | None: ...
    @property
    def status_page(self) -> StatusPage | None: ...
    @property
    def status_places(self) -> tuple[Place, ...]: ...


def find_signals(at: Watched, now: datetime) -> list[EventId]:
    """The signals that are new. What fails is logged, and looked at again the next time."""
    store, publisher, policy = at.store, at.publisher, at.policy
    looks: list[Callable[[datetime], list[EventId]]] = [
        Schedule(store=store, publisher=publisher, policy=policy, calendar=at.calendar).run,
        SpikeWatch(store=store, publisher=publisher, policy=policy).look,
    ]
    page = at.status_page
    if page is not None:
        # The places are read only when the page is looked at: a file that is none keeps nothing from the others.
        looks.append(
            lambda when: StatusWatch(
                store=store, publisher=publisher, policy=policy, page=page, places=at.status_places
            ).look(when)
        )
    made: list[EventId] = []
    for look in looks:
        try:
            made += look(now)
        except HandrailError as error:
            log.warning("watch: %s; tried again soon", error)  # and the others go on
    return made
