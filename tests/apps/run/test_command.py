"""`handrail run` as a person starts it: a process of its own, real models, no network."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from apps.cli import main

ARTICLES: list[dict[str, Any]] = [
    {
        "id": "1",
        "title": "Resetting the thermostat",
        "body": "To reset the thermostat, hold the button for ten seconds. The light turns blue.",
        "url": "https://help.larkfield.example/1",
    },
    {"id": "2", "title": "Delivery times", "body": "A parcel takes two to four working days in the United Kingdom."},
]


def said(conversation: str, text: str, **more: Any) -> dict[str, Any]:
    messages = [{"role": "customer", "text": text, "at": "2026-11-21T09:00:00Z"}]
    return {"id": conversation, "channel": "email", "customer": {"name": "Dana"}, "messages": messages, **more}


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command with nowhere to go on the network."""
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    command = [sys.executable, "-m", "apps.cli", "run", *map(str, arguments)]
    return subprocess.run(command, env=os.environ | nowhere, capture_output=True, text=True, timeout=110, check=False)


def written(path: Path, *lines: dict[str, Any] | bytes) -> Path:
    raw = b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in lines)
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
    return path


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    return written(tmp_path / "articles.jsonl.gz", *ARTICLES)


def test_each_good_line_is_decided_and_each_bad_one_reported(tmp_path: Path, knowledge: Path) -> None:
    reset = said("shop:17", "How do I reset my thermostat?")
    file = written(
        tmp_path / "talks.jsonl.gz", reset, b"not json", said("b", "Who won the cup?"), b'{"id": "c"}', b"\xff"
    )
    done = run(file, "--knowledge", knowledge)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [row["conversation"] for row in rows] == ["shop:17", "b"]
    for number in (2, 4, 5):
        assert f"talks.jsonl.gz: line {number}: " in done.stderr
    assert "2 conversations" in done.stderr
    assert "3 bad lines" in done.stderr
    assert "p50" in done.stderr
    _check_the_cited(rows[0])
    _check_the_abstained(rows[1])


def _check_the_cited(row: dict[str, Any]) -> None:
    """Each source span is read off the article's own text."""
    sources = [sentence["source"] for sentence in row["draft"]["sentences"] if "source" in sentence]
    assert sources
    for source in sources:
        assert source["article"] == "1"
        assert ARTICLES[0]["body"][source["start"] : source["end"]] == source["quote"]
    assert set(row["timings_ms"]) == {"sense", "procedure", "answer", "coordinate"}
    assert row["signals"]["language"]["value"] in ("en", "unknown")


def _check_the_abstained(row: dict[str, Any]) -> None:
    assert (row["draft"], bool(row["abstained"])) == (None, True)


def test_when_every_line_is_good_the_exit_code_is_0(tmp_path: Path) -> None:
    folder = tmp_path / "help"
    (folder / "devices").mkdir(parents=True)
    page = "# Resetting the thermostat\n\nTo reset the thermostat, hold the button for ten seconds.\n"
    (folder / "devices" / "reset.md").write_text(page, encoding="utf-8")
    file = written(tmp_path / "talks.jsonl", said("a", "How do I reset my thermostat?"))
    out = tmp_path / "decisions.jsonl"
    done = run(file, "--knowledge", folder, "--out", out)
    assert (done.returncode, done.stdout) == (0, "")
    (row,) = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert row["conversation"] == "a"
    assert "devices/reset" in json.dumps(row)


def test_a_bad_article_is_reported_with_its_line_and_the_rest_is_used(tmp_path: Path) -> None:
    articles = written(tmp_path / "articles.jsonl", ARTICLES[0], {"id": "9", "title": "No body"}, b"{")
    file = written(tmp_path / "talks.jsonl", said("a", "How do I reset my thermostat?"))
    done = run(file, "--knowledge", articles)
    assert done.returncode == 1
    assert "articles.jsonl:2: " in done.stderr
    assert "articles.jsonl:3: " in done.stderr
    assert json.loads(done.stdout)["draft"] is not None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["absent.jsonl"], "absent.jsonl"),
        (["damaged.jsonl.gz"], "cannot be read"),
        (["good.jsonl", "--knowledge", "absent"], "absent"),
        (["good.jsonl", "--knowledge", "empty"], "no article could be read"),
        (["good.jsonl", "--policy", "bad.yaml"], "bad.yaml"),
        (["good.jsonl", "--intents", "bad.yaml"], "bad.yaml"),
        (["good.jsonl", "--out", "absent/out.jsonl"], "cannot be written"),
    ],
)
def test_what_cannot_be_started_is_one_message_and_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    written(tmp_path / "good.jsonl", said("a", "Hello?"))
    (tmp_path / "damaged.jsonl.gz").write_bytes(b"not gzip")
    (tmp_path / "bad.yaml").write_bytes(b"- [")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["run", *arguments])
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr
