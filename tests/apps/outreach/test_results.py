"""`handrail outreach results`, over a simulated world in which one in two calls is spared."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner, Result

from apps.bootstrap.policies import enacter
from apps.cli import main
from apps.policy_file import read_policy
from connectors.sql.store import SqlStore
from core.model.arm import Arm
from core.model.campaign import CampaignState
from tests.apps.policy.conftest import Installation
from tests.clock import Clock
from tests.core.campaigns import asked, campaign
from tests.core.outcome_world import CALLS, DAYS, SHARE, SPARED, world
from tests.core.rules import POLICY
from tests.keys import master_keys

MATTER = {"intents": ["device_offline"], "days": DAYS}


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["outreach", *words])


@pytest.fixture
def store(installation: Installation) -> Iterator[SqlStore]:
    plays = {**POLICY["outreach"]["plays"]}
    plays["outage"] = plays["outage"] | {"matter": MATTER, "holdout": SHARE}
    rates = {"costs": {"sms": 0.04}, "contact_cost": 5.5, "currency": "GBP"}
    installation.write(outreach=POLICY["outreach"] | {"plays": plays} | rates)
    run("status")  # makes the tables
    opened = SqlStore(f"sqlite:///{installation.folder / 'handrail.db'}", keys=master_keys)
    enacter(opened, Clock()).start(installation.file.read_text(encoding="utf-8"))
    yield opened
    opened.close()


def test_the_result_is_that_of_the_world(store: SqlStore, installation: Installation) -> None:
    counts = world(store, read_policy(installation.file).version, datetime.now(UTC) - timedelta(days=5))
    told = json.loads(run("results", "ap_one", "--json").output)
    for arm, name in ((Arm.TREATED, "treated"), (Arm.HOLDOUT, "holdout")):
        assert (told[name]["contacted"], told[name]["people"]) == counts[arm]
    assert told["final"]
    assert told["verdict"] == "spared"
    treated = counts[Arm.TREATED][1]
    assert told["spared"]["low"] < treated * CALLS * SPARED < told["spared"]["high"]
    assert told["cost"] == pytest.approx(treated * 0.04)
    assert told["arrived"]["people"] == treated
    assert 0 < told["replied"] < counts[Arm.TREATED][0]


def test_an_admin_reads_a_table_and_what_it_means(store: SqlStore, installation: Installation) -> None:
    counts = world(store, read_policy(installation.file).version, datetime.now(UTC) - timedelta(days=5))
    told = run("results", "ap_one").output
    rows = {row[:34].strip(): row[34:].split() for row in told.splitlines()}
    assert rows["to be written to"][:2] == [str(counts[Arm.TREATED][1]), str(counts[Arm.TREATED][0])]
    assert rows["left alone by lot (holdout)"][:2] == [str(counts[Arm.HOLDOUT][1]), str(counts[Arm.HOLDOUT][0])]
    assert "points" in rows["difference"]
    assert "contacts about device_offline" in told
    assert "The message spared" in told
    assert "sending stops at 20 to 1" in " ".join(told.split())
    assert max(map(len, told.splitlines())) <= 120


def test_before_its_days_are_over_no_effect_is_told(store: SqlStore, installation: Installation) -> None:
    world(store, read_policy(installation.file).version, datetime.now(UTC) - timedelta(hours=30))
    told = run("results", "ap_one").output
    assert "cannot be told before" in told
    assert "points" not in told
    plain = json.loads(run("results", "ap_one", "--json").output)
    assert (plain["final"], plain["difference"], plain["spared"]) == (False, None, None)


def test_what_cannot_be_known_is_said(store: SqlStore, installation: Installation) -> None:
    with store.begin() as unit:
        asked(unit, campaign(), [])
    told = run("results", "ap_one")
    assert told.exit_code != 0
    assert "nothing of it has left" in str(told.exception) + told.output
    with store.begin() as unit:
        kept = unit.campaigns.get(campaign().id)
        assert kept is not None
        gone = replace(kept.campaign, policy_version="p-gone")
        unit.campaigns.save(
            replace(kept, campaign=gone, state=CampaignState.RUNNING, began_at=datetime.now(UTC)),
        )
    told = run("results", "ap_one")
    assert told.exit_code != 0
    assert "no policy that is kept here" in str(told.exception) + told.output
