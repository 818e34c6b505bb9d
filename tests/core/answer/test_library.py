from collections.abc import Sequence

from connectors.sql.store import SqlStore
from core.answer.library import Library
from core.answer.match import weighed_texts
from core.answer.passages import passages_of, searchable
from core.ports import Vector
from tests.core.answer import shop
from tests.core.encoder import WordEncoder


class Listening(WordEncoder):
    def __init__(self) -> None:
        self.heard: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vector:
        self.heard += texts
        return super().encode(texts)


def test_only_what_changed_is_stored_again(store: SqlStore) -> None:
    library = Library(store=store, encoder=WordEncoder())
    assert library.add(shop.ARTICLES) == len(shop.ARTICLES)
    assert library.add(shop.ARTICLES) == 0
    assert library.add([shop.article("returns", "How to return an item", "All is new.")]) == 1


def test_everything_a_question_will_need_is_encoded_ahead(store: SqlStore) -> None:
    encoder = Listening()
    article = shop.ARTICLES[0]
    Library(store=store, encoder=encoder).add([article])
    passages = passages_of(article)
    assert {*(searchable(p) for p in passages), *weighed_texts(passages)} <= set(encoder.heard)


def test_progress_is_told_once_an_article(store: SqlStore) -> None:
    steps: list[int] = []
    Library(store=store, encoder=WordEncoder()).add(shop.ARTICLES, lambda: steps.append(1))
    assert len(steps) == len(shop.ARTICLES)
