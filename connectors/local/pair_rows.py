"""Two things that a customer wrote, side by side, as numbers: what speaks for and against their being one matter."""

import gzip
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Protocol

import numpy as np

from connectors.local import pair_words as words
from core.ports import Vector
from core.read.repeats import references
from core.text.stems import STOP, stem, stems

LONGEST = 600  # characters of each that are compared
_CLAUSES = 6
_MET = 0.75  # a word with a counterpart this near is said on the other side too
_FIRST = 1_996  # of the vocabulary's words; before it stand marks and single letters
_BREAK = re.compile(r"(?<=[.!?…])\s+|\n+|[,;:]\s+|\s+(?:but|and|so|aber|und|pero|mais)\s+")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NAME = re.compile(r"(?<=[\w,;] )[A-Z][a-z]{2,}\b")


class Pieces(Protocol):
    """An encoder that shows the pieces of a text, as `connectors.local.encoder.MiniLmEncoder` does."""

    @property
    def name(self) -> str: ...
    def encode(self, texts: Sequence[str]) -> Vector: ...
    def pieces(self, text: str) -> tuple[list[str], Vector]: ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Text:
    """A text as it is compared: its vector, those of its parts, and its words of meaning with what each weighs."""

    text: str
    whole: Vector
    parts: Vector
    words: tuple[str, ...]
    weights: Vector
    pieces: Vector
    stems: frozenset[str]


def read(text: str, encoder: Pieces) -> Text:
    text = text[:LONGEST].replace("’", "'")
    found, pieces = encoder.pieces(text) if text.strip() else ([], np.zeros((0, 1), np.float32))
    kept = [n for n, word in enumerate(found) if word[:1].isalnum() and word.casefold() not in STOP]
    parts = [part for part in _BREAK.split(text) if stems(part)][:_CLAUSES]
    vectors = encoder.encode([text, *(parts if len(parts) > 1 else [])])
    return Text(
        text=text,
        whole=vectors[0],
        parts=vectors,
        words=tuple(found[n] for n in kept),
        weights=np.array([rarity(found[n]) for n in kept], dtype=np.float32),
        pieces=pieces[kept] if kept else np.zeros((0, len(vectors[0])), np.float32),
        stems=frozenset(stems(text)),
    )


def similarity(now: Text, before: Text) -> dict[str, float]:
    """What both kinds of pairs have in common, each about 0 to 1."""
    there, back = _met(now, before), _met(before, now)
    return {
        "whole": float(now.whole @ before.whole),
        "best": float((now.parts @ before.parts.T).max()),
        "part_of_now": float((now.parts @ before.whole).max()),
        "part_of_before": float((before.parts @ now.whole).max()),
        "met": _mean(there, now.weights),
        "met_back": _mean(back, before.weights),
        "worst": float(there.min()) if len(there) else 0.0,
        "worst_back": float(back.min()) if len(back) else 0.0,
        "new": _log(float((now.weights * (there < _MET)).sum())),
        "gone": _log(float((before.weights * (back < _MET)).sum())),
        "common": _common(now, before),
        "common_back": _common(before, now),
        "rare": max((rarity(word) for word in now.stems & before.stems), default=0.0),
        "length": _log(len(now.text.split())),
        "length_before": _log(len(before.text.split())),
        **_named(now.text, before.text),
    }


def _named(now: str, before: str) -> dict[str, float]:
    here, there = references(now), references(before)
    numbers, earlier = set(_NUMBER.findall(now)), set(_NUMBER.findall(before))
    names, known = set(_NAME.findall(now)), set(_NAME.findall(before))
    return {
        "same_reference": float(bool(here & there)),
        "other_reference": float(bool(here and there and not here & there)),
        "new_reference": float(bool(here and not there)),
        "same_number": float(bool(numbers & earlier)),
        "other_number": float(bool(numbers and earlier and not numbers & earlier)),
        "new_number": float(bool(numbers - earlier)),
        "same_name": float(bool(names & known)),
        "other_name": float(bool(names - known and known - names)),
        "new_name": float(bool(names - known)),
    }


def asked_again(now: Text, before: Text, answer: Text | None) -> dict[str, float]:
    """A question and an earlier one of the conversation, with what was said upon the earlier one."""
    found = similarity(now, before) | words.of_question(now.text, before.text)
    said = answer.text if answer else ""
    found |= words.of_answer(before.text, said)
    if answer is not None:
        new = now.stems - before.stems
        found |= {
            "answer_to_before": float(before.whole @ answer.whole),
            "answer_to_now": float(now.whole @ answer.whole),
            "answer_met": _mean(_met(before, answer), before.weights),
            "answer_common": _common(before, answer),
            "builds": _weight(new & answer.stems) / max(1.0, _weight(now.stems)),
            "answer_length": _log(len(said.split())),
        }
        found["nearer_before"] = found["whole"] - found["answer_to_now"]
    return found


def same_matter(now: Text, before: Text) -> dict[str, float]:
    """What is written now and an earlier conversation."""
    return similarity(now, before) | words.of_matter(now.text, before.text)


@cache
def _ranks() -> dict[str, int]:
    packed = resources.files("connectors.local").joinpath("vocabulary.txt.gz").read_bytes()
    return {word: place for place, word in enumerate(gzip.decompress(packed).decode().splitlines())}


@lru_cache(maxsize=20_000)
def rarity(word: str) -> float:
    """0 for a word that everybody uses, 1 for one that the vocabulary lacks: it is in the order of frequency."""
    rank = _ranks().get(word.casefold().replace("'s", ""), 0)
    last = len(_ranks())
    rank = rank if rank >= _FIRST else last
    return math.log(1 + (rank - _FIRST) / 50) / math.log(1 + (last - _FIRST) / 50)


def _met(one: Text, other: Text) -> Vector:
    if not len(one.words) or not len(other.words):
        return np.zeros(len(one.words), dtype=np.float32)
    return np.asarray((one.pieces @ other.pieces.T).max(axis=1), dtype=np.float32)


def _mean(values: Vector, weights: Vector) -> float:
    return float(values @ weights / max(float(weights.sum()), 1e-6)) if len(values) else 0.0


def _common(one: Text, other: Text) -> float:
    return _weight(one.stems & other.stems) / max(0.5, _weight(one.stems))


def _weight(found: frozenset[str]) -> float:
    return sum(rarity(stem(word)) for word in found)


def _log(count: float) -> float:
    return math.log1p(count)
