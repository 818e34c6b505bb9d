import json
from pathlib import Path

from click.testing import CliRunner

from apps.cli import main


def run(folder: Path, *rows: object) -> tuple[int, str]:
    file = folder / "texts.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    result = CliRunner().invoke(main, ["eval", "guard", str(file), "--json"])
    return result.exit_code, result.output


def test_every_rule_is_scored(tmp_path: Path) -> None:
    code, output = run(
        tmp_path,
        {"text": "We guarantee that it works.", "rules": ["risky_promise"]},
        {"text": "It is here.", "rules": ["blame"]},
    )
    figures = {score["figure"]: score["value"] for score in json.loads(output)["scores"]}
    assert code == 0
    assert figures["risky_promise recall"] == 1.0
    assert figures["blame recall"] == 0.0


def test_a_missing_column_is_named_with_its_line(tmp_path: Path) -> None:
    code, output = run(tmp_path, {"text": "Hello", "rules": []}, {"text": "Hello"})
    assert code == 2
    assert "line 2" in output
    assert "rules" in output
