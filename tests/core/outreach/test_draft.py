"""From a signal to campaigns: the words, where they come from, and what is refused."""

from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.answer.style import StyleCard
from core.errors import RejectedError
from core.model.campaign import Campaign, CampaignState
from core.model.customer import Channel
from core.model.event import Event, EventKind
from core.model.event_payloads import SignalStated
from core.outreach.draft import Drafting, HowTo, shorten_answer
from core.outreach.steps import OVERTAKEN, start_campaigns
from tests.core import samples
from tests.core.people import NOW
from tests.core.rules import POLICY, policy

FACTS = {"service": "The cloud", "region": "north"}
PLAYS: dict[str, Any] = POLICY["outreach"]["plays"]
OVER = {
    "match": "told",
    "after": "outage",
    "purpose": "service",
    "channel": "sms",
    "ends": True,
    "matter": {"fact": "incident"},
    "texts": {"default": "{service} works again."},
}
OUTAGE = {**PLAYS["outage"], "matter": {"fact": "incident"}}


def drafting(**plays: Any) -> Drafting:
    rules = policy(outreach__plays={**PLAYS, **plays})
    return Drafting(policy=rules, style=StyleCard(company="Larkfield"), now=NOW)


def signal(kind: str, delivery: str = "s1", **facts: Any) -> Event:
    return samples.event(EventKind.BUSINESS_SIGNAL, kind, delivery, payload=SignalStated(kind=kind, facts=facts))


def begun(
    store: SqlStore, kind: str, with_: Drafting | None = None, delivery: str = "s1", **facts: Any
) -> list[Campaign]:
    with store.begin() as unit:
        fresh, _ = start_campaigns(unit, signal(kind, delivery, **facts), with_ or drafting(), {})
    return [standing.campaign for standing in fresh]


def test_one_campaign_has_a_text_for_each_segment_with_every_fact_in_its_place(store: SqlStore) -> None:
    (campaign,) = begun(store, "outage", **FACTS)
    assert {v.name: v.text for v in campaign.variants if v.channel is Channel.SMS} == {
        "default/sms/en": "The cloud has a fault in north. Reply STOP to opt out.",
        "business/sms/en": "For Business: The cloud has a fault in north. Reply STOP to opt out.",
    }
    assert (campaign.people, campaign.standing, campaign.matter) == (1, "", campaign.signal_id)
    assert [s.name for s in campaign.variants[0].sources if s.kind == "signal"] == ["region", "service"]


def test_it_waits_to_be_frozen_and_stands_in_the_ledger_once(store: SqlStore) -> None:
    (campaign,) = begun(store, "outage", **FACTS)
    assert begun(store, "outage", **FACTS) == []
    with store.read() as unit:
        standing = unit.campaigns.get(campaign.id)
    assert standing is not None
    assert standing.state is CampaignState.PREPARING


def test_a_fact_that_a_text_needs_is_never_guessed(store: SqlStore) -> None:
    with pytest.raises(RejectedError, match="service"):
        begun(store, "outage", region="north")


def test_whom_it_is_about_has_to_be_said(store: SqlStore) -> None:
    with pytest.raises(RejectedError, match="region"):
        begun(store, "outage", service="The cloud")
    with pytest.raises(RejectedError, match="customers"):
        begun(store, "usage_friction", feature="pairing")


def test_a_kind_that_the_policy_has_no_play_for_is_refused(store: SqlStore) -> None:
    with pytest.raises(RejectedError, match="no play for 'flood'"):
        begun(store, "flood", **FACTS)


def test_nobodys_address_is_a_fact_of_the_campaign(store: SqlStore) -> None:
    (campaign,) = begun(store, "usage_friction", feature="pairing", customers="emma@example.com")
    assert dict(campaign.facts) == {"feature": "pairing"}


def test_what_differs_from_person_to_person_is_left_open_and_filled_for_each(store: SqlStore) -> None:
    late = {**PLAYS["usage_friction"], "match": "people", "texts": {"default": "Order {order} is late: {carrier}."}}
    people = [{"customer": "emma@example.com", "order": "LK-1"}, {"customer": "b@example.com", "order": "LK-2"}]
    (campaign,) = begun(store, "late", drafting(late=late), carrier="Parcelwren", people=people)
    variant = campaign.variants[0]
    assert (variant.text, variant.personal) == ("Order {order} is late: Parcelwren.", ("order",))
    assert variant.said_to({"order": "LK-2"}) == "Order LK-2 is late: Parcelwren."


def test_a_brace_in_a_fact_makes_no_place(store: SqlStore) -> None:
    (campaign,) = begun(store, "outage", service="{secret}", region="north")
    assert campaign.variants[0].text.startswith("(secret) has a fault")
    assert campaign.variants[0].personal == ()


def test_a_day_is_said_by_its_name_in_the_language_of_the_text(store: SqlStore) -> None:
    texts = {"default": "It comes on {day}, STOP ends this."}
    late = {**PLAYS["usage_friction"], "texts": texts, "texts_in": {"de": {"default": "Es kommt am {day}."}}}
    (campaign,) = begun(store, "late", drafting(late=late), customers="emma@example.com", day="2026-11-25")
    said = {v.language: v.text for v in campaign.variants}
    assert said["en"].startswith("It comes on Wednesday 25 November,")
    assert said["de"].startswith("Es kommt am Mittwoch, 25. November.")


