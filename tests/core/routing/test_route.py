from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from core.model.agent import Agent, Routed
from core.model.conversation import Owner, OwnerKind
from core.model.decision import Action, Disposition
from core.policy import Policy, Routing
from core.routing import History, route
from tests.core import people, samples
from tests.core.routing.people import agent, agents
from tests.core.rules import policy

POLICY = replace(policy(), routing=Routing(assign=True))


def handing_over(group: str = "Billing", rule: str = "owner:refund", **changes: Any) -> Disposition:
    owner = Owner(kind=OwnerKind.TEAM, id=group, name=group)
    return Disposition(**{"action": Action.HANDOFF, "owner": owner, "rule": rule, "reason": "Because.", **changes})


def routed(
    *present: Agent,
    disposition: Disposition | None = None,
    case: Any = None,
    rules: Policy = POLICY,
    history: History | None = None,
    unread: bool = False,
    **signals: Any,
) -> Routed:
    return route(
        disposition or handing_over(),
        samples.signals(**signals),
        case or samples.case(),
        None if unread else present,
        rules,
        history or History(),
    )


def test_the_team_and_the_tier_are_those_of_the_disposition() -> None:
    found = routed(agent(1), disposition=handing_over(tier=2))
    assert (found.group, found.tier, found.agent_id) == ("Billing", 2, "1")
    assert found.reason.startswith("Billing at tier 2 by rule owner:refund: Agent 1 ")


@settings(max_examples=60, deadline=None)
@given(agents(), st.sampled_from(["Billing", "Customer care", "Specialists"]), st.integers(0, 2))
def test_the_agent_is_of_the_team_at_work_and_has_room(present: list[Agent], group: str, tier: int) -> None:
    found = routed(*present, disposition=handing_over(group, tier=tier))
    assert found.group == group
    chosen = [each for each in present if each.id == found.agent_id]
    limit = POLICY.routing.capacity
    assert all(a.available and group in a.groups for a in chosen)
    assert all(a.open < (limit if a.capacity is None else a.capacity) for a in chosen)
    assert routed(*reversed(present), disposition=handing_over(group, tier=tier)) == found


def test_where_nobody_tells_who_is_there_the_team_gets_it() -> None:
    found = routed(unread=True)
    assert (found.group, found.agent_id, found.overload) == ("Billing", "", False)
    assert found.reason.endswith("the helpdesk does not tell who is there, so the team gets it")


def test_an_important_customer_gets_a_senior() -> None:
    business = samples.case(customer=people.customer(tier="business"))
    found = routed(agent(1), agent(2, senior=True, open=3), case=business)
    assert (found.agent_id, found.purpose) == ("2", "vip")
    assert "is senior" in found.reason


def test_a_second_tier_matter_gets_a_senior_too() -> None:
    assert routed(agent(1), agent(2, senior=True), disposition=handing_over(tier=2)).agent_id == "2"
    assert routed(agent(1), agent(2, senior=True), disposition=handing_over(tier=1)).agent_id == "1"


def test_the_trigger_that_fired_names_a_skill() -> None:
    fraud = agent(2, skills=frozenset({"fraud"}), open=4)
    assert routed(agent(1), fraud, disposition=handing_over(rule="trigger:fraud")).agent_id == "2"


def test_an_intent_that_was_not_recognised_names_none() -> None:
    able = agent(2, skills=frozenset({"reset"}), open=4)
    assert routed(agent(1), able, intents=(samples.scored("reset", 0.9),)).agent_id == "2"
    assert routed(agent(1), able, intents=(samples.scored("reset", 0.1),)).agent_id == "1"


def test_a_language_that_is_not_sure_is_the_profiles() -> None:
    spoken = agent(2, languages=frozenset({"de"}))
    german = samples.case(customer=people.customer(locale="de-AT"))
    assert routed(agent(1), spoken, case=german, language=samples.scored("en", 0.2)).agent_id == "2"
    assert routed(agent(1), spoken, case=german, language=samples.scored("en", 0.9)).agent_id == "1"


def test_what_jumps_the_queue_is_urgent_and_says_why() -> None:
    found = routed(agent(1), disposition=handing_over(rule="trigger:fraud", first=True))
    assert found.priority == "urgent"
    assert "ahead of the others (fraud)" in found.reason
    assert routed(agent(1)).priority == ""


def test_a_flagged_trigger_that_did_not_decide_counts_too_from_its_threshold_on() -> None:
    triggers = {**POLICY.triggers, "fraud": replace(POLICY.triggers["fraud"], first=True, threshold=0.6)}
    flagged = replace(POLICY, triggers=triggers)
    assert routed(agent(1), rules=flagged, risks=(samples.scored("fraud", 0.7),)).priority == "urgent"
    assert routed(agent(1), rules=flagged, risks=(samples.scored("fraud", 0.5),)).priority == ""


def test_an_offer_says_so_and_spam_goes_to_nobody() -> None:
    offer = routed(agent(1), disposition=handing_over(rule="trigger:upsell"))
    assert (offer.purpose, offer.agent_id) == ("upsell", "1")
    spam = routed(agent(1), disposition=handing_over(rule="spam"))
    assert (spam.purpose, spam.priority, spam.agent_id) == ("review", "low", "")


def test_whoever_has_the_conversation_keeps_it() -> None:
    owner = Owner(kind=OwnerKind.AGENT, id="Agent 2", name="Agent 2")
    owned = samples.case(conversation=samples.conversation(owner=owner))
    assert routed(agent(1), agent(2, open=6), case=owned).agent_id == "2"


def test_help_within_the_policys_days_counts() -> None:
    case = samples.case()
    history = History(helped={"Agent 2": case.now - timedelta(days=29)})
    assert routed(agent(1), agent(2), case=case, history=history).agent_id == "2"
    short = replace(POLICY, routing=replace(POLICY.routing, prior=timedelta(days=7)))
    assert routed(agent(1), agent(2), case=case, history=history, rules=short).agent_id == "1"
