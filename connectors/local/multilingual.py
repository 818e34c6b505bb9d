"""An index of a second encoder's vectors beside the main one, for questions and articles in different languages.

Nine passages of 200 words a second are encoded, so that vectors are made in the background and kept; a search uses
those that are there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from connectors.local.encoder import CachedEncoder
from connectors.local.multilingual_encoder import SIZE
from core.knowledge.passages import searchable
from core.model.ids import PassageId
from core.model.knowledge import EVERYWHERE, Passage, Scope
from core.ports import Store, Vector

_BATCH = 16  # texts encoded at a time: between two batches others get the processor
_READ = 500  # passages read from the store at a time


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Held:
    version: int
    passages: tuple[Passage, ...]
    vectors: Vector


@dataclass(slots=True, kw_only=True)
class BesideIndex:
    """`core.ports.VectorIndex` over a second encoder's vectors, in memory: for up to some 20,000 passages.

    `nearest` uses the vectors that are there and never waits for the encoder; `tend` makes those that are missing."""

    store: Store
    encoder: CachedEncoder
    _lock: Lock = field(default_factory=Lock)
    _held: _Held | None = None

    def nearest(self, query: Vector, limit: int, scope: Scope = EVERYWHERE) -> list[tuple[PassageId, float]]:
        """(passage, cosine) of the nearest in the scope that were encoded already, best first."""
        held = self._current()
        places = [place for place, passage in enumerate(held.passages) if _within(passage, scope)]
        if not places or limit < 1:
            return []
        cosines = held.vectors[places] @ query
        best = np.argsort(-cosines, kind="stable")[:limit]
        return [(held.passages[places[place]].id, float(cosines[place])) for place in best]

    def tend(self, progress: Callable[[int, int], None] = lambda done, of: None) -> int:
        """Encode what is missing; the number of passages encoded. Broken off, it goes on where it was."""
        _, passages = self._stored()
        texts = list(dict.fromkeys(searchable(passage) for passage in passages))
        known = self.encoder.look_up(texts)
        missing = [text for text in texts if text not in known]
        for start in range(0, len(missing), _BATCH):
            self.encoder.encode(_padded(missing[start : start + _BATCH]))
            progress(min(start + _BATCH, len(missing)), len(missing))
        with self._lock:
            self._held = None
        return len(missing)

    def _current(self) -> _Held:
        with self._lock:
            with self.store.read() as unit:
                version = unit.articles.version()
            if self._held is None or self._held.version != version:
                version, passages = self._stored()
                known = self.encoder.look_up([searchable(passage) for passage in passages])
                ready = [(p, known[text]) for p in passages if (text := searchable(p)) in known]
                vectors = np.stack([v for _, v in ready]) if ready else np.zeros((0, SIZE), np.float32)
                self._held = _Held(version=version, passages=tuple(p for p, _ in ready), vectors=vectors)
            return self._held

    def _stored(self) -> tuple[int, list[Passage]]:
        with self.store.read() as unit:
            version = unit.articles.version()
            ids = unit.articles.of_articles([article.id for article in unit.articles.every()])
            parts = [unit.articles.passages(ids[start : start + _READ]) for start in range(0, len(ids), _READ)]
            return version, [passage for part in parts for passage in part]


def _padded(texts: list[str]) -> list[str]:
    """At least three texts: fewer are taken for somebody's question, of which no trace is kept."""
    return [*texts, *[""] * (3 - len(texts))]


def _within(passage: Passage, scope: Scope) -> bool:
    language = passage.locale.replace("_", "-").split("-")[0].casefold()
    return (
        (not scope.languages or language in scope.languages)
        and (scope.brand is None or passage.brand in ("", scope.brand))
        and (not scope.audiences or passage.audience in scope.audiences)
        and (not scope.about or bool(scope.about & set(passage.about)))
        and (scope.at is None or passage.expires_at is None or passage.expires_at > scope.at)
    )
