"""The course of a conversation, with a reader of outcomes written by hand."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from apps.evaluate.triggers import case_of_course
from core.model.signals import Feeling, Scored
from core.read.course import failed_cycles, is_answer, level, mood_drop, unrecognised_turns, wants_something
from core.read.turn_input import Heard, customer_words
from tests.core import samples


class Told:
    """Failure where the reply says "bad", help where it says "well"."""

    def outcomes(self, matter: str, told: str, reply: str) -> Mapping[str, float]:
        likely = "failed" if "bad" in reply else "helped" if "well" in reply else "other"
        return {name: 0.91 if name == likely else 0.03 for name in ("failed", "helped", "untried", "other")}


def heard(*turns: str, known: str = "order") -> Heard:
    """Turns of the customer and the assistant in turn; an intent is known where the words have `known` in them."""
    roles = ("customer", "assistant")
    case = case_of_course({"turns": [{roles[n % 2]: words} for n, words in enumerate(turns)]})
    text = customer_words(case)
    return Heard(
        case=case,
        text=text,
        intents=(Scored(value="order_status", confidence=0.9),) if known in text else (),
        risks=(),
        emotions=(),
        mood=0.0,
        moods=(),
        urgency=samples.scored("normal"),
        recognised=lambda words: known in words,
        outcomes=Told(),
    )


def amount(fact: Scored | None) -> float:
    return (fact.amount or 0.0) if fact else 0.0


def test_two_attempts_that_failed_are_two() -> None:
    assert amount(failed_cycles(heard("A fault", "Restart it.", "bad", "Press the pin.", "bad"))) == 2


def test_an_attempt_that_helped_begins_the_count_again() -> None:
    assert amount(failed_cycles(heard("A fault", "Restart it.", "bad", "Press the pin.", "well"))) == 0


def test_what_seemed_to_help_and_did_not_counts() -> None:
    turns = ("A fault", "Restart it.", "bad", "Press the pin.", "well", "Glad to hear that!", "bad")
    assert amount(failed_cycles(heard(*turns))) == 2


def test_a_question_of_ours_is_no_attempt() -> None:
    assert amount(failed_cycles(heard("A fault", "Which one is it?", "bad", "Since when?", "bad"))) == 0


def test_what_stands_under_a_question_of_ours_makes_it_no_attempt() -> None:
    asks = "Which colour is the ring?\n\nLarkfield Home's virtual assistant. Reply AGENT for a person."
    assert amount(failed_cycles(heard("A fault", asks, "bad"))) == 0
    assert amount(failed_cycles(heard("A fault", f"Restart it. {asks}", "bad"))) == 1


def test_without_a_reader_the_words_decide() -> None:
    plain = replace(heard("A fault", "Restart it.", "Still offline.", "Press the pin.", "No change."), outcomes=None)
    assert amount(failed_cycles(plain)) == 2


def test_two_unclear_turns_in_a_row_are_two() -> None:
    assert amount(unrecognised_turns(heard("fizz the left", "Sorry?", "fizz it quick"))) == 2


def test_a_turn_that_was_answered_to_the_point_was_understood() -> None:
    turns = ("the one of Margaret", "That is the bell with a screen, 149 pounds.", "fizz it quick")
    assert amount(unrecognised_turns(heard(*turns))) == 1


def test_what_we_declined_was_not_answered() -> None:
    turns = ("who won the football", "I can help with our products and orders only.", "then a poem for my wife")
    assert amount(unrecognised_turns(heard(*turns))) == 2


@pytest.mark.parametrize("words", ["lol ok. Thanks anyway!", "👍", "oh well, thanks", "51877"])
def test_who_wants_nothing_is_not_misunderstood(words: str) -> None:
    assert not wants_something(words)


def test_an_answer_to_our_question_is_read_with_what_it_completes() -> None:
    turns = ("I need one more for my order of it", "Which one do you mean?", "a leak sensor please")
    assert amount(unrecognised_turns(heard(*turns))) == 0


def test_a_question_alone_is_no_answer() -> None:
    assert not is_answer(heard("a", "Which of the two do you mean?", "b").case.timeline[1:2])


def test_a_fall_from_friendly_to_upset_is_measured() -> None:
    assert amount(mood_drop((0.5, -0.7))) == pytest.approx(1.2)


def test_mild_displeasure_after_thanks_is_no_fall() -> None:
    assert mood_drop((0.9, -0.4)) is None


def test_negative_and_worse_twice_is_a_fall() -> None:
    assert amount(mood_drop((-0.5, -0.65, -0.8))) >= 0.6


def test_anger_weighs_on_the_level() -> None:
    upset = Scored(value=Feeling.NEGATIVE, confidence=0.9)
    anger = Scored(value="anger", confidence=0.9)
    assert level("You lied to me", upset, -0.5, (anger,)) < level("You lied to me", upset, -0.5, ()) < -0.5


def test_a_calm_report_of_failure_is_not_upset() -> None:
    negative = Scored(value=Feeling.NEGATIVE, confidence=0.9)
    assert level("That did not help.", negative, -0.4, ()) > -0.5
