from dataclasses import replace
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.errors import RejectedError
from core.model.customer import Channel, Consent, Customer, Identity, IdentityKind, Preferences, Purpose
from core.model.ids import CustomerId, EventId
from core.model.outbound import outgoing
from core.model.outreach import BusinessSignal, Proposal
from core.outreach.card import approval_card
from core.outreach.plan import audience, filled, proposals
from core.profile.facts import written
from tests.core.people import NOW, consent
from tests.core.rules import policy

PLAY = policy().outreach.plays["outage"]
YES = (consent(),)


def somebody(number: int, **changes: Any) -> Customer:
    phone = changes.pop("phone", f"+4477009001{number:02d}")
    identities = [
        Identity(kind=IdentityKind.HELPDESK, value=f"77{number}", verified=True),
        Identity(kind=IdentityKind.EMAIL, value=f"c{number}@example.com", verified=True),
    ]
    if phone:
        identities.append(Identity(kind=IdentityKind.PHONE, value=phone, verified=True))
    return Customer(
        **{
            "id": CustomerId(f"cu_{number}"),
            "name": f"Customer {number}",
            "identities": tuple(identities),
            "consents": YES,
            "attributes": {"region": "north"},
            "time_zone": "Europe/London",
            **changes,
        }
    )


def proposed(store: SqlStore, kind: str, *people: Customer, **facts: Any) -> list[Proposal]:
    signal = BusinessSignal(event_id=EventId("ev_1"), kind=kind, facts=facts, at=NOW)
    with store.begin() as unit:
        for one in people:
            unit.customers.save(one)
            written(unit, one.id, "preferred_channel", one.preferences.channel or "", "Maria", NOW)
        return proposals(unit, signal, policy(), NOW)


def outage(store: SqlStore, *people: Customer, **facts: Any) -> list[Proposal]:
    return proposed(store, "outage", *people, **{"service": "The cloud", "region": "north", **facts})


# ---------------------------------------------------------------- who may be written to


def test_only_who_agreed_and_has_a_number_is_written_to_and_the_others_are_counted() -> None:
    reached = audience(
        [
            somebody(1),
            somebody(2, phone=None),
            somebody(3, consents=()),
            somebody(4, consents=(*YES, consent(granted=False, at=NOW))),
            somebody(5, consents=(consent(channel=Channel.WHATSAPP),)),
            somebody(6, consents=(consent(purpose=Purpose.MARKETING),)),
            somebody(7, phone=None, consents=()),
        ],
        PLAY,
        policy(),
    )
    assert [(r.customer_id, r.address, r.time_zone) for r in reached.recipients] == [
        ("cu_1", "+447700900101", "Europe/London")
    ]
    assert reached.left_out == {"no phone number": 2, "no consent": 4}


def test_one_number_gets_one_message() -> None:
    reached = audience([somebody(2, phone="+447700900101"), somebody(1)], PLAY, policy())
    assert [r.customer_id for r in reached.recipients] == ["cu_1"]
    assert reached.left_out == {"same number": 1}


def test_nobody_is_an_audience_too() -> None:
    assert audience([], PLAY, policy()).recipients == ()


# ---------------------------------------------------------------- one proposal per segment


def test_a_message_is_in_the_language_of_the_policys_texts(store: SqlStore) -> None:
    (found,) = outage(store, somebody(1))
    assert found.language == policy().language
    assert outgoing(replace(found, language="de").message_to(found.recipients[0], NOW)).language == "de"


def test_each_tier_has_its_own_proposal_and_its_own_text(store: SqlStore) -> None:
    found = outage(store, somebody(1), somebody(2, tier="business"), somebody(3, tier="plus"), somebody(4))
    assert [(p.segment, [r.customer_id for r in p.recipients], p.body) for p in found] == [
        ("business", ["cu_2"], "For Business: The cloud has a fault in north."),
        ("plus", ["cu_3"], "The cloud has a fault in north. Reply STOP to opt out."),
        ("standard", ["cu_1", "cu_4"], "The cloud has a fault in north. Reply STOP to opt out."),
    ]
    assert len({p.id for p in found}) == 3
    assert {p.campaign_id for p in found} == {found[0].campaign_id}
    assert {(p.policy_version, p.expires_at - p.created_at) for p in found} == {
        (policy().version, policy().outreach.expires_after)
    }


def test_a_segment_in_which_nobody_may_be_written_to_needs_no_approval(store: SqlStore) -> None:
    assert [p.segment for p in outage(store, somebody(1), somebody(2, tier="plus", consents=()))] == ["standard"]


def test_customers_of_another_region_are_not_affected(store: SqlStore) -> None:
    assert outage(store, somebody(1, attributes={"region": "south"})) == []


def test_the_same_signal_makes_the_same_proposals(store: SqlStore) -> None:
    assert outage(store, somebody(1)) == outage(store, somebody(1))


def test_a_signal_without_a_play_is_refused(store: SqlStore) -> None:
    with pytest.raises(RejectedError, match="no play for 'weather'"):
        proposed(store, "weather", region="north")


def test_a_signal_that_does_not_say_who_is_affected_is_refused(store: SqlStore) -> None:
    with pytest.raises(RejectedError, match="'region'"):
        proposed(store, "outage", somebody(1), service="The cloud")


def test_a_fact_that_the_text_needs_is_never_guessed(store: SqlStore) -> None:
    with pytest.raises(RejectedError, match="service"):
        outage(store, somebody(1), service="")


# ---------------------------------------------------------------- the channel that they asked for

