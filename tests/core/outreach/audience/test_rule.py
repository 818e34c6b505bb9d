from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.consent.preferred_channel import way_to
from core.model.arm import Arm, arm_of
from core.model.customer import Channel, Consent, Customer, Identity, IdentityKind, Preferences, Purpose
from core.model.ids import CustomerId
from core.model.outbound import Occasion
from core.outreach.audience.rule import identity_of, judge, named_customers
from core.policy import Policy
from core.ports import AudienceQuery, Candidate
from tests.core.rules import policy

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)
YES = Consent(
    channel=Channel.SMS, purpose=Purpose.SERVICE, granted=True, at=NOW - DAY, source="web form", wording="Yes, text me."
)
DANA = Customer(
    id=CustomerId("cu_dana"),
    name="Dana",
    tier="plus",
    identities=(Identity(kind=IdentityKind.PHONE, value="+447700900004"),),
    consents=(YES,),
)
QUERY = AudienceQuery(
    purpose=Purpose.SERVICE,
    usual=Channel.SMS,
    at=NOW,
    attribute="region",
    value="north",
    wishes=frozenset({Channel.SMS, Channel.WHATSAPP}),
)
NO = replace(YES, granted=False, at=NOW)


def told(customer: Customer = DANA, query: AudienceQuery = QUERY, **changes: Any) -> Candidate:
    return judge(customer, query, **{"recent": (), "open_with_person": False, "bad_number": False, **changes})


def test_who_agreed_and_has_a_number_is_written_to() -> None:
    found = told()
    assert (found.against, found.address, found.channel, found.tier) == ("", "+447700900004", Channel.SMS, "plus")


@pytest.mark.parametrize(
    ("customer", "why"),
    [
        (replace(DANA, identities=()), "no phone number"),
        (replace(DANA, consents=()), "no consent"),
        (replace(DANA, consents=(replace(YES, purpose=Purpose.MARKETING),)), "no consent"),
        (replace(DANA, consents=(replace(YES, channel=Channel.WHATSAPP),)), "no consent"),
        (replace(DANA, consents=(YES, NO)), "asked for no more messages"),
        (replace(DANA, consents=(NO, replace(YES, at=NOW + DAY))), ""),
    ],
)
def test_silence_is_no_consent_and_a_no_lasts_until_the_next_yes(customer: Customer, why: str) -> None:
    assert told(customer).against == why


def test_the_first_of_several_reasons_in_their_order_is_named() -> None:
    query = replace(QUERY, caps=((NOW - DAY, 1),), vip_tiers=frozenset({"plus"}), open_tickets=False)
    all_of_them: dict[str, Any] = {"recent": (NOW,), "open_with_person": True, "bad_number": True}
    assert told(query=query, **all_of_them).against == "number cannot be texted"
    assert told(query=query, **all_of_them | {"bad_number": False}).against == "has had enough messages"
    assert told(query=query, open_with_person=True).against == "VIP, left to their manager"
    spared = replace(query, vip_tiers=frozenset({"business"}))
    assert told(query=spared, open_with_person=True).against == "a person has their matter in hand"
    assert told(query=replace(spared, open_tickets=True), open_with_person=True).against == ""


def test_each_cap_counts_what_came_since_its_own_beginning() -> None:
    query = replace(QUERY, caps=((NOW - 7 * DAY, 3), (NOW - DAY, 2)))
    week = [NOW - 8 * DAY, NOW - 3 * DAY, NOW - 2 * DAY]
    assert told(query=query, recent=week).against == ""
    assert told(query=query, recent=[*week, NOW - 2 * DAY]).against == "has had enough messages"
    assert told(query=query, recent=[NOW - DAY, NOW]).against == "has had enough messages"


@pytest.mark.parametrize("wish", [None, *Channel])
@pytest.mark.parametrize("agreed", [(), (Channel.WHATSAPP,), (Channel.SMS, Channel.WHATSAPP)])
@pytest.mark.parametrize("templates", [False, True])
def test_the_way_is_the_one_that_a_single_message_would_take(
    wish: Channel | None, agreed: tuple[Channel, ...], templates: bool
) -> None:
    fields = {"whatsapp__templates": ["notice"] if templates else []}
    ours = policy(**fields)
    consents = tuple(replace(YES, channel=channel) for channel in agreed)
    person = replace(DANA, consents=consents, preferences=Preferences(channel=wish))
    query = replace(QUERY, wishes=_wishes(ours))
    way, found = way_to(person, Channel.SMS, Purpose.SERVICE, Occasion.NOTICE, ours), told(person, query)
    assert (found.channel, found.wish) == (way.channel, way.why)


def _wishes(ours: Policy) -> frozenset[Channel]:
    formed = Occasion.NOTICE in ours.texting.templates
    return frozenset({Channel.SMS, Channel.WHATSAPP}) if formed else frozenset({Channel.SMS})


def test_a_yes_that_nobody_noted_the_words_of_is_marked() -> None:
    assert not told().unproved
    assert told(replace(DANA, consents=(replace(YES, wording=""),))).unproved
    assert told(replace(DANA, consents=(replace(YES, source=""),))).unproved
    assert not told(replace(DANA, consents=(replace(NO, wording=""),))).unproved


def test_a_signal_names_people_in_a_list_in_rows_or_in_a_line_each_once() -> None:
    assert named_customers({"customers": "a@x.example, b@x.example;a@x.example"}) == ("a@x.example", "b@x.example")
    assert named_customers({"customers": "+44 7700 900123, 4711"}) == ("+44 7700 900123", "4711")
    assert named_customers({"customers": "a@x.example 4711"}) == ("a@x.example", "4711")
    rows = [{"customer": " a@x.example ", "order": "1"}, {"order": "2"}, "odd", {"customer": 4711}]
    assert named_customers({"people": rows, "customers": ["b@x.example", "4711"]}) == (
        "a@x.example",
        "4711",
        "b@x.example",
    )
    assert named_customers({"customers": ["a@x.example", 4711]}) == ("a@x.example", "4711")
    assert named_customers({"customers": 4711}) == ("4711",)
    assert named_customers({"region": "north"}) == ()


def test_a_name_is_an_address_a_number_or_the_helpdesks_id() -> None:
    assert identity_of("A@X.example") == Identity(kind=IdentityKind.EMAIL, value="a@x.example")
    assert identity_of("+44 (7700) 900-123") == Identity(kind=IdentityKind.PHONE, value="+447700900123")
    assert identity_of("4711") == Identity(kind=IdentityKind.HELPDESK, value="4711")


def test_the_lot_falls_the_same_each_time_and_anew_in_another_matter() -> None:
    people = [f"cu_{n}" for n in range(2000)]
    drawn = [arm_of("incident-1", each, 0.1) for each in people]
    assert drawn == [arm_of("incident-1", each, 0.1) for each in people]
    assert drawn != [arm_of("incident-2", each, 0.1) for each in people]
    assert 150 < drawn.count(Arm.HOLDOUT) < 250
    assert {arm_of("m", each, 0.0) for each in people} == {"treated"}
    assert {arm_of("m", each, 1.0) for each in people} == {"holdout"}


def test_a_larger_share_leaves_alone_whom_a_smaller_one_did() -> None:
    people = [f"cu_{n}" for n in range(500)]
    small = {each for each in people if arm_of("m", each, 0.05) == "holdout"}
    assert small < {each for each in people if arm_of("m", each, 0.2) == "holdout"}
