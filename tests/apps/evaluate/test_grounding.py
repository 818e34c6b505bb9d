import json
from pathlib import Path

from click.testing import CliRunner

from apps.cli import main
from apps.evaluate.grounding import read_judged, scores_of

ROWS = (
    {
        "knowledge": "The museum opened in 1921 in Ghent.",
        "response": "The museum opened in 1921.",
        "label": "supported",
    },
    {"knowledge": "The museum opened in 1921 in Ghent.", "response": "I love museums, do you?", "label": False},
)


def test_replies_are_judged_beside_the_simple_baseline(tmp_path: Path) -> None:
    file = tmp_path / "replies.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in ROWS), "utf-8")
    result = CliRunner().invoke(main, ["eval", "grounding", str(file), "--json"])
    scores = json.loads(result.output)["scores"]
    assert result.exit_code == 0
    assert {score["system"] for score in scores} == {"handrail", "overlap"}
    assert scores[0]["value"] == 1.0


def test_the_figures_are_those_of_the_judgements() -> None:
    cases = read_judged(ROWS)
    found = scores_of("set", cases, {"handrail": [True, True], "overlap": [True, False]})
    assert [round(score.value, 3) for score in found if score.figure == "macro-F1"] == [0.333, 1.0]
    assert found[0].gain is not None
    assert found[0].gain.value < 0
