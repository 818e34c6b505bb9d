from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from core.model.conversation import CaseContext, Role
from core.model.signals import Scored
from core.ports import Encoder, Vector
from core.read.repeats import find_repeated, says_so
from tests.core import samples
from tests.core.encoder import WordEncoder


class Alike:
    """An encoder to which all texts mean the same."""

    name = "alike"

    def encode(self, texts: Sequence[str]) -> Vector:
        return np.tile(np.array([1.0, 0.0], dtype=np.float32), (len(texts), 1))


def talk(*turns: str) -> CaseContext:
    """Turns of the customer; one that begins with "- " is the assistant's."""
    timeline = [
        samples.message(
            number, text=turn.removeprefix("- "), role=Role.ASSISTANT if turn[:2] == "- " else Role.CUSTOMER
        )
        for number, turn in enumerate(turns, 1)
    ]
    return samples.case(*timeline)


def heard(*turns: str, encoder: Encoder | None = None) -> Scored | None:
    return find_repeated(talk(*turns), encoder)


REFUND = "How long does the refund for my doorbell take?"


def test_the_same_question_again_is_noticed() -> None:
    found = heard(REFUND, "- Soon.", "how long does a refund for the doorbell take??")
    assert found is not None
    assert found.value == "repeated_question"
    assert found.amount == 1


def test_a_question_that_nobody_answered_counts_too() -> None:
    assert heard(REFUND, "Hello? " + REFUND) is not None


def test_the_evidence_is_the_sentence_among_all_unanswered_words() -> None:
    found = heard(REFUND, "- Soon.", "Hi there.", "One thing. " + REFUND)
    assert found is not None
    span = found.evidence[0]
    # The greeting wants nothing and is not read.
    assert f"One thing. {REFUND}"[span.start : span.end] == REFUND


def test_another_question_about_the_same_thing_is_not() -> None:
    assert heard(REFUND, "- Soon.", "Which wires does the doorbell need?") is None


def test_the_same_words_about_another_order_are_not() -> None:
    assert heard("Where is my order LK-20114?", "- Delivered.", "Where is my order LK-20187?", encoder=Alike()) is None


def test_a_more_exact_question_that_builds_on_the_answer_is_not() -> None:
    turns = ("How long does the refund take?", "- Ten days.", "Does the refund take ten working days or calendar days?")
    assert heard(*turns, encoder=WordEncoder()) is None


def test_a_short_follow_up_is_not() -> None:
    assert heard("and now?", "- Wait.", "and now?") is None


def test_a_message_that_was_sent_twice_by_a_slip_is_not() -> None:
    first, second = samples.message(1, text=REFUND), samples.message(2, text=REFUND)
    slip = samples.message(2, text=REFUND, at=first.at + timedelta(seconds=2))
    assert find_repeated(samples.case(first, slip)) is None
    assert find_repeated(samples.case(first, second)) is not None


def test_a_rewording_is_noticed_with_an_encoder() -> None:
    turns = (REFUND, "- Soon.", "When do I finally get my money for the broken camera?")
    assert heard(*turns) is None
    assert heard(*turns, encoder=Alike()) is not None


def test_saying_that_it_was_asked_before_is_enough() -> None:
    assert heard("As I said, the hub is offline.") is not None


class Sure:
    """A reader to which a question is the same when it asks after the same thing."""

    name = "sure"

    def asked_again(self, now: str, before: str, answer: str) -> float:
        return 0.9 if "refund" in before and "money" in now and answer == "Soon." else 0.2

    def same_matter(self, now: str, before: str) -> float:
        return 0.0


def test_a_trained_reader_decides_and_the_earlier_message_is_named() -> None:
    case = talk(REFUND, "- Soon.", "Which wires does it need?", "- Two.", "Hm. And my money?")
    found = find_repeated(case, Alike(), Sure())
    assert found is not None
    assert (found.confidence, found.amount, found.made_by) == (0.9, 1.0, "sure")
    assert found.records == (case.timeline[0].named,)
    assert [e.words for e in found.evidence] == ["And my money?"]
    assert find_repeated(talk(REFUND, "- Soon.", "Which wires does it need?"), Alike(), Sure()) is None


