"""Channel law for an audience, counted while it is frozen."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model.campaign import Campaign, Variant, variant_name
from core.model.customer import Channel, Purpose
from core.model.ids import ApprovalId, CustomerId, EventId
from core.outreach.law.findings import Tally, add_findings, findings_of
from core.policy import Policy
from core.ports import Candidate
from tests.core.rules import policy

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
BRITISH, AMERICAN, CANADIAN, JAMAICAN = "+447700900123", "+12125550123", "+14165550123", "+18765550123"


def person(number: int = 1, address: str = BRITISH, **changes: Any) -> Candidate:
    known = {"tier": "standard", "language": "en", "time_zone": None, "channel": Channel.SMS, **changes}
    return Candidate(customer_id=CustomerId(f"cu_{number}"), name="Emma", address=address, **known)


def tallied(
    *people: Candidate, rules: Policy | None = None, purpose: Purpose = Purpose.SERVICE, opens: datetime = NOW
) -> Tally:
    tally = Tally(rules or policy(), purpose)
    for each in people:
        tally.add(each, opens, NOW)
    return tally


def told(tally: Tally, elsewhere: int = 0) -> list[tuple[str, str, int]]:
    found = [finding for each in tally.findings(elsewhere).values() for finding in each]
    return [(finding.rule, finding.weight.value, finding.people) for finding in found]


def campaign(*variants: Variant, purpose: Purpose = Purpose.SERVICE) -> Campaign:
    return Campaign(
        id=ApprovalId("ap_1"),
        play="outage",
        signal_id=EventId("ev_1"),
        matter="inc-1",
        purpose=purpose,
        facts={},
        variants=variants,
        policy_version="v1",
        composer="policy template",
        created_at=NOW,
        expires_at=NOW + timedelta(hours=2),
        not_after=NOW + timedelta(hours=26),
    )


def variant(text: str, channel: Channel = Channel.SMS, **changes: Any) -> Variant:
    name = variant_name("default", channel, "en")
    made = Variant(name=name, segment="default", channel=channel, language="en", text=text)
    found = findings_of(made, changes.pop("purpose", Purpose.SERVICE), policy(), "Larkfield Home")
    return replace(made, findings=found)


# ---------------------------------------------------------------- registration


def test_people_where_our_number_is_not_registered_are_left_out_with_the_reason() -> None:
    tally = Tally(policy(), Purpose.SERVICE)
    assert tally.add(person(1, AMERICAN), NOW, NOW) == "our number is not registered for US"
    assert tally.add(person(2, BRITISH), NOW, NOW) == ""
    assert told(tally) == [("registration", "warns", 1)]
    assert tally.people(Channel.SMS) == 1


@pytest.mark.parametrize("address", [CANADIAN, JAMAICAN])
def test_a_country_that_shares_the_code_is_another_country(address: str) -> None:
    assert Tally(policy(), Purpose.SERVICE).add(person(1, address), NOW, NOW) == ""


def test_a_number_of_nobody_in_particular_counts_for_the_country_that_asks_most() -> None:
    tally = Tally(policy(), Purpose.SERVICE)
    assert tally.add(person(1, "+18005550199"), NOW, NOW) == "our number is not registered for US"


def test_once_it_is_registered_nobody_is_left_out() -> None:
    rules = policy(outreach__law={"registered": ["US"]})
    assert told(tallied(person(1, AMERICAN), rules=rules)) == []


def test_registration_is_asked_of_texts_alone() -> None:
    assert Tally(policy(), Purpose.SERVICE).add(person(1, AMERICAN, channel=Channel.WHATSAPP), NOW, NOW) == ""


# ---------------------------------------------------------------- tiers, hours, proofs


def test_more_people_than_whatsapp_lets_us_write_to_first_is_too_much() -> None:
    rules = policy(outreach__law={"whatsapp_tier": 3})
    people = [person(number, channel=Channel.WHATSAPP) for number in range(3)]
    assert told(tallied(*people, rules=rules)) == []
    assert told(tallied(*people, rules=rules), elsewhere=2) == [("daily_tier", "blocks", 2)]
    assert told(tallied(*people, person(9, channel=Channel.WHATSAPP), rules=rules)) == [("daily_tier", "blocks", 1)]
    assert told(tallied(*[person(number) for number in range(9)], rules=rules)) == []


WIDE = {"opens": "07:00", "closes": "21:30"}


def test_hours_wider_than_the_law_stop_what_goes_to_the_united_states() -> None:
    rules = policy(outreach__hours=WIDE, outreach__law={"registered": ["US"]})
    found = told(tallied(person(1, AMERICAN), person(2), person(3), rules=rules))
    assert found == [("quiet_hours", "blocks", 1), ("quiet_hours", "warns", 2)]


@pytest.mark.parametrize(("closes", "expected"), [("20:00", []), ("21:15", [("quiet_hours", "blocks", 1)])])
def test_unless_the_countrys_own_hours_are_narrow_enough(closes: str, expected: list[tuple[str, str, int]]) -> None:
    own = {"US": {"weekdays": [f"09:00-{closes}"]}}
    rules = policy(outreach__hours=WIDE, outreach__law={"registered": ["US"]}, outreach__hours_in=own)
    assert told(tallied(person(1, AMERICAN), rules=rules)) == expected


def test_a_consent_without_a_proof_is_told_of_service_and_leaves_out_of_advertising() -> None:
    assert told(tallied(person(1, unproved=True), person(2))) == [("opt_in_wording", "warns", 1)]
    tally = Tally(policy(), Purpose.MARKETING)
    assert tally.add(person(1, unproved=True), NOW, NOW) == "nobody knows how they agreed"
    assert told(tally) == [("opt_in_wording", "warns", 1)]


def test_who_is_told_later_is_counted_with_the_last_hour() -> None:
    later = datetime(2026, 3, 11, 7, 30, tzinfo=UTC)
    tally = tallied(person(1), person(2), opens=later)
    assert told(tally) == [("waits", "tells", 2)]
    assert "2026-03-11 07:30 UTC" in tally.findings()[Channel.SMS][0].text


def test_the_holdout_counts_for_nothing() -> None:
    tally = Tally(policy(outreach__law={"whatsapp_tier": 1}), Purpose.SERVICE)
    for number in range(5):
        tally.add(person(number, channel=Channel.WHATSAPP, unproved=True), NOW, NOW, treated=number == 0)
    assert told(tally) == [("opt_in_wording", "warns", 1)]


# ---------------------------------------------------------------- on the campaign

FINE = "Larkfield Home: a fault. Reply STOP to opt out."


def test_what_is_found_stands_on_the_first_text_of_its_channel() -> None:
    texts = (variant(FINE), variant("A fault.", Channel.WHATSAPP))
    tally = tallied(person(1, unproved=True), person(2, channel=Channel.WHATSAPP), person(3))
    found = add_findings(campaign(*texts), tally)
    assert [[finding.rule for finding in each.findings] for each in found.variants] == [["opt_in_wording"], []]


def test_what_is_found_changes_nothing_that_is_approved() -> None:
    before = campaign(variant(FINE))
    assert add_findings(before, tallied(person(1, unproved=True))).digest == before.digest


def test_what_a_text_should_say_it_must_where_numbers_are_registered() -> None:
    rules = policy(outreach__law={"registered": ["US"]})
    bare = campaign(variant("A fault."))
    assert bare.blocked == ()
    assert add_findings(bare, tallied(person(1), rules=rules)).blocked == ()
    blocked = add_findings(bare, tallied(person(1), person(2, AMERICAN), rules=rules)).blocked
    assert {finding.rule for finding in blocked} == {"sender_identity", "opt_out_line"}
    assert all(finding.text.endswith("Texts to US have to.") for finding in blocked)


def test_words_that_nobody_gets_stop_nothing() -> None:
    advert = campaign(
        variant(f"{FINE}", purpose=Purpose.MARKETING),
        variant("Larkfield: new. STOP ends it.", Channel.WHATSAPP, purpose=Purpose.MARKETING),
        purpose=Purpose.MARKETING,
    )
    assert [finding.rule for finding in advert.blocked] == ["template_category"]
    texts_only = tallied(person(1), purpose=Purpose.MARKETING)
    assert add_findings(advert, texts_only).blocked == ()
    both = tallied(person(1), person(2, channel=Channel.WHATSAPP), purpose=Purpose.MARKETING)
    assert [finding.rule for finding in add_findings(advert, both).blocked] == ["template_category"]


def test_judging_twice_says_it_once() -> None:
    tally = tallied(person(1, unproved=True))
    once = add_findings(campaign(variant(FINE)), tally)
    assert add_findings(once, tally).variants == once.variants


# ---------------------------------------------------------------- going on elsewhere

PEOPLE = st.lists(
    st.builds(
        person,
        st.integers(0, 10**6),
        st.sampled_from([BRITISH, AMERICAN, CANADIAN, "+18005550199", "nothing"]),
        channel=st.sampled_from([Channel.SMS, Channel.WHATSAPP]),
        unproved=st.booleans(),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(PEOPLE, st.integers(0, 12), st.sampled_from(Purpose), st.booleans())
def test_a_count_that_goes_on_elsewhere_comes_to_the_same(
    people: list[Candidate], place: int, purpose: Purpose, registered: bool
) -> None:
    rules = policy(outreach__hours=WIDE, outreach__law={"registered": ["US"] if registered else [], "whatsapp_tier": 2})
    whole = Tally(rules, purpose)
    first = Tally(rules, purpose)
    reasons = [whole.add(each, NOW, NOW) for each in people]
    before = [first.add(each, NOW, NOW) for each in people[:place]]
    second = Tally(rules, purpose, json.loads(json.dumps(first.kept())))
    assert before + [second.add(each, NOW, NOW) for each in people[place:]] == reasons
    assert (second.kept(), second.findings()) == (whole.kept(), whole.findings())
    written = sum(not reason for reason in reasons)
    assert whole.people(Channel.SMS) + whole.people(Channel.WHATSAPP) == written
