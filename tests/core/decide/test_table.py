from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.answer.contract.across import warning
from core.answer.contract.own_words import REWORDED
from core.decide.table import MESSAGING, decide
from core.model.conversation import ASSISTANT, NOBODY, Owner, OwnerKind, Role
from core.model.customer import Channel
from core.model.decision import Action, Disposition
from core.model.draft import Finding, Severity
from tests.core import people, samples
from tests.core.rules import policy
from tests.core.samples import BLOCK, MARIA, TEAM, WARN, risk, scored


def decided(
    *,
    channel: Channel = Channel.SMS,
    owner: Any = NOBODY,
    tier: str = "standard",
    intent: str = "reset",
    sure: float = 0.9,
    risks: tuple[str, ...] = (),
    heard: float = 0.9,
    mood: float = 0.0,
    confidence: float | None = 0.8,
    findings: tuple[Any, ...] = (),
    replies: int = 0,
    asks: bool = True,
    words: str = "How do I reset it?",
    ours: str = "Hold the button.",
    composer: str = "extractive",
    **changes: Any,
) -> Disposition:
    """The disposition of a calm, covered SMS, or of one that differs from it in what is given."""
    replied = [
        samples.message(2 * n + number, text=text, channel=channel, role=role, vendor_ref=f"twilio:{role}{n}")
        for n in range(replies)
        for number, (role, text) in enumerate(((Role.CUSTOMER, "And how do I reset it?"), (Role.ASSISTANT, ours)))
    ]
    case = samples.case(
        *replied,
        samples.message(50, text=words, channel=channel),
        customer=people.customer(tier=tier),
        conversation=samples.conversation(owner=owner),
    )
    signals = samples.signals(
        intents=(scored(intent, sure, label=intent.title()),),
        risks=tuple(replace(risk(name), confidence=heard) for name in risks),
        mood=mood,
    )
    draft = None if confidence is None else samples.draft(confidence=confidence, findings=findings, composer=composer)
    return decide(case, signals, draft, policy(**changes), asks=asks)


ADDRESS = "https://help.larkfield.example/kb?id=7"
NOTHING: dict[str, Any] = {"asks": False, "confidence": None, "words": "Thanks, that helped"}
GREETED: dict[str, Any] = {"asks": False, "confidence": 0.0, "words": "Hi", "composer": "clarify"}

