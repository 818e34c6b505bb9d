import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from apps.evaluate.sentiment import Heard, command, figures, labelled_rows
from apps.evaluate.statistics import macro_f1_of_labels
from core.errors import ConfigurationError

ROWS = "text,label\nThank you so much!,positive\nWhere is the reset button?,neutral\nThis is a disgrace!,negative\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tickets.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def test_the_mean_of_the_f1_of_each_feeling() -> None:
    assert macro_f1_of_labels([("a", "a"), ("a", "b"), ("b", "b")]) == pytest.approx(2 / 3)


def test_each_feeling_has_its_recall_and_its_precision() -> None:
    cases = [Heard(wanted=w, said=s, confidence=0.9) for w, s in (("neutral", "negative"), ("negative", "negative"))]
    found = {score.figure: score.value for score in figures("x", cases)}
    assert (found["negative recall"], found["negative precision"], found["neutral recall"]) == (1, 0.5, 0)
    assert found["macro F1"] == pytest.approx(macro_f1_of_labels([(case.wanted, case.said) for case in cases]))
    assert found["ECE"] == pytest.approx(0.4)


def test_an_admins_own_tickets_are_judged_and_drawn(file: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "picture.svg"
    told = CliRunner().invoke(command, [str(file), "--json", "--svg", str(drawn)])
    found = {score["figure"]: score["value"] for score in json.loads(told.output)["scores"]}
    assert found["macro F1"] == 1
    assert found["median ms a message"] > 0
    assert drawn.read_text().startswith("<svg")


def test_a_yaml_file_lists_texts_by_feeling(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("negative: [bad, worse]\nneutral: [so]\n", encoding="utf-8")
    assert labelled_rows(path) == [("bad", "negative"), ("worse", "negative"), ("so", "neutral")]


@pytest.mark.parametrize("text", ["- a\n", "grumpy: [a]\n", "negative: [\n", "negative: []\n"])
def test_a_file_that_cannot_be_used_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"own\.yaml"):
        labelled_rows(path)


def test_languages_and_emotions_can_be_judged_alone(tmp_path: Path) -> None:
    path = tmp_path / "languages.yaml"
    path.write_text("texts: [{text: 'Wo ist mein Paket?', language: de}]\nunknown: ['4711']\n", encoding="utf-8")
    told = CliRunner().invoke(command, ["--languages", str(path), "--json"])
    assert [score["value"] for score in json.loads(told.output)["scores"]] == [1, 1]


def test_nothing_to_judge_is_a_mistake() -> None:
    assert CliRunner().invoke(command, []).exit_code == 2
