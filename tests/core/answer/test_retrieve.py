from core.answer.retrieve import fused, keywords, rank_scores
from core.model.ids import PassageId

A, B, C = (PassageId(name) for name in "abc")


def test_what_both_lists_find_wins() -> None:
    assert fused([([A, B], 1.0), ([B, C], 1.0)]) == [B, A, C]


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
