"""When a customer who may still be writing is answered."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.decide.burst import is_unfinished, quiet_at, turn_of
from core.model.conversation import Attachment, CaseContext, Role
from core.model.customer import Channel
from core.model.ids import MessageId
from core.policy import Burst
from tests.core import samples
from tests.core.people import NOW

BURST = Burst()
QUESTION = "How do I reset my doorbell?"


def written(*texts: str, apart: float = 1, channel: Channel = Channel.SMS) -> CaseContext:
    """A customer's texts, so many seconds apart; one in capitals is the assistant's."""
    timeline = tuple(
        samples.message(
            text=text,
            id=MessageId(f"ms_{place}"),
            role=Role.ASSISTANT if text.isupper() else Role.CUSTOMER,
            at=NOW + timedelta(seconds=place * apart),
            channel=channel,
        )
        for place, text in enumerate(texts)
    )
    return samples.case(*timeline, now=NOW)


def waited(case: CaseContext) -> float:
    """Seconds after the newest text."""
    ready = quiet_at(case, BURST)
    assert ready is not None
    assert case.latest is not None
    return (ready - case.latest.at).total_seconds()


@pytest.mark.parametrize(
    "text",
    [
        QUESTION,
        "My doorbell is offline",
        "It is broken.",
        "Wo bleibt meine Bestellung?",
        "インターホンがつながりません",
        "My order number is LK-20114",
    ],
)
def test_a_whole_thought_is_answered_after_a_short_silence(text: str) -> None:
    assert waited(written(text)) == 1.2


@pytest.mark.parametrize(
    "text",
    [
        "Hi",
        "Hello there!",
        "Guten Tag",
        "I wanted to ask,",
        "The hub and",
        "Ich habe die Klingel und",
        "so",
        "my order",
    ],
)
def test_half_a_thought_is_given_time_to_become_a_whole_one(text: str) -> None:
    assert waited(written(text)) == 5


def test_a_picture_without_words_waits_for_them_and_one_with_words_does_not() -> None:
    picture = Attachment(name="a.jpg", type="image/jpeg")
    alone = samples.message(text="(sent a picture or file)", attachments=(picture,))
    assert is_unfinished(alone)
    assert not is_unfinished(replace(alone, text="My doorbell arrived damaged"))


def test_a_short_answer_to_our_question_is_a_whole_thought() -> None:
    assert waited(written("It does not work", "WHICH PRODUCT IS IT?", "doorbell")) == 1.2
    assert waited(written("It does not work", "WHICH PRODUCT IS IT?", "ok")) == 1.2
    assert waited(written("It does not work", "WHICH PRODUCT IS IT?", "it is the hub and")) == 5


def test_nobody_is_kept_waiting_longer_than_the_longest_from_their_first_text() -> None:
    assert waited(written("Hi", "so", "and", "but", apart=3)) == 1


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.WEB, Channel.VOICE])
def test_letters_and_speech_are_not_waited_for(channel: Channel) -> None:
    assert quiet_at(written(QUESTION, channel=channel), BURST) is None


def test_a_policy_without_quiet_waits_for_nothing() -> None:
    assert quiet_at(written("Hi"), replace(BURST, quiet=timedelta(0))) is None


def test_what_was_written_yesterday_is_no_part_of_the_turn_though_nobody_answered_it() -> None:
    case = written("Where is it?", "And the doorbell?", apart=86_400)
    assert [m.text for m in turn_of(case, BURST)] == ["And the doorbell?"]
    assert waited(case) == 1.2


@given(gaps=st.lists(st.floats(0, 15), max_size=8), text=st.sampled_from([QUESTION, "Hi", "and"]))
def test_whoever_writes_is_answered_in_the_longest_time_at_most(gaps: list[float], text: str) -> None:
    moments: list[datetime] = [NOW]
    for gap in gaps:
        moments.append(moments[-1] + timedelta(seconds=gap))
    timeline = tuple(
        samples.message(text=text, id=MessageId(f"ms_{place}"), at=at, channel=Channel.SMS)
        for place, at in enumerate(moments)
    )
    case = samples.case(*timeline, now=moments[-1])
    ready, turn = quiet_at(case, BURST), turn_of(case, BURST)
    assert ready is not None
    assert ready <= turn[0].at + BURST.longest
    assert ready >= min(moments[-1] + BURST.quiet, turn[0].at + BURST.longest)
    assert all(later.at - earlier.at <= BURST.longest for earlier, later in pairwise(turn))
