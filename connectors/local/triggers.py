"""Triggers that no list of words can know: a small head over what the sentence encoder's last blocks say of a text."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from connectors.local.classifiers import load
from connectors.local.encoder import SIZE
from core.errors import ConfigurationError
from core.model.signals import Evidence, Scored
from core.ports import LanguageReader, Vector

FILE = "triggers.npz"  # made by python -m connectors.local.lessons
KNOWN_LANGUAGE = "en"  # the encoder's; other languages are left to the rules
LEAST = 0.3  # a trigger less likely than this is not worth showing
_SURE = 0.6  # a language less sure than this may as well be English
_PARTS = ("hidden", "lean", "out", "direct", "bias")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*\s*|[.!?\n]\s*")
_CLAUSE = re.compile(r"[^,;:.!?\n()]+")
_SHORT = 200  # characters: a text up to here is read whole, as the lessons are; a longer one by its sentences
_FEWEST = 12  # characters of a sentence that may mean something
_CHUNK = 900  # characters that the encoder surely takes in at a time
_SENTENCES = 12  # of a longer text the beginning is read, and its last sentences
_LAST = 4


class Layers(Protocol):
    """An encoder that shows its inner layers, as `connectors.local.encoder.MiniLmEncoder` does."""

    @property
    def name(self) -> str: ...
    def layers(self, text: str) -> tuple[list[tuple[int, int]], Vector]: ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Heads:
    """A score for each trigger: from a hidden layer that they share, and from the row itself."""

    hidden: Vector  # (units, DEPTH)
    lean: Vector
    out: Vector  # (triggers, units)
    direct: Vector  # (triggers, DEPTH)
    bias: Vector

    def scores(self, rows: Vector) -> Vector:
        """Shape (rows, triggers); above 0 the row shows it."""
        inside = np.maximum(rows @ self.hidden.T + self.lean, 0)
        return np.asarray(inside @ self.out.T + rows @ self.direct.T + self.bias, dtype=np.float32)

    def slope(self, row: Vector, number: int) -> Vector:
        """How much each place of the row adds to a trigger's score."""
        awake = (self.hidden @ row + self.lean > 0) * self.out[number]
        return np.asarray(awake @ self.hidden + self.direct[number], dtype=np.float32)

    def arrays(self) -> dict[str, NDArray[np.float16]]:
        """As kept: half the bytes are enough."""
        return {part: np.asarray(getattr(self, part), dtype=np.float16) for part in _PARTS}


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """A part of a text as the encoder and the heads see it; `start` is its place in the text."""

    text: str
    start: int
    places: list[tuple[int, int]]
    layers: Vector
    row: Vector
    scores: Vector


