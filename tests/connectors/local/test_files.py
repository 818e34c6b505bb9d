import gzip
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.local.files import BadLine, articles_from, read_articles
from core.errors import ConfigurationError
from core.knowledge.passages import passages_of
from core.model.knowledge import Article, Audience
from tests.connectors.local.reading.paper import encrypted, paragraph, pdf, word


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
    path = write(
        tmp_path / "a.jsonl",
        good,
        "",
        "{not json",
        {"title": "no id", "body": "x"},
        {"id": "b"},
        "[1]",
        good | {"id": "c"},
    )
    read = articles_from(path)
    assert [article.id for article in read.articles] == ["a", "c"]
    assert [bad.number for bad in read.bad] == [3, 4, 5, 6]
    assert "no id" in str(read.bad[1])
    assert str(read.bad[2]).startswith(f"{path}:5: article b has no body")


@pytest.mark.parametrize("name", ["updated_at", "expires_at"])
def test_a_wrong_date_is_named_and_the_rest_of_the_article_holds(tmp_path: Path, name: str) -> None:
    row = {"id": "a", "body": "x", "audience": "internal", name: "last week"}
    read = articles_from(write(tmp_path / "a.jsonl", row))
    (bad,), (article,) = read.bad, read.articles
    assert "not an ISO date" in bad.reason
    assert (bad.number, article.audience, article.updated_at) == (1, Audience.INTERNAL, None)


def test_an_article_that_ends_at_no_known_time_has_ended(tmp_path: Path) -> None:
    read = articles_from(write(tmp_path / "a.jsonl", {"id": "a", "body": "x", "expires_at": "31.12.2030"}))
    assert read.articles[0].expires_at is not None
    assert read.articles[0].expires_at < datetime.now(UTC)


@pytest.mark.parametrize("name", ["audiance", "Audience", "audiences"])
def test_a_column_that_may_be_a_misspelt_audience_leaves_the_line_out(tmp_path: Path, name: str) -> None:
    read = articles_from(write(tmp_path / "a.jsonl", {"id": "a", "body": "x", name: "internal"}))
    assert (read.articles, [bad.article_id for bad in read.bad]) == ([], ["a"])


def test_of_two_lines_with_one_id_the_first_holds_and_the_other_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", {"id": "a", "body": "one"}, {"id": "a", "body": "two"})
    read = articles_from(path)
    assert [article.text for article in read.articles] == ["one"]
    assert [str(bad) for bad in read.bad] == [f"{path}:2: has the id of a.jsonl, line 1, a"]


