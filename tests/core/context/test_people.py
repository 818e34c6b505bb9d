import pytest

from core.errors import RejectedError
from core.govern.proof import add_person, people
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


def test_whose_keys_are_known_and_how_far_customers_were_read_do_not_overwrite_each_other(container: Container) -> None:
    with container.store.begin() as unit:
        add_person(unit, "priya@larkfield.example", "00" * 32, "", NOW)
    container.helpdesk.adds(person())
    assert sync_people(container.store, container.helpdesk, NOW) == 1  # asked from the beginning
    with container.store.begin() as unit:
        assert list(people(unit)) == ["priya@larkfield.example"]
        add_person(unit, "tom@larkfield.example", "11" * 32, "priya@larkfield.example", NOW)
        assert unit.cursors.get("people") == "all"
