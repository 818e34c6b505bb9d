from dataclasses import replace

import pytest

from connectors.sql.store import SqlStore
from core.errors import RejectedError
from core.model.customer import Channel, Customer, Identity, IdentityKind, Purpose
from core.model.ids import CustomerId
from tests.connectors.sql.samples import NOW, SECOND, consent, customer

PHONE = Identity(kind=IdentityKind.PHONE, value="+447700900123")


def stored(store: SqlStore, *customers: Customer) -> None:
    with store.begin() as unit:
        for one in customers:
            unit.customers.save(one)


def read(store: SqlStore, name: str = "dana") -> Customer | None:
    with store.read() as unit:
        return unit.customers.get(CustomerId(f"cu_{name}"))


def test_a_customer_comes_back_as_saved(store: SqlStore) -> None:
    stored(store, customer(), customer("ben", organization=None, time_zone=None, identities=(), consents=()))
    assert read(store) == customer()
    assert read(store, "ben") == customer("ben", organization=None, time_zone=None, identities=(), consents=())


def test_nobody_is_found_where_nobody_is(store: SqlStore) -> None:
    assert read(store) is None
    with store.read() as unit:
        assert unit.customers.find(PHONE) is None


def test_many_are_found_by_what_each_is_known_by(store: SqlStore) -> None:
    stored(store, customer(), customer("ben"), customer("eve"))
    known = [*customer().identities, *customer("ben").identities]
    nobody = Identity(kind=IdentityKind.PHONE, value="+447700900999")
    # What is one person's e-mail address is no telephone number, whatever it says.
    other_kind = replace(customer("eve").identities[0], kind=IdentityKind.EXTERNAL)
    with store.read() as unit:
        found = unit.customers.having([*known, nobody, other_kind, PHONE])
        assert found == {each: one for each in [*known, PHONE] if (one := unit.customers.find(each))}
        assert unit.customers.having([]) == {}
    assert set(found) >= set(known)


def test_a_customer_is_found_by_any_identity(store: SqlStore) -> None:
    stored(store, customer(), customer("ben"))
    with store.read() as unit:
        for identity in customer().identities:
            assert unit.customers.find(replace(identity, verified=False)) == customer()


def test_saving_again_replaces_the_profile_and_adds_identities(store: SqlStore) -> None:
    stored(store, customer())
    stored(
        store,
        replace(customer(), name="Dana R", tier="business", identities=(PHONE,), attributes={"region": "us"}),
    )
    found = read(store)
    assert found is not None
    assert (found.name, found.tier, found.attributes) == ("Dana R", "business", {"region": "us"})
    assert found.identities == (*customer().identities, PHONE)


def test_an_identity_is_never_moved_to_another_customer(store: SqlStore) -> None:
    stored(store, customer())
    thief = replace(customer("ben"), identities=(customer().identities[0],))
    with pytest.raises(RejectedError, match="belongs to another customer"), store.begin() as unit:
        unit.customers.save(thief)
    assert read(store, "ben") is None
    with store.read() as unit:
        assert unit.customers.find(customer().identities[0]) == customer()


def test_a_verified_identity_stays_verified(store: SqlStore) -> None:
    stored(store, replace(customer(), identities=(PHONE,)))
    stored(store, replace(customer(), identities=(replace(PHONE, verified=True),)))
    stored(store, replace(customer(), identities=(PHONE,)))
    found = read(store)
    assert found is not None
    assert found.identities == (replace(PHONE, verified=True),)


def test_the_same_consent_twice_is_one_row(store: SqlStore) -> None:
    stored(store, customer())
    with store.begin() as unit:
        unit.customers.add_consent(customer().id, consent())
        unit.customers.add_consent(customer().id, consent(at=NOW + SECOND, granted=False, source="STOP"))
        unit.customers.add_consent(customer().id, consent(at=NOW + SECOND, granted=False, source="STOP"))
    found = read(store)
    assert found is not None
    assert [(word.granted, word.source) for word in found.consents] == [(True, "web form"), (False, "STOP")]
    assert not found.has_consented(Channel.SMS, Purpose.SERVICE)


def test_customers_are_found_by_attribute_and_by_profile(store: SqlStore) -> None:
    stored(
        store,
        customer("zoe"),
        customer("dana"),
        customer("ben", tier="business", attributes={"region": "us-east"}, organization="Acorn"),
    )
    with store.read() as unit:
        assert [one.name for one in unit.customers.where("region", "eu-west")] == ["Dana", "Zoe"]
        assert [one.name for one in unit.customers.where("tier", "business")] == ["Ben"]
        assert [one.name for one in unit.customers.where("organization", "Acorn")] == ["Ben"]
        assert unit.customers.where("name", "Ben") == []
        assert unit.customers.where("region", "eu") == []


def test_many_keeps_the_order_and_leaves_out_strangers(store: SqlStore) -> None:
    names = [f"c{number}" for number in range(700)]
    stored(store, *(customer(name, identities=(), consents=()) for name in names))
    asked = [CustomerId(f"cu_{name}") for name in reversed(names)] + [CustomerId("cu_nobody")]
    with store.read() as unit:
        found = unit.customers.many(asked)
    assert [one.id for one in found] == asked[:-1]
    assert found[0].attributes == {"region": "eu-west", "devices": "warm,door"}
