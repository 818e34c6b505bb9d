import pytest

from connectors.sql.store import SqlStore
from core.answer.answered import Answered
from core.model.conversation import Role
from core.model.draft import SentenceKind
from tests.core import samples
from tests.core.answer import shop

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


def test_nobody_is_asked_twice(store: SqlStore) -> None:
    before = (shop.said(1, "reset"), shop.said(2, "Hello, Which of these do you mean? - Reset the hub", Role.ASSISTANT))
    assert asked(store, "how to reset?", before=before).clarify == ()


def test_among_many_things_nobody_is_made_to_choose(store: SqlStore) -> None:
    assert asked(store, "how to reset?", SENSOR, CAMERA).clarify == ()


def test_a_matter_with_one_article_is_answered(store: SqlStore) -> None:
    answered = asked(store, "How long does a refund to PayPal take?")
    assert answered.clarify == ()
    assert answered.draft is not None
    assert answered.draft.states
