"""Delivering one effect in a house of fakes, once and again."""

from connectors.sql.store import Waits
from core.errors import UnknownOutcome
from core.model.ids import EffectId
from core.model.outbound import Effect, EffectKind, OutboxRow
from tests.core.house import House
from tests.core.people import customer, person
from tests.core.samples import conversation, effect

LEASE = Waits().effect_lease
LOST = UnknownOutcome("no answer within 10 s")
TICKET_WRITES = [EffectKind.TICKET_NOTE, EffectKind.TICKET_REPLY, EffectKind.TICKET_UPDATE]
ONE = effect(EffectKind.MESSAGE, conversation_id=conversation().id)


def one_waits(house: House) -> None:
    """A message to Emma in the outbox, of a conversation of hers."""
    with house.store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(conversation())
        unit.outbox.add(ONE)


def ticket_100(house: House) -> None:
    """Emma's ticket, which the sample effects are about."""
    emma = house.helpdesk.adds(person())
    assert house.helpdesk.writes_in(emma, "Thermostat", "It is offline.") == "100"


def added(house: House, one: Effect) -> EffectId:
    with house.store.begin() as unit:
        assert unit.outbox.add(one)
    return one.id


def deliver(house: House, one: Effect) -> OutboxRow:
    """Add an effect, deliver it once, and look at its row."""
    effect_id = added(house, one)
    house.delivery.deliver(effect_id)
    return house.row(effect_id)


def again(house: House, row: OutboxRow, **by: float) -> OutboxRow:
    house.wait(**by)
    house.delivery.deliver(row.effect.id)
    return house.row(row.effect.id)


def published_at(house: House, row: OutboxRow) -> list[float]:
    """In how many seconds the effect is to be looked at again."""
    return [
        (at - house.clock()).total_seconds() for name, at in house.publisher.effects if name == row.effect.id and at
    ]


def alerts(house: House) -> list[str]:
    house.drain()
    return house.desk.posted_to("#alerts")
