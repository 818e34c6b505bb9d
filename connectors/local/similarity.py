"""Whether two things that a customer wrote are one question or one matter: learned from pairs, shipped as numbers."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connectors.local.classifiers import load
from connectors.local.pair_rows import Pieces, Text, asked_again, read, same_matter
from core.errors import ConfigurationError
from core.ports import Vector

FILE = "similarity.npz"  # made by python -m connectors.local.lessons_pairs
QUESTION, MATTER = "repeated_question", "repeat_contact"
KINDS = (QUESTION, MATTER)
MEANING = 6.0  # what the vectors count beside the traits
_REMEMBERED = 128  # texts; at most 50 MB
_PARTS = ("names", "mean", "scale", "weights", "bias")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairHead:
    """A line over the traits of a pair and over the vectors of what was written now and what was said between."""

    names: tuple[str, ...]
    mean: Vector
    scale: Vector
    weights: Vector
    bias: float

    def chance(self, traits: Mapping[str, float], meaning: Vector) -> float:
        row = np.concatenate([(numbers(self.names, traits) - self.mean) / self.scale, meaning * MEANING])
        return float(1 / (1 + np.exp(-(row @ self.weights + self.bias))))

    def arrays(self, kind: str) -> dict[str, NDArray[Any]]:
        kept = {"names": np.array(self.names, dtype=np.str_), "bias": np.array(self.bias, dtype=np.float32)}
        floats = {part: np.asarray(getattr(self, part), np.float32) for part in ("mean", "scale", "weights")}
        return {f"{kind}.{part}": array for part, array in (kept | floats).items()}

    @classmethod
    def of(cls, kind: str, kept: Mapping[str, NDArray[Any]]) -> "PairHead":
        part = {name: kept[f"{kind}.{name}"] for name in _PARTS}
        return cls(
            names=tuple(str(name) for name in part["names"]),
            mean=part["mean"],
            scale=part["scale"],
            weights=part["weights"],
            bias=float(part["bias"]),
        )


class PairModel:
    """`core.ports.SimilarityReader`. The weights are shipped: nothing is trained at the first use."""

    def __init__(self, encoder: Pieces, *, file: Path | None = None) -> None:
        self._encoder = encoder
        self._file = file
        self._read = lru_cache(maxsize=_REMEMBERED)(lambda text: read(text, encoder))

    def asked_again(self, now: str, before: str, answer: str) -> float:
        """0 to 1."""
        return self._chance(QUESTION, *self.question(now, before, answer))

    def same_matter(self, now: str, before: str) -> float:
        """0 to 1."""
        return self._chance(MATTER, *self.matter(now, before))

    def question(self, now: str, before: str, answer: str) -> tuple[dict[str, float], Vector]:
        """The pair as the head sees it: its traits, and the vectors beside them."""
        mine, said = self._read(now), self._read(answer) if answer.strip() else None
        between = said.whole if said else np.zeros_like(mine.whole)
        return asked_again(mine, self._read(before), said), np.concatenate([mine.whole, between])

    def matter(self, now: str, before: str) -> tuple[dict[str, float], Vector]:
        mine: Text = self._read(now)
        return same_matter(mine, self._read(before)), mine.whole

    def warm(self) -> None:
        """Load the weights now."""
        _ = self._heads

    @cached_property
    def name(self) -> str:
        """Changes whenever the answers would."""
        content = b"".join(np.ascontiguousarray(self._arrays[f"{kind}.weights"]).tobytes() for kind in KINDS)
        return f"likeness-1-{hashlib.sha256(self._encoder.name.encode() + content).hexdigest()[:12]}"

    @property
    def taught(self) -> str:
        """The fingerprint of the lessons that the weights are from."""
        return str(self._arrays["taught"])

    def _chance(self, kind: str, traits: Mapping[str, float], meaning: Vector) -> float:
        # Two numbers of one kind name two things, however alike the rest is.
        return 0.0 if traits["other_reference"] else self._heads[kind].chance(traits, meaning)

    @cached_property
    def _arrays(self) -> Mapping[str, NDArray[Any]]:
        with resources.as_file(resources.files("connectors.local").joinpath(FILE)) as shipped:
            wanted = frozenset({"taught", *(f"{kind}.{part}" for kind in KINDS for part in _PARTS)})
            arrays = load(self._file or shipped, wanted)
        if arrays is None:
            raise ConfigurationError(f"the weights of repetition are missing or damaged: {self._file or FILE}")
        return arrays

    @cached_property
    def _heads(self) -> dict[str, PairHead]:
        return {kind: PairHead.of(kind, self._arrays) for kind in KINDS}


def numbers(names: Sequence[str], traits: Mapping[str, float]) -> Vector:
    """The traits in order; one that a pair has no word on is 0."""
    return np.array([traits.get(name, 0.0) for name in names], dtype=np.float32)
