import json
import os
from pathlib import Path

import pytest

from connectors.local.folder import FolderSource
from core.errors import ConfigurationError
from core.model.knowledge import Changes


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


@pytest.mark.parametrize("known", [("kb:here",), ("kb:here", "kb:there")])
def test_a_folder_that_lost_all_it_had_forgets_nothing(tmp_path: Path, known: tuple[str, ...]) -> None:
    with pytest.raises(ConfigurationError, match="is empty; use --forget"):
        read(FolderSource("kb", tmp_path), *known)


def test_a_folder_that_never_had_anything_or_has_drafts_only_is_no_trouble(tmp_path: Path) -> None:
    assert read(FolderSource("kb", tmp_path)).articles == ()
    page(tmp_path, "a.md", "---\ndraft: true\n---\nLater.")
    assert read(FolderSource("kb", tmp_path), "kb:a").gone == ("kb:a",)
    assert read(FolderSource("kb", tmp_path / "a.md"), "kb:a").gone == ("kb:a",)


def test_a_folder_within_that_cannot_be_looked_into_loses_nothing(tmp_path: Path) -> None:
    page(tmp_path, "here.md")
    place = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):  # deeper than any path may be long: nobody, not even root, can look into it
        os.mkdir("d" * 250, dir_fd=place)
        place, above = os.open("d" * 250, os.O_RDONLY, dir_fd=place), place
        os.close(above)
    os.close(place)
    part = read(FolderSource("kb", tmp_path), "kb:here", "kb:deep/page")
    assert part.gone == ()
    (problem,) = part.problems
    assert problem.reason.startswith("cannot be looked into")


@pytest.mark.parametrize(
    "text",
    [
        "---\naudience: internal\n\nNow for agents only.",
        "---\naudiance: internal\n---\nNow for agents only.",
        "---\nid: here\naudience: internal\n---\n",
        "---\naudience: internal\n---\n" + "\0" * 900,
    ],
)
def test_a_page_that_may_be_for_agents_now_and_is_wrong_besides_is_taken_away(tmp_path: Path, text: str) -> None:
    page(tmp_path, "here.md", text)
    page(tmp_path, "rows.jsonl", "{")  # even where nothing else is taken for gone
    part = read(FolderSource("kb", tmp_path), "kb:here", "kb:other")
    assert (part.articles, part.gone, len(part.problems)) == ((), ("kb:here",), 2)


def test_a_page_whose_bytes_cannot_be_read_stays(tmp_path: Path) -> None:
    page(tmp_path, "here.md", "---\naudience: public\n---\n" + "\0" * 900)
    assert read(FolderSource("kb", tmp_path), "kb:here").gone == ()


def test_a_line_that_says_twice_who_it_is_keeps_its_article(tmp_path: Path) -> None:
    page(tmp_path, "kb.jsonl", '{"id": "1", "body": "One."}\n{"id": "1", "body": "Two."}')
    part = read(FolderSource("kb", tmp_path / "kb.jsonl"), "kb:1", "kb:2")
    assert part.gone == ("kb:2",)


def test_an_article_made_internal_by_an_edit_with_a_wrong_date_is_stored_as_internal(tmp_path: Path) -> None:
    page(tmp_path, "here.md", "---\naudience: internal\nupdated_at: last week\n---\nFor agents.")
    part = read(FolderSource("kb", tmp_path), "kb:here")
    assert [(article.id, article.audience) for article in part.articles] == [("kb:here", "internal")]
    assert [problem.reason for problem in part.problems] == ["updated_at 'last week' is not an ISO date"]
