"""`handrail policy` as an admin uses it, over a real database."""

import copy
from typing import Any

from click.testing import CliRunner, Result

from apps.cli import main
from apps.policy.loosened import list_loosened
from apps.policy_file import read_policy
from tests.apps.policy.conftest import Installation
from tests.policies import PRIYA, SOUND, TOM, other_triggers


def handrail(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["policy", *map(str, arguments)])


def told(*arguments: object) -> str:
    result = handrail(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_every_command_says_what_it_does() -> None:
    result = handrail("--help")
    assert result.exit_code == 0, result.output
    for command in ("apply", "sign", "restore", "list", "show", "diff", "explain"):
        assert f"  {command} " in result.output


def test_a_policy_lives_from_its_first_version_to_its_restoring(installation: Installation) -> None:
    assert "No policy is in force yet" in told("list")
    first = read_policy(installation.file).version
    assert "sign-offs were not asked" in told("apply", "--by", PRIYA)

    installation.write(triggers=other_triggers())
    second = read_policy(installation.file).version
    refused = handrail("apply", "--by", PRIYA)
    assert refused.exit_code == 1
    assert f"triggers: the sign-off of legal is missing ({TOM})" in refused.stderr
    assert "the sign-off of cx is missing" in told(
        "sign", installation.file, "--section", "triggers", "--role", "legal", "--by", TOM
    )
    told("sign", installation.file, "--section", "triggers", "--role", "cx", "--by", PRIYA)
    applied = told("apply", "--by", PRIYA, "--note", "to those who can refund")
    assert f"Policy {second} is in force, after {first}" in applied
    assert "fraud.group: Specialists → Billing" in applied

    restored = told("restore", first, "--by", TOM, "--reason", "they cannot")
    assert "fraud.group: Billing → Specialists" in restored
    listed = handrail("list")
    rows = listed.stdout.splitlines()
    assert [row.split()[0] for row in rows] == [first, second, first]
    assert ["in force" in row for row in rows] == [True, False, False]
    assert rows[0].endswith(f"{TOM}  they cannot")
    assert rows[1].endswith("to those who can refund")
    assert f"({second}) differs from the version in force ({first})" in listed.stderr


def test_a_file_as_it_was_applied_is_shown_comments_included(installation: Installation) -> None:
    told("apply", "--by", PRIYA)
    version = read_policy(installation.file).version
    assert told("show", version) == installation.file.read_text(encoding="utf-8")
    unknown = handrail("show", "v0")
    assert (unknown.exit_code, "there is no policy v0" in unknown.stderr) == (2, True)


def test_a_file_that_fails_its_own_examples_is_refused(installation: Installation) -> None:
    told("apply", "--by", PRIYA)
    installation.write(mood={"floor": -0.5}, tests=[{"name": "Wrong", "given": {}, "expect": {"action": "silent"}}])
    refused = handrail("apply", "--by", PRIYA)
    assert refused.exit_code == 1
    assert "Wrong: action is" in refused.stderr


def test_a_problem_is_told_with_the_line_it_stands_on(installation: Installation) -> None:
    told("apply", "--by", PRIYA)
    installation.write(mood={"floor": 3})
    lines = installation.file.read_text(encoding="utf-8").splitlines()
    refused = handrail("apply", "--by", PRIYA)
    assert refused.exit_code == 1
    assert f"policy.yaml:{lines.index('  floor: 3') + 1}: mood.floor" in refused.stderr


def test_a_mere_comment_or_another_order_of_keys_is_no_other_policy(installation: Installation) -> None:
    told("apply", "--by", PRIYA)
    installation.write(mood={"floor": SOUND["mood"]["floor"]})
    assert "nothing changes" in told("apply", "--by", PRIYA)


def test_who_gives_no_address_is_told_so(installation: Installation) -> None:
    result = handrail("apply", "--by", "priya")
    assert (result.exit_code, "write an e-mail address" in result.output) == (2, True)


def test_what_protects_less_stands_first_and_needs_a_yes(installation: Installation) -> None:
    told("apply", "--by", PRIYA)
    triggers = copy.deepcopy(SOUND["triggers"])
    triggers["fraud"] = triggers["fraud"] | {"alert": False, "threshold": 0.9}
    installation.write(triggers=triggers, signoffs={}, tests=[])
    refused = handrail("apply", "--by", PRIYA)
    assert refused.exit_code == 1
    assert "It protects less than before" in refused.stdout
    assert "fraud: no longer alerts the supervisors" in refused.stdout
    assert "fraud: needs more evidence before it acts (0.5, now 0.9)" in refused.stdout
    assert "changes of triggers: no longer signed by cx, legal" in refused.stdout
    assert "say --yes" in refused.stderr
    assert "the sign-off of" in handrail("apply", "--by", PRIYA, "--yes").stderr


def test_a_matter_of_people_alone_that_goes_to_the_assistant_is_said(installation: Installation) -> None:
    before = read_policy(installation.write(owners=_owners("human")))
    after = read_policy(installation.write(owners=_owners("assistant")))
    assert list_loosened(before, after) == ["reset: no longer for people alone (assistant)"]
    assert list_loosened(after, before) == []


def _owners(way: str) -> dict[str, Any]:
    row = {"group": "Specialists", "tier": 1, "why": "so"}
    return {"default": row | {"owner": "hybrid"}, "intents": {"reset": row | {"owner": way}}}
