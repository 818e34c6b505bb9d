"""A visitor who logs in, and the word of a person who found that they are two."""

import pytest

from connectors.sql.store import SqlStore
from core.model.customer import Customer, Identity, IdentityKind
from core.model.ids import CustomerId
from core.profile.merge import merge_login, unmerge
from tests.core.people import MINUTE, NOW, customer

VISITOR = Customer(
    id=CustomerId("cu_visitor"),
    name="",
    identities=(Identity(kind=IdentityKind.EXTERNAL, value="sunshine:p1"),),
)


@pytest.fixture
def two(store: SqlStore) -> SqlStore:
    with store.begin() as unit:
        for each in (VISITOR, customer()):
            unit.customers.save(each)
    return store


def test_a_visitor_becomes_who_they_log_in_as(two: SqlStore) -> None:
    with two.begin() as unit:
        assert merge_login(unit, VISITOR, customer(), NOW).id == customer().id
        (made,) = unit.merges.of_customer(VISITOR.id)
    assert made.by == "login"


def test_whom_a_person_took_apart_the_next_sign_in_does_not_put_together(two: SqlStore) -> None:
    with two.begin() as unit:
        merge_login(unit, VISITOR, customer(), NOW)
        (made,) = unit.merges.of_customer(VISITOR.id)
        unmerge(unit, made.id, "Maria Lopez", NOW + MINUTE)
        assert merge_login(unit, VISITOR, customer(), NOW + 2 * MINUTE) == VISITOR
        assert unit.merges.into(VISITOR.id) is None
        assert unit.merges.are_different(customer().id, VISITOR.id)
