"""What reads a message, and the models behind it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.model.action import SeenPicture
from core.model.conversation import Attachment
from core.model.ids import PassageId
from core.model.knowledge import EVERYWHERE, Scope
from core.model.signals import Correction, Scored

Vector = NDArray[np.float32]
Now = Callable[[], datetime]


class LanguageReader(Protocol):
    def language(self, text: str) -> Scored:
        """ISO 639-1 code, or `unknown` where the text is too short to tell."""


class IntentReader(Protocol):
    def intents(self, text: str, earlier: str = "") -> tuple[Scored, ...]:
        """Likeliest first; empty where nothing fits. `earlier` is what the customer wrote before it."""


class IntentCorrections(Protocol):
    """What agents said of messages whose intent was read wrongly."""

    def newest(self) -> int:
        """The serial of the last one, 0 before the first. Asked for with each message: quick."""

    def all(self) -> list[Correction]:
        """Oldest first."""


class SentimentReader(Protocol):
    def sentiment(self, text: str) -> tuple[Scored, float]:
        """The feeling and the mood from -1 to 1."""


class KindReader(Protocol):
    def kinds(self, text: str) -> Mapping[str, float]:
        """How likely the text is `quiet` (thanks, ok: nobody waits for an answer), `automatic` (a machine wrote it), a
        `greeting` alone, or `asks` for something. They add up to 1; nothing for an empty text."""


class TriggerReader(Protocol):
    def triggers(self, text: str) -> tuple[Scored, ...]:
        """The triggers of docs/triggers.md that the words show, each at most once, surest first."""


class EmotionReader(Protocol):
    def emotions(self, text: str) -> tuple[Scored, ...]:
        """The present ones of frustration, anger, confusion, hesitation and urgency, strongest first."""


class OutcomeReader(Protocol):
    def outcomes(self, matter: str, told: str, reply: str) -> Mapping[str, float]:
        """How likely it is that what the customer was told `failed`, `helped`, is `untried`, or that the reply speaks
        of something `other`; the four add up to 1."""


class SimilarityReader(Protocol):
    """Whether two things that a customer wrote are one, from 0 to 1; from 0.5 on they rather are."""

    @property
    def name(self) -> str:
        """Changes whenever the answers would."""

    def asked_again(self, now: str, before: str, answer: str) -> float:
        """`now` asks what `before` asked; `answer` is what was said upon `before`, empty where nothing was."""

    def same_matter(self, now: str, before: str) -> float:
        """`now` is about what an earlier conversation was about: `before` is its subject and first words."""


class FileReader(Protocol):
    def wants(self, attachment: Attachment) -> bool:
        """Whether fetching its content is of any use."""

    def read(self, attachment: Attachment, content: bytes) -> Attachment:
        """With its `text` where it has one. Never raises for a file, however broken or hostile it is; an error of
        `core.errors` says that it may be read another time."""


class ImageReader(Protocol):
    @property
    def name(self) -> str: ...
    def describe(self, content: bytes, media_type: str) -> str:
        """What a picture shows, in a few sentences. Untrusted, as a customer's own words are."""

    def examine(self, content: bytes, media_type: str, shows: str, of: str) -> SeenPicture:
        """Whether a picture `shows` what is claimed, `of` this thing."""


class Encoder(Protocol):
    @property
    def name(self) -> str:
        """Changes whenever the vectors would."""

    def encode(self, texts: Sequence[str]) -> Vector:
        """Unit vectors, shape (len(texts), dimensions)."""


class Reranker(Protocol):
    @property
    def name(self) -> str: ...
    def scores(self, asked: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers what is asked: the higher the better, on whatever scale. Raises HandrailError."""


class VectorIndex(Protocol):
    def nearest(self, query: Vector, limit: int, scope: Scope = EVERYWHERE) -> list[tuple[PassageId, float]]:
        """(passage, cosine) of the nearest in the scope, best first. `query` has shape (dimensions,)."""


class LanguageModel(Protocol):
    @property
    def name(self) -> str: ...
    def complete(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> str:
        """The model's JSON text for a schema. Untrusted: the caller checks every field.

        `within` is the time that the whole answer may take, where it is shorter than the model's own limit."""

    def stream(
        self, *, system: str, user: str, schema: Mapping[str, Any], max_tokens: int, within: timedelta | None = None
    ) -> Iterator[str]:
        """As `complete`, in pieces as they are written. The errors of `complete` may come at any piece: what came
        before is then not the whole answer. Closing the iterator ends the request."""

    def count_tokens(self, text: str) -> int: ...
