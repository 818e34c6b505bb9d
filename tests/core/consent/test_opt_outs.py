"""A no holds wherever it was said, whoever it turns out to have been."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from connectors.sql.store import SqlStore
from core.consent.reachable import is_bad, suppress, withdrawn
from core.execute.remedy import remedy_failure
from core.model.customer import Channel, Consent, Customer, Identity, IdentityKind, Purpose
from core.model.ids import CustomerId
from core.model.outbound import Authority, Effect, EffectKind
from core.profile.merge import merge, unmerge
from tests.core import samples
from tests.core.people import NOW
from tests.core.rules import policy

DAY = timedelta(days=1)
YES = Consent(channel=Channel.SMS, purpose=Purpose.SERVICE, granted=True, at=NOW - DAY, source="form", wording="Yes")
BY_TWILIO = "Twilio refused a text"


def person(name: str, *consents: Consent) -> Customer:
    phone = Identity(kind=IdentityKind.PHONE, value=f"+44770090000{len(name)}")
    return Customer(id=CustomerId(f"cu_{name}"), name=name, identities=(phone,), consents=consents)


def test_a_yes_and_a_no_at_one_moment_are_a_no_in_whichever_order_they_came() -> None:
    no = replace(YES, granted=False)
    assert not person("ada", YES, no).has_consented(Channel.SMS, Purpose.SERVICE)
    assert not person("ada", no, YES).has_consented(Channel.SMS, Purpose.SERVICE)
    assert withdrawn(person("ada", YES, no), Channel.SMS)


def test_what_a_vendor_tells_of_holds_on_every_channel_and_for_every_purpose(store: SqlStore) -> None:
    with store.begin() as unit:
        everything = tuple(replace(YES, channel=c, purpose=p) for c in Channel for p in Purpose)
        unit.customers.save(person("ada", *everything))
        suppress(unit, person("ada"), BY_TWILIO, NOW)
        found = unit.customers.get(CustomerId("cu_ada"))
        assert found is not None
        assert not any(found.has_consented(channel, purpose) for channel in Channel for purpose in Purpose)


@pytest.mark.parametrize("stopped", ["ada", "berta"])
@pytest.mark.parametrize("agreed", [NOW - DAY, NOW, NOW + DAY])
def test_a_stop_holds_for_whoever_its_number_has_become_one_with(
    store: SqlStore, stopped: str, agreed: datetime
) -> None:
    """Also where the other profile agreed later, by whichever clock."""
    with store.begin() as unit:
        for name in ("ada", "berta"):
            unit.customers.save(person(name, replace(YES, at=NOW - DAY if name == stopped else agreed)))
        suppress(unit, person(stopped), BY_TWILIO, NOW)
        done = merge(unit, CustomerId("cu_ada"), CustomerId("cu_berta"), "Priya", "same", NOW)
        both = unit.customers.get(CustomerId("cu_ada"))
        assert both is not None
        assert not both.has_consented(Channel.SMS, Purpose.SERVICE)
        unmerge(unit, done.id, "Priya", NOW)
        again = unit.customers.get(CustomerId(f"cu_{stopped}"))
        assert again is not None
        assert not again.has_consented(Channel.SMS, Purpose.SERVICE)


def test_a_stop_while_they_were_one_holds_for_both_afterwards(store: SqlStore) -> None:
    with store.begin() as unit:
        for name in ("ada", "berta"):
            unit.customers.save(person(name, YES))
        done = merge(unit, CustomerId("cu_ada"), CustomerId("cu_berta"), "Priya", "same", NOW)
        suppress(unit, person("ada"), BY_TWILIO, NOW + DAY)
        unmerge(unit, done.id, "Priya", NOW + 2 * DAY)
        for name in ("ada", "berta"):
            found = unit.customers.get(CustomerId(f"cu_{name}"))
            assert found is not None
            assert not found.has_consented(Channel.SMS, Purpose.SERVICE)


def test_a_number_that_has_opted_out_and_is_nobodys_is_remembered_itself(store: SqlStore) -> None:
    effect = Effect(
        kind=EffectKind.MESSAGE,
        key="k",
        target="+447700900099",
        payload=samples.text(body="Hello."),
        authority=Authority(rule="automatic_reply", policy_version="p-1"),
        created_at=NOW,
    )
    with store.begin() as unit:
        remedy_failure(unit, effect, "21610", policy(), NOW, alerted=True)
        assert is_bad(unit, effect.target, None)
