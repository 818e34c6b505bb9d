"""`handrail actions check`: systems, secrets, answers and words, before a customer finds out."""

import json
from typing import Any

import pytest

from tests.apps.actions.conftest import Office, demo_actions, handrail
from tests.policies import policy_text


def wrong() -> list[str]:
    told = json.loads(handrail("check", "--json").stdout)
    found: list[str] = told["wrong"]
    return found


def test_where_all_is_there_nothing_is_wrong_and_nothing_was_changed(office: Office) -> None:
    told = handrail("check")
    assert told.exit_code == 0, told.output
    assert "answers   orders: reachable, and takes the token" in told.stdout
    assert "answers   office: reachable, and takes the token" in told.stdout
    assert f"{len(demo_actions())} actions of policy" in told.stdout
    assert office.journal == []


def test_words_that_are_missing_in_a_language_of_the_others_are_a_warning(office: Office) -> None:
    told = handrail("check").stdout
    assert "warning   change_address.question: no words in de, es, fr; a person has these customers" in told
    assert "cancel_order.question" not in told


def test_a_token_that_is_refused_is_wrong(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERS_TOKEN", "another")
    told = handrail("check")
    assert told.exit_code == 1
    assert "wrong     orders: orders refuses the token (HTTP 401)" in told.stdout
    assert "answers   office" in told.stdout


def test_a_system_that_does_not_answer_is_wrong(office: Office) -> None:
    office.sandbox.world.faults.set("office", error_5xx=10)
    assert "orders: orders is busy (HTTP 503)" in wrong()


def test_a_secret_that_is_not_there_is_wrong(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORDERS_TOKEN")
    (told,) = wrong()
    assert told.startswith("ORDERS_TOKEN is missing, which")


def test_a_system_that_only_the_policy_names_is_wrong(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HANDRAIL_ACTIONS_SYSTEMS")
    assert wrong() == [
        "office: actions name it, and the file of systems does not",
        "orders: actions name it, and the file of systems does not",
    ]


def with_rule(holds: str) -> dict[str, Any]:
    actions = demo_actions()
    actions["cancel_order"]["rules"]["own_order"] = {"holds": holds, "otherwise": "No"}
    return actions


def test_another_file_is_looked_at_before_it_is_in_force(office: Office) -> None:
    path = office.installation.folder / "next.yaml"
    actions = {"cancel_order": demo_actions()["cancel_order"]}
    path.write_text(policy_text(actions={**actions, "reopen_order": demo_actions()["reopen_order"]}), "utf-8")
    assert "2 actions of policy" in handrail("check", "--policy", str(path)).stdout
    path.write_text(policy_text(actions=with_rule("order.status in [")), "utf-8")
    told = handrail("check", "--policy", str(path))
    assert told.exit_code == 2
    assert "actions.cancel_order.rules.own_order.holds" in told.stderr
