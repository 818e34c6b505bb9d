"""A message that asks where an order is, and something else."""

from dataclasses import replace
from typing import Any

import pytest

from core.answer.answer import NO_ARTICLE, NO_QUESTION, Answered
from core.decide.besides import with_the_rest
from core.model.decision import Outcome, Progress
from core.model.draft import Draft, Sentence, SentenceKind
from core.model.ids import DraftId
from core.model.signals import Signals
from core.policy import Procedure
from tests.core import rules, samples

STATUS = Procedure(name="status", intents=frozenset({"order_status"}), steps=(), tells=frozenset({"delay"}))
POLICY = replace(rules.policy(), procedures={"status": STATUS})
LED = Progress(procedure="status", version="1", outcome=Outcome.DONE, language="en", rounds=0)
TOLD = Draft(
    id=DraftId("draft_told"),
    sentences=(Sentence(text="LK-1 is on its way.", kind=SentenceKind.RECORD, paragraph=0, record="orders"),),
    language="en",
    confidence=0.9,
    composer="procedure",
)


class Heard:
    """Each part means what its last word says, and is answered by `found`."""

    def __init__(self, found: Answered) -> None:
        self.found, self.asked = found, ""

    def read(self, words: str) -> Signals:
        intent = {"LK-1?": "order_status", "come?": "delay"}.get(words.split()[-1], "cancel")
        return samples.signals(intents=(samples.scored(intent),))

    def answer(self, words: str) -> Answered:
        self.asked = words
        return self.found


def answered(words: str, found: Answered, led: Progress = LED) -> tuple[Answered, str]:
    heard: Any = Heard(found)
    made = with_the_rest(TOLD, led, samples.case(samples.message(1, text=words)), POLICY, heard)
    return made, heard.asked


NOTHING = Answered(draft=None, abstained=NO_ARTICLE)


def test_what_the_articles_say_to_the_rest_stands_below_the_orders_state_and_is_no_surer_than_both() -> None:
    found = Answered(draft=replace(samples.draft(), confidence=0.6), abstained=None)
    made, asked = answered("Where is LK-1? How do I cancel Plus?", found)
    assert asked == "How do I cancel Plus?"
    assert made.draft is not None
    stated = [s.text for s in made.draft.sentences if s.kind is not SentenceKind.COURTESY]
    assert stated[0] == "LK-1 is on its way."
    assert len(stated) > 1
    assert made.draft.confidence == 0.6
    paragraphs = [s.paragraph for s in made.draft.sentences]
    assert paragraphs == sorted(paragraphs)


def test_what_no_article_answers_is_open() -> None:
    made, _ = answered("Where is LK-1? How do I cancel Plus?", NOTHING)
    assert made.draft is not None
    assert (made.draft.body, made.draft.unknown) == (TOLD.body, ("How do I cancel Plus?",))


@pytest.mark.parametrize(
    "words", ["Where is my LK-1?", "Where is LK-1? When will it come?", "Where is LK-1? It is a gift."]
)
def test_what_the_procedure_tells_anyway_is_not_searched_for(words: str) -> None:
    assert answered(words, NOTHING) == (Answered(draft=TOLD, abstained=None), "")


def test_who_asks_for_nothing_more_after_all_gets_what_is_told() -> None:
    made, _ = answered("Where is LK-1? Can you hear me thanks?", Answered(draft=None, abstained=NO_QUESTION))
    assert made == Answered(draft=TOLD, abstained=None)


def test_a_procedure_that_still_asks_is_not_added_to() -> None:
    waiting = replace(LED, outcome=Outcome.WAITING)
    assert answered("Where is LK-1? How do I cancel Plus?", NOTHING, waiting) == (
        Answered(draft=TOLD, abstained=None),
        "",
    )
