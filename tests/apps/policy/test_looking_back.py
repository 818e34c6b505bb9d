"""`handrail policy diff` and `explain`, over a store in which something happened."""

import json
import sqlite3
from contextlib import closing
from typing import Any

from click.testing import CliRunner, Result

from apps.cli import main
from apps.policy_file import read_policy
from tests.apps.policy.conftest import Installation
from tests.core.container import Container
from tests.core.day import conversations, decisions
from tests.policies import PRIYA


def handrail(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["policy", *map(str, arguments)])


def told(*arguments: object) -> str:
    result = handrail(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def spoil(installation: Installation, version: str) -> None:
    """Its stored text is no YAML any more."""
    with closing(sqlite3.connect(installation.folder / "handrail.db")) as connection, connection:
        assert connection.execute("UPDATE policies SET text = 'a: [' WHERE version = ?", [version]).rowcount == 1


def ticket_of(container: Container) -> str:
    ticket = conversations(container)[0].ticket_id
    assert ticket is not None
    return ticket


def test_a_diff_tells_each_flip_with_before_after_and_rules(installation: Installation, container: Container) -> None:
    new = installation.write("new.yaml", confidence={"automatic": 0.95, "intent": 0.4})
    said = told("diff", new, "--last", 5)
    all_of_them = f"(of {decisions(container)} in your last 1 conversations)"
    assert f"flips 1 of the {decisions(container)} decisions that could be taken again {all_of_them}" in said
    assert "1  automatic → person" in said
    assert f"ticket {ticket_of(container)}" in said
    assert "before  auto_reply by automatic_reply, Virtual assistant, tier 0" in said
    assert "after   handoff by low_confidence" in said
    assert "the policy asks for 0.95" in said
    assert "could not be taken again" not in said


def test_a_diff_in_json_has_every_flip(installation: Installation, container: Container) -> None:
    new = installation.write("new.yaml", confidence={"automatic": 0.95, "intent": 0.4})
    found: dict[str, Any] = json.loads(told("diff", new, "--last", 5, "--json"))
    assert (found["flips"], found["decisions"], found["not_replayed"]) == (1, decisions(container), {})
    (flip,) = found["flipped"]
    assert flip["ticket_id"] == ticket_of(container)
    assert (flip["before"]["action"], flip["after"]["action"]) == ("auto_reply", "handoff")
    assert (flip["before"]["rule"], flip["after"]["rule"]) == ("automatic_reply", "low_confidence")


def test_where_nothing_could_be_compared_no_figure_is_given(installation: Installation, container: Container) -> None:
    new = installation.write("new.yaml", confidence={"automatic": 0.95, "intent": 0.4})
    told("apply", new, "--by", PRIYA)
    spoil(installation, read_policy(installation.file).version)
    result = handrail("diff", new)
    assert result.exit_code == 1
    assert result.stdout.startswith("nothing is known of what changes: no decision could be taken again")
    assert "flips" not in result.stdout
    in_json = handrail("diff", new, "--json")
    found: dict[str, Any] = json.loads(in_json.stdout)
    assert (in_json.exit_code, found["flips"], found["replayed"]) == (1, None, 0)
    assert sum(found["not_replayed"].values()) == decisions(container)


def test_a_stored_text_that_is_spoilt_keeps_nobody_from_looking_back(
    installation: Installation, container: Container
) -> None:
    spoil(installation, read_policy(installation.file).version)
    said = told("explain", ticket_of(container))
    assert said.count("a version whose file cannot be read") == decisions(container)
    result = handrail("apply", installation.write("new.yaml", mood={"floor": -0.1}), "--by", PRIYA)
    assert (result.exit_code, "triggers: the sign-off of legal is missing" in result.stderr) == (1, True)


def test_a_diff_sends_nothing_and_stores_nothing(installation: Installation, container: Container) -> None:
    def everything() -> tuple[object, ...]:
        with container.store.read() as unit:
            return unit.outbox.counts(), unit.events.counts(), unit.policies.enactments(), len(unit.decisions.since(0))

    before, sent = everything(), len(container.messenger.sent)
    told("diff", installation.write("new.yaml", mood={"floor": -0.1}))
    assert (everything(), len(container.messenger.sent)) == (before, sent)


def test_a_diff_with_a_file_that_has_problems_tells_them(installation: Installation, container: Container) -> None:
    result = handrail("diff", installation.write("new.yaml", mood={"floor": 9}))
    assert (result.exit_code, "mood.floor" in result.stderr) == (2, True)


def test_a_conversation_is_explained_turn_by_turn(installation: Installation, container: Container) -> None:
    said = told("explain", ticket_of(container))
    lines = installation.file.read_text(encoding="utf-8").splitlines()
    fraud = lines.index("  fraud:") + 1
    assert said.count("\nTurn ") == decisions(container)
    stolen = said.split("\nTurn ")[-1]
    assert "“I think my card was stolen”" in stolen
    assert "handoff, tier 2, by trigger:fraud: Possible fraud" in stolen
    assert f"line {fraud} (triggers.fraud): fraud:" in stolen
    assert "evidence: fraud" in stolen
    assert "“stolen”" in stolen
    assert "owner       Virtual assistant before, Specialists afterwards" in stolen


def test_a_draft_is_explained_with_its_confidence_and_what_it_needed(
    installation: Installation, container: Container
) -> None:
    said = told("explain", conversations(container)[0].id)
    automatic = next(turn for turn in said.split("\nTurn ") if "auto_reply" in turn)
    lines = installation.file.read_text(encoding="utf-8").splitlines()
    assert "confidence 0.80, 0.50 needed to be sent by itself" in automatic
    assert f"line {lines.index('  automatic: 0.5') + 1} (confidence.automatic): automatic: 0.5" in automatic
    assert "message under automatic_reply" in automatic


def test_an_explanation_in_json_names_the_line_and_the_signals(
    installation: Installation, container: Container
) -> None:
    found: dict[str, Any] = json.loads(told("explain", ticket_of(container), "--json"))
    last = found["turns"][-1]
    assert (last["rule"], last["policy"]["key"], last["owner_after"]) == (
        "trigger:fraud",
        "triggers.fraud",
        "Specialists",
    )
    assert {"kind": "evidence", "value": "fraud"}.items() <= next(
        signal for signal in last["signals"] if signal["value"] == "fraud"
    ).items()


def test_what_is_not_there_is_told(installation: Installation) -> None:
    result = handrail("explain", "4711")
    assert (result.exit_code, "no conversation or ticket 4711" in result.stderr) == (2, True)
    result = handrail("diff", installation.file)
    assert (result.exit_code, "no policy is in force yet" in result.stderr) == (2, True)
