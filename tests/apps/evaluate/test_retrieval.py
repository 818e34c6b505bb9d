import json
from pathlib import Path
from typing import Any

import pytest

from apps.evaluate.retrieval import cases_of, rank, scores
from connectors.local.index import PassageIndex
from connectors.sql.store import SqlStore
from core.errors import ConfigurationError
from core.knowledge.library import Library
from core.knowledge.retrieve import Retriever
from tests.core.answer import shop
from tests.core.encoder import WordEncoder

KNOWN = frozenset({"refunds", "returns"})


def rows(path: Path, *found: dict[str, Any]) -> Path:
    file = path / "questions.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in found), encoding="utf-8")
    return file


def test_questions_and_conversations_are_measured(store: SqlStore, tmp_path: Path) -> None:
    file = rows(
        tmp_path,
        {"question": "How do I return an item?", "articles": ["returns"]},
        {
            "turns": [["customer", "My refund"], ["agent", "Yes?"], ["customer", "With PayPal?"]],
            "articles": ["refunds"],
        },
    )
    encoder = WordEncoder()
    Library(store=store, encoder=encoder).add(shop.ARTICLES)
    retriever = Retriever(encoder, PassageIndex(store, encoder.name))
    cases = cases_of(file, KNOWN)
    found = scores("mine", cases, [rank(store, retriever, case) for case in cases])
    assert {score.figure: score.value for score in found}["hit@5"] == 1.0
    assert all(score.cases == 2 for score in found)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"question": "Hm?", "articles": ["other"]}, "row 1: none of the articles other is there"),
        ({"articles": ["returns"]}, "row 1 has neither a question nor turns"),
        ({"turns": ["customer"], "articles": ["returns"]}, "row 1 has neither a question nor turns"),
        ({"question": "Hello!", "articles": ["returns"]}, "row 1 asks nothing"),
        ({"question": "Return?"}, "line 1 has no column 'articles'"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, row: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        cases_of(rows(tmp_path, row), KNOWN)


def test_a_file_is_an_answer_by_its_name_with_the_ending_too(tmp_path: Path) -> None:
    (case,) = cases_of(rows(tmp_path, {"question": "How do I return it?", "articles": ["returns.html"]}), KNOWN)
    assert case.gold == {"returns"}
