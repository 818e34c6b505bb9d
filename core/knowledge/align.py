"""A second look at the best passages: word by word, each in its context."""

from collections.abc import Sequence
from dataclasses import replace

from core.knowledge.lexicon import Lexicon
from core.knowledge.match import Match
from core.knowledge.retrieve import Voice
from core.knowledge.second_look import Aligner, comparable_text, word_weight

__all__ = ["ALIGNED", "LOOKED_AT", "Aligner", "comparable_text", "realign"]

LOOKED_AT = 8  # passages
ALIGNED = 1.5  # weight of the alignment beside the score


def realign(aligner: Aligner, voices: Sequence[Voice], matches: Sequence[Match], lexicon: Lexicon) -> list[Match]:
    """The first few matches in a new order, the others behind them.

    What counts is the difference from their mean, so that scores before and after can be compared."""
    first, rest = list(matches[:LOOKED_AT]), matches[LOOKED_AT:]
    if not first:
        return []
    texts = [comparable_text(match.passage) for match in first]
    weight = word_weight(lexicon)
    whole, *sentences = [aligner.align(voice.text, texts, weight) for voice in voices]
    found = [(value + max(others)) / 2 if others else value for value, *others in zip(whole, *sentences, strict=True)]
    mean = sum(found) / len(found)
    moved = [
        replace(match, score=match.score + ALIGNED * (value - mean), aligned=value)
        for match, value in zip(first, found, strict=True)
    ]
    return [*sorted(moved, key=lambda match: -match.score), *rest]
