"""The same promises from every engine that finds passages: in memory, from files, and PostgreSQL with pgvector."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from connectors.local.index import PassageIndex
from connectors.sql.pgvector import PgVectorIndex
from connectors.sql.store import SqlStore
from core.model.ids import ArticleId, PassageId
from core.model.knowledge import Audience, Scope
from core.ports import Vector, VectorIndex
from tests.connectors.sql.samples import NOW, article, passage

ENCODER = "any"
ENGINES = ("memory", "files", "pgvector")


class Desk:
    """A store with an index over it, and a short way to put passages in."""

    def __init__(self, store: SqlStore, index: VectorIndex) -> None:
        self.store = store
        self.index = index

    def put(self, number: int, degrees: float, text: str = "The hub blinks red.", **changes: Any) -> None:
        name = ArticleId(f"ar_{number}")
        piece = passage(number, article_id=name, text=text, title="Hub", path=(), **changes)
        kept = {key: value for key, value in changes.items() if key != "path"}
        with self.store.begin() as unit:
            unit.articles.save(article(str(number), **kept), [piece], np.stack([towards(degrees)]), ENCODER)

    def remove(self, number: int) -> None:
        with self.store.begin() as unit:
            unit.articles.remove([f"ar_{number}"])

    def near(self, degrees: float, limit: int = 10, **scope: Any) -> list[str]:
        return [name for name, _ in self.index.nearest(towards(degrees), limit, Scope(**scope))]

    def words(self, words: str, limit: int = 10, **scope: Any) -> list[PassageId]:
        with self.store.read() as unit:
            return unit.articles.keyword(words, limit, Scope(**scope))

    def both(self, **scope: Any) -> set[str]:
        """What a search by words and one by vector find alike."""
        near = self.near(0, **scope)
        assert set(self.words("hub red", **scope)) == set(near)
        return set(near)


def towards(degrees: float) -> Vector:
    angle = np.radians(degrees)
    return np.array([np.cos(angle), np.sin(angle), 0.0], np.float32)


@pytest.fixture(params=ENGINES)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    kind = "postgresql" if request.param == "pgvector" else "sqlite"
    store = SqlStore(str(request.getfixturevalue(f"{kind}_url")))
    engines: dict[str, Callable[[], VectorIndex]] = {
        "memory": lambda: PassageIndex(store, ENCODER),
        "files": lambda: PassageIndex(store, ENCODER, tmp_path / "index", in_memory=1),
        "pgvector": lambda: PgVectorIndex(store, ENCODER),
    }
    yield Desk(store, engines[request.param]())
    store.close()


def test_the_nearest_come_first_with_their_cosine(desk: Desk) -> None:
    for number, degrees in ((1, 0), (2, 90), (3, 60)):
        desk.put(number, degrees)
    found = desk.index.nearest(towards(90), 2)
    assert [name for name, _ in found] == ["pa_2", "pa_3"]
    assert [cosine for _, cosine in found] == pytest.approx([1.0, np.cos(np.radians(30))], abs=0.005)


def test_more_may_be_asked_for_than_there_is_and_nothing_of_nothing(desk: Desk) -> None:
    assert desk.near(0) == []
    desk.put(1, 0)
    assert desk.near(0, 50) == ["pa_1"]
    assert desk.near(0, 0) == []


def test_a_changed_passage_is_found_where_it_is_now(desk: Desk) -> None:
    for number in range(1, 5):
        desk.put(number, 10 * number)
    assert desk.near(10, 1) == ["pa_1"]
    desk.put(1, 90, "Invoices are sent monthly.")
    assert desk.near(10, 1) == ["pa_2"]
    assert desk.near(90, 1) == ["pa_1"]
    assert desk.words("invoice") == ["pa_1"]
    assert "pa_1" not in desk.words("red")


def test_a_removed_passage_is_never_found_again(desk: Desk) -> None:
    for number in range(1, 5):
        desk.put(number, number)
    assert len(desk.near(0)) == 4
    for number in (4, 2):
        desk.remove(number)
    desk.put(5, 5)  # may take the place in the table of one that is gone
    assert desk.both() == {"pa_1", "pa_3", "pa_5"}


def test_a_language_narrows_whatever_the_country(desk: Desk) -> None:
    for number, locale in enumerate(("en-US", "de", "de_AT", "DE-ch", "fr"), 1):
        desk.put(number, number, locale=locale)
    assert desk.both(languages=frozenset({"de"})) == {"pa_2", "pa_3", "pa_4"}
    assert desk.both(languages=frozenset({"fr", "en"})) == {"pa_1", "pa_5"}
    assert desk.both(languages=frozenset({"ja"})) == set()


def test_a_brand_lets_what_is_for_every_brand_through(desk: Desk) -> None:
    for number, brand in enumerate(("", "Lark", "Finch"), 1):
        desk.put(number, number, brand=brand)
    assert desk.both(brand="Lark") == {"pa_1", "pa_2"}
    assert desk.both() == {"pa_1", "pa_2", "pa_3"}


def test_only_what_is_about_the_thing_is_let_through(desk: Desk) -> None:
    for number, about in enumerate(((), ("Hub",), ("Hub", "Door"), ("Door",), ("Zoë's Café",)), 1):
        desk.put(number, number, about=about)
    assert desk.both(about=frozenset({"Hub"})) == {"pa_2", "pa_3"}
    assert desk.both(about=frozenset({"Door", "Zoë's Café"})) == {"pa_3", "pa_4", "pa_5"}
    assert desk.both(about=frozenset({"hub"})) == set()


def test_an_audience_narrows_together_with_the_rest(desk: Desk) -> None:
    desk.put(1, 1, audience=Audience.INTERNAL, about=("Hub",))
    desk.put(2, 2, audience=Audience.PUBLIC, about=("Hub",))
    desk.put(3, 3, audience=Audience.PUBLIC)
    assert desk.both(audiences=frozenset({Audience.PUBLIC})) == {"pa_2", "pa_3"}
    assert desk.both(audiences=frozenset({Audience.PUBLIC}), about=frozenset({"Hub"})) == {"pa_2"}


def test_what_has_expired_is_left_out_from_that_moment_on(desk: Desk) -> None:
    desk.put(1, 1, expires_at=NOW)
    desk.put(2, 2, expires_at=NOW + timedelta(hours=1))
    desk.put(3, 3)
    assert desk.both(at=NOW - timedelta(seconds=1)) == {"pa_1", "pa_2", "pa_3"}
    assert desk.both(at=NOW) == {"pa_2", "pa_3"}
    assert desk.both(at=NOW + timedelta(days=1)) == {"pa_3"}
    assert desk.both() == {"pa_1", "pa_2", "pa_3"}


def test_a_scope_is_applied_before_the_best_are_cut_off(desk: Desk) -> None:
    for number in range(1, 30):
        desk.put(number, number)
    desk.put(30, 90, about=("Door",))
    assert desk.near(0, 1, about=frozenset({"Door"})) == ["pa_30"]
    assert desk.words("hub", 1, about=frozenset({"Door"})) == ["pa_30"]


def test_changing_what_a_passage_is_for_moves_it(desk: Desk) -> None:
    desk.put(1, 1, about=("Hub",))
    desk.put(2, 2, about=("Door",))
    assert desk.both(about=frozenset({"Hub"})) == {"pa_1"}
    desk.put(1, 1, about=("Door",))
    assert desk.both(about=frozenset({"Hub"})) == set()
    assert desk.both(about=frozenset({"Door"})) == {"pa_1", "pa_2"}


def test_vectors_of_another_encoder_are_not_compared(desk: Desk) -> None:
    desk.put(1, 1)
    with desk.store.begin() as unit:
        unit.articles.save(
            article("2"), [passage(2, article_id=ArticleId("ar_2"))], np.ones((1, 5), np.float32), "other"
        )
    assert desk.near(0) == ["pa_1"]


def test_an_index_of_postgresql_is_made_when_there_are_enough_and_finds_the_same(postgresql_url: str) -> None:
    store = SqlStore(postgresql_url)
    index = PgVectorIndex(store, ENCODER, exact=50)
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(300, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    pieces = [
        passage(number, article_id=ArticleId("ar_many"), locale="de" if number % 3 else "en") for number in range(300)
    ]
    with store.begin() as unit:
        unit.articles.save(article("many"), pieces, vectors, ENCODER)
    for scope in (Scope(), Scope(languages=frozenset({"de"})), Scope(languages=frozenset({"en"}))):
        before = index.nearest(vectors[7], 20, scope)
        index.tend()
        after = index.nearest(vectors[7], 20, scope)
        assert len({name for name, _ in before} & {name for name, _ in after}) >= 19
    store.close()
