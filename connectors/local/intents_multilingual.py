"""Intents of messages in other languages than the company's: a line through a multilingual encoder's vectors for each.

The encoder puts the same matter in two languages near to each other, so that English examples serve them all; examples
in a language itself help it more."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from connectors.local.intents import FAINTEST, LONGEST, SHOWN, IntentModel
from connectors.local.language import is_foreign
from core.model.signals import OUT_OF_SCOPE, Scored
from core.ports import Encoder, LanguageReader, Vector

_STRENGTH = 10.0  # of the fit: the inverse of its regularisation


class MultilingualIntents:
    """`core.ports.IntentReader` for any language. Fitted at the first use, in less than a second."""

    made_by = "intents-multilingual-1"

    def __init__(
        self,
        encoder: Encoder,
        examples: Mapping[str, Sequence[str]],
        *,
        out_of_scope: Sequence[str] = (),
        labels: Mapping[str, str] | None = None,
    ) -> None:
        """`examples` are in any languages, by the name of their intent."""
        self._encoder = encoder
        self._rows = [(text, name) for name, texts in examples.items() for text in texts]
        self._rows += [(text, OUT_OF_SCOPE) for text in out_of_scope]
        self._labels = dict(labels or {})

    def intents(self, text: str) -> tuple[Scored, ...]:
        """Likeliest first, at most three; empty where fewer than two intents have examples."""
        if not text.strip() or self._fitted is None:
            return ()
        centre, model = self._fitted
        chances = model.predict_proba(_centred(self._encoder.encode([text[:LONGEST]]), centre))[0]
        ranked = sorted(zip(model.classes_, map(float, chances), strict=True), key=lambda each: -each[1])
        inside = [(str(name), chance) for name, chance in ranked if name != OUT_OF_SCOPE]
        return tuple(self._scored(name, chance) for name, chance in inside[:SHOWN] if chance >= FAINTEST)

    def warm(self) -> None:
        """Fit now."""
        _ = self._fitted

    def _scored(self, name: str, chance: float) -> Scored:
        label = self._labels.get(name) or name.replace("_", " ").capitalize()
        return Scored(value=name, confidence=chance, label=label, made_by=self.made_by)

    @cached_property
    def _fitted(self) -> "tuple[Vector, Any] | None":
        """What all examples have in common, and the model."""
        from sklearn.linear_model import LogisticRegression

        if len({name for _, name in self._rows}) < 2:
            return None
        vectors = self._encoder.encode([text for text, _ in self._rows])
        centre = np.asarray(vectors.mean(axis=0))
        model = LogisticRegression(C=_STRENGTH, max_iter=500)
        return centre, model.fit(_centred(vectors, centre), [name for _, name in self._rows])


class RoutedIntents:
    """`core.ports.IntentReader`: the company's own language is read by one model, all others by another."""

    def __init__(self, language: LanguageReader, own: IntentModel, others: MultilingualIntents) -> None:
        self._language, self.own, self._others = language, own, others

    def intents(self, text: str) -> tuple[Scored, ...]:
        return (self._others if is_foreign(self._language, text) else self.own).intents(text)

    def warm(self) -> None:
        self.own.warm()
        self._others.warm()


def _centred(vectors: Vector, centre: Vector) -> Vector:
    moved = vectors - centre
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9), dtype=np.float32)
