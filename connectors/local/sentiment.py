"""Feeling and mood of a message: a small head over its sentence vector and VADER's scores."""

import hashlib
import json
import re
from collections.abc import Sequence
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from connectors.local.kept import keep, load
from connectors.local.linear import Linear, fit
from connectors.local.moods import MOODS
from core.model.signals import Evidence, Feeling, Scored
from core.ports import Encoder, Vector

FEELINGS = (Feeling.NEGATIVE, Feeling.NEUTRAL, Feeling.POSITIVE)
LABELS = {Feeling.NEGATIVE: "Negative", Feeling.NEUTRAL: "Neutral", Feeling.POSITIVE: "Positive"}
LEAN = 0.6
COMPOUND = -3  # where VADER's compound score stands in a row
_STRONG = 1.0  # a lexicon word weaker than this (of 4) is no evidence
_SHOWN = 5
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


class SentimentModel:
    """VADER alone calls "third time my order is late and nobody helps!" happy; the vector alone misses "not great".

    Trained from the labelled sentences shipped beside this file, at the first use or loaded from `folder`."""

    def __init__(self, encoder: Encoder, *, folder: Path | None = None) -> None:
        self._encoder = encoder
        self._folder = folder
        self._linear: Linear | None = None

    def sentiment(self, text: str) -> tuple[Scored, float]:
        """The feeling, with the words that show it, and the mood from -1 to 1."""
        if not _WORD.search(text):
            return Scored(value=Feeling.NEUTRAL, confidence=0.5, label="Neutral", made_by=self.name), 0.0
        row = self._row(text)
        chances = self._ready().chances(row[None, :])[0]
        best = int(np.argmax(chances))
        feeling = FEELINGS[best]
        # The head knows which way it leans, VADER's compound score how strongly the words say so.
        mood = float(np.clip(LEAN * (chances[2] - chances[0]) + (1 - LEAN) * row[COMPOUND], -1, 1))
        scored = Scored(
            value=feeling,
            confidence=min(1.0, float(chances[best])),
            label=LABELS[feeling],
            evidence=self._evidence(text, feeling),
            made_by=self.name,
        )
        return scored, mood

    def warm(self) -> None:
        """Train or load now."""
        self._ready()

    @cached_property
    def name(self) -> str:
        """Changes whenever the answers would."""
        content = json.dumps([self._encoder.name, sorted(MOODS.items()), _shipped()])
        return f"sentiment-{hashlib.sha256(content.encode()).hexdigest()[:12]}"

    @cached_property
    def _vader(self) -> Any:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        analyzer = SentimentIntensityAnalyzer()
        analyzer.lexicon.update(MOODS)
        return analyzer

    def _row(self, text: str) -> Vector:
        scores = self._vader.polarity_scores(text)
        lexical = np.array([scores["compound"], scores["neg"], scores["pos"]], dtype=np.float32)
        return np.concatenate([self._encoder.encode([text])[0], lexical])

    def _evidence(self, text: str, feeling: Feeling) -> tuple[Evidence, ...]:
        """The lexicon's words that pull in the direction of the feeling, in reading order."""
        sign = {Feeling.NEGATIVE: -1, Feeling.POSITIVE: 1}.get(feeling, 0)
        found = [
            (abs(weight), Evidence(start=word.start(), end=word.end(), words=word.group()))
            for word in _WORD.finditer(text)
            if (weight := self._vader.lexicon.get(word.group().casefold(), 0.0)) * sign >= _STRONG
        ]
        strongest = sorted(found, key=lambda pair: -pair[0])[:_SHOWN]
        return tuple(sorted((evidence for _, evidence in strongest), key=lambda e: e.start))

    def _ready(self) -> Linear:
        if self._linear is None:
            self._linear = self._load() or self._train()
        return self._linear

    def _load(self) -> Linear | None:
        kept = load(self._folder / f"{self.name}.npz", frozenset({"weights", "bias"})) if self._folder else None
        return Linear(kept["weights"], kept["bias"]) if kept else None

    def _train(self) -> Linear:
        rows = _shipped()
        linear = fit(
            np.stack([self._row(text) for text, _ in rows]),
            [FEELINGS.index(Feeling(feeling)) for _, feeling in rows],
            len(FEELINGS),
        )
        if self._folder:
            keep(self._folder / f"{self.name}.npz", {"weights": linear.weights, "bias": linear.bias})
        return linear


def _shipped() -> Sequence[tuple[str, str]]:
    lines = resources.files("connectors.local").joinpath("sentiment.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in lines.splitlines() if line.strip()]
    return [(row["text"], row["label"]) for row in rows]
