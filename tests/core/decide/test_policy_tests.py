from typing import Any

import pytest

from core.decide import policy_tests
from core.decide.policy_tests import Mismatch, Outcome, run
from core.model.conversation import Role
from core.model.customer import Channel
from core.policy import PolicyError
from tests.core.rules import policy


def outcome(expect: dict[str, Any], **given: Any) -> Outcome:
    return run(policy(tests=[{"name": "One", "given": given, "expect": expect}]))[0]


@pytest.mark.parametrize(
    ("given", "expect"),
    [
        ({"intent": "reset", "channel": "sms", "draft": 0.8}, {"action": "auto_reply", "tier": 0}),
        ({"intent": "reset", "channel": "email", "draft": 0.8}, {"action": "suggest"}),
        ({"intent": "reset", "channel": "sms", "draft": 0.4}, {"action": "handoff", "rule": "low_confidence"}),
        ({"intent": "reset", "channel": "sms", "draft": 0.8, "blocked": True}, {"rule": "blocked_draft"}),
        ({"intent": "reset", "channel": "sms", "draft": "none"}, {"rule": "no_source", "group": "Technical support"}),
        ({"intent": "dispute", "confidence": 0.2, "channel": "sms", "draft": 0.8}, {"action": "auto_reply"}),
        ({"intents": {"reset": 0.5, "dispute": 0.9}, "draft": 0.8}, {"rule": "owner:dispute", "group": "Billing"}),
        ({"risks": ["fraud"]}, {"rule": "trigger:fraud", "tier": 2, "alert": True, "first": False}),
        ({"risks": {"fraud": 0.4}, "channel": "sms", "draft": 0.8}, {"action": "auto_reply"}),
        ({"tier": "business", "draft": 0.8}, {"rule": "vip", "group": "Specialists"}),
        ({"owner": "agent", "draft": 0.8}, {"rule": "owned_by_person", "group": "An agent"}),
        ({"owner": "Billing", "draft": 0.8}, {"rule": "owned_by_person", "group": "Billing"}),
        ({"mood": -0.9, "channel": "sms", "draft": 0.8}, {"rule": "upset"}),
        ({"moods": [0.2, -0.9], "channel": "sms", "draft": 0.8}, {"rule": "upset"}),
        ({"turns": 3, "channel": "sms", "draft": 0.8}, {"rule": "max_turns"}),
        ({"words": "Thanks!", "asks": False, "turns": 1}, {"action": "silent", "rule": "nothing_asked"}),
        ({"risks": ["auto_reply"]}, {"action": "silent"}),
    ],
)
def test_what_is_given_is_decided_as_a_real_turn_would_be(given: dict[str, Any], expect: dict[str, Any]) -> None:
    assert outcome(expect, **given).mismatches == ()


def test_a_failed_example_says_what_was_expected_what_came_and_why() -> None:
    failed = outcome({"action": "auto_reply", "group": "Billing", "tier": 2}, intent="dispute", draft=0.9)
    assert failed.mismatches == (Mismatch(key="action", expected="auto_reply", got="handoff"),)
    assert "it needs empathy" in failed.disposition.reason


def test_only_what_is_expected_is_compared() -> None:
    assert outcome({"tier": 2}, intent="dispute").passed


def test_facts_and_the_brand_are_there_as_they_would_be_sensed() -> None:
    rules = policy(
        triggers__failed_cycles={"group": "Customer care", "tier": 1},
        shadow__brands=["outlet"],
        tests=[
            {"name": "One", "given": {"facts": {"failed_cycles": 2}}, "expect": {"rule": "trigger:failed_cycles"}},
            {"name": "Two", "given": {"brand": "outlet", "channel": "sms", "draft": 0.9}, "expect": {"rule": "shadow"}},
        ],
    )
    assert [found.mismatches for found in run(rules)] == [(), ()]


def test_the_policys_sentences_stand_in_the_draft_as_they_would_in_a_real_one() -> None:
    german = {"name": "One", "given": {"intent": "reset", "channel": "sms", "draft": 0.8, "language": "de"}}
    rules = policy(disclaimers={"reset": "Switch it off first."}, tests=[{**german, "expect": {"tier": 1}}])
    (found,) = run(rules)
    assert found.disposition.rule == "blocked_draft"  # the sentence is in another language than the draft


def test_an_example_for_which_there_is_a_procedure_is_led_by_it() -> None:
    steps = [{"id": "ring", "ask": "Is the ring green?"}]
    given = {"intent": "reset", "channel": "sms", "draft": "none"}
    rules = policy(
        procedures={"offline": {"intents": ["reset"], "steps": steps}},
        standing=["procedure", "automatic_reply"],
        tests=[{"name": "One", "given": given, "expect": {"action": "auto_reply", "rule": "procedure:offline"}}],
    )
    assert run(rules)[0].mismatches == ()


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"moods": [0.6, -0.5]}, "trigger:mood_drop"),
        ({"moods": [0.6, -0.5], "facts": {"mood_drop": 0.1}}, "suggest"),  # what is written counts
        ({"moods": [0.6, 0.2]}, "suggest"),
        ({"moods": [0.6, -0.5], "words": "no"}, "suggest"),  # a bare no shows no mood
    ],
)
def test_a_fall_of_the_mood_is_sensed_from_the_moods(given: dict[str, Any], rule: str) -> None:
    rules = policy(
        triggers__mood_drop={"group": "Customer care", "tier": 1, "threshold": 0.6},
        tests=[{"name": "One", "given": {**given, "draft": 0.9}, "expect": {"rule": rule}}],
    )
    assert run(rules)[0].mismatches == ()


def test_an_earlier_answer_of_the_assistant_stands_between_the_customers_words() -> None:
    timeline = policy_tests.case_of({"turns": 2, "channel": "whatsapp"}).timeline
    assert [message.role for message in timeline] == [Role.CUSTOMER, Role.ASSISTANT] * 2 + [Role.CUSTOMER]
    assert {message.channel for message in timeline} == {Channel.WHATSAPP}


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({"name": "One", "given": {"riks": ["fraud"]}, "expect": {"tier": 1}}, "tests[0].given.riks"),
        ({"name": "One", "given": {"risks": ["frodu"]}, "expect": {"tier": 1}}, "tests[0].given.risks"),
        ({"name": "One", "given": {"facts": {"complxity": 1}}, "expect": {"tier": 1}}, "tests[0].given.facts"),
        ({"name": "One", "given": {"channel": "fax"}, "expect": {"tier": 1}}, "tests[0].given.channel"),
        ({"name": "One", "given": {"draft": "some"}, "expect": {"tier": 1}}, "tests[0].given.draft"),
        ({"name": "One", "given": {"moods": []}, "expect": {"tier": 1}}, "tests[0].given.moods"),
        ({"name": "One", "given": {}, "expect": {"teir": 1, "tier": 1}}, "tests[0].expect.teir"),
        ({"name": "One", "given": {}, "expect": {"action": "answer"}}, "tests[0].expect.action"),
        ({"name": "One", "given": {}, "expect": {}}, "tests[0].expect"),
        ({"given": {}, "expect": {"tier": 1}}, "tests[0].name"),
    ],
)
def test_what_an_example_may_say_is_checked(row: dict[str, Any], key: str) -> None:
    with pytest.raises(PolicyError) as told:
        policy(tests=[row])
    assert [problem.key for problem in told.value.problems] == [key]
