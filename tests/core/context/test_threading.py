"""Which conversation a message goes on with, and why."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.context.threading import LETTERS, Candidate, Choice, Said, Weighing, choose_thread
from core.model.conversation import NEW, Earlier, Ground, Role
from core.model.customer import Channel
from core.model.ids import ConversationId, MessageId
from core.read.repeats import Likeness
from core.text.verification import WORDS
from tests.core import rules, samples
from tests.core.people import NOW

DOORBELL, BILL = ConversationId("co_doorbell"), ConversationId("co_bill")
POLICY = rules.policy()


def about(name: ConversationId, words: str, *, ago: timedelta, last: str = "", solved: bool = False) -> Candidate:
    """A conversation in which the customer wrote `words`, and we said `last`, so long ago."""
    wrote = samples.message(id=MessageId(f"{name}1"), text=words, at=NOW - ago, address="+447700900123")
    said = samples.message(id=MessageId(f"{name}2"), text=last, role=Role.ASSISTANT, at=NOW - ago)
    return Candidate(
        conversation=replace(samples.conversation(), id=name, updated_at=NOW - ago),
        earlier=Earlier(id=name, subject=words[:30], words=words, at=NOW - ago, solved=solved),
        last=(wrote, said) if last else (wrote,),
        tickets=("4711",) if name == BILL else ("815",),
    )


def placed(
    text: str, *among: Candidate, similarity: float = 0.0, intent: str = "", differs: bool = False, **changes: Any
) -> Choice:
    said = replace(Said(text=text, channel=Channel.SMS, address="+447700900123", at=NOW), **changes)
    likeness = Likeness(score=similarity, intent=intent, differs=differs)
    return choose_thread(Weighing(said=said, candidates=among, policy=POLICY, alike=lambda *_: likeness))


def doorbell(**how: Any) -> Candidate:
    return about(DOORBELL, "My doorbell of order LK-20114 is offline since Monday", **{"ago": timedelta(days=2), **how})


def bill(**how: Any) -> Candidate:
    return about(BILL, "My invoice RE-3301 shows the wrong amount", **{"ago": timedelta(days=1), **how})


def test_who_never_wrote_begins() -> None:
    assert placed("Hello") == Choice(conversation=None, ground=Ground.FIRST)


def test_two_days_later_the_same_order_is_the_same_matter_though_another_was_talked_about_since() -> None:
    found = placed("What about LK-20114?", bill(), doorbell())
    assert (found.conversation, found.ground, found.words) == (DOORBELL, Ground.REFERENCE, "20114")


def test_a_reply_to_a_message_goes_where_the_message_is_whatever_it_says() -> None:
    found = placed("RE-3301 is something else", bill(), doorbell(), quoted=DOORBELL)
    assert (found.conversation, found.ground) == (DOORBELL, Ground.QUOTED)


def test_a_ticket_that_is_named_is_found() -> None:
    assert placed("It is about ticket #4711", doorbell(), bill()).conversation == BILL
    assert placed("Vorgang Nr. 4711", doorbell(), bill()).ground is Ground.TICKET


def test_another_order_is_another_matter_even_in_the_middle_of_a_talk() -> None:
    now = doorbell(ago=timedelta(minutes=5))
    assert placed("Where is my order LK-30999?", now).ground is Ground.APART


SENT = WORDS["en"].sent.format(end="123", minutes=10)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (SENT, "493027"),
        (WORDS["de"].claimed.format(minutes=10), "493027"),
        (WORDS["en"].who, "+44 7700 900123"),
        ("Which error code do you see?", "E14"),
        ("Which error code do you see?", "E14?"),
    ],
)
def test_the_number_that_we_asked_for_is_no_other_matter(asked: str, answer: str) -> None:
    talk = doorbell(ago=timedelta(seconds=40), last=asked)
    found = placed(answer, talk)
    assert (found.conversation, found.ground) == (DOORBELL, Ground.TALKING)


@pytest.mark.parametrize(
    ("minutes", "last", "words"),
    [
        (5, "It leaves us tomorrow.", "LK-30999"),
        (40, "Which order is it?", "LK-30999"),
        (5, "Does that help?", "Where is my order LK-30999?"),
        (5, "Does that help?", "My sister has not had anything yet of all that she ordered from you as LK-30999"),
    ],
    ids=["nothing asked", "long ago", "a question", "more than an answer"],
)
def test_another_number_that_answers_nothing_of_ours_is_another_matter(minutes: int, last: str, words: str) -> None:
    talk = doorbell(ago=timedelta(minutes=minutes), last=last)
    assert placed(words, talk).ground is Ground.APART


def test_what_is_written_minutes_later_goes_on_with_the_talk() -> None:
    found = placed("How long does the battery last?", doorbell(ago=timedelta(minutes=20)))
    assert (found.conversation, found.ground) == (DOORBELL, Ground.TALKING)


def test_hours_later_what_looks_like_another_matter_is_one() -> None:
    wish = "I would like to cancel my monthly subscription"
    assert placed(wish, doorbell(), similarity=0.05).ground is Ground.APART
    assert placed(wish, doorbell(), similarity=0.6).ground is Ground.ALIKE


def test_the_answer_to_our_question_goes_where_we_asked() -> None:
    asked = doorbell(last="Thanks. Does the light blink blue or red?")
    found = placed("It blinks red quite slowly since then", bill(), asked)
    assert (found.conversation, found.ground) == (DOORBELL, Ground.ANSWER)
    assert found.words == "Does the light blink blue or red?"


def test_still_and_any_news_go_on_with_what_is_likest() -> None:
    found = placed("Any news? I am still waiting for somebody to look at it", doorbell(), similarity=0.4)
    assert (found.conversation, found.ground, found.words) == (DOORBELL, Ground.SAYS_SO, "Any news")


def test_a_greeting_goes_to_the_newest_within_the_hours_and_begins_afresh_after_them() -> None:
    assert placed("Hello?", bill(), doorbell()).conversation == BILL
    assert placed("Hello?", bill(ago=timedelta(days=9))).ground is Ground.APART


def test_weeks_later_only_what_is_plainly_the_same_goes_on() -> None:
    weeks = timedelta(days=20)
    assert placed("And now?", doorbell(ago=weeks)).ground is Ground.APART
    assert placed("LK-20114 still does nothing", doorbell(ago=weeks)).conversation == DOORBELL


def test_what_was_solved_stays_solved_after_the_hours_unless_they_reply_to_it() -> None:
    closed = doorbell(ago=timedelta(days=20), solved=True)
    assert placed("LK-20114 is offline again", closed, similarity=0.9).ground is Ground.APART
    assert placed("Offline again", closed, quoted=DOORBELL).conversation == DOORBELL
    lately = doorbell(ago=timedelta(days=1), solved=True)
    assert placed("LK-20114 is offline again", lately).conversation == DOORBELL


def test_the_customers_own_word_that_it_is_something_else_counts_unless_they_are_talking() -> None:
    other = "I have a different question about my doorbell"
    assert placed(other, doorbell(), similarity=0.9).ground is Ground.APART
    assert placed(other, doorbell(ago=timedelta(minutes=3)), similarity=0.9).ground is Ground.TALKING


def test_a_letter_stands_for_itself_and_has_to_be_about_the_same() -> None:
    now = doorbell(ago=timedelta(minutes=5), last="Which colour is it?")
    assert placed("It is about my bill", now, channel=Channel.EMAIL).ground is Ground.APART
    assert placed("Doorbell\nLK-20114 again", now, channel=Channel.EMAIL).ground is Ground.REFERENCE
    assert placed("Doorbell\nIt is offline", now, channel=Channel.EMAIL, similarity=0.85).ground is Ground.ALIKE


@pytest.mark.parametrize("text", ["and LK-99999 too", "Another question", "My subscription please cancel it now"])
def test_texts_in_one_go_stay_together_whatever_they_say(text: str) -> None:
    assert placed(text, doorbell(ago=timedelta(seconds=4))).ground is Ground.IN_ONE_GO


@given(
    text=st.text(max_size=40),
    days=st.floats(0, 40),
    similarity=st.floats(0, 1),
    channel=st.sampled_from(sorted(Channel)),
    solved=st.booleans(),
)
def test_every_message_has_one_place_and_a_ground_for_it(
    text: str, days: float, similarity: float, channel: Channel, solved: bool
) -> None:
    among = doorbell(ago=timedelta(days=days), solved=solved)
    found = placed(text, among, similarity=similarity, channel=channel)
    assert (found.conversation is None) == (found.ground in NEW)
    if found.ground in {Ground.TALKING, Ground.VAGUE, Ground.RECENT, Ground.ANSWER}:
        assert days <= POLICY.same_matter / timedelta(days=1)
        assert channel not in LETTERS


def mail(**how: Any) -> Candidate:
    """A mail about the doorbell that nobody has answered."""
    found = doorbell(**{"ago": timedelta(hours=5), **how})
    return replace(found, last=tuple(replace(each, channel=Channel.EMAIL, address="") for each in found.last))


WISH = "Who pays the postage when I return something to you?"


def test_the_same_intent_within_the_hours_ties_a_text_to_a_mail_that_waits_and_says_which() -> None:
    found = placed(WISH, mail(), similarity=0.4, intent="Return an item")
    assert (found.conversation, found.ground, found.words) == (DOORBELL, Ground.INTENT, "Return an item")
    by_mail = placed(f"Return\n{WISH}", mail(), similarity=0.4, intent="Return an item", channel=Channel.EMAIL)
    assert by_mail.ground is Ground.INTENT


@pytest.mark.parametrize(
    ("words", "ago", "similarity"),
    [
        ("Who pays when I send LK-30999 back?", timedelta(hours=5), 0.4),
        (WISH, timedelta(days=9), 0.4),
        (WISH, timedelta(hours=5), 0.1),
    ],
    ids=["another order", "after the hours", "not alike at all"],
)
def test_the_same_intent_alone_ties_nothing_else(words: str, ago: timedelta, similarity: float) -> None:
    found = placed(words, mail(ago=ago), similarity=similarity, intent="Return an item")
    assert (found.conversation, found.near) == (None, None)


def test_another_intent_speaks_against_a_join_that_rests_on_time_or_likeness() -> None:
    talk = doorbell(ago=timedelta(hours=5))
    assert placed(WISH, talk, similarity=0.4).ground is Ground.RECENT
    assert placed(WISH, talk, similarity=0.4, differs=True).ground is Ground.APART
    assert placed(WISH, talk, similarity=0.9).ground is Ground.ALIKE
    found = placed(WISH, talk, similarity=0.9, differs=True)
    assert (found.conversation, found.near) == (None, DOORBELL)


def test_another_intent_takes_nothing_from_surer_grounds() -> None:
    assert placed("What about LK-20114?", mail(), differs=True).ground is Ground.REFERENCE
    assert placed(WISH, doorbell(ago=timedelta(minutes=9)), differs=True).ground is Ground.TALKING


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.WHATSAPP, Channel.CHAT, Channel.EMAIL])
def test_what_is_near_a_mail_that_waits_is_suggested_and_not_joined(channel: Channel) -> None:
    for similarity, conversation, near in ((0.5, None, None), (0.7, None, DOORBELL), (0.85, DOORBELL, None)):
        found = placed(WISH, mail(), similarity=similarity, channel=channel)
        assert (found.conversation, found.near) == (conversation, near)


def test_a_few_words_that_surely_want_something_else_do_not_go_to_a_mail_that_waits() -> None:
    assert placed("Reset the hub?", mail()).ground is Ground.VAGUE
    assert placed("Reset the hub?", mail(), differs=True).ground is Ground.APART


def test_what_is_near_and_has_another_intent_is_not_even_suggested() -> None:
    assert placed(WISH, mail(), similarity=0.7, differs=True).near is None


def test_what_the_customer_calls_something_else_or_names_another_order_for_is_not_suggested() -> None:
    assert placed("I have a different question about my doorbell", mail(), similarity=0.75).near is None
    assert placed("Where is my order LK-30999 now?", mail(), similarity=0.75).near is None


def test_still_alone_does_not_lead_to_a_mail_that_waits_but_words_about_earlier_words_do() -> None:
    assert placed("I still have the box of the other camera that I bought", mail(), similarity=0.4).conversation is None
    assert placed("I still have the box of the other camera that I bought", mail(), similarity=0.7).near == DOORBELL
    assert placed("You promised somebody would look at the wires", mail(), similarity=0.4).ground is Ground.SAYS_SO
    talk = doorbell(ago=timedelta(hours=5))
    assert placed("It still does nothing at all with the new wires", talk, similarity=0.4).ground is Ground.SAYS_SO
