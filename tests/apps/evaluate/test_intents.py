import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from apps.cli import main
from apps.evaluate.intents import Judged, calibration_error, coverage, figures, macro_f1_of

TRAIN = {
    "refund": ["I want my money back", "refund please", "where is my refund", "refund my order", "pay me back"],
    "parcel": ["where is my parcel", "the parcel is late", "track my parcel", "no parcel yet", "parcel not here"],
    "oos": ["will it rain", "tell me a joke", "who won the match", "boil an egg", "capital of Mongolia"],
}
TEST = {"refund": ["please refund me"], "parcel": ["my parcel has not come"], "oos": ["sing a song"]}


def file(path: Path, rows: dict[str, list[str]]) -> Path:
    lines = [f"{text},{label}" for label, texts in rows.items() for text in texts]
    path.write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    return path


def evaluated(folder: Path, *more: str) -> Result:
    train, test = file(folder / "a.csv", TRAIN), file(folder / "b.csv", TEST)
    return CliRunner().invoke(main, ["intents", "check", str(train), "--test", str(test), *more])


def test_one_json_object_holds_every_figure(tmp_path: Path) -> None:
    result = evaluated(tmp_path, "--oos-label", "oos", "--json")
    found = {score["figure"]: score["value"] for score in json.loads(result.stdout)["scores"]}
    assert found["accuracy"] == 1.0
    assert found["out of scope recall"] == 1.0
    assert {"macro F1", "ECE", "coverage at 95% accuracy", "out of scope precision"} <= set(found)
    assert found["training s"] > 0
    assert found["median ms a message"] > 0


def test_without_a_label_for_it_nothing_is_out_of_scope(tmp_path: Path) -> None:
    found = {score["figure"] for score in json.loads(evaluated(tmp_path, "--json").stdout)["scores"]}
    assert not any("out of scope" in figure for figure in found)


def test_the_picture_names_the_labels(tmp_path: Path) -> None:
    picture = tmp_path / "c.svg"
    assert evaluated(tmp_path, "--svg", str(picture)).exit_code == 0
    drawn = picture.read_text("utf-8")
    assert drawn.startswith("<svg")
    assert "parcel read as parcel: 1 of 1" in drawn


def case(wanted: str | None, likeliest: str, confidence: float = 0.9, refused: bool = False) -> Judged:
    return Judged(wanted=wanted, likeliest=likeliest, confidence=confidence, refused=refused)


def test_a_message_of_ours_that_is_refused_counts_as_wrong() -> None:
    cases = [case("a", "a"), case("a", "a", refused=True), case(None, "a", refused=True), case(None, "a")]
    found = {score.figure: score.value for score in figures("set", cases)}
    assert found["accuracy"] == 0.5
    assert found["out of scope recall"] == 0.5
    assert found["out of scope precision"] == 0.5


def test_calibration_error_is_the_gap_between_sureness_and_success() -> None:
    assert calibration_error([0.9, 0.9], [True, False]) == pytest.approx(0.4)
    assert calibration_error([1.0, 1.0], [True, True]) == 0.0


def test_coverage_takes_the_surest_first() -> None:
    assert coverage([0.9, 0.8, 0.7, 0.1], [True, True, True, False]) == 0.75
    assert coverage([0.9, 0.1], [False, True]) == 0.0


def test_every_intent_counts_the_same_in_macro_f1() -> None:
    assert macro_f1_of([case("a", "a")] * 8 + [case("b", "a")]) == pytest.approx((2 * 8 / 17) / 2)
