"""What a reader sees of a question and the best of what was found for it, to judge whether it is answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from core.knowledge.match import Match, Voice, quotable
from core.ports import Encoder, Vector

LOOKED_AT = 3  # passages


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """`traits` as `core.answer.confidence.traits` makes them; `met` is what question and nearest lines have in common
    and where they differ, direction by direction, a mean over the best passages. Both are empty when nothing was
    found."""

    traits: Mapping[str, float]
    met: Vector


class AnswerReader(Protocol):
    """Learned from labelled questions: whether what was found answers."""

    def sure(self, evidence: Evidence) -> float:
        """0 to 1; 0 when nothing was found."""


def compare_lines(voices: Sequence[Voice], matches: Sequence[Match], encoder: Encoder) -> Vector:
    """Products, then distances, of the question's vector and each passage's nearest line; empty without passages."""
    asked = voices[0].vector
    pairs = []
    for match in matches[:LOOKED_AT]:
        said = [line.text for line in quotable(match.passage.text)] or [match.passage.title]
        vectors = encoder.encode(said)
        nearest = vectors[int(np.argmax(vectors @ asked))]
        pairs.append(np.concatenate([asked * nearest, np.abs(asked - nearest)]))
    return np.mean(pairs, axis=0).astype(np.float32) if pairs else np.zeros(0, dtype=np.float32)
