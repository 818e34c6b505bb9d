"""A house whose policy has timers, and a sweep that runs them."""

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
from tests.core.day import conversations, known
from tests.core.house import House
from tests.core.people import NOW
from tests.core.rules import policy

TIMED = replace(
    policy(),
    timers=Timers(follow_up=timedelta(hours=48), close=timedelta(hours=120), hand_back=timedelta(hours=72)),
    standing=policy().standing | {"follow_up"},
)


def timed(store: SqlStore, rules: Policy = TIMED, now: datetime = NOW) -> House:
    """Emma's profile is known, and with it her clock."""
    house = House(store, rules, now)
    known(house)
    house.happens(house.event(EventKind.CUSTOMER_CHANGED, "user-emma"))
    return house


def swept(house: House) -> int:
    """One sweep with the timers, and all that follows of it."""
    timers = Timekeeper(store=house.store, policy=house.policy, style=StyleCard(company="Larkfield"))
    count = sweep(house.store, house.publisher, house.clock(), timers)
    house.drain()
    return count


def rows(house: House, rule: str) -> list[OutboxRow]:
    with house.store.read() as unit:
        every = [row for one in conversations(house) for row in unit.outbox.of_conversation(one.id)]
    return [row for row in every if row.effect.authority.rule == rule]


def only(house: House) -> Conversation:
    (found,) = conversations(house)
    return found
