"""What was said a moment ago is not said again, and nobody who waits for an answer gets none because of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.answer.answer import Answered
from core.decide.evaluation import ALREADY_SAID, answers_in_turn, conclude, drop_repeated
from core.model.conversation import CaseContext, Role
from core.model.customer import WRITTEN, Channel
from core.model.decision import Action
from core.model.draft import Draft, Sentence, SentenceKind
from core.policy import Policy
from tests.core import rules
from tests.core.people import NOW
from tests.core.samples import case, draft, message, signals

POLICY: Policy = rules.policy(
    channels__automatic=["sms", "whatsapp", "chat", "voice"],
    burst={"quiet_seconds": 1.2, "unfinished_seconds": 5},
)
ANSWER = draft()
QUESTION: Draft = draft(
    "back",
    sentences=(
        Sentence(text="Which of these do you mean?", kind=SentenceKind.COURTESY),
        Sentence(text="1. resetting a thermostat", kind=SentenceKind.COURTESY),
    ),
    composer="clarify",
    confidence=0.0,
)


def just_answered(said: Draft, channel: Channel = Channel.SMS, seconds: int = 6) -> CaseContext:
    """The customer writes again, so long after the text that this answer was for."""
    at = [NOW, NOW + timedelta(seconds=2), NOW + timedelta(seconds=seconds)]
    return case(
        message(1, channel=channel, at=at[0]),
        message(2, channel=channel, at=at[1], role=Role.ASSISTANT, text=said.body),
        message(3, channel=channel, at=at[2], text="And the hall?"),
        now=at[2],
    )


def decided(found: CaseContext, made: Draft) -> tuple[Action, str]:
    thought = conclude(found, signals(), POLICY, Answered(draft=made, abstained=None))
    return thought.disposition.action, thought.disposition.rule


@pytest.mark.parametrize("channel", sorted(WRITTEN & POLICY.automatic))
def test_the_same_answer_is_not_written_twice_in_a_moment(channel: Channel) -> None:
    assert decided(just_answered(ANSWER, channel), ANSWER) == (Action.SILENT, ALREADY_SAID)
    assert decided(just_answered(ANSWER, channel, seconds=30), ANSWER)[0] is Action.AUTO_REPLY


def test_a_question_back_that_was_not_put_yet_is_put() -> None:
    assert decided(just_answered(ANSWER), QUESTION) == (Action.AUTO_REPLY, "clarifying_question")


def test_a_question_back_that_was_put_a_moment_ago_is_not_put_again() -> None:
    assert decided(just_answered(QUESTION), QUESTION) == (Action.SILENT, ALREADY_SAID)


def test_a_caller_who_asks_again_at_once_is_told_again() -> None:
    asked = just_answered(ANSWER, Channel.VOICE)
    assert answers_in_turn(asked, POLICY.burst) == ()
    assert decided(asked, ANSWER)[0] is Action.AUTO_REPLY


def test_only_what_is_new_is_left_of_an_answer() -> None:
    new = Sentence(text="It takes a minute.", kind=SentenceKind.RECORD, record="a test")
    longer = replace(ANSWER, sentences=(*ANSWER.sentences, new))
    rest = drop_repeated(longer, answers_in_turn(just_answered(ANSWER), POLICY.burst))
    assert rest is not None
    assert rest.sentences == (new,)