# Each rule as it fires, and next to it the case that only just does not.
CASES: list[tuple[dict[str, Any], str, Action]] = [
    ({"risks": ("auto_reply",), "words": "I am away."}, "automatic_mail", Action.SILENT),
    ({"risks": ("auto_reply",)}, "unwelcome", Action.HANDOFF),
    ({"risks": ("auto_reply",), "channel": Channel.EMAIL}, "suggest", Action.SUGGEST),
    ({"risks": ("auto_reply", "fraud")}, "trigger:fraud", Action.HANDOFF),
    ({"risks": ("opt_out",), "words": "these words"}, "opted_out", Action.SILENT),
    ({"risks": ("opt_out",), "words": "these words, please, I am fed up"}, "opted_out", Action.SILENT),
    ({"risks": ("opt_out",), "words": "these words in German"}, "unwelcome", Action.HANDOFF),
    ({"risks": ("opt_out",), "words": "these words, call me"}, "unwelcome", Action.HANDOFF),
    ({"risks": ("opt_out",), "words": "these words. Where is it?"}, "unwelcome", Action.HANDOFF),
    ({"risks": ("opt_out", "fraud"), "words": "STOP"}, "opted_out", Action.SILENT),
    ({"risks": ("opt_out", "fraud"), "words": "these words. Where is it?"}, "trigger:fraud", Action.HANDOFF),
    ({"risks": ("opt_out",), "words": "these words in German", "owner": MARIA}, "owned_by_person", Action.SUGGEST),
    ({"risks": ("fraud",)}, "trigger:fraud", Action.HANDOFF),
    ({"risks": ("unheard_of",)}, "automatic_reply", Action.AUTO_REPLY),
    ({"risks": ("human_request",)}, "trigger:human_request", Action.HANDOFF),
    ({"risks": ("human_request",), "owner": ASSISTANT}, "trigger:human_request", Action.HANDOFF),
    ({"risks": ("human_request",), "owner": MARIA}, "owned_by_person", Action.SUGGEST),
    ({"risks": ("human_request",), "owner": TEAM}, "owned_by_person", Action.SUGGEST),
    ({"owner": MARIA}, "owned_by_person", Action.SUGGEST),
    ({"owner": TEAM}, "owned_by_person", Action.SUGGEST),
    ({"owner": MARIA, "confidence": None}, "owned_by_person", Action.SUGGEST),
    ({"owner": MARIA, "mood": -1.0, "tier": "business"}, "owned_by_person", Action.SUGGEST),
    ({"owner": ASSISTANT}, "automatic_reply", Action.AUTO_REPLY),
    ({"tier": "business"}, "vip", Action.HANDOFF),
    ({"tier": "plus"}, "automatic_reply", Action.AUTO_REPLY),
    ({"intent": "dispute"}, "owner:dispute", Action.HANDOFF),
    ({"intent": "dispute", "sure": 0.4}, "owner:dispute", Action.HANDOFF),
    ({"intent": "dispute", "sure": 0.39}, "automatic_reply", Action.AUTO_REPLY),
    ({"intent": "upgrade"}, "owner:upgrade", Action.HANDOFF),
    ({"intent": "never_seen"}, "automatic_reply", Action.AUTO_REPLY),
    ({"mood": -0.8}, "upset", Action.HANDOFF),
    ({"mood": -0.79}, "automatic_reply", Action.AUTO_REPLY),
    ({"mood": -1.0, "channel": Channel.EMAIL}, "suggest", Action.SUGGEST),
    ({"replies": 3}, "max_turns", Action.HANDOFF),
    ({"replies": 2}, "automatic_reply", Action.AUTO_REPLY),
    ({"replies": 9, "channel": Channel.EMAIL}, "suggest", Action.SUGGEST),
    ({"replies": 9, "channel": Channel.EMAIL, "channels__automatic": ["email"]}, "max_turns", Action.HANDOFF),
    ({"confidence": None}, "no_source", Action.HANDOFF),
    ({"confidence": None, "channel": Channel.EMAIL}, "no_source", Action.HANDOFF),
    ({**NOTHING, "replies": 1}, "nothing_asked", Action.SILENT),
    ({**NOTHING, "replies": 9}, "nothing_asked", Action.SILENT),
    ({**NOTHING, "replies": 1, "channel": Channel.EMAIL}, "nothing_asked", Action.SILENT),
    ({**NOTHING, "replies": 1, "asks": True}, "no_source", Action.HANDOFF),
    ({**NOTHING, "replies": 1, "owner": MARIA}, "nothing_asked", Action.SILENT),
    ({**NOTHING, "replies": 1, "owner": MARIA, "words": "it is not"}, "owned_by_person", Action.SUGGEST),
    ({**NOTHING, "replies": 1, "risks": ("fraud",)}, "trigger:fraud", Action.HANDOFF),
    ({**NOTHING, "replies": 1, "intent": "dispute"}, "nothing_asked", Action.SILENT),
    ({**NOTHING, "replies": 1, "ours": "Shall I cancel it?"}, "answers_us", Action.HANDOFF),
    ({**NOTHING, "replies": 1, "ours": f"Hold it.\n\nSource: {ADDRESS}"}, "nothing_asked", Action.SILENT),
    ({**NOTHING, "replies": 1, "ours": f"See {ADDRESS}"}, "nothing_asked", Action.SILENT),
    ({**NOTHING, "replies": 1, "ours": f"Is it off?\n\nSource: {ADDRESS}"}, "answers_us", Action.HANDOFF),
    ({**NOTHING, "replies": 1, "tier": "business"}, "nothing_asked", Action.SILENT),
    ({**NOTHING, "replies": 1, "words": "???"}, "no_words", Action.HANDOFF),
    ({**NOTHING, "replies": 1, "words": " "}, "no_words", Action.HANDOFF),
    ({**NOTHING, "replies": 1, "words": "it is not"}, "no_words", Action.HANDOFF),
    ({**NOTHING, "replies": 1, "words": "👍"}, "nothing_asked", Action.SILENT),
    (NOTHING, "nothing_asked", Action.SILENT),
    (GREETED, "greeting", Action.AUTO_REPLY),
    ({**GREETED, "intent": "dispute"}, "greeting", Action.AUTO_REPLY),
    ({**GREETED, "shadow__channels": ["sms"]}, "nothing_asked", Action.SILENT),
    ({**GREETED, "channel": Channel.EMAIL}, "greeting", Action.SUGGEST),
    ({**GREETED, "risks": ("fraud",)}, "trigger:fraud", Action.HANDOFF),
    ({**NOTHING, "intent": "dispute"}, "nothing_asked", Action.SILENT),
    ({"findings": (BLOCK,)}, "blocked_draft", Action.HANDOFF),
    ({"findings": (WARN,)}, "automatic_reply", Action.AUTO_REPLY),
    ({"findings": (BLOCK,), "channel": Channel.EMAIL}, "suggest", Action.SUGGEST),
    ({}, "automatic_reply", Action.AUTO_REPLY),
    ({"channel": Channel.WHATSAPP}, "automatic_reply", Action.AUTO_REPLY),
    ({"channel": Channel.WEB}, "not_automatic", Action.HANDOFF),
    ({"channel": Channel.EMAIL}, "suggest", Action.SUGGEST),
    ({"channel": Channel.EMAIL, "channels__automatic": ["email"]}, "automatic_reply", Action.AUTO_REPLY),
    ({"shadow__channels": ["sms"]}, "shadow", Action.HANDOFF),
    ({"confidence": 0.5}, "automatic_reply", Action.AUTO_REPLY),
    ({"confidence": 0.49}, "low_confidence", Action.HANDOFF),
    ({"confidence": 0.49, "channel": Channel.EMAIL}, "suggest", Action.SUGGEST),
]


