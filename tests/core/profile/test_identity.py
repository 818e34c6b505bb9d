from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.errors import RejectedError
from core.model.customer import Channel, Customer, Identity, IdentityKind, Purpose
from core.model.helpdesk import Person
from core.model.ids import CustomerId
from core.profile.identity import consents_of, identities_of, normalise_phone, same_or_new
from tests.core.people import EMMA_PHONE, consent, person


def seen(store: SqlStore, one: Person) -> Customer:
    with store.begin() as unit:
        return same_or_new(unit.customers, one)


def found(store: SqlStore, kind: IdentityKind, value: str) -> Customer | None:
    with store.read() as unit:
        return unit.customers.find(Identity(kind=kind, value=value))


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+447700900123", EMMA_PHONE),
        ("whatsapp:+447700900123", EMMA_PHONE),
        (" +44 7700 900123 ", EMMA_PHONE),
        ("+44 (0)7700 900123", EMMA_PHONE),
        ("+1 500-555-0006", "+15005550006"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(written: str, number: str) -> None:
    assert normalise_phone(written) == number


@pytest.mark.parametrize("written", ["", "07700 900123", "Larkfield", "call me", "+", "whatsapp:"])
def test_what_is_no_international_number_is_refused(written: str) -> None:
    with pytest.raises(RejectedError):
        normalise_phone(written)


def test_a_person_has_a_helpdesk_id_a_lower_case_address_and_a_number() -> None:
    kinds = identities_of(person(email=" Emma@Example.COM ", phone="+44 7700 900123", verified=False))
    assert [(i.kind, i.value, i.verified) for i in kinds] == [
        (IdentityKind.HELPDESK, "user-emma", True),
        (IdentityKind.EMAIL, "emma@example.com", False),
        (IdentityKind.PHONE, EMMA_PHONE, False),
    ]


def test_a_number_without_its_country_is_left_out_and_the_person_kept() -> None:
    assert [i.kind for i in identities_of(person(phone="07700 900123"))] == [IdentityKind.HELPDESK, IdentityKind.EMAIL]


def test_a_profile_is_brought_up_to_date_and_stays_one_customer(store: SqlStore) -> None:
    first = seen(store, person(fields={"tier": "plus", "region": "north", "time_zone": "Europe/Paris"}))
    second = seen(store, person(name="Emma Clarke-Hill", id="user-emma", email="emma@example.com", phone=EMMA_PHONE))
    assert (first.tier, first.time_zone, dict(first.attributes)) == ("plus", "Europe/Paris", {"region": "north"})
    assert second.id == first.id
    assert (second.name, second.tier, dict(second.attributes)) == ("Emma Clarke-Hill", "standard", {})


def test_a_profile_that_is_as_it_was_is_not_written_again(store: SqlStore) -> None:
    fields = {"tier": "plus", "region": "north", "consents": "sms | service | 2026-01-05T10:00:00+00:00 | app | Yes."}
    emma = seen(store, person(fields=fields))
    with store.begin() as unit:
        before = unit.connection.exec_driver_sql("SELECT total_changes()").scalar_one()
        again = same_or_new(unit.customers, person(fields=fields))
        assert unit.connection.exec_driver_sql("SELECT total_changes()").scalar_one() == before
    assert again == emma


def test_somebody_known_only_by_number_becomes_the_helpdesk_user_with_that_number(store: SqlStore) -> None:
    texting = Customer(
        id=CustomerId("cu_texting"),
        name=EMMA_PHONE,
        identities=(Identity(kind=IdentityKind.PHONE, value=EMMA_PHONE, verified=True),),
    )
    with store.begin() as unit:
        unit.customers.save(texting)
    emma = seen(store, person())
    assert (emma.id, emma.name, emma.email) == ("cu_texting", "Emma Clarke", "emma@example.com")


def test_two_helpdesk_users_with_one_number_stay_two_people(store: SqlStore) -> None:
    emma = seen(store, person())
    liam = seen(store, person("Liam Clarke", phone=EMMA_PHONE))
    assert liam.id != emma.id
    assert (liam.name, liam.phone, liam.email) == ("Liam Clarke", None, "liam@example.com")
    holder = found(store, IdentityKind.PHONE, EMMA_PHONE)
    assert holder is not None
    assert (holder.id, holder.name, holder.email) == (emma.id, "Emma Clarke", "emma@example.com")


def test_an_address_and_a_number_of_two_others_join_nobody(store: SqlStore) -> None:
    emma, liam = seen(store, person()), seen(store, person("Liam Clarke", phone="+447700900456"))
    both = seen(store, person("Someone Else", id="user-else", email="emma@example.com", phone="+447700900456"))
    assert len({emma.id, liam.id, both.id}) == 3
    assert [i.kind for i in both.identities] == [IdentityKind.HELPDESK]


def test_the_number_of_the_profile_is_written_to_not_one_that_was_given_up(store: SqlStore) -> None:
    seen(store, person())
    assert seen(store, person(phone="+447700900999")).phone == "+447700900999"


def test_the_consents_of_the_profile_are_taken_over_once(store: SqlStore) -> None:
    line = "sms | service | 2026-01-05T10:00:00Z | account settings | Text me about outages | and delays"
    emma = seen(store, person(fields={"consents": line}))
    again = seen(store, person(fields={"consents": line}))
    assert again.consents == emma.consents
    (words,) = emma.consents
    assert (words.channel, words.purpose, words.granted) == (Channel.SMS, Purpose.SERVICE, True)
    assert words.wording == "Text me about outages | and delays"
    assert "consents" not in emma.attributes


def test_a_withdrawal_is_not_undone_by_reading_the_old_consent_again(store: SqlStore) -> None:
    line = "sms | service | 2026-01-05T10:00:00Z | account settings | Text me"
    emma = seen(store, person(fields={"consents": line}))
    with store.begin() as unit:
        unit.customers.add_consent(emma.id, consent(granted=False, at=datetime(2026, 2, 1, tzinfo=UTC)))
    assert not seen(store, person(fields={"consents": line})).has_consented(Channel.SMS, Purpose.SERVICE)
    newer = line.replace("2026-01-05", "2026-02-20")
    assert seen(store, person(fields={"consents": newer})).has_consented(Channel.SMS, Purpose.SERVICE)


GOOD = "sms | service | 2026-01-05T10:00:00+01:00 | settings | Text me"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "sms | service | 2026-01-05T10:00:00Z | settings",
        "fax | service | 2026-01-05T10:00:00Z | settings | Fax me",
        "sms | anything | 2026-01-05T10:00:00Z | settings | Text me",
        "sms | service | yesterday | settings | Text me",
        "sms | service | 2026-01-05T10:00:00 | settings | no time zone",
        "sms service 2026-01-05T10:00:00Z settings yes",
    ],
)
def test_a_line_that_cannot_be_read_grants_nothing_and_spoils_no_other(line: str) -> None:
    (words,) = consents_of(f"{line}\n{GOOD}\n{line}")
    assert words.at == datetime(2026, 1, 5, 9, tzinfo=UTC)


def changed(**changes: Any) -> Customer:
    return Customer(id=CustomerId("cu_x"), name="X", **changes)


def test_silence_is_no_consent_and_the_latest_word_counts() -> None:
    yes, no = consent(), consent(granted=False, at=consent().at + timedelta(days=1))
    assert not changed().has_consented(Channel.SMS, Purpose.SERVICE)
    assert changed(consents=(yes,)).has_consented(Channel.SMS, Purpose.SERVICE)
    assert not changed(consents=(no, yes)).has_consented(Channel.SMS, Purpose.SERVICE)
    assert not changed(consents=(yes,)).has_consented(Channel.SMS, Purpose.MARKETING)
    assert not changed(consents=(yes,)).has_consented(Channel.WHATSAPP, Purpose.SERVICE)
