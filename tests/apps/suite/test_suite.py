"""Cases made of tickets, and decided anew by the installation's own parts."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from apps.cli import main
from apps.suite import decided_of, expected
from core.model.suite import KeptCase
from tests.apps.policy.conftest import Installation
from tests.core.container import Container
from tests.core.day import RESET
from tests.policies import PRIYA


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def promoted(container: Container, *words: str) -> tuple[str, Path]:
    """The name of the conversation about the stolen card, and the case that was made of it."""
    with container.store.read() as unit:
        conversation = unit.decisions.last_decided(1)[0]
    made = run("suite", "add", conversation, "--name", "stolen", *words)
    assert made.exit_code == 0, made.output
    return conversation, Path(made.output.strip())


def case(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return found


def test_what_was_done_is_expected_and_nobody_is_named(container: Container, installation: Installation) -> None:
    _, path = promoted(container, "--why", "a danger")
    assert path.parent == installation.folder / "suite"
    made = case(path)
    assert made["expect"]["action"] == "handoff"
    assert made["conversation"]["messages"][-1]["text"] == "I think my card was stolen"
    assert "Emma" not in path.read_text("utf-8")
    assert "+44" not in path.read_text("utf-8")
    assert RESET not in made["conversation"]["messages"][-1]["text"]


def test_a_case_is_not_written_over_unless_that_is_said(container: Container, installation: Installation) -> None:
    conversation, _ = promoted(container)
    assert "is there already" in run("suite", "add", conversation, "--name", "stolen").output
    assert run("suite", "add", conversation, "--name", "stolen", "--replace").exit_code == 0
    assert run("suite", "add", conversation, "--name", "../out").exit_code == 2
    assert "1 case." in run("suite", "list").output


def test_what_should_have_been_done_is_expected_instead(container: Container, installation: Installation) -> None:
    _, path = promoted(container, "--action", "suggest", "--never-cites", "ar_1")
    assert case(path)["expect"] == {"action": "suggest", "never_cites": ["ar_1"]}


def test_all_must_hold_and_the_exit_code_says_so(container: Container, installation: Installation) -> None:
    _, path = promoted(container)
    held = run("eval", "suite")
    assert held.exit_code == 0, held.output
    assert "1 of 1 hold." in held.output
    path.write_text(path.read_text("utf-8").replace("action: handoff", "action: silent"), "utf-8")
    failed = run("eval", "suite", "--times", "2", "--json")
    (row,) = json.loads(failed.stdout)["cases"]
    assert (failed.exit_code, row["held"], row["times"]) == (1, 0, 2)
    assert "expected silent, got handoff" in row["wrong"][0]


def kept(container: Container, name: str = "kept") -> None:
    """As the sidebar keeps the same conversation, in the database."""
    with container.store.begin() as unit:
        decided = decided_of(unit, unit.decisions.last_decided(1)[0])
        assert decided is not None
        row = decided.case(name, "", expected(decided.decision, None, "", (), ()))
        about = decided.conversation.id
        unit.suite.save(KeptCase(name=name, conversation_id=about, case=row, by="Aisha Rahman", at=container.clock()))


def test_what_was_kept_beside_a_ticket_is_decided_too(container: Container, installation: Installation) -> None:
    kept(container)
    assert "kept by Aisha Rahman on" in run("suite", "list").output
    held = run("eval", "suite")
    assert (held.exit_code, "holds: kept" in held.output, "1 of 1 hold." in held.output) == (0, True, True), held.output
    with container.store.read() as unit:
        (case_there,) = unit.suite.all()
    assert "Emma" not in str(case_there.case)
    assert "+44" not in str(case_there.case)


def test_of_one_name_the_file_holds(container: Container, installation: Installation) -> None:
    kept(container, "stolen")
    _, path = promoted(container)
    path.write_text(path.read_text("utf-8").replace("action: handoff", "action: silent"), "utf-8")
    failed = run("eval", "suite")
    assert (failed.exit_code, "0 of 1 hold." in failed.output) == (1, True)


def test_a_kept_case_becomes_a_file_or_is_forgotten(container: Container, installation: Installation) -> None:
    kept(container, "one")
    kept(container, "two")
    assert run("suite", "write", "three").exit_code == 2
    written = run("suite", "write", "one")
    assert case(Path(written.output.strip()))["expect"]["action"] == "handoff"
    assert run("suite", "remove", "two").exit_code == 0
    assert run("suite", "remove", "two").exit_code == 2
    assert "1 case." in run("suite", "list").output
    assert run("eval", "suite").exit_code == 0
    kept(container, "one")
    assert "is there already" in run("suite", "write").output


def test_who_applies_a_policy_sees_what_breaks_by_it(container: Container, installation: Installation) -> None:
    _, path = promoted(container)
    row = case(path)
    row["expect"] = {"rule": row["expect"].get("rule", "") or _rule(container)}
    path.write_text(yaml.safe_dump(row), "utf-8")
    installation.write("other.yaml", triggers={})
    shown = run("policy", "apply", "other.yaml", "--by", PRIYA, "--yes")
    assert "The suite: 0 of 1 hold, 1 break by it" in shown.output, shown.output


def _rule(container: Container) -> str:
    with container.store.read() as unit:
        decision = unit.decisions.latest(unit.decisions.last_decided(1)[0])
    assert decision is not None
    return decision.disposition.rule


@pytest.mark.parametrize(
    ("text", "told"),
    [("expect: {}", "nothing is expected"), ("expect: {action: dance}", "expect"), (": :", "cannot be read")],
)
def test_what_is_no_case_is_a_mistake_and_no_failure(installation: Installation, text: str, told: str) -> None:
    folder = installation.folder / "suite"
    folder.mkdir()
    conversation = "conversation: {id: a, messages: [{role: customer, text: hi}]}\n"
    (folder / "bad.yaml").write_text((conversation if "{" in text else "") + text, "utf-8")
    found = run("suite", "list")
    assert found.exit_code == 2
    assert told in found.output
