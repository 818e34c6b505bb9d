"""Conversations in which a customer asks the same again, or comes back with the same matter, and near misses.

`python -m connectors.local.lessons_pairs` trains connectors/local/similarity.npz on them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from connectors.local.encoder import MiniLmEncoder
from connectors.local.similarity import KINDS, QUESTION
from connectors.local.written import read_plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What is written now, what was written before, and what was said upon that (to a question)."""

    now: str
    before: str
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLesson:
    """A conversation: positive when one of its pairs is a repetition. `group` is what came first in it."""

    positive: bool
    group: str
    pairs: tuple[Pair, ...]


def lessons() -> Mapping[str, tuple[PairLesson, ...]]:
    """Of `repeated_question` and `repeat_contact`."""
    return {kind: tuple(_lessons(kind)) for kind in KINDS}


def fingerprint(taught: Mapping[str, tuple[PairLesson, ...]]) -> str:
    """Changes with every lesson and with the encoder: says whether trained numbers belong to them."""
    told = [
        [kind, [[one.positive, [[p.now, p.before, p.answer] for p in one.pairs]] for one in some]]
        for kind, some in taught.items()
    ]
    return hashlib.sha256(json.dumps([MiniLmEncoder.name, told]).encode()).hexdigest()[:16]


def _lessons(kind: str) -> list[PairLesson]:
    told = read_plain(resources.files(__name__).joinpath(f"{kind}.yaml"))
    read = _conversation if kind == QUESTION else _contact
    return [
        read(label == "positive", [part.strip() for part in line.split("|")])
        for label in ("positive", "negative")
        for line in told[label].splitlines()
    ]


def _conversation(positive: bool, turns: list[str]) -> PairLesson:
    """Customer and assistant in turn; each earlier turn of the customer is a pair with the last."""
    pairs = [Pair(now=turns[-1], before=turns[n], answer=turns[n + 1]) for n in range(0, len(turns) - 1, 2)]
    return PairLesson(positive=positive, group=turns[0], pairs=tuple(pairs))


def _contact(positive: bool, parts: list[str]) -> PairLesson:
    now, subject, words = parts
    return PairLesson(positive=positive, group=subject + words, pairs=(Pair(now=now, before=f"{subject}. {words}"),))
