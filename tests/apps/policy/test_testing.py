import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from apps.cli import main

ROOT = Path(__file__).parents[3]
TEXT = """\
version: 1
owners:
  default: {owner: hybrid, group: Support, tier: 1}
triggers:
  fraud: {group: Support, tier: 2}
alerts: {channel: "#alerts"}
tests:
  - name: Fraud goes to the seniors
    given: {risks: [fraud]}
    expect: {action: handoff, tier: 2}
  - name: A text is answered
    given: {channel: sms, draft: 0.9}
    expect: {action: auto_reply, tier: 0}
"""


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("POLICY", "CONFIG"):
        monkeypatch.delenv(f"HANDRAIL_{name}", raising=False)


def ran(text: str, *words: str) -> Result:
    Path("policy.yaml").write_text(text, encoding="utf-8")
    return CliRunner().invoke(main, ["policy", "test", *words])


@pytest.mark.parametrize(("name", "least"), [("demo", 12), ("starter", 4)])
def test_the_policies_that_come_with_handrail_pass_their_own_tests(name: str, least: int) -> None:
    path = str(ROOT / "apps" / name / "policy.yaml")
    found = CliRunner().invoke(main, ["policy", "test", path, "--json"])
    assert found.exit_code == 0
    assert json.loads(found.output)["passed"] >= least


def test_a_failed_one_is_shown_with_its_line_what_came_and_why() -> None:
    found = ran(TEXT)
    assert found.exit_code == 1
    assert found.output.splitlines()[:3] == [
        "policy.yaml:11: failed: A text is answered",
        "    action: expected auto_reply, got handoff",
        "    tier: expected 0, got 1",
    ]
    assert "    because of owner:default: " in found.output
    assert found.output.splitlines()[-1] == "1 of 2 failed."


def test_those_that_pass_are_only_counted_unless_asked_for() -> None:
    assert "Fraud goes" not in ran(TEXT).output
    assert "policy.yaml:8: passed: Fraud goes to the seniors" in ran(TEXT, "--verbose").output


def test_rules_that_no_test_comes_to_are_named_on_request() -> None:
    text = TEXT.replace("tier: 2}\nalerts", "tier: 2}\n  churn: {group: Support, tier: 1}\nalerts")
    assert "Rules that no test comes to: trigger:churn." in ran(text, "--verbose").output
    assert json.loads(ran(text, "--json").output)["untested"] == ["trigger:churn"]


def test_a_program_reads_the_same_as_one_object() -> None:
    found = json.loads(ran(TEXT, "--json").output)
    assert (found["passed"], found["failed"]) == (1, 1)
    assert found["tests"][1]["got"]["action"] == "handoff"
    assert found["tests"][1]["line"] == 11


def test_a_policy_without_tests_says_so() -> None:
    found = ran(TEXT.split("tests:", maxsplit=1)[0])
    assert (found.exit_code, found.output) == (0, "There are no tests in this policy.\n")


def test_a_misspelt_key_is_an_error_with_its_line_and_nothing_is_run() -> None:
    found = ran(TEXT.replace("risks: [fraud]", "riks: [fraud]"))
    assert found.exit_code == 2
    assert "policy.yaml:9: tests[0].given.riks: is no key of the policy; did you mean risks?" in found.output
