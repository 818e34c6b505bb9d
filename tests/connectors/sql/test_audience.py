"""The store finds the people whom a signal is about, whoever they have become, a page at a time."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import text

from connectors.sql.store import SqlStore
from core.model.arm import Arm
from core.model.campaign import RecipientState, message_to
from core.model.customer import Identity, IdentityKind
from core.model.ids import CustomerId
from core.model.outbound import EffectState
from core.ports import Candidate
from core.profile.merge import merge
from tests.connectors.sql.audience_samples import DAY, pages, query
from tests.connectors.sql.campaign_samples import campaign, line, planned, pumped
from tests.connectors.sql.samples import MINUTE, NOW, customer


def people(store: SqlStore, *names: str, **changes: Any) -> None:
    with store.begin() as unit:
        for name in names:
            unit.customers.save(customer(name, attributes={"region": "north"}, **changes))


def ids(found: Sequence[Candidate]) -> list[str]:
    return [each.customer_id for each in found]


def test_a_field_of_the_profile_selects_as_an_attribute_does(store: SqlStore) -> None:
    people(store, "ada", "bea")
    people(store, "cleo", tier="standard")
    with store.begin() as unit:
        unit.customers.save(customer("dot", tier="standard", attributes={"tier": "plus", "organization": "x"}))
        unit.customers.save(customer("eve", tier="standard", organization=None, attributes={}))
    with store.read() as unit:
        assert ids(pages(unit, query(attribute="tier", value="plus"), 1)) == ["cu_ada", "cu_bea", "cu_dot"]
        assert ids(pages(unit, query(attribute="organization", value="x"))) == ["cu_dot"]
        assert pages(unit, query(attribute="color", value="north")) == []
        assert pages(unit, query(attribute="tier", value="Plus' OR 1=1")) == []


def test_people_are_found_by_any_name_in_the_order_of_the_names_and_each_once(store: SqlStore) -> None:
    people(store, "ada", "bea", "cleo")
    with store.begin() as unit:
        helpdesk = Identity(kind=IdentityKind.HELPDESK, value="4711")
        unit.customers.save(customer("dot", identities=(helpdesk,), attributes={}))
        bea = unit.customers.get(CustomerId("cu_bea"))
        assert bea is not None
    phone = str(bea.phone)
    spaced = f"{phone[:3]} {phone[3:7]} {phone[7:]}"
    known = ("4711", "CLEO@shop.example", spaced)
    names = ("nobody@shop.example", *known, "no-one", "bea@shop.example", "ada@shop.example")
    with store.read() as unit:
        for limit in (1, 2, 9):
            found = pages(unit, query(attribute="", names=names), limit)
            assert ids(found) == ["cu_dot", "cu_cleo", "cu_bea", "cu_ada"]
            assert [each.named for each in found] == [*known, "ada@shop.example"]
        assert unit.audience.unknown(query(attribute="", names=names)) == 2
        assert unit.audience.unknown(query()) == 0


def test_who_went_into_somebody_else_is_found_by_a_name_as_that_person(store: SqlStore) -> None:
    people(store, "ada", "bea")
    with store.begin() as unit:
        merge(unit, CustomerId("cu_ada"), CustomerId("cu_bea"), "Priya", "same", NOW)
    with store.read() as unit:
        assert ids(pages(unit, query())) == ["cu_ada"]
        both = query(attribute="", names=("bea@shop.example", "ada@shop.example"))
        assert ids(pages(unit, both, 1)) == ["cu_ada"]


def test_who_was_told_are_those_to_whom_a_message_of_any_of_the_campaigns_left(store: SqlStore) -> None:
    people(store, "1", "2", "3", "4", "5", "6")
    first = planned(store, *(line(n) for n in range(1, 6)), line(6, arm=Arm.HOLDOUT))
    second = planned(store, line(1, "ap_b", customer_id=CustomerId("cu_2")), campaign=campaign("ap_b"))
    sent, unknown, refused, _ = pumped(store, first, 1, 3, 4, 5)
    (later,) = pumped(store, second, 1)
    with store.begin() as unit:
        for each, state in ((sent, EffectState.SENT), (later, EffectState.SENT), (unknown, EffectState.UNKNOWN)):
            unit.outbox.mark(each, state, NOW)
        unit.outbox.mark(refused, EffectState.REFUSED, NOW)
    told = query(attribute="", told=(first.campaign.id, second.campaign.id))
    with store.read() as unit:
        assert ids(pages(unit, told, 1)) == ["cu_1", "cu_2", "cu_3"]
        assert ids(pages(unit, query(attribute="", told=(second.campaign.id,)))) == ["cu_2"]


def test_who_got_it_at_the_second_attempt_was_told_and_it_counts_for_their_cap(store: SqlStore) -> None:
    people(store, "1", "2")
    made = planned(store, line(1), line(2))
    for refused in pumped(store, made, 1, 2):
        with store.begin() as unit:
            unit.outbox.mark(refused, EffectState.REFUSED, NOW, error="63016")
    with store.begin() as unit:
        first = message_to(made.campaign, line(1), NOW)
        again = replace(first, key=f"{first.key}:again")
        unit.outbox.add(again)
        unit.outbox.mark(again.id, EffectState.SENT, NOW)
        assert ids(pages(unit, query(attribute="", told=(made.campaign.id,)))) == ["cu_1"]
        capped = {each.customer_id: each.against for each in pages(unit, query(caps=((NOW - MINUTE, 1),)))}
        assert capped == {"cu_1": "has had enough messages", "cu_2": ""}
        unit.outbox.set_delivery(again.id, "undelivered", "30003")
        assert [each.against for each in pages(unit, query(caps=((NOW - MINUTE, 1),)))] == ["", ""]


def test_whose_profile_was_erased_since_is_passed_over_and_is_not_the_end(store: SqlStore) -> None:
    people(store, "3")
    made = planned(store, *(line(n) for n in range(1, 4)))
    sent = pumped(store, made, 1, 2, 3)
    with store.begin() as unit:
        for each in sent:
            unit.outbox.mark(each, EffectState.SENT, NOW)
        assert ids(pages(unit, query(attribute="", told=(made.campaign.id,)), 1)) == ["cu_3"]


def test_who_was_told_and_has_become_somebody_else_is_found_as_that_person(store: SqlStore) -> None:
    people(store, "1", "ada", "bea")
    made = planned(store, line(1))
    (sent,) = pumped(store, made, 1)
    with store.begin() as unit:
        unit.outbox.mark(sent, EffectState.SENT, NOW)
        merge(unit, CustomerId("cu_ada"), CustomerId("cu_1"), "Priya", "same", NOW)
        merge(unit, CustomerId("cu_bea"), CustomerId("cu_ada"), "Priya", "same", NOW)
        assert ids(pages(unit, query(attribute="", told=(made.campaign.id,)))) == ["cu_bea"]


def test_what_is_planned_and_did_not_go_out_counts_for_no_cap(store: SqlStore) -> None:
    people(store, "1")
    planned(store, line(1, state=RecipientState.PLANNED))
    with store.read() as unit:
        assert [each.against for each in pages(unit, query(caps=((NOW - DAY, 1),)))] == [""]


def test_what_went_to_a_profile_counts_for_whoever_it_has_become(store: SqlStore) -> None:
    people(store, "1", "ada")
    pumped(store, planned(store, line(1)), 1)
    capped = query(caps=((NOW - MINUTE, 1),))
    with store.begin() as unit:
        merge(unit, CustomerId("cu_ada"), CustomerId("cu_1"), "Priya", "same", NOW)
        assert [each.against for each in pages(unit, capped)] == ["has had enough messages"]


def test_a_number_that_was_not_encrypted_yet_is_one(store: SqlStore) -> None:
    people(store, "dana")
    clear = text("UPDATE identities SET value = '+447700900004', value_sealed = NULL WHERE kind = 'phone'")
    with store.begin() as unit:
        unit.connection.execute(clear)
        (found,) = pages(unit, query())
    assert found.address == "+447700900004"
