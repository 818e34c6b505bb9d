"""`handrail outreach`, as somebody at the command line reads it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result

from apps.cli import main
from connectors.sql.store import SqlStore
from core.govern.pause import current_pause
from core.govern.seal import seal
from core.model.campaign import CampaignState
from core.model.ids import ApprovalId
from tests.apps.policy.conftest import Installation
from tests.core.campaigns import asked, campaign, line, person, vote
from tests.keys import master_keys

BY = ("--by", "priya@larkfield.example")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["outreach", *words])


@pytest.fixture
def store(installation: Installation) -> Iterator[SqlStore]:
    """With a campaign to two people under way."""
    run("status")  # makes the tables
    opened = SqlStore(f"sqlite:///{installation.folder / 'handrail.db'}", keys=master_keys)
    of = campaign()
    with opened.begin() as unit:
        for number in (1, 2):
            unit.customers.save(person(number))
        made = asked(unit, of, [line(of, 1), line(of, 2)])
        yes = vote(made)
        unit.campaigns.vote(yes)
        seal(unit, made, (yes,), made.created_at)
        kept = unit.campaigns.get(of.id)
        assert kept is not None
        unit.campaigns.save(replace(kept, state=CampaignState.RUNNING, began_at=datetime.now(UTC)))
    yield opened
    opened.close()


def state(store: SqlStore) -> CampaignState:
    with store.read() as unit:
        found = unit.campaigns.get(ApprovalId("ap_one"))
    assert found is not None
    return found.state


def test_before_the_first_campaign_nothing_is_listed(installation: Installation) -> None:
    assert "no campaign yet" in run("list").output
    assert run("status").output == "Sending is on.\n"


def test_a_campaign_is_listed_with_how_it_stands(store: SqlStore) -> None:
    words = run("list").output.split()
    assert words[0] == "ap_one"
    assert {"running", "2", "outage"} <= set(words)
    assert json.loads(run("list", "--json").output)["campaigns"][0]["state"] == "running"


def test_one_is_shown_with_its_words_and_who_said_yes(store: SqlStore) -> None:
    told = run("show", "ap_one").output
    assert "Cloud has a fault in west. Reply STOP to opt out." in told
    assert "yes from priya@larkfield.example (supervisor)" in told
    assert "planned 2" in told


def test_an_unknown_one_is_told(store: SqlStore) -> None:
    told = run("show", "ap_none")
    assert told.exit_code != 0
    assert "no campaign ap_none" in str(told.exception) + told.output


def test_one_is_paused_resumed_and_stopped(store: SqlStore) -> None:
    assert "is paused" in run("pause", "ap_one", *BY, "--why", "wrong region").output
    assert state(store) is CampaignState.PAUSED
    assert "wrong region" in run("status").output
    assert "running again" in run("resume", "ap_one", *BY).output
    assert state(store) is CampaignState.RUNNING
    assert "is stopped" in run("stop", "ap_one", *BY).output
    assert state(store) is CampaignState.STOPPED


def test_what_does_not_fit_changes_nothing_and_says_so(store: SqlStore) -> None:
    again = run("resume", "ap_one", *BY)
    assert again.exit_code == 1
    assert "is running, not paused" in again.output


def test_without_a_name_all_sending_is_paused(store: SqlStore) -> None:
    told = run("pause", *BY, "--why", "the wrong list").output
    assert "All sending is paused" in told
    assert "(the wrong list)" in told
    with store.read() as unit:
        assert current_pause(unit) is not None
    assert "already" in run("pause", *BY).output
    assert json.loads(run("status", "--json").output)["paused"]["by"] == "priya@larkfield.example"
    assert "Sending is on" in run("resume", *BY).output
    assert run("resume", *BY).output == "Nothing was paused.\n"


@pytest.mark.parametrize("words", [("pause",), ("stop", "ap_one"), ("resume", "ap_one")])
def test_whoever_changes_something_says_who_they_are(store: SqlStore, words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2
    assert run(*words, "--by", "me").exit_code == 2