def test_lines_of_json_in_a_folder_are_articles_too(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write(tmp_path / "in" / "rows.jsonl.gz", {"id": "a", "body": "one"}, "{")
    (tmp_path / "in" / "damaged.jsonl.gz").write_bytes(b"x")
    (tmp_path / "a.md").write_text("two")
    read = articles_from(tmp_path)
    assert [article.text for article in read.articles] == ["two"]
    assert [(bad.path.name, bad.number) for bad in read.bad] == [
        ("damaged.jsonl.gz", 0), ("rows.jsonl.gz", 1), ("rows.jsonl.gz", 2),
    ]  # fmt: skip


def test_links_that_lead_out_of_the_folder_or_nowhere_are_named_and_not_followed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "kb", tmp_path / "private"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret.md").write_text("Secret.")
    (inside / "a.md").write_text("Words.")
    (inside / "again.md").symlink_to(inside / "a.md")
    (inside / "out.md").symlink_to(outside / "secret.md")
    (inside / "folder").symlink_to(outside, target_is_directory=True)
    (inside / "circle.md").symlink_to(inside / "circle.md")
    (inside / "circle").symlink_to(inside, target_is_directory=True)
    read = articles_from(inside)
    assert [article.id for article in read.articles] == ["a", "again"]
    assert {bad.path.name: bad.reason for bad in read.bad} == {
        "circle.md": "is a link that leads nowhere",
        "folder": "is a link that leads out of the folder",
        "out.md": "is a link that leads out of the folder",
    }


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


def test_facts_beyond_the_text_are_read(tmp_path: Path) -> None:
    row = {
        "id": "a",
        "body": "x",
        "brand": "Lark",
        "about": ["Hub", "Drop"],
        "labels": "new; eu",
        "expires_at": "2027-01-01",
    }
    (found,) = articles_from(write(tmp_path / "a.jsonl", row)).articles
    assert (found.brand, found.about, found.labels) == ("Lark", ("Hub", "Drop"), ("new", "eu"))
    assert found.expires_at == datetime(2027, 1, 1, tzinfo=UTC)


def test_a_folder_is_read_whatever_lies_in_it(tmp_path: Path) -> None:
    good = pdf([(18, "A manual"), (10, "Press the button.")])
    files: dict[str, bytes] = {
        "a.md": b"# One\n\nWords.",
        "b.html": b"<script>alert(1)</script><nav>Home</nav><h1>Two</h1><p onclick='x()'>Words.</p>",
        "c.pdf": good,
        "d.docx": word(paragraph("Three", style="berschrift1"), paragraph("Words.")),
        "e.txt": "Grüße, größer".encode("cp1252") * 9,
        "broken.pdf": good[:200],
        "locked.pdf": encrypted(good, "secret"),
        "scan.pdf": pdf([]),
        "empty.md": b"",
        "pictures.html": b"<h1></h1><table><tr><td><img src='table.png'></td></tr></table>",
        "no.docx": b"PK",
        "old.doc": b"x",
        "picture.md": bytes(2000),
        "a.html": b"<p>the id of a.md</p>",
        "draft.md": b"---\ndraft: true\n---\nNot yet.",
        ".hidden.md": b"Hidden.",
        "picture.png": b"x",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(tmp_path / "pipe.md")
    read = articles_from(tmp_path)
    assert [(article.id, article.title) for article in read.articles if article.id != "e"] == [
        ("a", "the id of a.md"), ("b", "Two"), ("c.pdf", "A manual"), ("d.docx", "Three"),
    ]  # fmt: skip
    assert {bad.path.name: bad.reason for bad in read.bad} == {
        "a.md": "has the id of a.html, a",
        "broken.pdf": next(bad.reason for bad in read.bad if bad.path.name == "broken.pdf"),
        "locked.pdf": "is encrypted: save it without a password",
        "scan.pdf": "has no text; is it scanned?",
        "empty.md": "has no text",
        "pictures.html": "has only pictures: there is nothing to quote",
        "no.docx": "is damaged or no Word document (File is not a zip file)",
        "old.doc": ".doc files are not read: save it as .docx, .pdf or .html",
        "picture.md": "is not text",
    }


def test_a_folder_is_read_file_by_file_as_it_is_asked_for(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("Words.")
    reading = read_articles(tmp_path)
    assert isinstance(next(reading), Article)
    (tmp_path / "b.md").write_text("")
    assert isinstance(next(reading), BadLine)


def test_a_single_document_is_read_by_its_kind(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# One\n\nWords.")
    assert [article.title for article in articles_from(tmp_path / "a.md").articles] == ["One"]


@pytest.mark.parametrize("line", ["[" * 100_000, '{"id": "a", "body": "x", "y": ' + "[" * 100_000, '"\\ud800"', "\x00"])
def test_hostile_lines_are_bad_lines(tmp_path: Path, line: str) -> None:
    read = articles_from(write(tmp_path / "a.jsonl", line, {"id": "b", "body": "x"}))
    assert ([article.id for article in read.articles], len(read.bad)) == (["b"], 1)


def test_characters_that_no_database_takes_are_left_out(tmp_path: Path) -> None:
    line = '{"id": "a\\u0000", "title": "T\\ud800", "body": "x\\u0000y \\udfff z", "section": "s\\ud801"}'
    (found,) = articles_from(write(tmp_path / "a.jsonl", line)).articles
    assert (found.id, found.title, found.text, found.section) == ("a", "T", "xy z", "s")
    assert found.fingerprint


@pytest.mark.parametrize("megabytes", [1, pytest.param(5, marks=pytest.mark.exhaustive)])
@pytest.mark.parametrize("name", ["a.md", "a.html"])
def test_an_article_of_megabytes_is_read_and_cut_in_seconds(tmp_path: Path, name: str, megabytes: int) -> None:
    lines = "A sentence of the article. Another one, which is longer.\n\n" * 18_000
    (tmp_path / name).write_text(lines * megabytes)
    began = time.process_time()
    (found,) = articles_from(tmp_path).articles
    passages = passages_of(found)
    assert time.process_time() - began < 12 * megabytes
    assert passages[-1].end == len(found.text)


@pytest.mark.parametrize("words", ["退货需要五天。", "คืนสินค้าภายในสิบสี่วัน", "📦➡️🏠", "ﺍﻹرجاع مجاني", "x" * 50_000])
def test_articles_in_any_script_are_kept_whole(tmp_path: Path, words: str) -> None:
    (tmp_path / "a.md").write_text(words, encoding="utf-8")
    (found,) = articles_from(tmp_path).articles
    assert found.text == words
    assert "".join(passage.text for passage in passages_of(found)) == words
