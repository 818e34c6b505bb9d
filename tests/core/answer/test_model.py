import json
from collections.abc import Mapping
from typing import Any

import pytest

from connectors.sql.store import SqlStore
from core.answer.model import BUDGET, worded
from core.errors import TransientError
from tests.core import samples
from tests.core.answer import shop

TEXT = "A refund to PayPal takes 24 hours. A refund to a card takes 3 to 5 working days."
PASSAGE = samples.passage(text=TEXT, end=len(TEXT))
GOOD = {"text": "A PayPal refund takes 24 hours.", "passage": 1, "quote": "A refund to PayPal takes 24 hours."}


class Model:
    """Says what it was given to say."""

    name = "stub-1"

    def __init__(self, reply: object) -> None:
        self.reply = reply
        self.prompts: list[str] = []

    def complete(self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int) -> str:
        self.prompts.append(user)
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply if isinstance(self.reply, str) else json.dumps(self.reply)

    def count_tokens(self, text: str) -> int:
        return len(text)


def says(*rows: object, answerable: bool = True) -> Model:
    return Model({"answerable": answerable, "sentences": list(rows)})


def test_a_sentence_borne_out_by_its_quote_is_kept() -> None:
    found = worded(says(GOOD), "How long?", [PASSAGE], "en")
    assert found is not None
    [sentence] = found.sentences
    assert sentence.text == GOOD["text"]
    assert sentence.citation is not None
    assert sentence.citation.quote == GOOD["quote"]


@pytest.mark.parametrize(
    "row",
    [
        {**GOOD, "text": "A PayPal refund takes 12 hours."},
        {**GOOD, "quote": "A refund to PayPal takes a day."},
        {**GOOD, "passage": 2},
        {**GOOD, "passage": "1"},
        {**GOOD, "quote": " "},
        {**GOOD, "text": "x" * 700},
        {"text": "No source."},
        "not a row",
    ],
)
def test_what_is_not_in_the_source_is_struck(row: object) -> None:
    assert worded(says(row), "How long?", [PASSAGE], "en") is None
    kept = worded(says(GOOD, row), "How long?", [PASSAGE], "en")
    assert kept is not None
    assert [s.text for s in kept.sentences] == [GOOD["text"]]


@pytest.mark.parametrize(
    "model",
    [
        Model("no JSON"),
        Model([1]),
        Model({"answerable": True}),
        Model({"answerable": True, "sentences": []}),
        Model({"answerable": "yes", "sentences": [GOOD]}),
        says(GOOD, answerable=False),
        says(*[GOOD] * 20),
        Model(TransientError("away")),
    ],
)
def test_anything_odd_is_no_answer(model: Model) -> None:
    assert worded(model, "How long?", [PASSAGE], "en") is None


def test_the_passages_are_cut_at_the_budget_in_rank_order() -> None:
    big = samples.passage(text="b" * BUDGET, end=BUDGET)
    model = says(GOOD)
    worded(model, "How long?", [PASSAGE, big, PASSAGE], "en")
    assert model.prompts[0].count("<passage ") == 1


def says_of_each(text: str) -> Model:
    """The same sentence for every passage shown: only where the quote stands can it be kept."""
    return says(*({"text": text, "passage": number, "quote": "PayPal | 24 hours"} for number in range(1, 6)))


def test_a_draft_by_the_model_keeps_the_greeting_and_names_the_model(store: SqlStore) -> None:
    answers = shop.answer(store, model=says_of_each("PayPal refunds arrive in 24 hours."))
    draft = answers.draft(shop.asks("How long does a refund to PayPal take?"), samples.signals()).draft
    assert draft is not None
    assert (draft.composer, draft.model) == ("model", "stub-1")
    assert draft.prompt_hash
    assert draft.body.startswith("Hello Emma,")
    assert [s.text for s in draft.sentences if s.citation] == ["PayPal refunds arrive in 24 hours."]


def test_a_model_that_invents_is_replaced_by_the_sources(store: SqlStore) -> None:
    answers = shop.answer(store, model=says_of_each("PayPal refunds arrive in 2 hours."))
    draft = answers.draft(shop.asks("How long does a refund to PayPal take?"), samples.signals()).draft
    assert draft is not None
    assert (draft.composer, draft.model) == ("extractive", None)


def test_a_model_is_not_asked_what_no_article_answers(store: SqlStore) -> None:
    model = says(GOOD)
    shop.answer(store, model=model).draft(shop.asks("Do you sponsor local football clubs?"), samples.signals())
    assert model.prompts == []
