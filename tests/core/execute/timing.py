"""A container whose policy has timers, and a sweep that runs them."""

from dataclasses import replace
from datetime import datetime, timedelta

from connectors.sql.store import SqlStore
from core.answer.style import StyleCard
from core.execute.timers import Timekeeper
from core.model.conversation import Conversation
from core.model.event import EventKind
from core.model.outbound import OutboxRow
from core.policy import Policy, Timers
from core.sweep import sweep
from tests.core.container import Container
from tests.core.day import conversations, known
from tests.core.people import NOW
from tests.core.rules import policy

TIMED = replace(
    policy(),
    timers=Timers(follow_up=timedelta(hours=48), close=timedelta(hours=120), hand_back=timedelta(hours=72)),
    standing=policy().standing | {"follow_up"},
)


def timed(store: SqlStore, rules: Policy = TIMED, now: datetime = NOW) -> Container:
    """Emma's profile is known, and with it her clock."""
    container = Container(store, rules, now)
    known(container)
    container.happens(container.event(EventKind.CUSTOMER_CHANGED, "user-emma"))
    return container


def swept(container: Container) -> int:
    """One sweep with the timers, and all that follows of it."""
    timers = Timekeeper(store=container.store, policy=container.policy, style=StyleCard(company="Larkfield"))
    count = sweep(container.store, container.publisher, container.clock(), timers)
    container.drain()
    return count


def rows(container: Container, rule: str) -> list[OutboxRow]:
    with container.store.read() as unit:
        every = [row for one in conversations(container) for row in unit.outbox.of_conversation(one.id)]
    return [row for row in every if row.effect.authority.rule == rule]


def only(container: Container) -> Conversation:
    (found,) = conversations(container)
    return found
