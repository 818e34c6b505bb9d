"""`handrail pilot` as an admin types it, over an installation with a day's work in its store."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from apps.cli import main
from apps.policy_file import check_policy, parse_policy
from tests.core.container import Container
from tests.core.day import RESET, texts
from tests.policies import PRIYA, TOM

START = ("start", "--channel", "sms", "--intent", "reset", "--by", PRIYA)


def run(*words: str, code: int = 0) -> str:
    outcome: Result = CliRunner().invoke(main, ["pilot", *words])
    assert outcome.exit_code == code, outcome.output
    return outcome.output


def policy(*words: str, code: int = 0) -> str:
    outcome: Result = CliRunner().invoke(main, ["policy", *words])
    assert outcome.exit_code == code, outcome.output
    return outcome.output


def in_force(container: Container) -> str:
    with container.store.read() as unit:
        version = unit.policies.version()
    assert version is not None
    return version


def status(code: int = 0) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run("status", "--json", code=code))
    return told


def followed(container: Container) -> Container:
    """The house with what is in force, as its processes take it over."""
    with container.store.read() as unit:
        stored = unit.policies.text(in_force(container))
    assert stored is not None
    return Container(container.store, check_policy(parse_policy(stored.text, "policy")), container.clock())


def test_without_enough_history_the_plan_says_what_is_missing(container: Container) -> None:
    told = run("plan", code=1)
    assert "good enough to begin with" in told
    assert "only 1 turns, 20 are needed" in told


def test_without_a_pilot_there_is_no_status(container: Container) -> None:
    assert "no pilot runs" in run("status", code=2)


def test_a_pilot_begins_in_the_shadow(container: Container) -> None:
    before = in_force(container)
    told = run(*START)
    assert "nothing is sent by itself" in told
    assert in_force(container) != before
    assert status()["pilot"] | {"began_at": ""} == {
        "phase": "shadow",
        "channel": "sms",
        "intents": ["reset"],
        "base": before,
        "began_at": "",
        "by": PRIYA,
        "version": in_force(container),
        "serial": 4,
    }


def test_a_dry_run_writes_the_file_and_changes_nothing(container: Container) -> None:
    before = in_force(container)
    told = run(*START, "--dry-run")
    assert "automatic → person" in told
    assert "→ email, sms, whatsapp, web" in told, "a list is said in words"
    assert Path("policy.pilot.yaml").exists()
    assert in_force(container) == before
    run("status", code=2)


def test_a_second_pilot_waits_for_the_first(container: Container) -> None:
    run(*START)
    assert "runs already" in run(*START, code=2)


def test_an_intent_of_a_person_is_not_piloted(container: Container) -> None:
    told = run("start", "--channel", "sms", "--intent", "dispute", "--by", PRIYA, code=2)
    assert "dispute is a person's under the policy" in told


def test_the_status_counts_what_came_since(container: Container) -> None:
    run(*START)
    container = followed(container)
    texts(container, RESET, phone="+447700900151")
    texts(container, "I want a person", phone="+447700900152")
    told = status()
    figures = told["figures"]
    assert figures["turns"] == 1, "only what the pilot is about"
    assert figures["alone"] | {"low": 0, "high": 0} == {"value": 1.0, "hits": 1, "cases": 1, "low": 0, "high": 0}
    assert figures["recorded"]["hits"] == 1
    assert (told["verdict"], figures["answered"]) == ("go on", 0)


def test_expanding_too_early_is_refused_with_the_reasons(container: Container) -> None:
    run(*START)
    before = in_force(container)
    told = run("expand", "--by", PRIYA, code=1)
    assert "it has run for 0 of 7 days" in told
    assert in_force(container) == before


def test_expanding_anyway_keeps_the_reason_and_answers_by_itself(container: Container) -> None:
    run(*START)
    told = run("expand", "--by", PRIYA, "--anyway", "a trial on our own phones")
    assert "answers these by itself" in told
    assert "anyway: a trial on our own phones" in policy("list")
    container = followed(container)
    texts(container, RESET, phone="+447700900151")
    assert status()["figures"]["answered"] == 1


def test_a_policy_that_came_in_between_is_not_undone(container: Container) -> None:
    run(*START)
    base = status()["pilot"]["base"]
    policy("restore", base, "--by", PRIYA, "--reason", "back", "--yes")
    assert "came into force since" in run("expand", "--by", PRIYA, "--anyway", "so", code=2)
    assert f"the policy in force ({base}) is not the pilot's" in run("status")


def test_stopping_brings_the_policy_from_before_back(container: Container) -> None:
    before = in_force(container)
    run(*START)
    run("stop", "--by", PRIYA, "--reason", "enough seen")
    assert in_force(container) == before
    assert "enough seen" in policy("list")
    run("status", code=2)


def test_stopping_may_keep_the_pilots_policy(container: Container) -> None:
    run(*START)
    during = in_force(container)
    run("stop", "--by", PRIYA, "--reason", "it stays", "--keep")
    assert in_force(container) == during
    run("status", code=2)


@pytest.fixture
def signed(installation: Any) -> None:
    """An installation in which operations sign for the channels."""
    rules = {"roles": {"operations": [TOM]}, "sections": {"channels": ["operations"]}}
    installation.write(signoffs=rules)


@pytest.mark.usefixtures("signed")
def test_a_missing_sign_off_is_told_as_the_command_that_gives_it(container: Container) -> None:
    before = in_force(container)
    told = run(*START, code=1)
    command = f"policy sign policy.pilot.yaml --section channels --role operations --by {TOM}"
    assert command in told
    assert in_force(container) == before
    policy("sign", "policy.pilot.yaml", "--section", "channels", "--role", "operations", "--by", TOM)
    run(*START)
    assert in_force(container) != before


def test_whoever_is_nobody_does_not_start_one(container: Container) -> None:
    assert "e-mail address" in run("start", "--channel", "sms", "--intent", "reset", "--by", "Maria", code=2)


def test_where_no_intents_are_set_none_can_be_piloted(container: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HANDRAIL_INTENTS")
    before = in_force(container)
    assert "handrail intents propose" in run("plan", code=1)
    assert "none can be piloted" in run(*START, code=2)
    assert in_force(container) == before


def test_the_admins_own_policy_is_not_written_over(container: Container) -> None:
    before = Path("policy.yaml").read_text(encoding="utf-8")
    assert "your own policy" in run(*START, "--file", "policy.yaml", code=2)
    assert Path("policy.yaml").read_text(encoding="utf-8") == before
    assert "cannot be written" in run(*START, "--file", "nowhere/policy.yaml", code=2)
