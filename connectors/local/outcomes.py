"""Whether something that was proposed helped, as the customer's reply tells: a head over the encoder's layers."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connectors.local.kept import keep, load
from connectors.local.kernels import KernelHead, Views, train
from connectors.local.ngrams import grams
from connectors.local.outcome_signs import signs
from connectors.local.triggers import Layers, row_of
from connectors.local.written import written
from core.errors import ConfigurationError
from core.ports import Vector
from core.read.attempts import FAILED, HELPED, OTHER, UNTRIED

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
    read = written(file)
    found = []
    for place, name in enumerate(OUTCOMES):
        for line in read[name]:
            matter, told, reply = line.split(" | ")
            found.append(((matter, told, reply), place))
    return found


def taught() -> str:
    """Names the lessons, so that weights of older ones are noticed."""
    return hashlib.sha256(repr(lessons()).encode()).hexdigest()


def fitted(encoder: Layers) -> KernelHead:
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

    pack(fitted(MiniLmEncoder()), Path(__file__).with_name(FILE))


if __name__ == "__main__":
    main()
