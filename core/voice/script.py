"""What a call does next, as values; a connector turns them into the vendor's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

Places = tuple[tuple[str, str], ...]
LISTENS = 6  # seconds until silence counts as no answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One of our own addresses: a `path` below the voice webhook, and what it is told when it is asked."""

    path: str
    told: Places = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    text: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Speak, and listen at the same time for words or `digits` keys; what is heard goes to `then`, nothing goes on
    below. After `patience` seconds of silence nothing was heard."""

    lines: tuple[Say, ...]
    language: str
    then: Way
    keys_only: bool = False
    digits: int = 1
    patience: int = LISTENS


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    to: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcribe:
    """From here on what both sides say is written down and told to `to`."""

    language: str
    to: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class StopTranscribing:
    """What is said from here on is written down no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """Ring a person. They hear `whisper` before the two are connected; `then` is asked when it is over."""

    number: str
    caller_id: str
    seconds: int
    whisper: Way
    then: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """The end. `unanswered`: the call is not taken at all, and costs nobody anything."""

    unanswered: bool = False


Verb = Say | Ask | Wait | Go | Transcribe | StopTranscribing | Dial | HangUp
Script = Sequence[Verb]


class Rendered(Protocol):
    """A script in the vendor's language."""

    def __call__(self, script: Script) -> str: ...
