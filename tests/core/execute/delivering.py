"""Delivering one effect in a container of fakes, once and again."""

from connectors.sql.store import Waits
from core.errors import UnknownOutcome
from core.model.ids import EffectId
from core.model.outbound import Effect, EffectKind, OutboxRow
from tests.core.container import Container
from tests.core.people import customer, person
from tests.core.samples import conversation, effect

LEASE = Waits().effect_lease
LOST = UnknownOutcome("no answer within 10 s")
TICKET_WRITES = [EffectKind.TICKET_NOTE, EffectKind.TICKET_REPLY, EffectKind.TICKET_UPDATE]
ONE = effect(EffectKind.MESSAGE, conversation_id=conversation().id)


def one_waits(container: Container) -> None:
    """A message to Emma in the outbox, of a conversation of hers."""
    with container.store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(conversation())
        unit.outbox.add(ONE)


def ticket_100(container: Container) -> None:
    """Emma's ticket, which the sample effects are about."""
    emma = container.helpdesk.adds(person())
    assert container.helpdesk.writes_in(emma, "Thermostat", "It is offline.") == "100"


def added(container: Container, one: Effect) -> EffectId:
    with container.store.begin() as unit:
        assert unit.outbox.add(one)
    return one.id


def deliver(container: Container, one: Effect) -> OutboxRow:
    """Add an effect, deliver it once, and look at its row."""
    effect_id = added(container, one)
    container.delivery.deliver(effect_id)
    return container.row(effect_id)


def again(container: Container, row: OutboxRow, **by: float) -> OutboxRow:
    container.wait(**by)
    container.delivery.deliver(row.effect.id)
    return container.row(row.effect.id)


def published_at(container: Container, row: OutboxRow) -> list[float]:
    """In how many seconds the effect is to be looked at again."""
    return [
        (at - container.clock()).total_seconds()
        for name, at in container.publisher.effects
        if name == row.effect.id and at
    ]


def alerts(container: Container) -> list[str]:
    container.drain()
    return container.desk.posted_to("#alerts")
