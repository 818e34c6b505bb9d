"""Who is asked by what we know them answers with an address: what so few words sound like does not decide who acts."""

from dataclasses import replace

import pytest

from core.decide.evaluation import Evaluation, about_code
from core.model.conversation import CaseContext, Role
from core.model.customer import Channel
from core.model.decision import Action
from core.model.ids import ConversationId, CustomerId, VerificationId
from core.model.profile import CodeState, Proving, Verification
from core.model.signals import Scored
from core.policy import Policy
from core.procedure.verify_identity import as_if_proved_before
from core.profile.codes import HIDDEN
from core.text.verification import words_in
from tests.core.people import NOW
from tests.core.rules import policy
from tests.core.samples import case, message, risk, scored, signals


@pytest.fixture
def strict() -> Policy:
    return policy(
        channels__automatic=["chat"],
        verification={"intents": ["reset"], "accept": ["code"]},
        standing=["verification_code", "handoff_notice"],
    )


def answering(words: str) -> CaseContext:
    """A visitor, asked who they are, says this."""
    return case(
        message(1, text="Has my order been shipped?", channel=Channel.CHAT),
        message(2, role=Role.ASSISTANT, text=words_in("en").who, channel=Channel.CHAT),
        message(3, text=words, channel=Channel.CHAT),
    )


def thought(words: str, strict: Policy, *risks: Scored) -> Evaluation:
    found = about_code(answering(words), signals(intents=(scored("dispute"),), risks=risks), strict)
    assert found is not None
    return found


def test_an_address_that_sounds_like_a_persons_work_still_is_the_answer_to_our_question(strict: Policy) -> None:
    made = thought("It is emma.clarke@example.com", strict)
    assert (made.disposition.action, made.disposition.rule) == (Action.AUTO_REPLY, "verification")


def test_who_reports_a_fraud_beside_it_has_a_person_all_the_same(strict: Policy) -> None:
    made = thought("emma.clarke@example.com, somebody stole my account", strict, risk("fraud", "stole my account"))
    assert (made.disposition.action, made.disposition.rule) == (Action.HANDOFF, "trigger:fraud")


@pytest.mark.parametrize(
    ("answer", "waits"),
    [
        ("It is emma.clarke@example.com", ["ms_1", "ms_9"]),
        (f"It says {HIDDEN}", ["ms_1", "ms_9"]),
        ("It is emma.clarke@example.com, and please send the invoice too", ["ms_1", "ms_3", "ms_9"]),
        ("Why do you want to know that?", ["ms_1", "ms_3", "ms_9"]),
    ],
)
def test_after_the_right_code_the_question_waits_for_its_answer_and_not_what_was_said_to_our_asking(
    answer: str, waits: list[str]
) -> None:
    asked = answering(answer)
    right = Verification(
        id=VerificationId("ve_1"),
        conversation_id=ConversationId("co_one"),
        customer_id=CustomerId("cu_emma"),
        channel=Channel.SMS,
        hint="23",
        sent_at=NOW,
        expires_at=NOW,
        state=CodeState.RIGHT,
    )
    said = message(9, text=f"Sorry, it is {HIDDEN}", channel=Channel.CHAT)
    proved = replace(asked, timeline=(*asked.timeline, said), proving=Proving(code=right))
    assert [each.id for each in as_if_proved_before(proved).unanswered] == waits
