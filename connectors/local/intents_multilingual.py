"""Intents of messages in other languages than the company's: a line through a multilingual encoder's vectors for each.

The encoder puts the same matter in two languages near to each other, so that English examples serve them all; examples
in a language itself help it more."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from connectors.local.classifiers import Linear, fit, keep, load
from connectors.local.intents import CLEAR, FAINTEST, LONGEST, SHOWN, IntentModel
from connectors.local.intents_articles import ArticleIntents
from connectors.local.language import is_foreign
from core.model.signals import OUT_OF_SCOPE, Correction, Scored
from core.ports import Encoder, LanguageReader, Vector

_VERSION = 2
_KEPT = frozenset({"names", "centre", "weights", "bias"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Trained:
    names: Sequence[str]
    centre: Vector  # what all examples have in common
    lines: Linear


class MultilingualIntents:
    """`core.ports.IntentReader` for any language. Trained at the first use, or loaded from `folder`."""

    def __init__(
        self,
        encoder: Encoder,
        examples: Mapping[str, Sequence[str]],
        *,
        out_of_scope: Sequence[str] = (),
        labels: Mapping[str, str] | None = None,
        folder: Path | None = None,
        articles: ArticleIntents | None = None,
    ) -> None:
        """`examples` are in any languages, by the name of their intent; `articles` have their say in what is told."""
        self._encoder = encoder
        self._rows = [(text, name) for name, texts in examples.items() for text in texts]
        self._rows += [(text, OUT_OF_SCOPE) for text in out_of_scope]
        self._labels = dict(labels or {})
        self._folder = folder
        self._articles = articles

    @cached_property
    def name(self) -> str:
        """Changes whenever the answers would."""
        content = json.dumps([self._encoder.name, self._rows], ensure_ascii=False)
        digest = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()
        return f"intents-multilingual-{_VERSION}-{digest[:12]}"

    def intents(self, text: str, earlier: str = "") -> tuple[Scored, ...]:
        """Likeliest first, at most three; empty where fewer than two intents have examples."""
        if not text.strip() or self._trained is None:
            return ()
        ranked = self._ranked(text)
        if earlier and ranked[0][1] < CLEAR:
            ranked = self._ranked(f"{earlier} {text}")
        inside = [(name, chance) for name, chance in ranked if name != OUT_OF_SCOPE]
        return tuple(self._scored(name, chance) for name, chance in inside[:SHOWN] if chance >= FAINTEST)

    def _ranked(self, text: str) -> list[tuple[str, float]]:
        trained = self._trained
        if trained is None:
            return []
        vector = self._encoder.encode([text.strip()[:LONGEST]])
        chances = trained.lines.chances(_centred(vector, trained.centre))[0]
        ranked = sorted(zip(trained.names, map(float, chances), strict=True), key=lambda each: -each[1])
        return ranked if self._articles is None else self._articles.weigh(ranked, vector[0])

    def warm(self) -> None:
        """Train or load now."""
        _ = self._trained
        if self._articles is not None:
            self._articles.warm()

    def _scored(self, name: str, chance: float) -> Scored:
        label = self._labels.get(name) or name.replace("_", " ").capitalize()
        return Scored(value=name, confidence=chance, label=label, made_by=self.name)

    @cached_property
    def _trained(self) -> _Trained | None:
        names = sorted({name for _, name in self._rows})
        if len(names) < 2:
            return None
        file = self._folder / f"{self.name}.npz" if self._folder else None
        kept = load(file, _KEPT) if file else None
        if kept is None:
            vectors = self._encoder.encode([text for text, _ in self._rows])
            centre = np.asarray(vectors.mean(axis=0))
            lines = fit(_centred(vectors, centre), [names.index(name) for _, name in self._rows], len(names))
            kept = {"names": np.array(names), "centre": centre, "weights": lines.weights, "bias": lines.bias}
            if file:
                keep(file, kept)
        return _Trained(
            names=[str(name) for name in kept["names"]],
            centre=kept["centre"],
            lines=Linear(kept["weights"], kept["bias"]),
        )


class RoutedIntents:
    """`core.ports.IntentReader`: the company's own language is read by one model, all others by another."""

    def __init__(self, language: LanguageReader, own: IntentModel, others: MultilingualIntents) -> None:
        self._language, self.own, self._others = language, own, others

    def intents(self, text: str, earlier: str = "") -> tuple[Scored, ...]:
        return (self._others if is_foreign(self._language, text) else self.own).intents(text, earlier)

    def with_corrections(self, corrections: Sequence[Correction]) -> "RoutedIntents":
        """As `IntentModel`'s; the other languages know none."""
        return RoutedIntents(self._language, self.own.with_corrections(corrections), self._others)

    def warm(self) -> None:
        self.own.warm()
        self._others.warm()


def _centred(vectors: Vector, centre: Vector) -> Vector:
    moved = vectors - centre
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9), dtype=np.float32)
