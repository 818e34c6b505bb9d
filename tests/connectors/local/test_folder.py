import json
from pathlib import Path

import pytest

from connectors.local.folder import FolderSource
from core.errors import ConfigurationError
from core.model.source import Changes


def read(source: FolderSource, *known: str) -> Changes:
    (part,) = source.changes(None, known)
    return part


def page(folder: Path, name: str, text: str = "# A page\n\nSome words about it.\n") -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_pages_of_one_name_in_two_folders_are_two_articles(tmp_path: Path) -> None:
    page(tmp_path, "a/index.md")
    page(tmp_path, "b/index.md")
    one, other = read(FolderSource("a", tmp_path / "a")), read(FolderSource("b", tmp_path / "b"))
    assert [article.id for article in (*one.articles, *other.articles)] == ["a:index", "b:index"]
    assert one.articles[0].origin == "file:a"
    assert one.expected == 1


def test_a_page_that_was_deleted_is_gone(tmp_path: Path) -> None:
    page(tmp_path, "here.md")
    assert read(FolderSource("kb", tmp_path), "kb:here", "kb:deleted").gone == ("kb:deleted",)


def test_a_page_that_cannot_be_read_now_stays_as_it_was(tmp_path: Path) -> None:
    page(tmp_path, "here.md")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    part = read(FolderSource("kb", tmp_path), "kb:here", "kb:broken", "kb:broken.pdf", "kb:deleted")
    assert part.gone == ("kb:deleted",)
    assert [problem.subject for problem in part.problems] == [str(tmp_path / "broken.pdf")]


def test_where_a_line_is_bad_nothing_is_taken_for_gone(tmp_path: Path) -> None:
    rows = [json.dumps({"id": "1", "title": "One", "body": "Words of one."}), "{"]
    (tmp_path / "kb.jsonl").write_text("\n".join(rows), encoding="utf-8")
    part = read(FolderSource("kb", tmp_path / "kb.jsonl"), "kb:1", "kb:2")
    assert part.gone == ()
    assert part.problems[0].reason.startswith("line 2: ")


def test_a_folder_that_is_not_there_is_no_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        read(FolderSource("kb", tmp_path / "unplugged"), "kb:1")
