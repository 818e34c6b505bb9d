import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from apps.cli import main
from apps.train.results import NAME, Result, append, people, read_results
from core.errors import ConfigurationError

FIRST = Result(
    at="2026-11-21T09:30:00+00:00",
    agent_id="501",
    agent="Maria Lopez",
    exercise="source",
    title="Look before you send",
    ticket_id="4462",
    passed=3,
    of=5,
    seconds=100.0,
    minutes=4,
    missed=("Opened the source", "Left it out"),
)
SCORES = {"grounded": "faulty", "tone": "good"}
BETTER = replace(FIRST, passed=5, seconds=60.0, missed=())
JONAS = replace(FIRST, agent_id="502", agent="Jonas Weber", passed=4, missed=("Left it out",))


def reported(folder: Path, *more: str) -> str:
    outcome = CliRunner().invoke(main, ["train", "--report", "--folder", str(folder), *more])
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def test_results_are_kept_in_order(tmp_path: Path) -> None:
    for result in (FIRST, BETTER, JONAS):
        append(tmp_path / "new", result)
    assert read_results(tmp_path / "new") == [FIRST, BETTER, JONAS]


def test_the_last_try_counts(tmp_path: Path) -> None:
    jonas, maria = people([FIRST, JONAS, BETTER])
    assert (maria.agent, maria.done, maria.whole, maria.missed) == ("Maria Lopez", 1, 1, ())
    assert (jonas.agent, jonas.passed, jonas.of, jonas.missed) == ("Jonas Weber", 4, 5, ("Left it out",))


def test_the_report_says_what_each_person_should_practise(tmp_path: Path) -> None:
    for result in (FIRST, JONAS, BETTER):
        append(tmp_path, result)
    told = reported(tmp_path)
    assert "to practise: Left it out" in told
    assert "Look before you send: 1 of 2 without a miss" in told
    assert "3 tries in all" in told


def test_the_report_as_json_has_every_try(tmp_path: Path) -> None:
    for result in (FIRST, BETTER):
        append(tmp_path, result)
    told = json.loads(reported(tmp_path, "--json"))
    assert [row["passed"] for row in told["results"]] == [3, 5]
    assert told["people"][0]["agent"] == "Maria Lopez"


def test_own_matters_are_told_part_by_part_beside_what_was_sent_then(tmp_path: Path) -> None:
    own = replace(FIRST, exercise="ticket-7", title="Wrong size", parts=SCORES, then=SCORES | {"grounded": "good"})
    for result in (own, replace(own, agent_id="502", agent="Jonas Weber", parts=SCORES | {"tone": "faulty"})):
        append(tmp_path, result)
    told = reported(tmp_path)
    assert read_results(tmp_path)[0] == own
    assert told.splitlines()[1:5] == [
        "Your own matters, by the quality score (docs/conversation-quality.md):",
        "Wrong size",
        "  what was sent then   grounded good, tone good",
        "  Jonas Weber          grounded faulty, tone faulty, 1:40",
    ]
    assert "exercises" not in told, "nobody did one of those that come along"


def test_without_a_training_the_report_says_what_to_do(tmp_path: Path) -> None:
    assert "Nobody has trained yet: handrail train" in reported(tmp_path)


def test_a_line_that_is_none_of_ours_is_named(tmp_path: Path) -> None:
    append(tmp_path, FIRST)
    with (tmp_path / NAME).open("a", encoding="utf-8") as lines:
        lines.write("{}\n")
    with pytest.raises(ConfigurationError, match=r"results\.jsonl:2"):
        read_results(tmp_path)


def test_a_name_with_an_odd_line_end_in_it_is_one_result(tmp_path: Path) -> None:
    odd = replace(FIRST, agent="Maria\u2028Lopez\x85")
    append(tmp_path, odd)
    append(tmp_path, JONAS)
    assert read_results(tmp_path) == [odd, JONAS]
