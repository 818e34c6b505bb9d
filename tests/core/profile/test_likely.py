from datetime import UTC, datetime

import pytest

from connectors.sql.store import SqlStore
from core.model.customer import Customer, Identity, IdentityKind
from core.model.ids import CustomerId
from core.model.profile import Claim, Link
from core.profile.identity import recognise
from core.profile.likely import proposal, proposals
from core.profile.merge import merge
from tests.core.people import EMMA_PHONE, person

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def customer(name: str, mail: str = "", *, full: str = "Dana Kim", company: str | None = None) -> Customer:
    mails = (Identity(kind=IdentityKind.EMAIL, value=mail, verified=True),) if mail else ()
    return Customer(id=CustomerId(f"cu_{name}"), name=full, organization=company, identities=mails)


def kinds(*names: str) -> list[Link]:
    return [Link(kind=name, value="x") for name in names]


@pytest.mark.parametrize(
    "links",
    [
        ["said_email"],
        ["said_phone"],
        ["helpdesk_phone"],
        ["both_phone"],
        ["name", "both_order"],
    ],
)
def test_what_says_enough_is_proposed(links: list[str]) -> None:
    found = proposal(customer("one"), customer("two"), kinds(*links))
    assert found is not None
    assert {link.kind for link in found.links} == set(links)


def test_a_name_alone_says_too_little() -> None:
    assert proposal(customer("one"), customer("two"), kinds("name")) is None


def test_a_name_and_a_company_s_mail_domain_say_enough() -> None:
    found = proposal(customer("one"), customer("two", "dana@hillview.example"), kinds("name"))
    assert found is None
    here, there = customer("one", company="Hillview"), customer("two", "dana@hillview.example", company="Hillview")
    found = proposal(here, there, kinds("name"))
    assert found is not None
    assert [link.kind for link in found.links] == ["organization", "name"]


def test_two_colleagues_are_two_people() -> None:
    here = customer("one", "dana@hillview.example", full="Dana Kim", company="Hillview")
    there = customer("two", "ben@hillview.example", full="Ben Kim", company="Hillview")
    assert proposal(here, there, []) is None


def test_two_of_one_name_with_two_proved_addresses_of_a_company_are_two() -> None:
    here = customer("one", "dana.k@hillview.example", company="Hillview")
    there = customer("two", "dana.kim@hillview.example", company="Hillview")
    assert proposal(here, there, kinds("name")) is None


def test_a_mail_provider_is_no_company() -> None:
    here, there = customer("one", "a@gmail.com"), customer("two", "b@gmail.com")
    assert proposal(here, there, kinds("name")) is None


def test_two_users_of_the_helpdesk_with_one_number_are_proposed_to_each_other(store: SqlStore) -> None:
    with store.begin() as unit:
        emma = recognise(unit, person(), NOW)
        other = recognise(unit, person("Lena Marsh", phone=EMMA_PHONE), NOW)
        assert [each.customer.id for each in proposals(unit, emma)] == [other.id]
        (found,) = proposals(unit, other)
        assert [(link.kind, link.value) for link in found.links] == [("helpdesk_phone", EMMA_PHONE)]


def test_the_same_order_and_the_same_name_are_one_proposal(store: SqlStore) -> None:
    with store.begin() as unit:
        for name in ("one", "two"):
            unit.customers.save(customer(name))
            claim = Claim(kind="order", value="LK-10305", source="said", at=NOW)
            unit.profiles.claim(CustomerId(f"cu_{name}"), claim)
        (found,) = proposals(unit, customer("one"))
        assert {link.kind for link in found.links} == {"name", "both_order"}


def test_who_went_into_somebody_is_not_proposed(store: SqlStore) -> None:
    with store.begin() as unit:
        for name in ("one", "two", "three"):
            unit.customers.save(customer(name))
        for name in ("one", "two"):
            claim = Claim(kind="email", value="d@x.example", source="said", at=NOW)
            unit.profiles.claim(CustomerId(f"cu_{name}"), claim)
        merge(unit, CustomerId("cu_three"), CustomerId("cu_two"), "Maria", "", NOW)
        assert proposals(unit, customer("one")) == []


def test_the_helpdesk_s_other_user_is_still_recognised_after_a_merge(store: SqlStore) -> None:
    with store.begin() as unit:
        emma = recognise(unit, person(), NOW)
        lena = recognise(unit, person("Lena Marsh"), NOW)
        merge(unit, emma.id, lena.id, "Maria", "", NOW)
        again = recognise(unit, person("Lena Marsh", fields={"tier": "business"}), NOW)
        assert (again.id, again.name, again.tier) == (emma.id, "Emma Clarke", "standard")
        assert again.current(IdentityKind.HELPDESK) == "user-emma"
