"""What did not reach a customer: a person sends it again or dismisses it, once."""

import pytest

from connectors.sql.store import SqlStore
from core.errors import ConfigurationError
from core.execute.deliver import LOOK_UPS
from core.execute.parked import list_parked, settle_parked
from core.govern.pause import pause
from core.model.outbound import EffectState, OutboxRow
from core.model.parked import Parked, ParkedWish
from tests.core.container import Container
from tests.core.execute.delivering import LOST, ONE, again, one_waits

SEND, DISMISS = ParkedWish.SEND, ParkedWish.DISMISS


@pytest.fixture
def container(store: SqlStore) -> Container:
    made = Container(store)
    one_waits(made)
    return made


def parks(container: Container) -> OutboxRow:
    container.messenger.fail(ConfigurationError("the number is not ours"))
    container.delivery.deliver(ONE.id)
    return container.row(ONE.id)


def parked(container: Container) -> list[Parked]:
    with container.store.read() as unit:
        return list_parked(unit, 10)


def settles(container: Container, wish: ParkedWish, request: str = "one") -> tuple[bool, str]:
    with container.store.begin() as unit:
        return settle_parked(unit, ONE.id, wish, "Priya Nair", request, container.clock())


def test_it_is_listed_with_the_customer_the_text_and_why(container: Container) -> None:
    assert parked(container) == []
    parks(container)
    (one,) = parked(container)
    assert (one.who, one.to, one.text) == ("Emma Clarke", ONE.target, ONE.payload.body)  # type: ignore[union-attr]
    assert "the number is not ours" in one.why
    assert not one.unclear


def test_what_may_have_arrived_says_so(container: Container) -> None:
    container.messenger.fail(LOST)
    container.delivery.deliver(ONE.id)
    row = container.row(ONE.id)
    for wait in LOOK_UPS:
        row = again(container, row, seconds=wait.total_seconds())
    assert row.state is EffectState.PARKED
    assert [one.unclear for one in parked(container)] == [True]


def test_sent_again_it_leaves_once(container: Container) -> None:
    row = parks(container)
    assert settles(container, SEND)[0]
    assert parked(container) == []
    assert again(container, row).state is EffectState.SENT
    assert len(container.messenger.sent) == 1
    assert settles(container, SEND, "two") == (False, "Nothing was changed: it has left meanwhile.")
    assert len(container.messenger.sent) == 1


def test_the_same_request_made_again_sends_nothing_again(container: Container) -> None:
    row = parks(container)
    settles(container, SEND)
    container.messenger.fail(ConfigurationError("still not ours"))
    assert again(container, row).state is EffectState.PARKED
    assert settles(container, SEND)[0]
    assert container.row(ONE.id).state is EffectState.PARKED
    assert settles(container, SEND, "two")[0]
    assert again(container, row).state is EffectState.SENT


def test_the_gate_is_asked_anew(container: Container) -> None:
    row = parks(container)
    with container.store.begin() as unit:
        pause(unit, "priya@larkfield.example", "wrong texts", container.clock())
    settles(container, SEND)
    assert again(container, row).state is EffectState.HELD
    assert container.messenger.sent == []


def test_dismissed_it_never_leaves_and_the_ledger_says_who(container: Container) -> None:
    row = parks(container)
    assert settles(container, DISMISS)[0]
    assert parked(container) == []
    assert again(container, row, days=2).state is EffectState.REFUSED
    assert container.messenger.sent == []
    assert settles(container, SEND, "two")[0] is False
    with container.store.read() as unit:
        assert unit.ledger.verify() is None


def test_what_is_on_its_way_is_left_alone(container: Container) -> None:
    assert settles(container, SEND) == (False, "Nothing was changed: it is being sent already.")
    assert settles(container, DISMISS)[0] is False
