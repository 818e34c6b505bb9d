from dataclasses import replace
from typing import Any

import pytest

from core.decide.table import decide
from core.decide.turn import Turn
from core.model.conversation import ASSISTANT, NOBODY, Message, Owner, OwnerKind, Role
from core.model.customer import Channel
from core.model.decision import Action, Disposition
from core.model.ids import TicketId
from core.model.signals import UNKNOWN_LANGUAGE, Evidence, Scored
from core.policy import Policy, Routing, Shadow
from core.read.non_requests import WORDED
from tests.core import people, samples
from tests.core.people import MINUTE, NOW
from tests.core.rules import policy
from tests.core.samples import MARIA, risk, scored

RESET = (scored("reset", label="Reset"),)


def decided(
    rules: Policy | None = None,
    *,
    intents: tuple[Scored, ...] = RESET,
    words: str = "How do I reset it?",
    ours: str = "",
    channel: Channel = Channel.SMS,
    owner: Owner = NOBODY,
    brand: str = "",
    tier: str = "standard",
    draft: Any = "a draft",
    asks: bool = True,
    ticket_id: TicketId | None = None,
    **signals: Any,
) -> Disposition:
    before = [samples.message(1, text=ours, role=Role.ASSISTANT, channel=channel)] if ours else []
    case = samples.case(
        *before,
        samples.message(50, text=words, channel=channel),
        customer=people.customer(tier=tier),
        conversation=samples.conversation(owner=owner, brand=brand, ticket_id=ticket_id),
    )
    made = samples.draft() if draft == "a draft" else draft
    return decide(case, samples.signals(intents=intents, **signals), made, rules or policy(), asks=asks)


# ---------------------------------------------------------------- shadow


@pytest.mark.parametrize(
    ("shadow", "why"),
    [
        (Shadow(channels=frozenset({Channel.SMS})), "the channel sms"),
        (Shadow(brands=frozenset({"Lark"})), "the brand Lark"),
        (Shadow(intents=frozenset({"reset"})), "the intent reset"),
    ],
)
def test_in_shadow_there_are_drafts_only_and_nothing_is_said_to_the_customer(shadow: Shadow, why: str) -> None:
    rules = replace(policy(), shadow=shadow)
    found = decided(rules, brand="Lark")
    assert (found.rule, found.action, found.notify_customer) == ("shadow", Action.HANDOFF, False)
    assert why in found.reason
    handed = decided(rules, brand="Lark", risks=(risk("fraud"),))
    assert (handed.rule, handed.notify_customer) == ("trigger:fraud", False)


@pytest.mark.parametrize(
    "shadow",
    [
        Shadow(channels=frozenset({Channel.WHATSAPP})),
        Shadow(brands=frozenset({"Other", ""})),
        Shadow(intents=frozenset({"upgrade"})),
    ],
)
def test_what_is_not_in_shadow_is_answered(shadow: Shadow) -> None:
    for brand in ("", "Lark"):
        assert decided(replace(policy(), shadow=shadow), brand=brand).action is Action.AUTO_REPLY


@pytest.mark.parametrize(
    "intents", [(scored("upgrade", 0.1),), (scored("reset", 0.6), scored("upgrade", 0.4)), (scored("upgrade", 0.9),)]
)
def test_an_intent_in_shadow_counts_as_the_second_of_a_message_and_as_the_likeliest_however_unsure(
    intents: tuple[Scored, ...],
) -> None:
    rules = replace(policy(), shadow=Shadow(intents=frozenset({"upgrade"})))
    assert decided(rules, intents=intents).rule == "shadow"
    unlikely = (scored("reset", 0.6), scored("upgrade", 0.39))
    assert decided(rules, intents=unlikely).rule == "automatic_reply"


def test_on_a_ticket_shadow_is_a_suggestion_that_says_why() -> None:
    rules = replace(policy(channels__automatic=["email"]), shadow=Shadow(channels=frozenset({Channel.EMAIL})))
    found = decided(rules, channel=Channel.EMAIL)
    assert (found.action, found.rule) == (Action.SUGGEST, "suggest")
    assert "the channel email" in found.reason


# ---------------------------------------------------------------- several intents, and their owners


