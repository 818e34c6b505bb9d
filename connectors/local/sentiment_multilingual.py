"""Feeling and mood in other languages than English: lines through the multilingual encoder's vectors.

They are learned from the English sentences of `connectors.local.sentiment`, as the encoder puts the same feeling in two
languages near to each other, and from the messages of `connectors.local.lessons_messages`, which know mockery too.
`python -m connectors.local.pack_shipped` writes the file that is shipped.
"""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib import resources
from pathlib import Path

import numpy as np

from connectors.local.classifiers import Linear, fit, keep, load
from connectors.local.lessons_messages import labelled
from connectors.local.sentiment import FEELINGS, LABELS, load_examples
from core.errors import ConfigurationError
from core.model.signals import Evidence, Feeling, Scored
from core.ports import Encoder, Vector

FILE = "sentiment_lines.npz"
_PARTS = frozenset({"centre", "weights", "bias", "taught"})
_STRENGTH = 30.0
_LONGEST = 2000  # characters of a message that are read
_MOST_SENTENCES = 4  # that are compared for the one that shows it
_WORD = re.compile(r"[^\W\d_]{2,}|[\u3040-\u30ff\u4e00-\u9fff]")
_SENTENCE = re.compile(r"[^.!?…\n。！？]+[.!?…。！？]*")


class MultilingualSentiment:
    """`core.ports.SentimentReader`. The weights are loaded at the first use."""

    def __init__(
        self, encoder: Encoder, mood: Callable[[str], float] | None = None, *, file: Path | None = None
    ) -> None:
        """`encoder` reads as for a search; `mood` is what another reader hears, from -1 to 1: praise in which it hears
        displeasure is mockery. `file` stands in for the weights that are shipped. ConfigurationError at the first use
        where they are missing or damaged."""
        self._encoder, self._mood, self._file = encoder, mood, file

    def sentiment(self, text: str) -> tuple[Scored, float]:
        """The feeling, with the sentence that shows it most, and the mood from -1 to 1."""
        text = text[:_LONGEST]
        if not _WORD.search(text):
            return self._scored(Feeling.NEUTRAL, 0.5), 0.0
        chances = self._chances(text)
        place = int(np.argmax(chances))
        if FEELINGS[place] is Feeling.POSITIVE and self._mood is not None and (heard := self._mood(text)) < 0:
            return self._scored(Feeling.NEGATIVE, 0.5, self._shown(text, place)), heard
        shown = self._shown(text, place) if FEELINGS[place] is not Feeling.NEUTRAL else ()
        return self._scored(FEELINGS[place], float(chances[place]), shown), float(chances[2] - chances[0])

    @cached_property
    def name(self) -> str:
        """Changes whenever the answers would."""
        return f"sentiment-multilingual-{self._arrays['taught']}"

    @property
    def taught(self) -> str:
        """The fingerprint of the sentences and the encoder that the weights are from."""
        return str(self._arrays["taught"])

    def _shown(self, text: str, place: int) -> tuple[Evidence, ...]:
        """Of several sentences the one that shows it most; a message of one sentence is shown whole."""
        found = [match for match in _SENTENCE.finditer(text) if _WORD.search(match.group())][:_MOST_SENTENCES]
        if not found:
            return ()
        best = max(found, key=lambda match: self._chances(match.group())[place]) if len(found) > 1 else found[0]
        words = best.group().strip()
        start = best.start() + best.group().index(words)
        return (Evidence(start=start, end=start + len(words), words=words),)

    def _chances(self, text: str) -> Vector:
        """Shape (3,), as FEELINGS."""
        centred = self._encoder.encode([text]) - self._arrays["centre"]
        return np.asarray(self._lines.chances(centred)[0], dtype=np.float32)

    def _scored(self, feeling: Feeling, confidence: float, evidence: tuple[Evidence, ...] = ()) -> Scored:
        return Scored(value=feeling, confidence=confidence, label=LABELS[feeling], evidence=evidence, made_by=self.name)

    @cached_property
    def _lines(self) -> Linear:
        return Linear(self._arrays["weights"], self._arrays["bias"])

    @cached_property
    def _arrays(self) -> dict[str, Vector]:
        with resources.as_file(resources.files("connectors.local").joinpath(FILE)) as shipped:
            arrays = load(self._file or shipped, _PARTS)
        if arrays is None:
            raise ConfigurationError(f"the lines of sentiment are missing or damaged: {self._file or FILE}")
        return dict(arrays)


Row = tuple[str, Feeling]


def lines_lessons() -> list[Row]:
    """The English sentences, and the messages in nine languages of which the mood is told."""
    told = [(each.text[:_LONGEST], each.mood) for each in labelled() if each.mood is not None]
    messages = [(text, FEELINGS[(mood > 0) - (mood < 0) + 1]) for text, mood in told]
    return [*((text, Feeling(label)) for text, label in load_examples()), *messages]


def pack_lines(encoder: Encoder, rows: Sequence[Row], file: Path) -> None:
    """Learn from the rows and write the weights."""
    vectors = np.concatenate([encoder.encode([text]) for text, _ in rows])
    centre = vectors.mean(axis=0)
    lines = fit(vectors - centre, [FEELINGS.index(row[1]) for row in rows], len(FEELINGS), strength=_STRENGTH)
    taught = np.array(fingerprint(encoder, rows))
    keep(file, {"centre": centre, "weights": lines.weights, "bias": lines.bias, "taught": taught})


def fingerprint(encoder: Encoder, rows: Sequence[Row]) -> str:
    """Changes with every lesson and with the encoder."""
    return hashlib.sha256(json.dumps([encoder.name, rows]).encode()).hexdigest()[:16]
