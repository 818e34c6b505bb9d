"""Intent by a linear model over sentence vectors, trained from a handful of examples each."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from connectors.local.kept import keep, load
from connectors.local.linear import Linear, fit
from core.model.signals import Scored
from core.ports import Encoder, Vector

NOWHERE = "out_of_scope"
NEIGHBOURS = 3
SHOWN = 3  # intents reported at most
FAINTEST = 0.05  # an intent less likely than this is not worth showing
FOLDS = 3
_KEPT = frozenset({"names", "weights", "bias", "vectors", "threshold", "sharpness"})
SHARPNESSES = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0)


class IntentModel:
    """Says which of the known intents a message has, or nothing at all when it looks like none of them.

    What decides between "one of ours" and "none" is the classifier's probability, the nearness of the closest
    training examples and the probability of the out-of-scope class; the threshold is set by cross-validation.
    """

    def __init__(
        self,
        encoder: Encoder,
        examples: Mapping[str, Sequence[str]],
        *,
        out_of_scope: Sequence[str] = (),
        labels: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        """Train at the first use, or load what was trained before from `folder`.

        `examples` maps an intent's name to messages that have it; `labels` to the words shown to people."""
        self._encoder = encoder
        self._rows = [(text, name) for name, texts in examples.items() for text in texts]
        self._rows += [(text, NOWHERE) for text in out_of_scope]
        self._labels = dict(labels or {})
        self._folder = folder
        self._trained: _Trained | None = None

    @property
    def name(self) -> str:
        """Changes whenever the answers would."""
        content = json.dumps([self._encoder.name, self._rows], ensure_ascii=False)
        return f"intents-2-{hashlib.sha256(content.encode()).hexdigest()[:12]}"

    def intents(self, text: str) -> tuple[Scored, ...]:
        """Likeliest first, at most three; empty where nothing fits."""
        model = self._ready()
        if not text.strip() or not model.names:
            return ()
        vector = self._encoder.encode([text])[0]
        chances = model.linear.chances(vector[None, :])[0]
        if model.belonging(vector, chances) < model.threshold:
            return ()
        return tuple(
            Scored(value=n, confidence=min(1.0, c), label=self._label(n), made_by=self.name)
            for place, (n, c) in enumerate(model.ranked(chances)[:SHOWN])
            if place == 0 or c >= FAINTEST
        )

    def warm(self) -> None:
        """Train or load now."""
        self._ready()

    def _label(self, name: str) -> str:
        return self._labels.get(name) or name.replace("_", " ").capitalize()

    def _ready(self) -> "_Trained":
        if self._trained is None:
            self._trained = self._load() or self._train()
        return self._trained

    def _file(self) -> Path | None:
        return self._folder / f"{self.name}.npz" if self._folder else None

    def _load(self) -> "_Trained | None":
        file = self._file()
        kept = load(file, _KEPT) if file else None
        if kept is None:
            return None
        return _Trained(
            names=[str(name) for name in kept["names"]],
            linear=Linear(kept["weights"], kept["bias"]),
            vectors=kept["vectors"],
            threshold=float(kept["threshold"]),
            sharpness=float(kept["sharpness"]),
        )

    def _train(self) -> "_Trained":
        texts, names = [text for text, _ in self._rows], [name for _, name in self._rows]
        model = _train(self._encoder.encode(texts), names)
        if file := self._file():
            keep(
                file,
                {
                    "names": np.array(model.names, dtype=np.str_),
                    "weights": model.linear.weights,
                    "bias": model.linear.bias,
                    "vectors": model.vectors,
                    "threshold": np.array(model.threshold),
                    "sharpness": np.array(model.sharpness),
                },
            )
        return model


class _Trained:
    def __init__(
        self, *, names: list[str], linear: Linear, vectors: Vector, threshold: float = 0.0, sharpness: float = 1.0
    ) -> None:
        self.names = names
        self.linear = linear
        self.vectors = vectors  # of the examples that are in scope
        self.threshold = threshold
        self.sharpness = sharpness  # few examples make a timid classifier: its probabilities are raised to this power

    def belonging(self, vector: Vector, chances: Vector) -> float:
        """Rises with how much a message looks like one of the known intents."""
        known = self._known(chances)
        nearest = np.sort(self.vectors @ vector)[-NEIGHBOURS:]
        return float(known.max() + nearest.mean() - 2 * (1 - known.sum()))

    def ranked(self, chances: Vector) -> list[tuple[str, float]]:
        """The intents with calibrated confidence, likeliest first."""
        powers = self._known(chances) ** self.sharpness
        shares = powers / max(float(powers.sum()), 1e-9)
        names = [name for name in self.names if name != NOWHERE]
        return sorted(zip(names, (float(s) for s in shares), strict=True), key=lambda pair: -pair[1])

    def _known(self, chances: Vector) -> Vector:
        return chances[[place for place, name in enumerate(self.names) if name != NOWHERE]]


def _train(vectors: Vector, names: Sequence[str]) -> _Trained:
    kinds = sorted(set(names))
    if len(kinds) < 2:
        return _Trained(names=[], linear=Linear.empty(), vectors=vectors)
    model = _fitted(vectors, names, kinds)
    held = _held_out(vectors, np.array(names), kinds)
    model.threshold = _threshold(held)
    model.sharpness = _sharpness(model, held)
    return model


def _fitted(vectors: Vector, names: Sequence[str], kinds: list[str]) -> _Trained:
    linear = fit(vectors, [kinds.index(name) for name in names], len(kinds))
    inside = np.array([name != NOWHERE for name in names])
    return _Trained(names=kinds, linear=linear, vectors=vectors[inside])


def _held_out(vectors: Vector, names: NDArray[np.str_], kinds: list[str]) -> list[tuple[str, float, Vector]]:
    """(true name, belonging, chances) of every example as seen by a model that did not know it."""
    seen: list[tuple[str, float, Vector]] = []
    for fold in range(FOLDS):
        held = np.arange(len(names)) % FOLDS == fold
        model = _fitted(vectors[~held], [str(n) for n in names[~held]], kinds)
        chances = model.linear.chances(vectors[held])
        rows = zip(names[held], vectors[held], chances, strict=True)
        seen += [(str(name), model.belonging(vector, chance), chance) for name, vector, chance in rows]
    return seen


def _threshold(held: Sequence[tuple[str, float, Vector]]) -> float:
    """The value of belonging that separates what is in scope from what is not best (balanced)."""
    inside = np.array([value for name, value, _ in held if name != NOWHERE])
    outside = np.array([value for name, value, _ in held if name == NOWHERE])
    if not len(outside):
        # Nothing to keep out was given: refuse what is further off than all but 2 % of the examples.
        return float(np.quantile(inside, 0.02))
    cuts = np.unique(np.concatenate([inside, outside]))
    gains = [np.mean(inside >= cut) + np.mean(outside < cut) for cut in cuts]
    return float(cuts[int(np.argmax(gains))])


def _sharpness(model: _Trained, held: Sequence[tuple[str, float, Vector]]) -> float:
    """The power under which the held-out examples were likeliest."""
    known = [(name, chances) for name, _, chances in held if name != NOWHERE]

    def likelihood(power: float) -> float:
        model.sharpness = power
        return sum(float(np.log(max(dict(model.ranked(chances))[name], 1e-6))) for name, chances in known)

    return max(SHARPNESSES, key=likelihood)
