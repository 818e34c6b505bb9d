import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from apps.cli import main
from apps.intents.proposing import texts_of
from apps.intents_file import intents_in

PARCEL = [
    "Where is my parcel?", "my parcel has not arrived", "the parcel is late", "when will the parcel come",
    "parcel still not delivered", "track my parcel please",
]  # fmt: skip
PASSWORD = [
    "I forgot my password", "please reset my password", "my password does not work", "how do I change my password",
    "new password needed", "password reset mail does not come, write to kim.lee@example.com",
]  # fmt: skip
OTHER = ["The moon is made of cheese, they say."]


def propose(folder: Path, name: str, written: str, *more: str) -> Result:
    file = folder / name
    file.write_text(written, encoding="utf-8")
    return CliRunner().invoke(main, ["intents", "propose", str(file), "--cache", str(folder / "cache"), *more])


@pytest.fixture
def lines() -> str:
    return "\n".join(json.dumps({"text": text}) for text in [*PARCEL, *PASSWORD, *OTHER])


def test_tickets_that_want_the_same_become_an_intent_with_examples(tmp_path: Path, lines: str) -> None:
    result = propose(tmp_path, "tickets.jsonl", lines, "--alike", "0.5")
    found = yaml.safe_load(result.stdout)["intents"]
    assert len(found) == 2
    assert {("parcel" in row["name"], "password" in row["name"]) for row in found} == {(True, False), (False, True)}
    assert all(len(row["examples"]) >= 5 for row in found)
    assert OTHER[0] in result.stdout.split("fit no group")[1]
    assert "of 13 tickets" in result.stderr


def test_a_proposal_can_be_read_as_it_is_and_holds_no_personal_data(tmp_path: Path, lines: str) -> None:
    out = tmp_path / "intents.yaml"
    assert propose(tmp_path, "tickets.jsonl", lines, "--alike", "0.5", "--out", str(out)).exit_code == 0
    assert len(intents_in(str(out)).examples) == 2
    assert "kim.lee" not in out.read_text("utf-8")


def test_the_same_tickets_give_the_same_proposal(tmp_path: Path, lines: str) -> None:
    assert propose(tmp_path, "tickets.jsonl", lines).stdout == propose(tmp_path, "tickets.jsonl", lines).stdout


def test_conversations_and_csv_are_read_too(tmp_path: Path) -> None:
    said = [{"messages": [{"role": "agent", "text": "Hi"}, {"role": "customer", "text": text}]} for text in PARCEL]
    as_lines = propose(tmp_path, "a.jsonl", "\n".join(map(json.dumps, said)), "--alike", "0.5")
    as_csv = propose(
        tmp_path, "b.csv", "subject,description\n" + "\n".join(f",{text}" for text in PARCEL), "--alike", "0.5"
    )
    for result in (as_lines, as_csv):
        assert "parcel" in yaml.safe_load(result.stdout)["intents"][0]["name"]


@pytest.mark.parametrize("lead", range(470, 502, 3))
def test_nothing_personal_is_cut_in_half_and_left(tmp_path: Path, lead: int) -> None:
    filler = ("my parcel is late " * 40)[: lead - 1] + " "
    row = {"subject": "Card 4111 1111 1111 1111", "body": f"{filler}4111 1111 1111 1111 or kim.lee@example.com"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row), encoding="utf-8")
    (text,) = texts_of(tmp_path / "a.jsonl")
    assert "4111" not in text
    assert "kim" not in text
    assert text.count("[") == text.count("]") >= 1
    assert len(text) <= 500


def test_a_word_without_end_is_cut_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": "ä" * 900}), encoding="utf-8")
    assert texts_of(tmp_path / "a.jsonl") == ["ä" * 500]


def test_a_row_without_words_is_named_with_its_line(tmp_path: Path) -> None:
    result = propose(tmp_path, "a.jsonl", '{"text": "hello"}\n{"words": 1}')
    assert result.exit_code == 2
    assert "line 2" in result.output


def test_too_few_tickets_make_no_intent(tmp_path: Path) -> None:
    result = propose(tmp_path, "a.jsonl", '{"text": "hello"}')
    assert yaml.safe_load(result.stdout) == {"intents": []}
