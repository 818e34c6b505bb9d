"""Whether a message needs an article: a small head over its meaning, its wording and what was said before it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path

import numpy as np

from connectors.local.classifiers import Grams, Linear, fit, grams, keep, load, rarity, rows, weigh
from core.ports import Encoder, Vector

BEFORE = 0.5  # what the turn before counts beside the message
STRENGTH = 20.0  # weak regularisation: runs of letters are many, and each tells little
_KEPT = frozenset({"weights", "bias", "rarity"})


@dataclass(frozen=True, slots=True)
class Example:
    """A message, what was said before it, and whether the reply had to look something up."""

    text: str
    before: str
    needed: bool


class NeedModel:
    """`core.answer.answer.NeedReader`. Trained from the examples shipped beside this file, or from one's own, at the
    first use; or loaded from `folder`."""

    def __init__(
        self, encoder: Encoder, examples: Sequence[Example] | None = None, *, folder: Path | None = None
    ) -> None:
        self._encoder = encoder
        self._examples = examples
        self._folder = folder
        self._trained: _Trained | None = None

    def need(self, text: str, before: str) -> float:
        """0 to 1."""
        return self._ready().chance(self._meaning([text], [before]), [text])[0]

    def needs(self, texts: Sequence[str], before: Sequence[str]) -> list[float]:
        """Many at once."""
        return self._ready().chance(self._meaning(texts, before), texts)

    def warm(self) -> None:
        """Train or load now."""
        self._ready()

    @cached_property
    def name(self) -> str:
        """Changes whenever the answers would."""
        told = json.dumps([self._encoder.name, [[e.text, e.before, e.needed] for e in self._rows]], ensure_ascii=False)
        return f"need-1-{hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()[:12]}"

    @cached_property
    def _rows(self) -> Sequence[Example]:
        return load_examples() if self._examples is None else self._examples

    def _meaning(self, texts: Sequence[str], before: Sequence[str]) -> Vector:
        now, then = self._encoder.encode(texts), self._encoder.encode([words or " " for words in before])
        return np.hstack([now, BEFORE * then]).astype(np.float32)

    def _ready(self) -> "_Trained":
        if self._trained is None:
            self._trained = self._load() or self._train()
        return self._trained

    def _train(self) -> "_Trained":
        from scipy.sparse import csr_matrix, hstack

        texts = [example.text for example in self._rows]
        meaning = self._meaning(texts, [example.before for example in self._rows])
        found = [grams(text) for text in texts]
        weights = rarity(found)
        both = hstack([csr_matrix(meaning), rows(found, weights)]).tocsr()
        linear = fit(both, [int(example.needed) for example in self._rows], 2, strength=STRENGTH)
        model = _Trained(linear=linear, rarity=weights)
        if self._folder:
            arrays = {"weights": linear.weights, "bias": linear.bias, "rarity": weights}
            keep(self._folder / f"{self.name}.npz", arrays)
        return model

    def _load(self) -> "_Trained | None":
        kept = load(self._folder / f"{self.name}.npz", _KEPT) if self._folder else None
        if kept is None:
            return None
        return _Trained(linear=Linear(kept["weights"], kept["bias"]), rarity=kept["rarity"])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Trained:
    linear: Linear
    rarity: Vector

    def chance(self, meaning: Vector, texts: Sequence[str]) -> list[float]:
        return [self._chance(row, grams(text)) for row, text in zip(meaning, texts, strict=True)]

    def _chance(self, meaning: Vector, found: Grams) -> float:
        places, values = weigh(found, self.rarity)
        size = len(meaning)
        weights = self.linear.weights
        scores = weights[:, :size] @ meaning + weights[:, [size + place for place in places]] @ values
        scores = scores + self.linear.bias
        return float(1 / (1 + np.exp(scores[0] - scores[1])))


def load_examples() -> list[Example]:
    """The examples that come with Handrail."""
    lines = resources.files("connectors.local").joinpath("need.jsonl").read_text(encoding="utf-8")
    found = [json.loads(line) for line in lines.splitlines() if line.strip()]
    return [Example(text=row["text"], before=row["before"], needed=row["needed"]) for row in found]