def test_a_draft_in_other_words_than_its_sources_never_goes_out_by_itself() -> None:
    worded = decided(findings=(Finding(rule=REWORDED, severity=Severity.WARN, text="Other words.", sentence=1),))
    assert (worded.action, worded.rule) == (Action.HANDOFF, "low_confidence")
    assert "other words" in worded.reason


def test_a_translated_draft_never_goes_out_by_itself() -> None:
    translated = decided(findings=(warning([0]),))
    assert (translated.action, translated.rule) == (Action.HANDOFF, "low_confidence")


@pytest.mark.parametrize(("given_", "rule", "action"), CASES, ids=[f"{c[1]}-{i}" for i, c in enumerate(CASES)])
def test_each_rule_and_its_near_miss(given_: dict[str, Any], rule: str, action: Action) -> None:
    disposition = decided(**given_)
    assert (disposition.rule, disposition.action) == (rule, action)


# Everything at once; taking away the strongest reason each time shows the next in order.
EVERYTHING: dict[str, Any] = {
    "risks": ("auto_reply", "opt_out", "fraud"),
    "words": "these words",
    "owner": MARIA,
    "tier": "business",
    "intent": "dispute",
    "mood": -1.0,
    "replies": 5,
    "confidence": 0.1,
    "findings": (BLOCK,),
}
PEELED: list[tuple[dict[str, Any], str]] = [
    ({}, "automatic_mail"),
    ({"risks": ("opt_out", "fraud")}, "opted_out"),
    ({"words": "How do I reset it?"}, "trigger:fraud"),
    ({"risks": ("opt_out",)}, "owned_by_person"),
    ({"owner": NOBODY}, "vip"),
    ({"tier": "standard"}, "owner:dispute"),
    ({"intent": "reset"}, "upset"),
    ({"mood": 0.0}, "max_turns"),
    ({"replies": 0}, "blocked_draft"),
    ({"findings": ()}, "unwelcome"),
    ({"risks": ()}, "low_confidence"),
    ({"confidence": 0.9}, "automatic_reply"),
]


def test_the_rules_are_asked_in_their_order() -> None:
    left = dict(EVERYTHING)
    fired = []
    for change, _ in PEELED:
        left.update(change)
        fired.append(decided(**left).rule)
    assert fired == [rule for _, rule in PEELED]


def test_of_two_triggers_the_first_of_the_policy_fires_whatever_the_message_says_first() -> None:
    assert decided(risks=("human_request", "fraud")).rule == "trigger:fraud"


