from collections.abc import Callable, Sequence

import numpy as np
import pytest

from connectors.local.index import PassageIndex
from connectors.sql.store import SqlStore
from core.errors import TransientError
from core.knowledge.library import Library
from core.knowledge.retrieve import Found, Retriever, VectorSource, fuse_ranks, keywords, rank_scores
from core.model.ids import PassageId
from core.model.knowledge import EVERYWHERE, Article, Scope
from core.ports import Vector
from tests.core.answer import shop
from tests.core.encoder import WordEncoder

A, B, C = (PassageId(name) for name in "abc")
BATTERY = "The battery of the device lasts for six months and is changed in its back."
ARTICLES = (
    shop.article("warm", "Larkfield Warm", f"Warm. {BATTERY}", about=("Larkfield Warm",)),
    shop.article("door", "Larkfield Door", f"Door. {BATTERY}", about=("Larkfield Door",)),
    shop.article("any", "Old batteries", "Take an old battery of any device to a collection point."),
)


def test_what_both_lists_find_wins() -> None:
    assert fuse_ranks([([A, B], 1.0), ([B, C], 1.0)]) == [B, A, C]


def test_a_heavier_list_counts_for_more() -> None:
    scores = rank_scores([([A], 1.0), ([B], 2.0)])
    assert scores[B] == 2 * scores[A]


def test_small_words_are_not_looked_up_and_others_for_the_same_thing_are() -> None:
    words = keywords("What about the guarantee of my HUB?!").split()
    assert words[:2] == ["guarantee", "hub"]
    assert "warranty" in words
    assert "the" not in words


def test_odd_characters_are_no_operators() -> None:
    assert keywords('"(hub* OR ^x) NEAR/2').split()[0] == "hub"


def retriever(store: SqlStore, *articles: Article, **more: object) -> Retriever:
    encoder = WordEncoder()
    Library(store=store, encoder=encoder).add(articles or ARTICLES)
    return Retriever(encoder, PassageIndex(store, encoder.name), **more)  # type: ignore[arg-type]


def search(store: SqlStore, found_by: Retriever, text: str, *turns: str, language: str | None = None) -> Found:
    with store.read() as unit:
        foreign = language not in (None, "en")
        return found_by.search(unit.articles, (text,), language=language, foreign=foreign, turns=[*turns, text])


def articles_of(found: Found) -> list[str]:
    return [str(hit.passage.article_id) for hit in found.public]


def test_articles_about_other_things_than_the_one_named_are_left_out(store: SqlStore) -> None:
    found = search(store, retriever(store), "How long does its battery last?", "I have the Larkfield Door.")
    assert articles_of(found)[0] == "door"
    assert "warm" not in articles_of(found)
    assert found.focus.names == ("Larkfield Door",)


def test_articles_about_nothing_in_particular_stay(store: SqlStore) -> None:
    found = search(store, retriever(store), "Where do I take an old battery of the Larkfield Door?")
    assert {"door", "any"} == set(articles_of(found))


def test_without_a_name_nothing_is_left_out(store: SqlStore) -> None:
    found = search(store, retriever(store), "How long does the battery last?")
    assert {"warm", "door"} <= set(articles_of(found))
    assert found.focus.names == ()


def test_where_nothing_sensible_is_in_scope_the_search_is_wide(store: SqlStore) -> None:
    articles = (*ARTICLES[:1], shop.article("ship", "Parcels abroad", "Customs duty abroad is paid by the receiver."))
    found = search(store, retriever(store, *articles), "customs duty receiver?", "Larkfield Warm")
    assert articles_of(found)[0] == "ship"


def test_a_second_look_may_change_the_order(store: SqlStore) -> None:
    class Fond:
        def prepare(self, texts: Sequence[str]) -> None: ...

        def align(self, asked: str, texts: Sequence[str], weight: Callable[[str], float]) -> list[float]:
            return [float("Old batteries" in text) for text in texts]

    text = "How long does the battery of the device last?"
    assert articles_of(search(store, retriever(store), text))[0] != "any"
    assert articles_of(search(store, retriever(store, aligner=Fond()), text))[0] == "any"


class Polyglot:
    """Finds one passage for a word that the other encoder does not know."""

    name = "polyglot"

    def __init__(self, passage: PassageId) -> None:
        self.passage = passage

    def encode(self, texts: Sequence[str]) -> Vector:
        return np.array([[float("Akku" in text)] for text in texts], dtype=np.float32)

    def nearest(self, query: Vector, limit: int, scope: Scope = EVERYWHERE) -> list[tuple[PassageId, float]]:
        return [(self.passage, 0.9)] if query[0] else []


@pytest.mark.parametrize("language", ["de", None])
def test_a_second_encoder_finds_what_the_first_cannot_read(store: SqlStore, language: str | None) -> None:
    plain = retriever(store)
    with store.read() as unit:
        door = unit.articles.of_articles(["door"])[0]
    second = Polyglot(door)
    both = Retriever(
        WordEncoder(),
        PassageIndex(store, WordEncoder.name),
        beside=VectorSource(questions=second, passages=second, index=second),
    )
    text = "Akku schnell leer"
    assert articles_of(search(store, both, text, language=language))[0] == "door"
    assert search(store, plain, text, language=language).public[0].score < 0.05


def test_an_encoder_of_the_companys_own_is_asked_too(store: SqlStore) -> None:
    retriever(store)
    with store.read() as unit:
        door = unit.articles.of_articles(["door"])[0]
    own = Polyglot(door)
    found_by = Retriever(
        WordEncoder(),
        PassageIndex(store, WordEncoder.name),
        further=VectorSource(questions=own, passages=own, index=own),
    )
    first = search(store, found_by, "Akku schnell leer").public[0]
    assert first.passage.id == door
    assert first.ranks["own encoder"] == 1
    assert "keywords" not in first.ranks


def test_an_own_encoder_that_is_away_finds_nothing_and_breaks_nothing(store: SqlStore) -> None:
    class Away(Polyglot):
        def encode(self, texts: Sequence[str]) -> Vector:
            raise TransientError("away")

    plain = retriever(store)
    away = Away(PassageId("door"))
    found_by = Retriever(
        WordEncoder(),
        PassageIndex(store, WordEncoder.name),
        further=VectorSource(questions=away, passages=away, index=away),
    )
    text = "How long does the battery last?"
    assert articles_of(search(store, found_by, text)) == articles_of(search(store, plain, text))


def test_each_part_of_the_search_tells_its_place(store: SqlStore) -> None:
    found = search(store, retriever(store), "How long does the battery last?")
    for part in ("keywords", "vectors", "whole article"):
        places = sorted(hit.ranks[part] for hit in (*found.public, *found.inner) if part in hit.ranks)
        assert places == list(range(1, len(places) + 1))
        assert places


def test_messages_of_one_turn_are_searched_for_one_by_one(store: SqlStore) -> None:
    found_by = retriever(store)
    asked = ("Customs? Old battery to a collection point", "Door")
    with store.read() as unit:
        found = found_by.search(unit.articles, ("\n".join(asked),), language=None, messages=asked)
    assert {"any", "door"} <= set(articles_of(found)[:3])
