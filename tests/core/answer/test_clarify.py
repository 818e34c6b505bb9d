from dataclasses import replace

import pytest

from connectors.sql.store import SqlStore
from core.answer.answer import Answered
from core.answer.question import pick_choice, times_asked, with_choice
from core.answer.style import StyleCard
from core.model.conversation import Role
from core.model.draft import SentenceKind
from tests.core import samples
from tests.core.answer import shop
from tests.core.people import MINUTE

HOW = "Hold the {thing} button for ten seconds, then let it go. The {thing} starts again by itself."
HUB = shop.article("hub", "Reset the hub", HOW.format(thing="hub"))
DOORBELL = shop.article("doorbell", "Reset the doorbell", HOW.format(thing="doorbell"))
SENSOR = shop.article("sensor", "Reset the sensor", HOW.format(thing="sensor"))
CAMERA = shop.article("camera", "Reset the camera", HOW.format(thing="camera"))


def asked(store: SqlStore, text: str, *more: object, before: tuple[object, ...] = ()) -> Answered:
    answers = shop.answer(store, HUB, DOORBELL, *more)  # type: ignore[arg-type]
    return answers.draft(shop.asks(text, *before), samples.signals())  # type: ignore[arg-type]


def test_few_words_that_fit_two_things_get_one_question_back(store: SqlStore) -> None:
    answered = asked(store, "how to reset?")
    assert set(answered.clarify) == {"Reset the hub", "Reset the doorbell"}
    assert answered.draft is not None
    assert answered.draft.composer == "clarify"
    assert "Which of these do you mean?" in answered.draft.body
    assert {s.kind for s in answered.draft.sentences} == {SentenceKind.COURTESY}


def test_a_question_back_states_nothing_and_is_no_gap(store: SqlStore) -> None:
    answered = asked(store, "how to reset?")
    assert answered.draft is not None
    assert (answered.draft.states, answered.draft.cited, answered.draft.confidence) == (False, (), 0.0)
    assert (answered.abstained, answered.gap) == (None, None)


@pytest.mark.parametrize("text", ["how to reset the doorbell?", "reset hub"])
def test_who_names_the_thing_is_not_asked(store: SqlStore, text: str) -> None:
    assert asked(store, text).clarify == ()


def test_what_was_named_before_is_not_asked_again(store: SqlStore) -> None:
    before = (shop.said(1, "My doorbell is broken"), shop.said(2, "I am sorry.", Role.AGENT))
    assert asked(store, "how to reset?", before=before).clarify == ()


WHICH = "Which of these do you mean?"
ONCE = (shop.said(1, "reset"), shop.said(2, WHICH, Role.ASSISTANT))
TWICE = (*ONCE, shop.said(3, "reset it"), shop.said(4, WHICH, Role.ASSISTANT))


def test_the_questions_of_a_matter_are_counted_and_after_two_there_is_no_third(store: SqlStore) -> None:
    assert times_asked(shop.asks("reset", *ONCE), StyleCard()) == 1
    assert times_asked(shop.asks("reset", *TWICE), StyleCard()) == 2
    assert asked(store, "how to reset?", before=TWICE).clarify == ()


def test_the_questions_count_anew_once_a_person_has_spoken_or_it_was_solved() -> None:
    after = (*TWICE, shop.said(5, "reset it!"), shop.said(6, "Good morning, Maria here.", Role.AGENT))
    assert times_asked(shop.asks("reset", *after), StyleCard()) == 0
    open_again = shop.asks("reset", *TWICE)
    solved = replace(open_again.conversation, solved_at=TWICE[-1].at + MINUTE)
    assert times_asked(replace(open_again, conversation=solved), StyleCard()) == 0


THINGS = ("Reset the hub", "Reset the doorbell")


@pytest.mark.parametrize(
    ("words", "thing"),
    [
        ("2", "Reset the doorbell"),
        ("1.", "Reset the hub"),
        ("the doorbell", "Reset the doorbell"),
        ("Reset the hub", "Reset the hub"),
        ("3", None),
        ("reset", None),
        ("the hub and the doorbell", None),
        ("what?", None),
    ],
)
def test_a_number_a_name_or_a_word_of_its_own_names_the_thing(words: str, thing: str | None) -> None:
    assert pick_choice(shop.asks(words, *ONCE), THINGS, StyleCard()) == thing


def test_what_answers_no_question_of_ours_picks_nothing() -> None:
    other = (*ONCE, shop.said(3, "hm"), shop.said(4, "Good morning, Maria here.", Role.AGENT))
    assert pick_choice(shop.asks("2", *other), THINGS, StyleCard()) is None


def test_the_chosen_thing_joins_the_question_that_it_answers(store: SqlStore) -> None:
    chosen = with_choice(shop.asks("2", shop.said(1, "how to reset?"), ONCE[1]), "Reset the doorbell")
    answered = shop.answer(store, HUB, DOORBELL).draft(chosen, samples.signals())
    assert answered.clarify == ()
    assert answered.draft is not None
    assert "doorbell" in answered.draft.cited[0].quote


def test_among_many_things_nobody_is_made_to_choose(store: SqlStore) -> None:
    assert asked(store, "how to reset?", SENSOR, CAMERA).clarify == ()


def test_a_matter_with_one_article_is_answered(store: SqlStore) -> None:
    answered = asked(store, "How long does a refund to PayPal take?")
    assert answered.clarify == ()
    assert answered.draft is not None
    assert answered.draft.states