def test_of_several_intents_the_one_that_needs_a_person_decides() -> None:
    pays_and_disputes = (scored("reset", 0.55), scored("dispute", 0.4, label="Dispute"))
    found = decided(intents=pays_and_disputes)
    assert (found.rule, found.owner.name, found.tier) == ("owner:dispute", "Billing", 2)
    assert decided(intents=(scored("reset", 0.55), scored("dispute", 0.39))).rule == "automatic_reply"


def test_what_a_person_closes_goes_to_that_intents_group_with_the_draft() -> None:
    found = decided(intents=(scored("reset", 0.5), scored("upgrade", 0.45, label="Upgrade")))
    assert (found.rule, found.action, found.owner.name) == ("owner:upgrade", Action.HANDOFF, "Billing")
    assert found.reason == "Upgrade is prepared by the assistant and closed by a person."


def test_what_is_told_before_anybody_asks_is_also_answered_when_somebody_does() -> None:
    rules = policy(owners__intents__reset={"owner": "proactive", "group": "Customer care", "tier": 0})
    assert decided(rules).action is Action.AUTO_REPLY


@pytest.mark.parametrize(("asked", "action"), [(0.8, Action.AUTO_REPLY), (0.81, Action.HANDOFF)])
def test_each_intent_has_its_own_confidence(asked: float, action: Action) -> None:
    found = decided(replace(policy(), intent_confidence={"reset": asked}))
    assert found.action is action
    if action is Action.HANDOFF:
        assert (found.rule, found.reason) == (
            "low_confidence",
            "The draft's confidence is 0.80; the policy asks for 0.81.",
        )


def test_a_confidence_that_misses_by_a_hair_is_not_told_as_reached() -> None:
    rules = replace(policy(), intent_confidence={"reset": 0.8})
    found = decided(rules, draft=samples.draft(confidence=0.796))
    assert found.reason == "The draft's confidence is 0.79; the policy asks for 0.80."


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(("bounces", "rule"), [(1, "automatic_mail"), (2, "bounce_loop"), (7, "bounce_loop")])
def test_two_machines_that_write_to_each_other_are_stopped(bounces: int, rule: str) -> None:
    found = decided(risks=(risk("auto_reply"),), facts=(scored("bounce_loop", 1.0, amount=bounces),), words="I am away")
    assert (found.rule, found.action) == (rule, Action.SILENT)


def test_a_bounce_loop_is_stopped_even_where_nothing_else_tells_the_machine() -> None:
    loop = (scored("bounce_loop", 1.0, amount=2.0),)
    assert decided(facts=loop, risks=(risk("fraud"),), tier="business").rule == "bounce_loop"


def test_spam_is_set_aside_for_review_and_not_answered() -> None:
    rules = replace(policy(), routing=Routing(spam="Customer care"))
    found = decided(rules, risks=(risk("spam"), risk("fraud")), ticket_id=TicketId("7"))
    assert (found.action, found.rule) == (Action.SILENT, "spam")
    assert (found.owner.kind, found.owner.name) == (OwnerKind.TEAM, "Customer care")
    assert decided(rules, risks=(risk("spam"),)).owner == NOBODY  # no ticket, nothing to review
    assert decided(risks=(risk("spam"),), ticket_id=TicketId("7")).owner == NOBODY
    assert decided(rules, risks=(scored("spam", 0.49),)).rule == "automatic_reply"


def test_a_trigger_that_fires_on_other_words_undoes_spam() -> None:
    elsewhere = scored("fraud", evidence=(Evidence(start=20, end=26, words="stolen"),))
    assert decided(risks=(risk("spam"), elsewhere), ticket_id=TicketId("7")).rule == "trigger:fraud"


def test_a_machine_known_by_its_wording_alone_is_met_with_silence_only_on_a_ticket() -> None:
    worded = scored("auto_reply", WORDED, evidence=(Evidence(start=0, end=9, words="I am away"),))
    assert decided(risks=(worded,), words="I am away", ticket_id=TicketId("7")).rule == "automatic_mail"
    alone = decided(risks=(worded,), words="I am away")
    assert (alone.action, alone.rule, alone.notify_customer) == (Action.HANDOFF, "unwelcome", False)


