import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.local.files import articles_from
from core.errors import ConfigurationError
from core.model.knowledge import Audience


def write(path: Path, *rows: object) -> Path:
    text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def test_a_line_is_an_article(tmp_path: Path) -> None:
    row = {
        "id": 7, "title": "Returns", "body": "<h2>How</h2><ol><li>Print</li><li>Post</li></ol>", "url": "https://a.example",
        "section": "Orders", "locale": "de", "audience": "internal", "updated_at": "2026-03-01",
    }  # fmt: skip
    [article] = articles_from(write(tmp_path / "a.jsonl", row)).articles
    assert article.id == "7"
    assert article.text == "## How\n\n1. Print\n2. Post"
    assert (article.locale, article.audience, article.section) == ("de", Audience.INTERNAL, "Orders")
    assert article.updated_at == datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "title", "text"),
    [
        ({"id": "a", "title": "T", "content": "Words."}, "T", "Words."),
        ({"id": "a", "entity": "GUEST HOUSE", "text": "Words."}, "GUEST HOUSE", "Words."),
        ({"id": "a", "text": "## First line\n\nWords."}, "First line", "## First line\n\nWords."),
    ],
)
def test_the_public_data_sets_are_understood(tmp_path: Path, row: object, title: str, text: str) -> None:
    [article] = articles_from(write(tmp_path / "a.jsonl.gz", row)).articles
    assert (article.title, article.text) == (title, text)


def test_a_bad_line_is_named_with_its_number_and_the_rest_is_read(tmp_path: Path) -> None:
    good = {"id": "a", "title": "T", "body": "Words."}
    path = write(tmp_path / "a.jsonl", good, "", "{not json", {"title": "no id", "body": "x"}, {"id": "b"}, "[1]", good)
    read = articles_from(path)
    assert len(read.articles) == 2
    assert [bad.number for bad in read.bad] == [3, 4, 5, 6]
    assert "no id" in str(read.bad[1])
    assert str(read.bad[2]).startswith(f"{path}:5: article b has no body")


def test_a_wrong_date_is_a_bad_line(tmp_path: Path) -> None:
    read = articles_from(write(tmp_path / "a.jsonl", {"id": "a", "body": "x", "updated_at": "last week"}))
    assert "not an ISO date" in read.bad[0].reason


def test_an_unknown_audience_is_some_customers_only(tmp_path: Path) -> None:
    read = articles_from(write(tmp_path / "a.jsonl", {"id": "a", "body": "x", "audience": "plus_business"}))
    assert read.articles[0].audience is Audience.SEGMENT


def test_a_folder_of_pages_is_read_with_its_front_matter(tmp_path: Path) -> None:
    (tmp_path / "returns").mkdir()
    page = tmp_path / "returns" / "gifts.md"
    page.write_text(
        '---\nid: 12\ntitle: "Return a gift"\naudience: internal\n---\n\nYou **can**.\n\n## How\n\n* Ask us\n'
    )
    (tmp_path / "plain.html").write_text("<title>Hubs</title><body><h1>Hubs</h1><p>One &amp; only.</p></body>")
    (tmp_path / "notes.py").write_text("not a page")
    read = articles_from(tmp_path)
    by_title = {article.title: article for article in read.articles}
    assert set(by_title) == {"Return a gift", "Hubs"}
    gift = by_title["Return a gift"]
    assert (gift.id, gift.section, gift.audience) == ("12", "returns", Audience.INTERNAL)
    assert gift.text == "You can.\n\n## How\n\n- Ask us"
    assert by_title["Hubs"].text == "One & only."


def test_an_empty_page_is_reported(tmp_path: Path) -> None:
    (tmp_path / "empty.md").write_text("")
    read = articles_from(tmp_path)
    assert (read.articles, len(read.bad)) == ([], 1)


def test_nothing_there_is_a_matter_for_a_person(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there are no articles"):
        articles_from(tmp_path / "nowhere.jsonl")


def test_a_damaged_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(b"not gzip")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        articles_from(tmp_path / "a.jsonl.gz")


def test_a_row_of_questions_and_answers_is_an_article_titled_by_its_question(tmp_path: Path) -> None:
    row = {"id": "q1", "entity": "The Cow", "question": "Do you take cards?", "answer": "We take every card."}
    path = tmp_path / "faq.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    (found,) = articles_from(path).articles
    assert (found.title, found.text) == ("The Cow – Do you take cards?", "We take every card.")
