import numpy as np

from core.improve import message_groups
from core.improve.message_groups import group_texts
from core.ports import Vector

WIDTH = 64


def vectors_of(sizes: list[int], loners: int) -> tuple[list[str], Vector]:
    """Tickets about each of several things, in turn, then tickets that are each about something of their own."""
    chance = np.random.default_rng(5)
    rows, texts = [], []
    for number in range(max(sizes)):
        for topic in (topic for topic, size in enumerate(sizes) if number < size):
            rows.append(np.eye(WIDTH)[topic] + chance.normal(0, 0.02, WIDTH))
            texts.append(f"topic{'abcdef'[topic]} ticket {number}")
    for number in range(loners):
        rows.append(chance.normal(0, 1, WIDTH))
        texts.append(f"loner {number}")
    found = np.array(rows, dtype=np.float32)
    return texts, found / np.linalg.norm(found, axis=1, keepdims=True)


def test_tickets_that_are_like_no_others_are_never_compared_as_groups() -> None:
    texts, vectors = vectors_of([9, 6], 600)
    found, left = group_texts(texts, vectors)
    assert [len(group.texts) for group in found] == [9, 6]
    assert len(message_groups._seeds(vectors, message_groups.ALIKE)) == 2
    assert len(left) == 600


def test_of_very_many_tickets_a_part_is_searched_and_all_are_placed() -> None:
    texts, vectors = vectors_of([message_groups.SEARCHED + 5_000, 6_000], 0)
    found, left = group_texts(texts, vectors)
    assert ([len(group.texts) for group in found], left) == ([message_groups.SEARCHED + 5_000, 6_000], [])


def test_nothing_alike_makes_no_group() -> None:
    texts, vectors = vectors_of([1], 40)
    assert group_texts(texts, vectors) == ([], texts)
    assert group_texts([], np.zeros((0, WIDTH), dtype=np.float32)) == ([], [])
