"""An admin's file is read whole, or the line that cannot be read is named."""

import gzip
from pathlib import Path

import pytest

from apps.evaluate.labelled import find_named, read_labelled
from core.errors import ConfigurationError

COLUMNS: dict[str, type | tuple[type, ...]] = {"text": str, "label": (int, bool)}


def test_rows_are_read_packed_or_not(tmp_path: Path) -> None:
    line = '{"text": "é", "label": 1, "more": null}\n\n'
    (tmp_path / "a.jsonl").write_text(line, "utf-8")
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(line.encode()))
    for name in ("a.jsonl", "a.jsonl.gz"):
        assert read_labelled(tmp_path / name, COLUMNS) == [{"text": "é", "label": 1, "more": None}]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"text": "a", "label": 1}\n{"text": ', "line 2 is not JSON"),
        (b'{"text": "a", "label": 1}\n[1]\n', "line 2 is not an object"),
        (b'{"text": "a"}\n', "line 1 has no column 'label'; wanted are text, label"),
        (b'{"text": 3, "label": 1}\n', "line 1: 'text' is int, wanted str"),
        (b'{"text": "a", "label": "x"}\n', "line 1: 'label' is str, wanted int or bool"),
        (b"\n\n", "has no rows"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=told):
        read_labelled(path, COLUMNS)


def test_a_broken_packing_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"text": "a", "label": 1}')[:-9])
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_labelled(path, COLUMNS)


def test_an_article_of_a_folder_is_named_with_its_ending_or_without() -> None:
    known = frozenset({"setup/hub", "terms.pdf", "plan 2.5"})
    assert find_named(["setup/hub.md", "terms", "plan 2.5"], known) == known
    assert find_named(["setup/hub", "terms.pdf"], known) == {"setup/hub", "terms.pdf"}
    assert find_named(["hub", "plan 2"], known) == {"hub", "plan 2"}