BOTH = (*YES, consent(channel=Channel.WHATSAPP))
WISHES_WHATSAPP = Preferences(channel=Channel.WHATSAPP)


def test_who_asked_for_another_channel_and_agreed_to_it_is_written_to_there_on_a_card_of_its_own(
    store: SqlStore,
) -> None:
    sms, whatsapp = outage(store, somebody(1), somebody(2, consents=BOTH, preferences=WISHES_WHATSAPP))
    assert [(p.channel, [r.customer_id for r in p.recipients], dict(p.wishes)) for p in (sms, whatsapp)] == [
        (Channel.SMS, ["cu_1"], {}),
        (Channel.WHATSAPP, ["cu_2"], {"asked for WhatsApp": 1}),
    ]
    assert sms.id != whatsapp.id
    assert "1 asked for WhatsApp" in str(approval_card(whatsapp))


def test_who_agreed_to_the_wished_channel_alone_is_reached_there(store: SqlStore) -> None:
    only_there = (consent(channel=Channel.WHATSAPP),)
    (found,) = outage(store, somebody(1, consents=only_there, preferences=WISHES_WHATSAPP))
    assert (found.channel, dict(found.left_out)) == (Channel.WHATSAPP, {})


@pytest.mark.parametrize(
    ("wish", "consents", "why"),
    [
        (Channel.WHATSAPP, YES, "asked for WhatsApp: no consent"),
        (
            Channel.WHATSAPP,
            (*BOTH, consent(channel=Channel.WHATSAPP, granted=False, at=NOW)),
            "asked for WhatsApp: no consent",
        ),
        (Channel.EMAIL, YES, "asked for e-mail: nothing of this kind is sent there"),
    ],
)
def test_a_wish_that_cannot_be_met_is_told_and_the_usual_channel_taken(
    store: SqlStore, wish: Channel, consents: tuple[Consent, ...], why: str
) -> None:
    (found,) = outage(store, somebody(1, consents=consents, preferences=Preferences(channel=wish)))
    assert (found.channel, dict(found.wishes)) == (Channel.SMS, {why: 1})


def test_by_whatsapp_nothing_is_sent_unasked_without_a_template() -> None:
    plain = replace(policy(), texting=replace(policy().texting, templates=frozenset()))
    asking = somebody(1, consents=BOTH, preferences=WISHES_WHATSAPP)
    assert audience([asking], PLAY, plain).wishes(Channel.SMS) == {"asked for WhatsApp: no approved template": 1}


def test_one_number_gets_one_message_whatever_the_two_who_share_it_asked_for(store: SqlStore) -> None:
    shared = somebody(2, phone="+447700900101", consents=BOTH, preferences=WISHES_WHATSAPP)
    reached = audience([somebody(1), shared], PLAY, policy())
    assert ([r.customer_id for r in reached.recipients], reached.left_out) == (["cu_1"], {"same number": 1})


# ---------------------------------------------------------------- signals that name the people


def friction(store: SqlStore, names: str, *people: Customer) -> list[Proposal]:
    return proposed(store, "usage_friction", *people, feature="pairing", customers=names)


def test_a_signal_may_name_the_people_by_address_or_helpdesk_id(store: SqlStore) -> None:
    (found,) = friction(store, "C1@example.com, 772", somebody(1), somebody(2), somebody(3))
    assert [r.customer_id for r in found.recipients] == ["cu_1", "cu_2"]
    assert found.body == "Trouble with pairing? Reply to this message."


def test_whoever_is_named_twice_is_written_to_once(store: SqlStore) -> None:
    (found,) = friction(store, "c1@example.com,c1@example.com ,771", somebody(1))
    assert (len(found.recipients), dict(found.left_out)) == (1, {})


def test_names_that_nobody_has_are_counted_on_one_card(store: SqlStore) -> None:
    names = "c1@example.com, nobody@example.com, 772, 999, c3@example.com"
    found = friction(store, names, somebody(1), somebody(2, tier="plus"), somebody(3, consents=()))
    assert [(p.segment, dict(p.left_out)) for p in found] == [
        ("plus", {"unknown customer": 2}),
        ("standard", {"no consent": 1}),
    ]


def test_only_names_that_nobody_has_make_no_proposal(store: SqlStore) -> None:
    assert friction(store, "nobody@example.com", somebody(1)) == []


def test_who_else_is_affected_is_told_neither_to_slack_nor_to_a_customer(store: SqlStore) -> None:
    (found,) = friction(store, "c1@example.com", somebody(1))
    assert found.facts == {"feature": "pairing"}
    with pytest.raises(RejectedError, match="customers"):
        filled("{customers}", found.facts)


def test_a_signal_that_names_nobody_is_refused(store: SqlStore) -> None:
    with pytest.raises(RejectedError, match="'customers'"):
        friction(store, "", somebody(1))


# ---------------------------------------------------------------- the text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{a} and {b}", "one and 2"),
        ("  {a}\n  {a} ", "one one"),
        ("nothing", "nothing"),
        ("{b:>3}", "2"),
    ],
)
def test_facts_stand_in_their_places(template: str, text: str) -> None:
    assert filled(template, {"a": "one", "b": 2}) == text


def test_a_fact_with_braces_is_only_words() -> None:
    assert filled("{a}", {"a": "{b}", "b": "secret"}) == "{b}"


@pytest.mark.parametrize("template", ["{c}", "{a.__class__}", "{a[0]}", "{empty}", "{none}"])
def test_what_is_no_fact_is_refused(template: str) -> None:
    with pytest.raises(RejectedError):
        filled(template, {"a": "one", "empty": "", "none": None})
