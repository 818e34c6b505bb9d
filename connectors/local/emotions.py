"""Frustration, anger, confusion, hesitation and urgency in a message, each with the words that show it."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib import resources
from pathlib import Path

import numpy as np

from connectors.local.emotion_words import EMOTIONS, phrases, shown
from connectors.local.kept import keep, load
from connectors.local.kernels import ARRAYS, KernelHead, Views, train
from connectors.local.moods import MOODS
from connectors.local.ngrams import grams
from connectors.local.sentiment import shipped as feelings
from connectors.local.sentiment_words import MoodWords
from connectors.local.shipped import WithShipped
from connectors.local.written import written
from core.model.signals import Evidence, Scored
from core.ports import Encoder

LEAST = 0.75  # of an emotion's examples are found, each judged without itself
CALM = 120  # neutral and happy sentences that stand for what shows none
PRESENT, ABSENT = 0, 1
_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


class EmotionModel:
    """`core.ports.EmotionReader`: a head for each emotion, trained from the lessons shipped beside this file at the
    first use, or loaded from `folder`."""

    def __init__(self, encoder: Encoder, *, folder: Path | None = None) -> None:
        self._encoder = encoder
        self._folder = folder
        self._heads: dict[str, KernelHead] = {}
        self._words = MoodWords(MOODS)

    def emotions(self, text: str) -> tuple[Scored, ...]:
        """The present ones, strongest first. `amount` is the degree, the confidence that it is there."""
        if not _WORD.search(text):
            return ()
        seen = self._views([text], self._encoder)
        found = []
        for name, head in self._ready().items():
            chances = head.chances(seen)
            if head.said(chances)[0] == PRESENT:
                sure = min(1.0, float(chances[0][PRESENT]))
                found.append(self._scored(name, sure, text))
        return tuple(sorted(found, key=lambda emotion: -emotion.confidence))

    def warm(self) -> None:
        """Train or load now."""
        self._ready()

    @cached_property
    def name(self) -> str:
        """Changes whenever the answers would."""
        told = json.dumps([self._encoder.name, taught(), sorted(MOODS.items()), LEAST, CALM, _FEATURES])
        return f"emotions-{hashlib.sha256(told.encode()).hexdigest()[:12]}"

    def _scored(self, name: str, sure: float, text: str) -> Scored:
        evidence = shown(name, text) or (_strongest(text),)
        return Scored(
            value=name, confidence=sure, label=name.capitalize(), evidence=evidence, made_by=self.name, amount=sure
        )

    def _views(self, texts: Sequence[str], encoder: Encoder) -> Views:
        figures = np.stack([self._words.figures(text) for text in texts])
        return Views(
            dense=(encoder.encode(texts), figures, np.stack([phrases(text) for text in texts])),
            wording=tuple(grams(text) for text in texts),
        )

    def _ready(self) -> dict[str, KernelHead]:
        if not self._heads:
            kept = {name: self._load(name) for name in EMOTIONS}
            whole = {name: head for name, head in kept.items() if head is not None}
            self._heads = whole if len(whole) == len(EMOTIONS) else self._train()
        return self._heads

    def _load(self, emotion: str) -> KernelHead | None:
        kept = load(self._folder / f"{self.name}-{emotion}.npz", ARRAYS) if self._folder else None
        return KernelHead.of(kept) if kept else None

    def _train(self) -> dict[str, KernelHead]:
        lessons = taught()
        texts = list(dict.fromkeys(text for rows in lessons.values() for text, _ in rows))
        # Most sentences are lessons of several emotions: looked at once.
        seen, place = self._views(texts, WithShipped(self._encoder)), {text: n for n, text in enumerate(texts)}
        heads = {}
        for name, rows in lessons.items():
            mine = seen.at(np.array([place[text] for text, _ in rows]))
            heads[name] = train(mine, [PRESENT if present else ABSENT for _, present in rows], 2, least=LEAST)
            if self._folder:
                keep(self._folder / f"{self.name}-{name}.npz", heads[name].arrays())
        return heads


_FEATURES = 2  # the version of what the head sees


def taught() -> Mapping[str, list[tuple[str, bool]]]:
    """The lessons of each emotion: its own, what misses the others narrowly, and sentences that show none."""
    folder = resources.files("connectors.local").joinpath("lessons_feelings")
    lessons = {name: written(folder.joinpath(f"{name}.yaml")) for name in EMOTIONS}
    calm = [text for text, feeling in feelings() if feeling == "neutral"][:CALM]
    calm += [text for text, feeling in feelings() if feeling == "positive"][: CALM // 2]
    found: dict[str, list[tuple[str, bool]]] = {}
    for name in EMOTIONS:
        told = dict.fromkeys(lessons[name]["positive"], True)
        told |= dict.fromkeys(lessons[name]["negative"], False)
        others = [text for other in EMOTIONS if other != name for text in lessons[other]["negative"]]
        for text in (*others, *calm):
            # A sentence with the emotion's own words may well show it: no lesson either way.
            if text not in told and not shown(name, text):
                told[text] = False
        found[name] = list(told.items())
    return found


def _strongest(text: str) -> Evidence:
    """Where no phrase is known: the longest sentence, which says most."""
    sentences = [match for match in _SENTENCE.finditer(text) if _WORD.search(match.group())]
    longest = max(sentences, key=lambda match: len(match.group()), default=None)
    start, end = longest.span() if longest else (0, len(text))
    start += len(text[start:end]) - len(text[start:end].lstrip())
    return Evidence(start=start, end=end, words=text[start:end])
