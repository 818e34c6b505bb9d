import numpy as np

from connectors.local.index import MemoryIndex
from tests.connectors.local.shelves import VectorStore

NORTH = np.array([0.0, 1.0], dtype=np.float32)


def index(store: VectorStore) -> MemoryIndex:
    return MemoryIndex(store, "any")  # type: ignore[arg-type]


def test_the_nearest_come_first_with_their_cosine() -> None:
    store = VectorStore()
    store.put("east", 1.0, 0.0)
    store.put("north", 0.0, 1.0)
    store.put("between", 0.6, 0.8)
    found = index(store).nearest(NORTH, 2)
    assert [name for name, _ in found] == ["north", "between"]
    assert [round(cosine, 3) for _, cosine in found] == [1.0, 0.8]


def test_more_may_be_asked_for_than_there_is() -> None:
    store = VectorStore()
    store.put("north", 0.0, 1.0)
    assert len(index(store).nearest(NORTH, 50)) == 1


def test_without_articles_nothing_is_near() -> None:
    assert index(VectorStore()).nearest(NORTH, 5) == []


def test_the_vectors_are_read_again_only_when_the_articles_changed() -> None:
    store = VectorStore()
    store.put("east", 1.0, 0.0)
    near = index(store)
    near.nearest(NORTH, 1)
    near.nearest(NORTH, 1)
    assert store.loads == 1
    store.put("north", 0.0, 1.0)
    assert near.nearest(NORTH, 1)[0][0] == "north"
    assert store.loads == 2
