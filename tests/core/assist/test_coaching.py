"""Hints on an agent's own words: what counts, for whom, and what stays unsaid."""

from dataclasses import replace
from typing import Any

import pytest

from core.answer.guard import deviations
from core.answer.style import Script, StyleCard
from core.assist.coaching import Hint, HintKind, afterwards, of_whole_matter, while_writing
from core.assist.scripts import lines_for
from core.model.conversation import Message, Role
from core.model.customer import Channel
from core.model.draft import Finding
from core.model.ids import MessageId
from core.model.quality import Ground, Part, Score, Scored
from core.model.signals import Scored as Sign
from tests.connectors.sql.samples import NOW, conversation, message
from tests.core.assist.cases import answer, with_signals

RECORDED = Script(
    name="complaint",
    texts={"en": "I have recorded this as a formal complaint."},
    intents=frozenset({"formal_complaint"}),
    must_say=True,
)
STYLE = StyleCard(scripts=(RECORDED,))
INTENT = Sign(value="formal_complaint", confidence=0.9, label="Formal complaint")
COMPLETE = Scored(part=Part.COMPLETE, score=Score.UNKNOWN)
CALM = "Thank you for telling us. I have asked the warehouse, and they look for your parcel now."


def case(*said: Message, **signals: Any) -> Any:
    """A complaint, in which the customer's first message tells an order number."""
    made = with_signals(**{"intents": (INTENT,), **signals})
    return replace(made, timeline=(message(1, text="My parcel LK-10442 never came."), *said))


def review(text: str) -> tuple[Finding, ...]:
    return deviations(text, style=STYLE)


def typed(text: str, at: Any) -> list[Hint]:
    return list(while_writing(text, at, lines_for(at, STYLE), review(text)))


def kinds(hints: Any) -> list[HintKind]:
    return [hint.kind for hint in hints]


def after(at: Any, author: str = "Maria Lopez", complete: Scored = COMPLETE, **moods: float) -> Any:
    ended = replace(at, conversation=conversation(open=False, solved_at=NOW))
    lines = lines_for(of_whole_matter(ended), STYLE)
    return afterwards(author, ended, lines, review, complete, {MessageId(name): mood for name, mood in moods.items()})


# ---------------------------------------------------------------- while they write


def test_a_promise_is_told_with_the_words_and_what_to_do() -> None:
    (hint,) = typed("We guarantee that it comes on Friday.", case())
    assert (hint.kind, hint.about) == (HintKind.PROMISE, None)
    assert hint.words == "We guarantee"
    assert hint.remedy


def test_a_text_that_binds_nobody_is_left_alone() -> None:
    assert typed("We cannot guarantee a day.", case()) == []


def test_who_asks_for_what_the_customer_told_is_told_so_before_it_leaves() -> None:
    (hint,) = typed("Could you tell me your order number?", case())
    assert (hint.kind, hint.words) == (HintKind.ASKED_AGAIN, "LK-10442")


def test_a_question_for_something_new_is_none() -> None:
    assert typed("Could you send me a photo of the box?", case()) == []


def test_a_line_is_due_once_the_text_is_more_than_a_beginning() -> None:
    assert typed("Thank you for telling us.", case()) == []
    (hint,) = typed(CALM, case())
    assert (hint.kind, hint.words, hint.text) == (HintKind.DUE, RECORDED.texts["en"], "Formal complaint")


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(f"{CALM} I have recorded this as a formal complaint.", id="in the text"),
        pytest.param(CALM, id="by somebody before"),
    ],
)
def test_a_line_that_is_said_is_not_due(said: str) -> None:
    before = () if said != CALM else (answer(2, text="I have recorded this as a formal complaint."),)
    assert typed(said, case(*before)) == []


def test_a_falling_mood_is_told_as_long_as_the_message_waits() -> None:
    fell = Sign(value="mood_drop", confidence=0.8, amount=0.9)
    at = case(facts=(fell,))
    assert kinds(typed("Thank you for telling us.", at)) == [HintKind.FELL]
    answered = case(answer(2, text="We are on it."), facts=(fell,))
    assert typed("Thank you for telling us.", answered) == []


# ---------------------------------------------------------------- afterwards


def test_who_answered_hears_of_their_own_messages_with_the_place() -> None:
    found = after(case(answer(2, text="We guarantee that it comes on Friday."), answer(3, text="It is on its way.")))
    assert kinds(found) == [HintKind.PROMISE, HintKind.DUE]
    assert found[0].about == MessageId("me_2")


def test_a_colleagues_words_are_not_theirs() -> None:
    said = answer(2, text="We guarantee that it comes on Friday. I have recorded this as a formal complaint.")
    assert kinds(after(case(said, answer(3, text="It is on its way.", author="Jonas Weber")), "Jonas Weber")) == []


@pytest.mark.parametrize("author", ["Priya Nair", ""])
def test_who_did_not_answer_hears_nothing(author: str) -> None:
    assert after(case(answer(2, text="We guarantee that it comes on Friday.")), author) is None


def test_an_internal_note_is_no_answer() -> None:
    assert after(case(answer(2, text="We guarantee nothing.", public=False))) is None


def test_nothing_is_told_while_the_matter_is_open() -> None:
    at = case(answer(2, text="We guarantee that it comes on Friday."))
    assert afterwards("Maria Lopez", at, (), review, COMPLETE, {}) is None


def test_a_question_asked_again_after_a_handover_is_named() -> None:
    said = answer(2, text="What is your order number? I have recorded this as a formal complaint.")
    (hint,) = after(case(said))
    assert (hint.kind, hint.words, hint.about) == (HintKind.ASKED_AGAIN, "LK-10442", MessageId("me_2"))


def test_what_a_call_was_heard_as_is_held_to_no_rule_of_texts() -> None:
    said = answer(2, text="We guarantee it. I have recorded this as a formal complaint.", channel=Channel.VOICE)
    assert after(case(said)) == ()


def test_a_question_that_stayed_open_is_shown_in_the_customers_words() -> None:
    ground = Ground(what="“Is it insured?” was not answered.", message_id=MessageId("me_1"))
    said = answer(2, text="I have recorded this as a formal complaint.")
    (hint,) = after(case(said), complete=Scored(part=Part.COMPLETE, score=Score.FAULTY, grounds=(ground,)))
    assert (hint.kind, hint.words) == (HintKind.OPEN, "My parcel LK-10442 never came.")


@pytest.mark.parametrize(
    ("last", "told"), [(0.4, [HintKind.ROSE]), (-0.9, [HintKind.FELL]), (-0.5, [])], ids=["rose", "fell", "steady"]
)
def test_how_the_mood_went_after_the_first_answer(last: float, told: list[HintKind]) -> None:
    said = (
        answer(2, text="I have recorded this as a formal complaint."),
        message(3, role=Role.CUSTOMER, text="Thank you."),
    )
    assert kinds(after(case(*said), me_1=-0.4, me_3=last)) == told


def test_there_are_six_hints_at_most() -> None:
    said = [answer(number, text=f"We guarantee {number} of them.") for number in range(2, 12)]
    assert len(after(case(*said))) == 6