class ByRefund:
    """An encoder to which a text is about refunds or about nothing of the kind."""

    name = "by-refund"

    def encode(self, texts: Sequence[str]) -> Vector:
        return np.array([[1.0, 0.0] if "refund" in text else [0.0, 1.0] for text in texts], dtype=np.float32)


class TakesAllForOne:
    """A reader of pairs to which everything is the same."""

    name = "all-one"

    def asked_again(self, now: str, before: str, answer: str) -> float:
        return 1.0

    def same_matter(self, now: str, before: str) -> float:
        return 1.0


def test_what_has_nothing_in_common_is_two_questions_whatever_a_reader_says() -> None:
    case = talk(REFUND, "- It takes five days.", "I want to talk to a person, this is ridiculous")
    assert find_repeated(case, ByRefund(), TakesAllForOne()) is None
    assert find_repeated(talk(REFUND, "- It takes five days.", REFUND), ByRefund(), TakesAllForOne()) is not None


def test_a_case_that_the_answer_left_open_is_a_new_question() -> None:
    more_exact = f"{REFUND[:-1]} if I paid by card?"
    assert find_repeated(talk(REFUND, "- It takes five days.", more_exact), Alike(), TakesAllForOne()) is None
    insisting = f"That is not what I asked. {more_exact}"
    assert find_repeated(talk(REFUND, "- It takes five days.", insisting), Alike(), TakesAllForOne()) is not None


def test_a_question_added_to_the_one_before_is_another_question() -> None:
    earn = "How do I earn Feathers and what can I use them for?"
    added = "And when do the Feathers expire?"
    assert find_repeated(talk(earn, "- One for each pound.", added), Alike(), TakesAllForOne()) is None
    again = "And how do I earn Feathers?"
    assert find_repeated(talk(earn, "- One for each pound.", again), Alike(), TakesAllForOne()) is not None


def test_whoever_asks_for_news_after_a_while_does_not_repeat_themselves() -> None:
    case = talk(REFUND, "- It takes five days.", "Any news about the refund for my doorbell?")
    *before, newest = case.timeline
    later = replace(case, timeline=(*before, replace(newest, at=newest.at + timedelta(days=2))))
    assert find_repeated(later, Alike(), TakesAllForOne()) is None
    assert find_repeated(case, Alike(), TakesAllForOne()) is not None


def test_that_it_did_not_help_is_no_word_about_an_earlier_question() -> None:
    assert not says_so(heard("No, that did not help either"))
    assert says_so(heard("As I said, the hub is offline."))


def test_a_question_whether_something_is_so_is_new_where_most_of_its_words_are() -> None:
    took = "How long does the refund for my returned order take?"
    whether = "Are standard delivery charges refunded when I return the whole order?"
    assert find_repeated(talk(took, "- It takes five days.", whether), Alike(), TakesAllForOne()) is None
    assert (
        find_repeated(talk("Any news about my refund?", "- It is under way.", whether), Alike(), TakesAllForOne())
        is None
    )
    same = "Does the refund for my order take long?"
    assert find_repeated(talk(took, "- It takes five days.", same), Alike(), TakesAllForOne()) is not None


def test_two_matters_of_one_order_are_two_questions() -> None:
    cancel, where = "Please cancel my order LK-10478, I ordered it by mistake", "Where is my order LK-10478?"
    assert heard(cancel, "- Your order LK-10478 is cancelled.", where, encoder=Alike()) is None
    assert heard(where, "- It is on its way.", cancel, encoder=Alike()) is None


def test_the_same_matter_of_one_order_stays_one_question() -> None:
    again = "Have you cancelled LK-10478 now?"
    assert heard("Please cancel my order LK-10478", "- We look at it.", again, encoder=Alike()) is not None
    assert heard("Where is my order LK-10478?", "- Soon.", "so where is order LK-10478", encoder=Alike()) is not None
