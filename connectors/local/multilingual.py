"""An index of a second encoder's vectors beside the main one, for questions and articles in different languages.

Nine passages of 200 words a second are encoded, so that vectors are made in the background and kept; a search uses
those that are there.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from threading import Lock
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from connectors.local.encoder import CachedEncoder
from connectors.local.multilingual_encoder import SIZE, MultilingualEncoder
from core.knowledge.match import texts_to_encode
from core.knowledge.passages import searchable
from core.knowledge.retrieve import VectorSource, language_of
from core.model.ids import PassageId
from core.model.knowledge import EVERYWHERE, Passage, Scope
from core.ports import Store, Vector

_BATCH = 16  # texts encoded at a time: between two batches others get the processor
_READ = 500  # passages read from the store at a time
_LOOKED_AGAIN = 30.0  # seconds after which vectors that were missing are looked for: another process makes them


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Held:
    version: int
    until: float  # by the clock; endless where nothing is missing
    passages: tuple[Passage, ...]
    vectors: Vector
    middles: Mapping[str, Vector]  # language → what its passages have in common beside those of the commonest one
    shift: Vector  # the same, a row for each language
    spoken: NDArray[np.intp]  # of each passage the row of its language


@dataclass(slots=True, kw_only=True)
class BesideIndex:
    """`core.ports.VectorIndex` over a second encoder's vectors, in memory: for up to some 20,000 passages.

    `nearest` uses the vectors that are there and never waits for the encoder; `tend` makes those that are missing."""

    store: Store
    encoder: CachedEncoder
    clock: Callable[[], float] = monotonic  # in seconds
    _lock: Lock = field(default_factory=Lock)
    _held: _Held | None = None

    def nearest(self, query: Vector, limit: int, scope: Scope = EVERYWHERE) -> list[tuple[PassageId, float]]:
        """(passage, cosine) of the nearest in the scope that were encoded already, best first."""
        held = self._current()
        if not held.passages or limit < 1:
            return []
        cosines = held.vectors @ query - (held.shift @ query)[held.spoken]
        if scope != EVERYWHERE:
            cosines[[not _within(passage, scope) for passage in held.passages]] = -inf
        best = np.argsort(-cosines, kind="stable")[:limit]
        return [(held.passages[place].id, float(cosines[place])) for place in best if cosines[place] > -inf]

    def middles(self) -> Mapping[str, Vector]:
        """What the passages of each language have in common beside what those of the commonest one have: by so much
        more a question in that language is near to all of them, whatever they are about."""
        return self._current().middles

    def progress(self) -> tuple[int, int]:
        """How many passages have their vector, and how many there are."""
        _, passages = self._stored()
        return len(self._current().passages), len(passages)

    def tend(self, progress: Callable[[int, int], None] = lambda done, of: None) -> int:
        """Encode what is missing; the number of passages encoded. Broken off, it goes on where it was."""
        _, passages = self._stored()
        count = self._encode([searchable(passage) for passage in passages], progress)
        with self._lock:
            self._held = None
        return count

    def tend_lines(self, progress: Callable[[int, int], None] = lambda done, of: None) -> int:
        """Encode what passages are weighed by once they were found: their headings and lines, some seven to a passage.
        A search does without; but what is missing when a passage is found, a customer waits for. How many were
        encoded."""
        _, passages = self._stored()
        return self._encode(texts_to_encode(passages), progress)

    def _encode(self, texts: Iterable[str], progress: Callable[[int, int], None]) -> int:
        texts = list(dict.fromkeys(texts))
        known = self.encoder.look_up(texts)
        missing = [text for text in texts if text not in known]
        for start in range(0, len(missing), _BATCH):
            self.encoder.encode(_padded(missing[start : start + _BATCH]))
            progress(min(start + _BATCH, len(missing)), len(missing))
        return len(missing)

    def _current(self) -> _Held:
        with self._lock:
            with self.store.read() as unit:
                version = unit.articles.version()
            if self._held is None or self._held.version != version or self.clock() >= self._held.until:
                version, passages = self._stored()
                known = self.encoder.look_up([searchable(passage) for passage in passages])
                ready = [(p, known[text]) for p in passages if (text := searchable(p)) in known]
                vectors = np.stack([v for _, v in ready]) if ready else np.zeros((0, SIZE), np.float32)
                languages, spoken, counts = np.unique(
                    [language_of(passage) for passage, _ in ready], return_inverse=True, return_counts=True
                )
                means = [vectors[spoken == place].mean(axis=0) for place in range(len(languages))]
                shift = np.stack(means) - means[int(counts.argmax())] if means else np.zeros((0, SIZE), np.float32)
                self._held = _Held(
                    version=version,
                    until=inf if len(ready) == len(passages) else self.clock() + _LOOKED_AGAIN,
                    passages=tuple(p for p, _ in ready),
                    vectors=vectors,
                    middles=dict(zip(map(str, languages), shift, strict=True)),
                    shift=shift,
                    spoken=spoken,
                )
            return self._held

    def _stored(self) -> tuple[int, list[Passage]]:
        with self.store.read() as unit:
            version = unit.articles.version()
            ids = unit.articles.of_articles([article.id for article in unit.articles.every()])
            parts = [unit.articles.passages(ids[start : start + _READ]) for start in range(0, len(ids), _READ)]
            return version, [passage for part in parts for passage in part]


# Cosines of multilingual-e5-small lie close together: unrelated texts have .77, a question and its answer up to .93.
_FLOOR, _SPAN = 0.77, 0.16


def multilingual_source(encoder: MultilingualEncoder, index: BesideIndex) -> VectorSource:
    """The second encoder as the search uses it; questions are kept in memory alone."""
    questions = CachedEncoder(encoder.questions)
    return VectorSource(
        questions=questions, passages=index.encoder, index=index, middles=index.middles, floor=_FLOOR, span=_SPAN
    )


def _padded(texts: list[str]) -> list[str]:
    """At least three different texts: fewer are taken for somebody's question, of which no trace is kept."""
    return [*texts, *(" " * number for number in range(3 - len(texts)))]


def _within(passage: Passage, scope: Scope) -> bool:
    return (
        (not scope.languages or language_of(passage) in scope.languages)
        and (scope.brand is None or passage.brand in ("", scope.brand))
        and (not scope.audiences or passage.audience in scope.audiences)
        and (not scope.about or bool(scope.about & set(passage.about)))
        and (scope.at is None or passage.expires_at is None or passage.expires_at > scope.at)
    )
