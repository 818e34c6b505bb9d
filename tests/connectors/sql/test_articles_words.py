import numpy as np
import pytest

from connectors.sql import article_search
from connectors.sql.article_search import COUNTED, Terms, choose_terms
from connectors.sql.store import SqlStore
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import Audience, Scope
from tests.connectors.sql.samples import article, passage

COUNTS = [("bitcoin", 0), ("leak", 30), ("hub", 3000), ("order", 90_000), ("account", 170_000), ("the", 1_000_000)]


def test_the_rarest_words_find_and_others_rank() -> None:
    terms = choose_terms(COUNTS, 1_000_000, most=4000)
    assert terms == Terms(rare=("bitcoin", "leak", "hub"), known=("order",))
    assert sum(count for word, count in COUNTS if word in terms.known) <= COUNTED


def test_a_question_of_common_words_still_finds_by_the_rarest_of_them() -> None:
    assert choose_terms(COUNTS[3:], 1_000_000, most=4000).rare == ("order",)


def test_words_too_common_to_find_by_text_find_by_title() -> None:
    terms = choose_terms(COUNTS, 1_000_000, most=100, titles=2)
    assert (terms.rare, terms.titled) == (("bitcoin", "leak"), ("hub", "order"))


def test_with_room_enough_every_word_finds() -> None:
    assert choose_terms(COUNTS[:4], 1_000_000, most=10**9) == Terms(rare=("bitcoin", "leak", "hub", "order"))


@pytest.fixture
def crowded(store: SqlStore) -> SqlStore:
    """Sixty passages, all with a common word, of which few have a rare one."""
    pieces = [
        passage(number, article_id=ArticleId("ar_many"), text=f"The hub {'leaks' if number < 3 else 'works'}.", path=())
        for number in range(60)
    ]
    with store.begin() as unit:
        unit.articles.save(article("many"), pieces, np.ones((60, 2), np.float32), "any")
        other = passage(99, article_id=ArticleId("ar_door"), text="The hub of the door.", about=("Door",), path=())
        unit.articles.save(article("door"), [other], np.ones((1, 2), np.float32), "any")
    return store


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every store counts as large."""
    for name, value in (("SMALL", 10), ("RANKED", 5), ("NARROW", 2)):
        monkeypatch.setattr(article_search, name, value)


def words(store: SqlStore, asked: str, limit: int, scope: Scope = Scope()) -> list[PassageId]:  # noqa: B008 - frozen
    with store.read() as unit:
        return unit.articles.keyword(asked, limit, scope)


def test_a_large_store_ranks_the_same_first(crowded: SqlStore, large: None) -> None:
    assert set(words(crowded, "leak hub", 3)) == {"pa_0", "pa_1", "pa_2"}


def test_a_large_store_finds_as_many_as_are_wanted(crowded: SqlStore, large: None) -> None:
    found = words(crowded, "leak hub", 40)
    assert len(found) == 40
    assert set(found[:3]) == {"pa_0", "pa_1", "pa_2"}
    assert len(words(crowded, "hub", 100)) == 61


def test_a_narrow_scope_of_a_large_store_is_looked_through_whole(crowded: SqlStore, large: None) -> None:
    assert words(crowded, "leak hub", 5, Scope(about=frozenset({"Door"}))) == ["pa_99"]
    assert words(crowded, "leak", 5, Scope(about=frozenset({"Door"}))) == []
    assert words(crowded, "hub", 5, Scope(about=frozenset({"Nothing"}))) == []


def test_how_rare_a_word_is_in_tickets_moves_no_article(store: SqlStore) -> None:
    """Among the articles "doorbell" is the rare word; of the tickets each has it, and none has "thermostat"."""
    texts = ("The thermostat.", "The thermostat again.", "The doorbell.", "Other things.", "And others.", "And more.")
    articles = [passage(n, article_id=ArticleId("ar_many"), text=text, path=()) for n, text in enumerate(texts)]
    fields = {"article_id": ArticleId("ar_tickets"), "path": (), "audience": Audience.INTERNAL}
    tickets = [passage(n, text="My doorbell rings.", **fields) for n in range(10, 70)]
    public = Scope(audiences=frozenset({Audience.PUBLIC}))
    with store.begin() as unit:
        unit.articles.save(article("many"), articles, np.ones((6, 2), np.float32), "any")
    before = words(store, "doorbell thermostat", 5, public)
    with store.begin() as unit:
        unit.articles.save(article("tickets"), tickets, np.ones((60, 2), np.float32), "any")
    assert words(store, "doorbell thermostat", 5, public) == before
    assert len(words(store, "doorbell", 100)) == 61


def test_what_a_scope_leaves_out_keeps_nothing_in_it_from_being_found(crowded: SqlStore) -> None:
    """The sixty passages without a name rank first and are more than are looked at without asking for the scope."""
    assert words(crowded, "hub works", 2)[0] != "pa_99"
    assert words(crowded, "hub works", 2, Scope(about=frozenset({"Door"}))) == ["pa_99"]


def test_the_scope_does_not_change_the_order(crowded: SqlStore) -> None:
    everywhere = words(crowded, "hub leaks", 61)
    assert words(crowded, "hub leaks", 20, Scope(languages=frozenset({"en"}))) == everywhere[:20]
