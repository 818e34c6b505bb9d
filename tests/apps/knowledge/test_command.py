"""`handrail knowledge` as an admin uses it: real models, a real database, files for a source."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from apps.cli import main

RETURNS = "# How to return an item\n\nYou can return an item within 30 days of delivery, for any reason.\n"
BRIEF = "# Returns policy in brief\n\n- You can return any item within 28 days of the delivery date.\n"
FRAUD = "---\naudience: internal\n---\n# Fraud checklist\n\nAsk for the order number before you say anything.\n"
HUB = "---\nlocale: de\nupdated_at: 2019-01-05\n---\n# Die Zentrale\n\nDrücken Sie den Knopf, bis der Ring grün ist.\n"
PAGES = {"returns.md": RETURNS, "brief.md": BRIEF, "agents/fraud.md": FRAUD, "de/hub.md": HUB}


def handrail(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["knowledge", *arguments])


def sync() -> Result:
    return CliRunner().invoke(main, ["sync"])


def told(*arguments: str) -> Any:
    return json.loads(handrail(*arguments, "--json").stdout)


def write(folder: Path, pages: dict[str, str]) -> Path:
    for name, text in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with the pages added, and nothing else set."""
    data = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as environ:
        for name in [name for name in os.environ if name.startswith("HANDRAIL_")]:
            environ.delenv(name)
        environ.setenv("HANDRAIL_DATA_DIR", str(data))
        environ.chdir(data)
        added = handrail("add", str(write(data / "pages", PAGES)))
        assert added.exit_code == 0, added.output
        yield data


@pytest.fixture(autouse=True)
def _installed(installation: Path) -> None:
    """Every test finds the pages there."""


def row(output: str, name: str) -> list[str]:
    """The numbers of one source's line: stored, unchanged, removed, problems."""
    return next(line for line in output.splitlines() if line.startswith(name)).split()[1:5]


def test_a_sync_reads_again_what_was_added_and_stores_what_changed(installation: Path) -> None:
    write(installation / "pages", {"new.md": "# A new page\n\nIt says that the app has a dark mode now.\n"})
    first = sync()
    assert (first.exit_code, row(first.stdout, "pages")) == (0, ["1", "4", "0", "0"])
    (installation / "pages" / "new.md").unlink()
    second = sync()
    assert (second.exit_code, row(second.stdout, "pages")) == (0, ["0", "4", "1", "0"])


def test_a_bad_file_is_told_of_and_the_others_are_read(installation: Path) -> None:
    (installation / "pages" / "bad.pdf").write_bytes(b"%PDF-1.7 and no more")
    synced = sync()
    (installation / "pages" / "bad.pdf").unlink()
    assert (synced.exit_code, row(synced.stdout, "pages")) == (1, ["0", "4", "0", "1"])
    assert "bad.pdf" in synced.stderr


def test_a_folder_that_is_away_forgets_nothing(installation: Path) -> None:
    (installation / "pages").rename(installation / "elsewhere")
    synced = sync()
    (installation / "elsewhere").rename(installation / "pages")
    assert synced.exit_code == 2
    assert "broke off" in synced.stdout
    assert len(told("list")) == 4


def test_a_folder_can_be_forgotten_again(installation: Path) -> None:
    write(installation / "more", {"one.md": "# One\n\nThis page says one thing and no other.\n"})
    assert handrail("add", str(installation / "more")).exit_code == 0
    assert len(told("list", "--origin", "file:more")) == 1
    assert handrail("add", str(installation / "more"), "--forget").exit_code == 0
    assert told("list", "--origin", "file:more") == []
    assert "more" not in sync().stdout


def test_two_folders_of_one_name_need_another_name(installation: Path) -> None:
    other = write(installation / "other" / "pages", {"x.md": "# X\n\nSomething else entirely.\n"})
    refused = handrail("add", str(other))
    assert refused.exit_code == 2
    assert "--name" in refused.stderr


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ([], ["pages:agents/fraud", "pages:brief", "pages:de/hub", "pages:returns"]),
        (["--locale", "de"], ["pages:de/hub"]),
        (["--audience", "internal"], ["pages:agents/fraud"]),
        (["--stale"], ["pages:de/hub"]),
        (["--origin", "zendesk"], []),
    ],
)
def test_the_list_can_be_narrowed(filters: list[str], ids: list[str]) -> None:
    assert [article["id"] for article in told("list", *filters)] == ids
    assert f"{len(ids)} article" in handrail("list", *filters).stdout


