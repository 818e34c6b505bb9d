"""`handrail eval pii` counts spans found and spans that are none, and names a bad row."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from apps.evaluate.personal import PRECISION, RECALL, Span, command, tally, texts
from core.errors import ConfigurationError
from core.privacy.personal import Kind

ROW = {
    "text": "Ann: a@b.example, 020 7946 0991",
    "spans": [[0, 3, "PERSON"], [5, 16, "EMAIL_ADDRESS"], [18, 31, "phone"]],
}


def found(*spans: tuple[int, int, Kind]) -> list[Span]:
    return [Span(start=start, end=end, kind=kind) for start, end, kind in spans]


def test_what_meets_a_label_is_found_and_what_meets_none_is_a_false_alarm() -> None:
    (case,) = texts([ROW])
    counted = tally(case, found((6, 16, Kind.EMAIL), (17, 18, Kind.PHONE), (0, 3, Kind.NAME)))
    assert (counted.there, counted.hit, counted.whole) == (2, 1, 0)
    assert (counted.found, counted.true, counted.exact) == (2, 1, 1)
    assert (counted.any_there, counted.any_hit) == (3, 2)


def test_a_number_of_another_kind_is_masked_all_the_same() -> None:
    (case,) = texts([ROW])
    counted = tally(case, found((18, 31, Kind.CARD)))
    assert (counted.hit, counted.true, counted.exact) == (1, 1, 0)


@pytest.mark.parametrize("span", [[3, 2, "PERSON"], [0, 99, "PERSON"], [0, 3], ["0", 3, "PERSON"], "PERSON"])
def test_a_span_outside_its_text_is_named(span: object) -> None:
    with pytest.raises(ConfigurationError, match="row 2"):
        texts([ROW, {**ROW, "spans": [span]}])


def test_the_command_prints_json_for_an_admins_own_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps(ROW) + "\n", "utf-8")
    printed = CliRunner().invoke(command, [str(path), "--json"])
    assert printed.exit_code == 0, printed.output
    values = {score["figure"]: score["value"] for score in json.loads(printed.output)["scores"]}
    assert values[RECALL] == values[PRECISION] == 1.0


def test_the_command_prints_a_table(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps(ROW) + "\n", "utf-8")
    assert RECALL in CliRunner(env={"COLUMNS": "160"}).invoke(command, [str(path)]).output
