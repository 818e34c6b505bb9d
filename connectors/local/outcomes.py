"""Whether something that was proposed helped, as the customer's reply tells: a head over the encoder's layers."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connectors.local.classifiers import KernelHead, Views, grams, keep, load, train
from connectors.local.triggers import Layers, row_of
from connectors.local.written import read_plain
from core.errors import ConfigurationError
from core.ports import Vector
from core.read.course import (
    DENIED,
    FAILED,
    HELPED,
    LATER,
    OTHER,
    PENDING,
    PLEASED,
    SAYS_HELPED,
    SO_ALREADY,
    UNHELPED,
    UNTRIED,
    WHAT_ELSE,
)
from core.read.rule import compile_pattern
from core.text.stems import content

# ------------------------------------------------------------------
# What the wording alone shows of a reply to something that was proposed: figures for the reader of outcomes.

_MOST_WORDS = 20
_NEGATIVE = re.compile(
    r"\b(?:no|not|never|nothing|none|without|zero|nicht|kein\w*|nie|nada|ni|sin|ne|pas|sans|won't|can't|cannot|missing"
    r"|fails?|refused|declined|rejected|wrong|silent|offline|dead|dark|stuck|frozen|empty|lost)\b|n't\b",
    re.IGNORECASE,
)
_ENDED = re.compile(
    r"\b(?:any ?more|any longer|no longer|no more|no \w+ (?:left|since|any|now)|not (?:a|one) (?:single )?\w+ since"
    r"|since then|stopped|gone|cured|solved|fixed|sorted|finally|at last|phew|hooray|yay|bliss|perfect\w*|lovely|great"
    r"|super|brilliant|cheers|thanks|thank you|danke|gracias|merci|properly|fine|jetzt|ya)(?!\w)|:\)|[👍🎉😊]",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\b(?:again|still|yet another|as (?:before|ever|always)|like (?:before|earlier)|same|also|either|too|as well"
    r"|another|nope|nothing|none|zilch|nada|noch|wieder|sigue|toujours|not)\b|n't",
    re.IGNORECASE,
)
_NOW = re.compile(r"\b(?:now|already|today|just|this morning)\b", re.IGNORECASE)
_TO_DO = re.compile(
    r"\b(?:will|later|tonight|tomorrow|weekend|when i|once|wait\w*|need to|have to|must|going to|on it|yet"
    r"|\w+ing now|sunday|monday|saturday|thursday|ordered|buy)\b|'ll\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d")
_QUOTES = re.compile(r'\W*["“]')


def signs(matter: str, told: str, reply: str) -> Vector:
    """One row of figures, each from 0 to 2."""
    plain = reply.replace("’", "'")
    said, fault, advice = content(reply), content(matter), content(told)
    failed, helped = bool(compile_pattern(UNHELPED).search(plain)), bool(compile_pattern(SAYS_HELPED).search(plain))
    found: Sequence[float] = (
        failed,
        helped,
        failed and helped,
        *(bool(compile_pattern(pattern).search(plain)) for pattern in (PENDING, LATER, SO_ALREADY)),
        *(bool(pattern.search(plain)) for pattern in (PLEASED, WHAT_ELSE, DENIED)),
        reply.rstrip().endswith("?"),
        "?" in reply,
        "!" in reply,
        bool(said & fault),
        bool(said & advice),
        bool(said & (fault - advice)),
        min(len(reply.split()), _MOST_WORDS) / 10,
        bool(_FIGURE.search(reply)),
        bool(_QUOTES.match(reply)),
        told.rstrip().endswith("?"),
        *(bool(pattern.search(plain)) for pattern in (_NEGATIVE, _ENDED, _AGAIN, _NOW, _TO_DO)),
        *_parity(matter, plain),
    )
    return np.array(found, dtype=np.float32)


def _parity(matter: str, reply: str) -> tuple[bool, bool, bool]:
    """Whether words of the fault stand in the reply; denied as they were ("won't ring" - "doesn't ring"); or turned
    round ("won't ring" - "it rings", "it leaks" - "doesn't leak any more")."""
    if not content(matter) & content(reply):
        return False, False, False
    before = bool(_NEGATIVE.search(matter))
    after = bool(_NEGATIVE.search(reply) or (_ENDED.search(reply) and not _AGAIN.search(reply)))
    return True, before == after, before != after


# ------------------------------------------------------------------

FILE = "outcomes.npz"  # made by python -m connectors.local.outcomes
OUTCOMES = (FAILED, HELPED, UNTRIED, OTHER)
_FINE = 127.0
_REMEMBERED = 2_000  # readings of earlier turns of conversations
_LONGEST = 600  # characters of each part; the reply stands last and must not be cut off

Exchange = tuple[str, str, str]  # the matter, what was said to it, the reply


class OutcomeModel:
    """`core.ports.OutcomeReader` with shipped weights."""

    def __init__(self, encoder: Layers, *, file: Path | None = None) -> None:
        self._encoder = encoder
        self._file = file
        self._read = lru_cache(maxsize=_REMEMBERED)(self._chances)

    @property
    def name(self) -> str:
        return f"outcomes-{str(self._arrays['taught'])[:12]}"

    def outcomes(self, matter: str, told: str, reply: str) -> Mapping[str, float]:
        """The chance of each of `failed`, `helped`, `untried` and `other`. Raises ConfigurationError where the shipped
        weights are missing."""
        return dict(zip(OUTCOMES, self._read(matter[:_LONGEST], told[:_LONGEST], reply[:_LONGEST]), strict=True))

    def warm(self) -> None:
        """Load the weights now."""
        _ = self._head

    def _chances(self, matter: str, told: str, reply: str) -> tuple[float, ...]:
        chances = self._head.chances(views_of([(matter, told, reply)], self._encoder))
        return tuple(float(chance) for chance in chances[0])

    @cached_property
    def _arrays(self) -> Mapping[str, NDArray[Any]]:
        with resources.as_file(resources.files("connectors.local").joinpath(FILE)) as shipped:
            arrays = load(self._file or shipped, frozenset({"taught", "examples0", "span0", "wording"}))
        if arrays is None:
            raise ConfigurationError(f"the weights of the outcome model are missing or damaged: {self._file or FILE}")
        return arrays

    @cached_property
    def _head(self) -> KernelHead:
        return KernelHead.of(_whole(self._arrays))


def views_of(exchanges: Sequence[Exchange], encoder: Layers) -> Views:
    """The reply by itself, the whole exchange, and the signs of its wording."""
    return Views(
        dense=(
            np.stack([_row(encoder, reply) for _, _, reply in exchanges]),
            np.stack([_row(encoder, f"{matter} {told} {reply}") for matter, told, reply in exchanges]),
            np.stack([signs(*exchange) for exchange in exchanges]),
        ),
        wording=tuple(grams(reply) for _, _, reply in exchanges),
    )


def _row(encoder: Layers, text: str) -> Vector:
    row = row_of(encoder.layers(text)[1])
    return np.asarray(row / max(float(np.linalg.norm(row)), 1e-9), dtype=np.float32)


def lessons() -> list[tuple[Exchange, int]]:
    """What the model is taught."""
    file = resources.files("connectors.local").joinpath("lessons_course", "outcomes.yaml")
    read = read_plain(file)
    found = []
    for place, name in enumerate(OUTCOMES):
        for line in read[name]:
            matter, told, reply = line.split(" | ")
            found.append(((matter, told, reply), place))
    return found


def taught() -> str:
    """Names the lessons, so that weights of older ones are noticed."""
    return hashlib.sha256(repr(lessons()).encode()).hexdigest()


def fit_head(encoder: Layers) -> KernelHead:
    rows = lessons()
    return train(views_of([exchange for exchange, _ in rows], encoder), [place for _, place in rows], len(OUTCOMES))


def pack(head: KernelHead, file: Path) -> None:
    """Write it small: a byte a number for the examples, two for the rest of what is large."""
    arrays = head.arrays()
    packed = dict(arrays)
    for number in range(len(head.views)):
        examples = arrays[f"examples{number}"]
        span = np.abs(examples).max(axis=1, keepdims=True) / _FINE
        packed[f"span{number}"] = span.astype(np.float32)
        packed[f"examples{number}"] = np.round(examples / np.maximum(span, 1e-9)).astype(np.int8)
    packed["wording"], packed["rarity"] = arrays["wording"].astype(np.float16), arrays["rarity"].astype(np.float16)
    keep(file, {**packed, "taught": np.array(taught())})


def _whole(kept: Mapping[str, NDArray[Any]]) -> Mapping[str, NDArray[Any]]:
    whole = {name: np.asarray(kept[name], dtype=np.float32) for name in kept if name != "taught"}
    for number in range(len(kept["widths"])):
        whole[f"examples{number}"] = whole[f"examples{number}"] * whole[f"span{number}"]
    return whole


def main() -> None:
    from connectors.local.encoder import MiniLmEncoder

    pack(fit_head(MiniLmEncoder()), Path(__file__).with_name(FILE))


if __name__ == "__main__":
    main()
