from collections.abc import Callable, Sequence

import numpy as np

from core.knowledge.article_index import Lexicon
from core.knowledge.match import LOOKED_AT, Match, Voice, realign
from core.model.ids import PassageId
from core.model.knowledge import Hit
from tests.core import samples

LEXICON = Lexicon(["the hub is green", "the hub is red"])


class Finds:
    """Aligns a text with the question when it holds the word given."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.weights: dict[str, float] = {}

    def align(self, asked: str, texts: Sequence[str], weight: Callable[[str], float]) -> list[float]:
        self.weights = {word: weight(word) for word in asked.split()}
        return [1.0 if self.word in text else 0.0 for text in texts]


def voice(text: str) -> Voice:
    return Voice(text=text, vector=np.zeros(2, dtype=np.float32), cosines={})


def match(text: str, score: float) -> Match:
    passage = samples.passage(id=PassageId(text), text=text, end=len(text))
    return Match(hit=Hit(passage=passage, score=1, similarity=0.5), score=score, heard=({},), told=())


def test_the_passage_whose_words_meet_the_questions_comes_first() -> None:
    matches = [match("about hubs", 2.0), match("a swollen battery", 1.9)]
    found = realign(Finds("swollen"), [voice("puffed up")], matches, LEXICON)
    assert [m.passage.text for m in found] == ["a swollen battery", "about hubs"]
    assert found[0].aligned == 1


def test_the_scores_stay_on_their_scale() -> None:
    matches = [match("about hubs", 2.0), match("a swollen battery", 1.0)]
    found = realign(Finds("swollen"), [voice("puffed up")], matches, LEXICON)
    assert sum(m.score for m in found) == 3


def test_only_the_first_few_are_looked_at() -> None:
    matches = [match(f"text {n}", 9.0 - n) for n in range(LOOKED_AT + 2)]
    found = realign(Finds("text"), [voice("any")], matches, LEXICON)
    assert [m.aligned is None for m in found] == [False] * LOOKED_AT + [True] * 2


def test_rare_words_weigh_more_and_small_words_nothing() -> None:
    aligner = Finds("x")
    realign(aligner, [voice("is the hub green")], [match("x", 1.0)], LEXICON)
    assert aligner.weights["the"] == aligner.weights["is"] == 0
    assert 0 < aligner.weights["hub"] < aligner.weights["green"]


def test_nothing_found_is_nothing_to_look_at() -> None:
    assert realign(Finds("x"), [voice("any")], [], LEXICON) == []