def test_what_stands_in_a_persons_fact_is_not_filled_again(store: SqlStore) -> None:
    late = {**PLAYS["usage_friction"], "match": "people", "texts": {"default": "{a} and {b}"}}
    people = [{"customer": "emma@example.com", "a": "{b}", "b": "two"}]
    (campaign,) = begun(store, "late", drafting(late=late), people=people)
    assert campaign.variants[0].said_to({"a": "{b}", "b": "two"}) == "{b} and two"


def test_languages_have_texts_of_their_own(store: SqlStore) -> None:
    outage = {**PLAYS["outage"], "texts_in": {"de": {"default": "{service} ist in {region} gestört."}}}
    (campaign,) = begun(store, "outage", drafting(outage=outage), **FACTS)
    assert {v.language for v in campaign.variants} == {"en", "de"}


def test_an_article_is_quoted_with_its_address_or_nothing_is_proposed(store: SqlStore) -> None:
    asks = {**PLAYS["usage_friction"], "article": "How do I pair it?", "texts": {"default": "{answer} {article_url}"}}
    event = signal("how", customers="emma@example.com")
    with store.begin() as unit, pytest.raises(RejectedError, match="no article answers"):
        start_campaigns(unit, event, drafting(how=asks), {})
    found = HowTo(text="Hold the button.", url="https://help.example.com/1", sources=())
    with store.begin() as unit:
        fresh, _ = start_campaigns(unit, event, drafting(how=asks), {("how", "en"): found})
    assert fresh[0].campaign.variants[0].text == "Hold the button. https://help.example.com/1"


def test_an_all_clear_goes_to_nobody_where_nobody_was_told_and_ends_what_waits(store: SqlStore) -> None:
    rules = drafting(outage=OUTAGE, outage_over=OVER)
    (first,) = begun(store, "outage", rules, incident="inc-1", **FACTS)
    assert begun(store, "outage_over", rules, "s2", incident="inc-1", service="The cloud") == []
    with store.read() as unit:
        standing = unit.campaigns.get(first.id)
    assert standing is not None
    assert (standing.state, standing.reason) == (CampaignState.EXPIRED, OVERTAKEN)


@pytest.mark.parametrize("name", [None, "", "  ", True, 7.5, {"id": "inc-1"}, 0.0])
def test_what_names_no_matter_is_refused_and_never_told_to_nobody(store: SqlStore, name: object) -> None:
    rules = drafting(outage=OUTAGE, outage_over=OVER)
    begun(store, "outage", rules, incident="inc-1", **FACTS)
    with pytest.raises(RejectedError, match=r"name(s)? its matter"):
        begun(store, "outage_over", rules, "s2", incident=name, service="The cloud")


@pytest.mark.parametrize(("first", "then"), [("inc-1", " inc-1"), (7, "7"), (0, 0)])
def test_a_matter_is_the_same_however_it_is_spelled(store: SqlStore, first: object, then: object) -> None:
    rules = drafting(outage=OUTAGE, outage_over=OVER)
    (began,) = begun(store, "outage", rules, incident=first, **FACTS)
    begun(store, "outage_over", rules, "s2", incident=then, service="The cloud")
    with store.read() as unit:
        standing = unit.campaigns.get(began.id)
    assert standing is not None
    assert standing.reason == OVERTAKEN


def test_nobody_is_found_by_a_fact_that_each_has_of_their_own(store: SqlStore) -> None:
    people = [{"customer": "emma@example.com", "region": "north"}]
    with pytest.raises(RejectedError, match="needs region"):
        begun(store, "outage", service="The cloud", people=people)


def test_another_matter_is_left_alone_by_an_all_clear(store: SqlStore) -> None:
    rules = drafting(outage=OUTAGE, outage_over=OVER)
    (other,) = begun(store, "outage", rules, incident="inc-2", **FACTS)
    begun(store, "outage_over", rules, "s2", incident="inc-1", service="The cloud")
    with store.read() as unit:
        standing = unit.campaigns.get(other.id)
    assert standing is not None
    assert standing.state is CampaignState.PREPARING


def test_a_standing_play_needs_nobody_and_says_under_which_rule(store: SqlStore) -> None:
    csat = {**PLAYS["usage_friction"], "approval": "standing"}
    rules = policy(outreach__plays={**PLAYS, "csat": csat}, standing=["handoff_notice", "play:csat"])
    with_ = Drafting(policy=rules, style=StyleCard(company="Larkfield"), now=NOW)
    (campaign,) = begun(store, "csat", with_, feature="pairing", customers="emma@example.com")
    assert (campaign.people, campaign.standing) == (0, "play:csat")


def test_of_an_article_its_first_sentences_are_said_and_no_step_loses_its_number() -> None:
    steps = "1. Look at the ring. 2. If it is amber, restart the router. " + "3. Wait for five minutes. " * 20
    said = shorten_answer(steps)
    assert said.startswith("1. Look at the ring. 2. If it is amber, restart the router. 3. Wait for five minutes.")
    assert len(said) <= 200
    assert said.endswith("minutes.")
    assert shorten_answer("x" * 300) == "x" * 300