COMPLAINT: dict[str, Any] = {
    "risks": ("formal_complaint",),
    "triggers__formal_complaint": {"group": "Specialists", "tier": 2, "alert": True, "why": "A formal complaint"},
}


def test_a_persons_work_stays_with_its_team_where_it_may_be_a_complaint_as_well_and_both_are_told() -> None:
    disposition = decided(intent="dispute", heard=0.7, **COMPLAINT)
    assert (disposition.rule, disposition.owner.name, disposition.alert) == ("owner:dispute", "Billing", True)
    assert disposition.reason.endswith("A formal complaint (“these words”)")


@pytest.mark.parametrize(
    "given_",
    [
        {"intent": "dispute", "heard": 0.9},  # the words say it
        {"intent": "reset", "heard": 0.7},  # nobody's work yet
        {"intent": "dispute", "heard": 0.7, "owners__intents__dispute__tier": 1},  # a higher tier is asked for
    ],
)
def test_a_complaint_goes_where_complaints_go_otherwise(given_: dict[str, Any]) -> None:
    disposition = decided(**given_, **COMPLAINT)
    assert (disposition.rule, disposition.owner.name) == ("trigger:formal_complaint", "Specialists")


def test_what_may_be_fraud_leaves_the_team_whose_work_it_would_be() -> None:
    assert decided(intent="dispute", heard=0.7, risks=("fraud",)).rule == "trigger:fraud"


def test_a_trigger_names_the_words_that_fired_it_and_where_the_ticket_goes() -> None:
    disposition = decided(risks=("fraud",))
    assert disposition.reason == "Possible fraud (“these words”)"
    assert (disposition.owner.kind, disposition.owner.name) == (OwnerKind.TEAM, "Specialists")
    assert (disposition.tier, disposition.alert, disposition.notify_customer) == (2, True, True)


def test_nothing_is_said_to_a_customer_by_mail_when_a_person_takes_over() -> None:
    assert not decided(risks=("fraud",), channel=Channel.EMAIL).notify_customer


def test_on_a_shadowed_channel_nothing_is_said_to_the_customer_at_all() -> None:
    assert not decided(risks=("fraud",), shadow__channels=["sms"]).notify_customer
    assert not decided(shadow__channels=["sms"]).notify_customer


def test_while_a_person_has_it_only_specialists_work_is_passed_on_and_the_customer_is_told_nothing() -> None:
    assert decided(risks=("repeated_question",), owner=MARIA).rule == "owned_by_person"
    assert decided(risks=("repeated_question",), owner=TEAM).rule == "owned_by_person"
    passed_on = decided(risks=("human_request", "fraud"), owner=MARIA)
    assert (passed_on.rule, passed_on.owner.name, passed_on.notify_customer) == ("trigger:fraud", "Specialists", False)


def test_a_team_that_has_it_already_is_not_handed_it_again_but_told_of_it() -> None:
    specialists = decided(risks=("fraud",)).owner
    told = decided(risks=("fraud",), owner=specialists, triggers__fraud__first=True)
    assert (told.rule, told.action, told.owner) == ("owned_by_person", Action.SUGGEST, specialists)
    assert (told.alert, told.first, told.notify_customer) == (True, True, False)
    assert told.reason.startswith("Possible fraud (“these words”)")


def test_who_has_it_is_not_alarmed_by_what_weighs_less() -> None:
    told = decided(risks=("human_request",), owner=MARIA)
    assert (told.rule, told.alert, told.first) == ("owned_by_person", False, False)


def test_a_danger_that_was_told_before_is_not_told_again_with_every_message() -> None:
    first = samples.message(1, text="my card was stolen")
    second = samples.message(2, text="please hurry")
    owner = OwnerKind.TEAM
    one = samples.conversation(owner=Owner(kind=owner, id="Specialists", name="Specialists"))
    heard = samples.signals(risks=(risk("fraud", "my card was stolen"),))
    for timeline, alert in (((first,), True), ((first, second), False)):
        assert decide(samples.case(*timeline, conversation=one), heard, None, policy()).alert is alert