def test_a_search_shows_the_best_passage_with_its_audience_and_place() -> None:
    (first, *_) = told("search", "how long do I have to return something?", "--locale", "en")
    assert first["article"] in ("pages:returns", "pages:brief")
    assert first["text"] in RETURNS + BRIEF
    shown = handrail("search", "what to ask before I tell a caller about an order").stdout
    assert "[internal] Fraud checklist" in shown
    only = told("search", "what to ask before I tell a caller about an order", "--audience", "public")
    assert {hit["audience"] for hit in only} == {"public"}


def test_an_article_is_shown_with_its_passages_marked() -> None:
    shown = told("show", "pages:returns")
    (passage,) = shown["passages"]
    assert (
        shown["text"][passage["start"] : passage["end"]]
        == "You can return an item within 30 days of delivery, for any reason."
    )
    assert "within 30 days" in handrail("show", "RETURN AN ITEM").stdout


@pytest.mark.parametrize(("article", "words"), [("nowhere", "there is no article"), ("r", "articles fit")])
def test_an_article_that_is_not_meant_clearly_is_asked_for_again(article: str, words: str) -> None:
    shown = handrail("show", article)
    assert shown.exit_code == 2
    assert words in shown.stderr


def test_the_check_shows_both_spans_side_by_side() -> None:
    found = told("check")
    conflict = next(fault for fault in found if fault["kind"] == "conflicting")
    assert {place["article"] for place in conflict["places"]} == {"pages:returns", "pages:brief"}
    checked = handrail("check")
    assert checked.exit_code == 1
    line = next(line for line in checked.stdout.splitlines() if "28 days" in line)
    assert "30 days" in line
    assert "1 stale, 1 conflicting" in checked.stdout


def test_a_check_that_finds_nothing_says_so() -> None:
    checked = handrail("check", "--kind", "expired")
    assert (checked.exit_code, checked.stdout) == (0, "Nothing was found.\n")


def test_without_any_source_a_sync_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_DATA_DIR", str(tmp_path))
    synced = sync()
    assert synced.exit_code == 2
    assert "handrail knowledge add" in synced.stderr


def test_half_a_helpdesk_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_ZENDESK_SUBDOMAIN", "larkfield")
    synced = sync()
    assert synced.exit_code == 2
    assert "HANDRAIL_ZENDESK_TOKEN is missing" in synced.stderr
    assert "HANDRAIL_TWILIO" not in synced.stderr


def test_after_a_kill_the_next_reading_goes_on_and_encodes_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDRAIL_DATA_DIR", str(tmp_path))
    lines = (f"Page {n} says that box {n} holds {n} parts. " * 12 for n in range(150))
    rows = [json.dumps({"id": str(n), "title": f"Box {n}", "body": text}) for n, text in enumerate(lines)]
    (tmp_path / "boxes.jsonl").write_text("\n".join(rows), encoding="utf-8")
    command = [sys.executable, "-m", "apps.cli", "knowledge", "add", str(tmp_path / "boxes.jsonl")]
    root = Path(__file__).parents[3]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL) as process:
        wait_until_stored(tmp_path / "handrail.db", 10)
        process.send_signal(signal.SIGKILL)
    stored = count(tmp_path / "handrail.db")
    assert 10 <= stored < 150
    again = handrail("add", str(tmp_path / "boxes.jsonl"))
    assert row(again.stdout, "boxes.jsonl") == [str(150 - stored), str(stored), "0", "0"]
    assert count(tmp_path / "handrail.db") == 150


def wait_until_stored(database: Path, articles: int) -> None:
    for _ in range(600):
        if database.exists() and count(database) >= articles:
            return
        time.sleep(0.05)
    raise AssertionError(f"{articles} articles were not stored within half a minute")


def count(database: Path) -> int:
    try:
        with sqlite3.connect(database, timeout=5) as connection:
            return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
