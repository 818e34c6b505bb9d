"""What the words of a text alone say about its mood: VADER's scores of the whole, its sentences and its turns."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from core.model.signals import Evidence, Feeling
from core.ports import Vector

READ = 5000  # characters; VADER takes time with the square of the words
_STRONG = 1.0  # a lexicon word weaker than this (of 4) is no evidence
_SHOWN = 5
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_TURN = re.compile(r"\b(?:but|however|although|though|except|yet|aber|pero|mais)\b", re.IGNORECASE)
COMPOUND = 0  # where VADER's own score stands among the figures
FIGURES = 24


class MoodWords:
    """VADER with words added to its lexicon or weighed anew."""

    def __init__(self, extra: Mapping[str, float] | None = None) -> None:
        self.extra = dict(extra or {})

    def figures(self, text: str) -> Vector:
        """Shape (FIGURES,), each about -1 to 1; the first is VADER's compound score."""
        text = text[:READ]
        whole = self._vader.polarity_scores(text)
        compound = float(whole["compound"])
        shown = (compound, whole["neg"], whole["neu"], whole["pos"])
        figures = (*shown, *self._course(text, compound), *self._weights(text), abs(compound) < 0.05)
        return np.array(figures, dtype=np.float32)

    def evidence(self, text: str, feeling: Feeling) -> tuple[Evidence, ...]:
        """The lexicon's words that pull in the direction of the feeling, in reading order."""
        sign = {Feeling.NEGATIVE: -1, Feeling.POSITIVE: 1}.get(feeling, 0)
        found = [
            (abs(weight), Evidence(start=word.start(), end=word.end(), words=word.group()))
            for word in _WORD.finditer(text)
            if (weight := self._vader.lexicon.get(word.group().casefold(), 0.0)) * sign >= _STRONG
        ]
        strongest = sorted(found, key=lambda pair: -pair[0])[:_SHOWN]
        return tuple(sorted((evidence for _, evidence in strongest), key=lambda e: e.start))

    def _course(self, text: str, compound: float) -> tuple[float, ...]:
        """How the sentences differ, and what stands before and after the last "but"."""
        sentences = [part for part in _SENTENCE.split(text) if part.strip()] or [text]
        scores = [self._compound(part) for part in sentences] if len(sentences) > 1 else [compound]
        turns = _TURN.split(text)
        after, before = compound, 0.0
        if len(turns) > 1:
            after, before = self._compound(turns[-1]), self._compound(turns[0])
        return min(scores), max(scores), scores[-1], scores[0], float(np.mean(scores)), after, before, len(turns) > 1

    def _weights(self, text: str) -> tuple[float, ...]:
        """The single words' weights, after VADER's negation and emphasis."""
        from vaderSentiment.vaderSentiment import SentiText

        parsed = SentiText(text)
        words = parsed.words_and_emoticons
        found: list[float] = []
        for place, word in enumerate(words):
            found = self._vader.sentiment_valence(0, parsed, word, place, found)
        weights = np.array(found or [0.0])
        up, down = weights[weights > 0], weights[weights < 0]
        loud = sum(word.isupper() and len(word) > 1 for word in words)
        return (
            *(up.sum() / 4, -down.sum() / 4, weights.max() / 4, weights.min() / 4, len(up) / 3, len(down) / 3),
            *(text.count("!") / 3, text.count("?") / 2, len(words) / 20, weights.sum() / max(1.0, len(words)) ** 0.5),
            loud / 3,
        )

    def _compound(self, text: str) -> float:
        return float(self._vader.polarity_scores(text)["compound"])

    @cached_property
    def _vader(self) -> Any:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        analyzer = SentimentIntensityAnalyzer()
        analyzer.lexicon.update(self.extra)
        return analyzer
