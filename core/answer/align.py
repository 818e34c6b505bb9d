"""A second look at the best passages: word by word, each in its context."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from core.answer.lexicon import Lexicon
from core.answer.match import Match
from core.answer.passages import heading
from core.answer.retrieve import Voice
from core.answer.synonyms import concepts
from core.model.knowledge import Passage

LOOKED_AT = 8  # passages
ALIGNED = 1.5  # weight of the alignment beside the score
_LONGEST = 400  # characters of a passage; the look is thorough, not long


class Aligner(Protocol):
    def prepare(self, texts: Sequence[str]) -> None:
        """Read texts that questions will be compared with, ahead of time."""

    def align(self, asked: str, texts: Sequence[str], weight: Callable[[str], float]) -> list[float]:
        """How well the question's words, counted by their weight, find counterparts in each text: 0 to 1."""


def looked_at(passage: Passage) -> str:
    """What of a passage a question is compared with."""
    return f"{heading(passage)}\n{passage.text}"[:_LONGEST]


def realigned(aligner: Aligner, voices: Sequence[Voice], matches: Sequence[Match], lexicon: Lexicon) -> list[Match]:
    """The first few matches in a new order, the others behind them.

    What counts is the difference from their mean, so that scores before and after can be compared."""
    first, rest = list(matches[:LOOKED_AT]), matches[LOOKED_AT:]
    if not first:
        return []
    texts = [looked_at(match.passage) for match in first]

    def weight(word: str) -> float:
        return max((lexicon.weight(concept) for concept in concepts(word)), default=0.0)

    whole, *sentences = [aligner.align(voice.text, texts, weight) for voice in voices]
    found = [(value + max(others)) / 2 if others else value for value, *others in zip(whole, *sentences, strict=True)]
    mean = sum(found) / len(found)
    moved = [
        replace(match, score=match.score + ALIGNED * (value - mean), aligned=value)
        for match, value in zip(first, found, strict=True)
    ]
    return [*sorted(moved, key=lambda match: -match.score), *rest]
