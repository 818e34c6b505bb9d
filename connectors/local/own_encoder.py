"""Any sentence encoder that lies in a folder as an ONNX graph with its tokenizer, as sentence-transformers lays it out.

Read are `model.onnx` (or `onnx/model.onnx`), `tokenizer.json`, and where they are there `1_Pooling/config.json` (mean
of the words, or the first) and `config_sentence_transformers.json` (what is put before questions and before passages):
https://sbert.net/docs/sentence_transformer/usage/custom_models.html.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import ConfigurationError
from core.ports import Vector

LONGEST = 512  # word pieces, where the tokenizer states no shorter limit
_BATCH = 8  # texts at a time: long passages take much memory
_MODELS = ("model.onnx", "onnx/model.onnx")
_PASSAGES = ("passage", "document")


class OnnxEncoder:
    """Encodes passages; `questions` encodes what is asked of them. Loaded at the first use."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        self._folder, self._threads = folder, threads

    @cached_property
    def name(self) -> str:
        """The folder's name and what its files hold: another model in the same place is another encoder.

        Raises ConfigurationError where the files are not there."""
        held = hashlib.sha256()
        for path in (self._model_file, self._file("tokenizer.json")):
            with path.open("rb") as file:
                held.update(hashlib.file_digest(file, "sha256").digest())
        return f"{self._folder.name}-{held.hexdigest()[:12]}"

    @property
    def questions(self) -> "OnnxQuestions":
        return OnnxQuestions(self)

    def encode(self, texts: Sequence[str]) -> Vector:
        """Unit vectors of passages, shape (len(texts), dimensions)."""
        return self.read(texts, next((self._prompts[name] for name in _PASSAGES if name in self._prompts), ""))

    def read(self, texts: Sequence[str], before: str) -> Vector:
        """Unit vectors of texts with something `before` each. Raises ConfigurationError where the model cannot be
        used."""
        parts = [
            self._read([before + text for text in texts[start : start + _BATCH]])
            for start in range(0, len(texts), _BATCH)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, self._size), np.float32)

    def question_prompt(self) -> str:
        return self._prompts.get("query", "")

    def _read(self, texts: Sequence[str]) -> Vector:
        session, tokenizer = self._loaded
        encoded = tokenizer.encode_batch(list(texts))
        mask = np.array([each.attention_mask for each in encoded], dtype=np.int64)
        given = {
            "input_ids": np.array([each.ids for each in encoded], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.array([each.type_ids for each in encoded], dtype=np.int64),
        }
        wanted = {each.name for each in session.get_inputs()}
        if not wanted <= given.keys():
            raise ConfigurationError(
                f"{self._model_file}: it asks for {', '.join(sorted(wanted - given.keys()))}, which is no word's piece"
            )
        made = np.asarray(session.run(None, {name: given[name] for name in wanted})[0], dtype=np.float32)
        if made.ndim == 3:
            made = made[:, 0] if self._takes_the_first else _mean(made, mask)
        lengths = np.linalg.norm(made, axis=1, keepdims=True)
        return np.asarray(made / np.maximum(lengths, 1e-12), dtype=np.float32)

    @cached_property
    def _size(self) -> int:
        return int(self._read(["size"]).shape[1])

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = self._threads
        try:
            session = onnxruntime.InferenceSession(str(self._model_file), options, providers=["CPUExecutionProvider"])
            tokenizer = Tokenizer.from_file(str(self._file("tokenizer.json")))
        except ConfigurationError:
            raise
        except Exception as error:
            raise ConfigurationError(f"{self._folder}: it cannot be read as a sentence encoder: {error}") from error
        stated = (tokenizer.truncation or {}).get("max_length", LONGEST)
        tokenizer.enable_truncation(max_length=min(stated, LONGEST))
        tokenizer.enable_padding()
        return session, tokenizer

    @property
    def _model_file(self) -> Path:
        return next((path for name in _MODELS if (path := self._folder / name).is_file()), None) or self._file(
            _MODELS[0]
        )

    def _file(self, name: str) -> Path:
        path = self._folder / name
        if not path.is_file():
            raise ConfigurationError(f"{self._folder} has no {name}; it is needed for a sentence encoder")
        return path

    @cached_property
    def _prompts(self) -> dict[str, str]:
        prompts = self._json("config_sentence_transformers.json").get("prompts")
        return {str(k): str(v) for k, v in prompts.items()} if isinstance(prompts, dict) else {}

    @cached_property
    def _takes_the_first(self) -> bool:
        return self._json("1_Pooling/config.json").get("pooling_mode_cls_token") is True

    def _json(self, name: str) -> dict[str, Any]:
        path = self._folder / name
        try:
            found = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        except ValueError as error:
            raise ConfigurationError(f"{path}: it is not JSON: {error}") from error
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class OnnxQuestions:
    """The encoder as it reads questions."""

    passages: OnnxEncoder

    @property
    def name(self) -> str:
        return f"{self.passages.name}-questions"

    def encode(self, texts: Sequence[str]) -> Vector:
        return self.passages.read(texts, self.passages.question_prompt())


def _mean(words: Vector, mask: np.ndarray[Any, np.dtype[np.int64]]) -> Vector:
    weights = mask[:, :, None].astype(np.float32)
    return np.asarray((words * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9), dtype=np.float32)
