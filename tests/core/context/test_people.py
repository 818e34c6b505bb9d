import pytest

from core.errors import RejectedError
from core.model.customer import Identity, IdentityKind
from core.profile.identity import sync_people
from tests.core.container import Container
from tests.core.people import EMMA_PHONE, NOW, agent, person


def test_customers_are_taken_over_and_staff_is_not(container: Container) -> None:
    container.helpdesk.adds(person())
    container.helpdesk.adds(agent())
    assert sync_people(container.store, container.helpdesk, NOW) == 1
    with container.store.read() as unit:
        emma = unit.customers.find(Identity(kind=IdentityKind.PHONE, value=EMMA_PHONE))
        assert unit.customers.find(Identity(kind=IdentityKind.HELPDESK, value="agent-maria")) is None
        assert unit.cursors.get("people") == "all"
    assert emma is not None
    assert emma.name == "Emma Clarke"


def test_a_sync_that_breaks_off_keeps_no_cursor(container: Container) -> None:
    container.helpdesk.fail_reading(RejectedError("no"))
    with pytest.raises(RejectedError):
        sync_people(container.store, container.helpdesk, NOW)
    with container.store.read() as unit:
        assert unit.cursors.get("people") is None
