"""An encoder in a folder, played by the model that is shipped, laid out as its makers would."""

import json
from pathlib import Path

import numpy as np
import pytest

from connectors.local.encoder import MiniLmEncoder, _shipped_model, tokenizer
from connectors.local.own_encoder import OnnxEncoder
from core.errors import ConfigurationError

TEXTS = ["How do I return a parcel?", "The battery lasts two years. " * 40, "", *["One of many."] * 8]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("own") / "small-encoder"
    (made / "onnx").mkdir(parents=True)
    (made / "onnx" / "model.onnx").symlink_to(_shipped_model())
    tokenizer().save(str(made / "tokenizer.json"))
    return made


def test_it_makes_the_vectors_that_its_model_makes(folder: Path) -> None:
    made, expected = OnnxEncoder(folder).encode(TEXTS), MiniLmEncoder().encode(TEXTS)
    assert made.shape == expected.shape
    assert np.linalg.norm(made, axis=1) == pytest.approx(1.0, abs=1e-5)
    # The same weights through another graph of operators.
    assert (made * expected).sum(axis=1).min() > 0.97


def test_no_text_gives_no_rows_of_the_same_length(folder: Path) -> None:
    assert OnnxEncoder(folder).encode([]).shape == (0, 384)


def test_questions_and_passages_are_read_as_the_makers_say(folder: Path, tmp_path: Path) -> None:
    told = tmp_path / "told"
    told.symlink_to(folder)
    plain = OnnxEncoder(told)
    (folder / "config_sentence_transformers.json").write_text(
        json.dumps({"prompts": {"query": "query: ", "passage": "passage: "}}), encoding="utf-8"
    )
    try:
        prompted = OnnxEncoder(told)
        assert np.allclose(prompted.questions.encode(["When?"]), plain.read(["query: When?"], ""), atol=1e-5)
        assert np.allclose(prompted.encode(["Soon."]), plain.read(["passage: Soon."], ""), atol=1e-5)
    finally:
        (folder / "config_sentence_transformers.json").unlink()


def test_the_first_word_stands_for_all_where_the_makers_say_so(folder: Path) -> None:
    pooling = folder / "1_Pooling"
    mean = OnnxEncoder(folder).encode(["When does it come?"])
    pooling.mkdir()
    (pooling / "config.json").write_text('{"pooling_mode_cls_token": true}', encoding="utf-8")
    try:
        first = OnnxEncoder(folder).encode(["When does it come?"])
    finally:
        (pooling / "config.json").unlink()
        pooling.rmdir()
    assert float((mean * first).sum()) < 0.95


def test_another_model_in_the_same_place_is_another_encoder(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "small-encoder"
    other.mkdir()
    (other / "model.onnx").write_bytes(b"another")
    (other / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())
    assert OnnxEncoder(other).name != OnnxEncoder(folder).name
    assert OnnxEncoder(folder).name.startswith("small-encoder-")


def test_what_is_no_encoder_is_refused_with_its_folder(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"has no .*model\.onnx"):
        _ = OnnxEncoder(tmp_path).name
    (tmp_path / "model.onnx").write_bytes(b"no graph")
    with pytest.raises(ConfigurationError, match=r"has no tokenizer\.json"):
        _ = OnnxEncoder(tmp_path).name
    (tmp_path / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())
    with pytest.raises(ConfigurationError, match="cannot be read as a sentence encoder"):
        OnnxEncoder(tmp_path).encode(["When?"])