def test_what_a_person_has_is_not_taken_away_as_spam() -> None:
    rules = replace(policy(), routing=Routing(spam="Customer care"))
    found = decided(rules, risks=(risk("spam"),), owner=MARIA)
    assert (found.rule, found.owner) == ("owned_by_person", MARIA)


@pytest.mark.parametrize(
    ("words", "ours", "rule"),
    [
        ("Mikor érkezik a csomagom?", "", "unknown_language"),
        ("Mikor érkezik a csomagom?", "Hold the button.", "unknown_language"),
        ("csomag?", "", "unknown_language"),
        ("hub", "Which of these do you mean?", "automatic_reply"),
        ("LK-20114?", "", "automatic_reply"),
        ("20114", "", "automatic_reply"),
    ],
)
def test_words_in_a_language_that_nobody_knows_go_to_a_person(words: str, ours: str, rule: str) -> None:
    found = decided(words=words, ours=ours, language=UNKNOWN_LANGUAGE)
    assert found.rule == rule


@pytest.mark.parametrize("words", ["", "   ", "😡", "😡😡 ???", "aGVsbG8gd29ybGQhIGhlbGxvIHdvcmxkIQ=="])
def test_a_message_without_words_waits_for_a_person_and_gets_no_answer(words: str) -> None:
    found = decided(words=words, draft=None, asks=False, language=UNKNOWN_LANGUAGE, intents=())
    assert (found.rule, found.action) == ("no_words", Action.HANDOFF)


def test_a_very_long_message_is_decided_like_any_other() -> None:
    assert decided(words="How do I reset it? " * 10_500).action is Action.AUTO_REPLY


# ---------------------------------------------------------------- a matter that was solved


def test_answers_before_the_matter_was_solved_are_not_counted_again() -> None:
    said = exchange(4)
    for solved_at, rule in ((None, "max_turns"), (said[-1].at, "automatic_reply"), (said[1].at, "max_turns")):
        assert decided_after(*said, solved_at=solved_at) == rule


def exchange(times: int) -> list[Message]:
    """So often asked and answered, a minute apart."""
    return [
        samples.message(n, text="And this?" if n % 2 else "Hold it.", role=Role.CUSTOMER if n % 2 else Role.ASSISTANT)
        for n in range(1, 2 * times + 1)
    ]


def decided_after(*said: Message, **conversation: Any) -> str:
    case = samples.case(
        *said,
        samples.message(50, text="How do I reset it?"),
        conversation=samples.conversation(**conversation),
    )
    return decide(case, samples.signals(intents=RESET), samples.draft(), policy()).rule


def test_what_follows_an_answer_unasked_is_no_answer() -> None:
    follow_up = samples.message(9, text="A while ago we answered your question.", role=Role.ASSISTANT)
    assert decided_after(*exchange(2), follow_up) == "automatic_reply"
    assert decided_after(*exchange(3), follow_up) == "max_turns"


def test_a_notice_and_what_was_said_before_a_person_had_it_is_not_counted() -> None:
    solved = samples.message(9, text="Solved it.", role=Role.AGENT)
    assert decided_after(*exchange(4), solved) == "automatic_reply"
    said = exchange(4)
    assert decided_after(*said, owner=ASSISTANT, owner_since=said[-1].at + MINUTE) == "automatic_reply"
    assert decided_after(*said, owner=ASSISTANT, owner_since=said[1].at) == "max_turns"


def test_an_important_customer_goes_to_the_senior_group_before_the_assistant_says_a_word() -> None:
    found = decided(tier="business")
    assert (found.rule, found.owner.name, found.tier) == ("vip", "Specialists", 2)
    assert found.reason == "A business customer is served by a person first."


def test_a_turn_without_any_message_still_has_a_channel() -> None:
    case = replace(samples.case(), timeline=(), conversation=samples.conversation(channel=Channel.EMAIL), now=NOW)
    turn = Turn(case=case, signals=samples.signals(), draft=None, policy=policy(), asks=False)
    assert turn.channel is Channel.EMAIL
    assert decide(case, samples.signals(), None, policy(), asks=False).reason