@pytest.mark.parametrize("risks", [("opt_out", "human_request"), ("opt_out",), ("auto_reply",)])
def test_whoever_may_want_no_more_messages_is_handed_over_without_a_word_of_the_assistant(risks: Any) -> None:
    handed = decided(risks=risks, words="these words. Where is it?")
    assert (handed.action, handed.notify_customer) == (Action.HANDOFF, False)
    assert "no consent was withdrawn" in handed.reason


def test_the_group_of_the_owner_table_gets_what_the_assistant_cannot_do() -> None:
    assert decided(confidence=None, intent="reset").owner.name == "Technical support"
    assert decided(confidence=None, intent="reset", sure=0.1).owner.name == "Customer care"
    assert decided(intent="dispute").owner.name == "Billing"
    assert decided(intent="dispute").reason == "Dispute is a person's work (it needs empathy)."


def test_a_handoff_is_never_below_the_first_tier() -> None:
    assert {decided(**g).tier for g, _, action in CASES if action is Action.HANDOFF} == {1, 2}
    assert decided(risks=("fraud",), triggers__fraud__tier=0).tier == 1
    assert decided(intent="dispute", owners__intents__dispute__tier=0).tier == 1


def test_a_person_keeps_the_conversation_when_the_assistant_whispers() -> None:
    assert decided(owner=MARIA).owner == MARIA
    assert decided(owner=MARIA, risks=("opt_out",)).owner == MARIA


CHANCES = st.floats(0, 1)
ANYTHING = st.fixed_dictionaries(
    {
        "channel": st.sampled_from(Channel),
        "owner": st.sampled_from([NOBODY, ASSISTANT, MARIA, TEAM]),
        "tier": st.sampled_from(["standard", "plus", "business", ""]),
        "intent": st.sampled_from(["reset", "upgrade", "dispute", "unknown", "else"]),
        "sure": CHANCES,
        "risks": st.lists(
            st.sampled_from(["auto_reply", "opt_out", "fraud", "human_request", "repeated_question", "x"]), unique=True
        ).map(tuple),
        "mood": st.floats(-1, 1),
        "confidence": st.none() | CHANCES,
        "findings": st.lists(st.sampled_from([BLOCK, WARN]), max_size=2).map(tuple),
        "replies": st.integers(0, 5),
        "asks": st.booleans(),
    }
)


@settings(max_examples=150, deadline=None)
@given(ANYTHING)
def test_every_turn_has_one_disposition_and_always_the_same(turn: dict[str, Any]) -> None:
    first = decided(**turn)
    assert first == decided(**turn)
    assert first.rule
    assert first.reason


@settings(max_examples=150, deadline=None)
@given(ANYTHING)
def test_the_assistant_never_speaks_for_a_person_nor_without_a_sure_and_clean_draft(turn: dict[str, Any]) -> None:
    disposition = decided(**turn)
    speaks = disposition.action is Action.AUTO_REPLY or disposition.notify_customer
    assert not (speaks and turn["owner"].is_human)
    if disposition.action is Action.AUTO_REPLY:
        assert turn["channel"] in MESSAGING
        assert turn["confidence"] is not None
        assert turn["confidence"] >= 0.5
        assert BLOCK not in turn["findings"]
        assert not {"opt_out", "auto_reply", "human_request", "fraud"} & set(turn["risks"])


def test_a_report_that_one_attempt_failed_is_no_question_asked_again_while_the_policy_counts_attempts() -> None:
    words = "I have tried that and it still shows E14"
    case = samples.case(
        samples.message(1, text="It shows E14"),
        samples.message(2, text="Restart it.", role=Role.ASSISTANT),
        samples.message(3, text=words),
    )
    failed = scored("failed_cycles", amount=1.0, records=(f"said: {words}",))
    heard = samples.signals(risks=(risk("repeated_question", words),), facts=(failed,))
    counting = policy(triggers__failed_cycles={"group": "Technical support", "tier": 1, "threshold": 2})
    assert decide(case, heard, samples.draft(confidence=0.8), counting).rule == "automatic_reply"
    assert decide(case, heard, samples.draft(confidence=0.8), policy()).rule == "trigger:repeated_question"
    twice = replace(heard, facts=(replace(failed, amount=2.0),))
    assert decide(case, twice, samples.draft(confidence=0.8), counting).rule == "trigger:failed_cycles"
