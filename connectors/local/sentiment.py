"""Feeling and mood of a message: a head over its sentence vector, VADER's scores, its turns of phrase and wording."""

import hashlib
import json
import re
from collections.abc import Sequence
from functools import cached_property
from importlib import resources
from pathlib import Path

import numpy as np

from connectors.local.grievances import TURNS, turns
from connectors.local.kept import keep, load
from connectors.local.kernels import ARRAYS, KernelHead, Views, train
from connectors.local.moods import MOODS
from connectors.local.ngrams import grams
from connectors.local.sentiment_words import COMPOUND, MoodWords
from connectors.local.shipped import WithShipped
from core.model.signals import Evidence, Feeling, Scored
from core.ports import Encoder

FEELINGS = (Feeling.NEGATIVE, Feeling.NEUTRAL, Feeling.POSITIVE)
LABELS = {Feeling.NEGATIVE: "Negative", Feeling.NEUTRAL: "Neutral", Feeling.POSITIVE: "Positive"}
LEAN = 0.6
LEAST = 0.94  # of the upset customers among the examples are heard, each judged without itself
_WORD = re.compile(r"[^\W\d_]{2,}(?:['’][^\W\d_]+)?")


def views_of(texts: Sequence[str], encoders: Sequence[Encoder], words: MoodWords, *, service: bool = True) -> Views:
    """What the head sees of the texts; the same for our own examples and for anybody's labelled ones. Without `service`
    the turns of phrase are left out, which only messages to a service desk have."""
    vectors = [encoder.encode([text or " " for text in texts]) for encoder in encoders]
    figures = np.stack([words.figures(text) for text in texts])
    phrased = [np.stack([turns(text) for text in texts])] if service else []
    return Views(dense=(*vectors, figures, *phrased), wording=tuple(grams(text) for text in texts))


class SentimentModel:
    """VADER alone calls "third time my order is late and nobody helps!" happy; the vector alone misses "not great".

    Trained from the labelled sentences shipped beside this file, at the first use or loaded from `folder`."""

    def __init__(self, encoder: Encoder, *, folder: Path | None = None) -> None:
        self._encoder = encoder
        self._folder = folder
        self._head: KernelHead | None = None
        self._words = MoodWords(MOODS)

    def sentiment(self, text: str) -> tuple[Scored, float]:
        """The feeling, with the words that show it, and the mood from -1 to 1."""
        if not _WORD.search(text):
            return Scored(value=Feeling.NEUTRAL, confidence=0.5, label="Neutral", made_by=self.name), 0.0
        head = self._ready()
        seen = views_of([text], [self._encoder], self._words)
        chances = head.chances(seen)
        feeling = FEELINGS[int(head.said(chances)[0])]
        negative, _, positive = (float(chance) for chance in chances[0])
        # The head knows which way it leans, VADER's compound score how strongly the words say so.
        compound = float(seen.dense[1][0][COMPOUND])
        mood = float(np.clip(LEAN * (positive - negative) + (1 - LEAN) * compound, -1, 1))
        scored = Scored(
            value=feeling,
            confidence=min(1.0, float(chances[0][FEELINGS.index(feeling)])),
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
        content = json.dumps([self._encoder.name, sorted(MOODS.items()), TURNS, shipped(), LEAST])
        return f"sentiment-2-{hashlib.sha256(content.encode()).hexdigest()[:12]}"

    def _evidence(self, text: str, feeling: Feeling) -> tuple[Evidence, ...]:
        return self._words.evidence(text, feeling)

    def _ready(self) -> KernelHead:
        if self._head is None:
            self._head = self._load() or self._train()
        return self._head

    def _load(self) -> KernelHead | None:
        kept = load(self._folder / f"{self.name}.npz", ARRAYS) if self._folder else None
        return KernelHead.of(kept) if kept else None

    def _train(self) -> KernelHead:
        rows = shipped()
        seen = views_of([text for text, _ in rows], [WithShipped(self._encoder)], self._words)
        head = train(seen, [FEELINGS.index(Feeling(label)) for _, label in rows], len(FEELINGS), least=LEAST)
        if self._folder:
            keep(self._folder / f"{self.name}.npz", head.arrays())
        return head


def shipped() -> list[tuple[str, str]]:
    """The labelled sentences that come with Handrail: (text, feeling)."""
    lines = resources.files("connectors.local").joinpath("sentiment.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in lines.splitlines() if line.strip()]
    return [(row["text"], row["label"]) for row in rows]
