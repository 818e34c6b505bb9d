import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from apps.cli import main

CARD = str(Path(__file__).parents[3] / "apps" / "demo" / "style.yaml")


def checked(text: str, *options: str) -> Result:
    return CliRunner().invoke(main, ["style", "check", text, "--card", CARD, *options])


def test_each_deviation_is_named_with_line_and_column() -> None:
    result = checked("Thank you.\nThis is cheap.", "--part")
    assert result.exit_code == 1
    assert "2:9  restricted_words" in result.output
    assert "lower-priced" in result.output
    assert "1 deviation." in result.output


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "reply.txt"
    path.write_text("Hello Ana,\n\nIt is back.\n\nIf anything is still open, just reply to this message.\n")
    result = checked(str(path))
    assert (result.exit_code, result.output) == (0, "The text is as the style card has it.\n")


def test_programs_get_json() -> None:
    rows = json.loads(checked("It is cheap.", "--part", "--json").output)["deviations"]
    assert [(row["rule"], row["span"]) for row in rows] == [("restricted_words", [6, 11])]


@pytest.mark.parametrize(
    ("text", "said"), [("reply.txt", "there is no file"), ("  ", "empty"), ("word " * 50_000, "characters")]
)
def test_what_cannot_be_read_is_said(text: str, said: str) -> None:
    result = checked(text)
    assert result.exit_code == 2
    assert said in result.output


def test_an_unknown_brand_is_an_error() -> None:
    result = checked("It is back.", "--brand", "pro")
    assert result.exit_code == 2
    assert "no brand 'pro'" in result.output
