"""What a message shows, in a hundred languages: the multilingual encoder with its last four layers trained for it.

One run reads the triggers of docs/triggers.md, whether anybody waits for an answer, and the mood. The weights are made
by `python -m connectors.local.lessons_messages`; the first eight layers are the encoder's own and run once for both.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connectors.local.classifiers import load
from connectors.local.multilingual_encoder import MultilingualEncoder
from core.errors import ConfigurationError
from core.model.signals import Evidence, Scored
from core.ports import Vector

FILE = "message_reader.npz"
KINDS = ("quiet", "automatic", "greeting", "asks")  # who writes thanks, a machine, who only greets, who wants something
PREFIX = "query: "
BEGINNING, END = 240, 80  # pieces of a longer text that are read
LEAST = 0.5  # a trigger less likely than this is not shown …
POINTED_AT = 0.05  # … and of one less likely than this no words are: with what else is heard it may still be one
BLOCK = 32  # weights with one scale
_LAYER = re.compile(r"l\d+\.")
_CLAUSE = re.compile(r"[^,;:.!?\n()。、！？…]+")
_LOOKED_AT = 4000  # characters that are cut into pieces; more than that is never read
_KEPT = 64  # readings: triggers, courtesies and moods ask for the same text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Heard:
    """`scores` of the triggers are the logarithms of their odds; `carried` is what each piece of the text adds to each
    trigger, shape (pieces, triggers), `places` where the pieces stand; `kinds` are probabilities."""

    scores: Vector
    carried: Vector
    places: Sequence[tuple[int, int]]
    kinds: Mapping[str, float]
    mood: float  # -1 to 1


class MessageReader:
    """Loaded at the first use, safe for several threads. A customer's words stay in memory only."""

    def __init__(self, encoder: MultilingualEncoder, *, file: Path | None = None) -> None:
        """`file` stands in for the weights that are shipped."""
        self._encoder, self._file = encoder, file
        self.read = lru_cache(maxsize=_KEPT)(self._read)

    def warm(self) -> None:
        """Load the weights now."""
        self._read("ready")

    @cached_property
    def name(self) -> str:
        """Changes whenever the answers would."""
        content = b"".join(np.ascontiguousarray(self._arrays[part]).tobytes() for part in sorted(self._arrays))
        return f"message-reader-{hashlib.sha256(content).hexdigest()[:12]}"

    @property
    def taught(self) -> str:
        """The fingerprint of the lessons that the weights are from."""
        return str(self._arrays["taught"])

    def weigh(self, text: str) -> tuple[Scored, ...]:
        """How likely each trigger is, the unlikely ones too, likeliest first; the others with the clause that says
        it."""
        if not text.strip():
            return ()
        heard = self.read(text)
        order = np.argsort(-heard.scores, kind="stable")
        return tuple(self._scored(int(number), heard, text) for number in order)

    def triggers(self, text: str) -> tuple[Scored, ...]:
        """Those that the words show, surest first."""
        return tuple(scored for scored in self.weigh(text) if scored.confidence >= LEAST)

    def kinds(self, text: str) -> Mapping[str, float]:
        """How likely each of KINDS is; nothing for an empty text."""
        return self.read(text).kinds if text.strip() else {}

    def _read(self, text: str) -> Heard:
        cut = self._cut(text)
        every = self._last(self._encoder.first_layers([piece for piece, _, _ in cut])) @ self._head.T + self._bias
        many = len(self._names)
        marks = every[:, :many]
        # A smooth maximum: one half-sentence may say it, and of many pieces one is not enough by chance.
        scores = np.logaddexp.reduce(marks, axis=0) - np.log(len(marks)) - self._lines
        rest = every[:, many:].mean(axis=0)
        chances = np.exp(rest[: len(KINDS)] - np.logaddexp.reduce(rest[: len(KINDS)]))
        return Heard(
            scores=scores,
            carried=np.exp(marks - marks.max(axis=0)),
            places=[(start, end) for _, start, end in cut],
            kinds=dict(zip(KINDS, map(float, chances), strict=True)),
            mood=float(np.clip(rest[len(KINDS)], -1, 1)),
        )

    def _cut(self, text: str) -> list[tuple[int, int, int]]:
        """(piece, start, end in the text) of the beginning of a text and, of a long one, its end."""
        cut = self._encoder.pieces.cut(PREFIX + text[:_LOOKED_AT])
        cut = [(piece, max(0, start - len(PREFIX)), max(0, end - len(PREFIX))) for piece, start, end in cut]
        if len(cut) <= BEGINNING + END and len(text) <= _LOOKED_AT:
            return cut
        left = max(0, len(text) - _LOOKED_AT // 4)
        last = self._encoder.pieces.cut(text[left:])[-END:]
        return [*cut[:BEGINNING], *((piece, start + left, end + left) for piece, start, end in last)]

    def _scored(self, number: int, heard: Heard, text: str) -> Scored:
        confidence = float(1 / (1 + np.exp(-heard.scores[number])))
        name = self._names[number]
        evidence = (_telling(text, heard.places, heard.carried[:, number]),) if confidence >= POINTED_AT else ()
        label = name.replace("_", " ").capitalize()
        return Scored(value=name, confidence=confidence, label=label, evidence=evidence, made_by=self.name)

    @cached_property
    def _arrays(self) -> Mapping[str, NDArray[Any]]:
        with resources.as_file(resources.files("connectors.local").joinpath(FILE)) as shipped:
            arrays = load(self._file or shipped, frozenset({"head.w", "head.b", "names", "lines", "taught"}))
        if arrays is None:
            raise ConfigurationError(f"the message reader's weights are missing or damaged: {self._file or FILE}")
        return dict(arrays)

    @cached_property
    def _names(self) -> list[str]:
        return [str(name) for name in self._arrays["names"]]

    @cached_property
    def _lines(self) -> Vector:
        """Where each trigger's score is as likely right as wrong."""
        return np.asarray(self._arrays["lines"], dtype=np.float32)

    @cached_property
    def _head(self) -> Vector:
        return np.asarray(self._arrays["head.w"], dtype=np.float32)

    @cached_property
    def _bias(self) -> Vector:
        return np.asarray(self._arrays["head.b"], dtype=np.float32)

    @cached_property
    def _last(self) -> Callable[[Vector], Vector]:
        return self._encoder.last_layers({name: part for name, part in self._arrays.items() if _LAYER.match(name)})


def round_weights(weights: Vector) -> dict[str, NDArray[Any]]:
    """Eight bits a weight: `w` of shape (rows, width), with a scale for each block of `BLOCK`."""
    blocks = np.asarray(weights, dtype=np.float32).reshape(len(weights), -1, BLOCK)
    scales = np.maximum(np.abs(blocks).max(axis=-1, keepdims=True) / 127, 1e-8)
    return {
        "w": np.rint(blocks / scales).astype(np.int8).reshape(weights.shape),
        "s": scales[..., 0].astype(np.float16),
    }


def _telling(text: str, places: Sequence[tuple[int, int]], carried: Vector) -> Evidence:
    """The clause whose pieces carry most."""
    clauses = [match.span() for match in _CLAUSE.finditer(text) if match.group().strip()] or [(0, len(text))]
    begins, ends = np.array(clauses).T
    starts, stops = np.array(places).T
    clause = np.maximum(np.searchsorted(begins, starts, side="right") - 1, 0)
    inside = (stops > starts) & (begins[clause] <= starts) & (starts < ends[clause])
    weights = np.bincount(clause[inside], weights=carried[inside], minlength=len(clauses))
    start, end = clauses[int(np.argmax(weights))]
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    return Evidence(start=start, end=start + len(words.strip()), words=words.strip())
