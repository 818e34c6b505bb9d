import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from apps.cli import main

ROOT = Path(__file__).parents[3]
INTENTS = str(ROOT / "apps" / "sandbox" / "company" / "intents.yaml")
SHORT = """\
version: 1
owners:
  default: {owner: hybrid, group: Support, tier: 1}
triggers:
  human_request: {group: Support, tier: 1}
alerts: {channel: "#alerts"}
tests:
  - name: Who asks for a person gets one
    given: {risks: [human_request]}
    expect: {action: handoff}
"""


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("POLICY", "INTENTS", "CONFIG"):
        monkeypatch.delenv(f"HANDRAIL_{name}", raising=False)


def ran(*words: str) -> Result:
    return CliRunner().invoke(main, ["policy", *words])


def checked(text: str, *words: str) -> Result:
    Path("policy.yaml").write_text(text, encoding="utf-8")
    return ran("check", *words)


@pytest.mark.parametrize("name", ["demo", "starter"])
def test_the_policies_that_come_with_handrail_have_nothing_wrong(name: str) -> None:
    found = ran("check", str(ROOT / "apps" / name / "policy.yaml"), "--intents", INTENTS, "--strict")
    assert (found.exit_code, found.output.split(".")[0]) == (0, "Nothing is wrong")


def test_the_file_of_the_settings_is_looked_at_where_none_is_named() -> None:
    found = checked(SHORT)
    assert (found.exit_code, found.output.splitlines()[-1].split(".")[0]) == (0, "Nothing is wrong")
    assert "names of intents were not checked" in found.output


def test_a_problem_is_told_with_file_and_line_and_the_exit_code_is_one() -> None:
    found = checked(SHORT.replace("tier: 1}\nalerts", "tier: two}\nalerts"))
    assert found.exit_code == 1
    first = "policy.yaml:5: error: triggers.human_request.tier: found 'two', expected a whole number"
    assert found.output.splitlines()[0] == first


def test_a_warning_alone_is_no_failure_but_for_the_strict() -> None:
    text = SHORT + "timers: {close_hours: 48}\n"
    assert checked(text).output.startswith("policy.yaml:11: warning: timers.close_hours: ")
    assert (checked(text).exit_code, checked(text, "--strict").exit_code) == (0, 1)


def test_an_intent_that_nobody_knows_is_an_error() -> None:
    found = checked(SHORT + "disclaimers: {order_statsu: A text}\n", "--intents", INTENTS)
    assert found.exit_code == 1
    assert "policy.yaml:11: error: disclaimers.order_statsu: no intent is called order_statsu" in found.output


def test_the_intents_of_the_settings_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_INTENTS", INTENTS)
    assert checked(SHORT + "disclaimers: {order_statsu: A text}\n").exit_code == 1


def test_a_program_reads_the_same_as_one_object() -> None:
    found: dict[str, Any] = json.loads(checked(SHORT + "timers: {close_hours: 48}\n", "--json").output)
    assert (found["errors"], found["warnings"], found["intents_checked"]) == (0, 1, False)
    assert {"line": 11, "level": "warning", "key": "timers.close_hours"}.items() <= found["remarks"][0].items()


def test_for_a_program_a_file_with_problems_has_no_version() -> None:
    found = json.loads(checked(SHORT + "mood: {floor: 7}\nmood: {floor: 8}\n", "--json").output)
    assert found["version"] is None
    assert [(row["line"], row["key"]) for row in found["remarks"]] == [(12, "mood"), (12, "mood.floor")]


def test_a_file_that_is_not_there_cannot_be_checked() -> None:
    found = ran("check")
    assert (found.exit_code, "cannot be read" in found.output) == (2, True)


def test_a_file_far_too_large_to_be_a_policy_is_said_so_without_reading_it() -> None:
    with Path("policy.yaml").open("wb") as file:
        file.truncate(60_000_000)
    found = ran("check")
    assert (found.exit_code, found.stderr) == (
        2,
        "policy.yaml: has 60 MB, and a policy has at most 2: is this the right file?\n",
    )


def test_what_is_no_yaml_cannot_be_checked() -> None:
    assert checked("a: [").exit_code == 2