class TriggerModel:
    """`core.ports.TriggerReader`. The weights are shipped: nothing is trained at the first use."""

    def __init__(self, encoder: Layers, language: LanguageReader | None = None, *, file: Path | None = None) -> None:
        """With `language` it is silent about texts in another language than the encoder's own."""
        self._encoder = encoder
        self._language = language
        self._file = file

    def triggers(self, text: str) -> tuple[Scored, ...]:
        """The triggers that the words show, each at most once, surest first."""
        return tuple(scored for scored in self.weigh(text) or () if scored.confidence >= LEAST)

    def weigh(self, text: str) -> tuple[Scored, ...] | None:
        """How likely each trigger is, the unlikely ones too, likeliest first; None where the text cannot be read."""
        if not text.strip() or self._is_foreign(text):
            return None
        parts = [self._seen(part, start) for start, part in parts_of(text)]
        whole = self._seen(text, 0)
        scores = (
            together(whole.scores, np.stack([part.scores for part in parts]), self._long) if parts else whole.scores
        )
        found = [self._scored(number, float(score), parts or [whole], text) for number, score in enumerate(scores)]
        return tuple(sorted(found, key=lambda scored: -scored.confidence))

    def warm(self) -> None:
        """Load the weights now."""
        _ = self._heads

    @cached_property
    def name(self) -> str:
        """Changes whenever the answers would."""
        content = b"".join(np.ascontiguousarray(self._arrays[part]).tobytes() for part in (*_PARTS, "long"))
        return f"triggers-2-{hashlib.sha256(self._encoder.name.encode() + content).hexdigest()[:12]}"

    @property
    def taught(self) -> str:
        """The fingerprint of the lessons that the weights are from."""
        return str(self._arrays["taught"])

    def _is_foreign(self, text: str) -> bool:
        if self._language is None:
            return False
        found = self._language.language(text)
        return found.value not in (KNOWN_LANGUAGE, "unknown") and found.confidence >= _SURE

    def _seen(self, part: str, start: int) -> "_Seen":
        places, layers = self._encoder.layers(part)
        row = row_of(layers)
        return _Seen(part, start, places, layers, row, self._heads.scores(row[None, :])[0])

    def _scored(self, number: int, score: float, parts: Sequence["_Seen"], text: str) -> Scored:
        """With the clause that carries most of the most telling part."""
        name, confidence = self._names[number], float(1 / (1 + np.exp(-score)))
        evidence: tuple[Evidence, ...] = ()
        if confidence >= LEAST:
            best = max(parts, key=lambda part: float(part.scores[number]))
            carried = best.layers @ (self._heads.slope(best.row, number) / _scale(best.layers))
            begin, end = _shown(best.text, best.places, carried)
            evidence = (_span(text, best.start + begin, best.start + end),)
        label = name.replace("_", " ").capitalize()
        return Scored(value=name, confidence=confidence, label=label, evidence=evidence, made_by=self.name)

    @cached_property
    def _arrays(self) -> dict[str, Any]:
        with resources.as_file(resources.files("connectors.local").joinpath(FILE)) as shipped:
            arrays = load(self._file or shipped, frozenset({*_PARTS, "long", "names", "taught"}))
        if arrays is None:
            raise ConfigurationError(f"the trigger model's weights are missing or damaged: {self._file or FILE}")
        return dict(arrays)

    @cached_property
    def _long(self) -> Vector:
        return np.asarray(self._arrays["long"], dtype=np.float32)

    @cached_property
    def _names(self) -> list[str]:
        return [str(name) for name in self._arrays["names"]]

    @cached_property
    def _heads(self) -> Heads:
        return Heads(**{part: np.asarray(self._arrays[part], dtype=np.float32) for part in _PARTS})


def row_of(layers: Vector) -> Vector:
    """Pieces as one row: the mean of each block, of length one."""
    return np.asarray(layers.mean(axis=0) / _scale(layers) * len(layers), dtype=np.float32)


def _scale(layers: Vector) -> Vector:
    """By what each place of a piece is divided, so that the pieces add up to the row."""
    lengths = np.linalg.norm(layers.mean(axis=0).reshape(-1, SIZE), axis=1)
    return np.asarray(np.repeat(np.maximum(lengths, 1e-9), SIZE) * len(layers), dtype=np.float32)


def parts_of(text: str) -> list[tuple[int, str]]:
    """(start, sentence) of a long text that is read by its sentences; none where it is read as a whole alone."""
    if len(text) <= _SHORT:
        return []
    cut = [
        (match.start() + n, match.group()[n : n + _CHUNK])
        for match in _SENTENCE.finditer(text)
        for n in range(0, len(match.group()), _CHUNK)
    ]
    found = [(start, part) for start, part in cut if len(part.strip()) >= _FEWEST] or [(0, text[:_CHUNK])]
    return found if len(found) <= _SENTENCES else [*found[: _SENTENCES - _LAST], *found[-_LAST:]]


def together(whole: Vector, parts: Vector, long: Vector) -> Vector:
    """The scores of a long text, from those of the whole and of its sentences (rows), weighed as trained: a sentence
    says it more clearly, but of many sentences one looks like a trigger by chance."""
    many = np.float32(np.log(len(parts)))
    return np.asarray(long[:, 0] * whole + long[:, 1] * parts.max(axis=0) + long[:, 2] * many + long[:, 3])


def _shown(chunk: str, places: list[tuple[int, int]], carried: Vector) -> tuple[int, int]:
    """The clause whose pieces carry most of the score."""
    first = min((a for a, b in places if b > a), default=0)
    last = max((b for _, b in places), default=len(chunk))
    best, most = (first, last), -np.inf
    for clause in _CLAUSE.finditer(chunk, first, last):
        begin, end = clause.span()
        weight = sum(float(carried[n]) for n, (a, b) in enumerate(places) if b > a and begin <= a < end)
        if weight > most and clause.group().strip():
            best, most = (begin, end), weight
    return best


def _span(text: str, start: int, end: int) -> Evidence:
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    end -= len(words) - len(words.rstrip())
    end = max(start, end)
    return Evidence(start=start, end=end, words=text[start:end])
