"""Whoever carries campaigns on also measures them, by the policy that each was sent under."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from apps.bootstrap.outreach import PolicyUnder, campaigner
from apps.bootstrap.policies import enacter
from apps.policy_file import read_policy
from apps.slack.cards.renderer import SlackCards
from connectors.sql.store import SqlStore
from core.model.campaign import RESULT, RESULT_IS_FINAL, CampaignState
from tests.apps.policy.conftest import Installation, installation
from tests.clock import Clock
from tests.core.campaigns import asked, campaign, line, person
from tests.core.container import Container

__all__ = ["installation"]
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def container(installation: Installation) -> Iterator[Container]:
    store = SqlStore(f"sqlite:///{installation.folder / 'handrail.db'}", cards=SlackCards())
    enacter(store, Clock()).start(installation.file.read_text(encoding="utf-8"))
    yield Container(store, read_policy(installation.file))
    store.close()


def test_what_a_campaign_came_to_is_kept_with_it(container: Container) -> None:
    began = datetime.now(UTC) - timedelta(days=9)
    of = campaign(policy_version=container.policy.version, created_at=began, not_after=began + timedelta(hours=2))
    with container.store.begin() as unit:
        unit.customers.save(person(1))
        made = asked(unit, of, [line(of)])
        kept = unit.campaigns.get(made.id)
        assert kept is not None
        unit.campaigns.save(replace(kept, state=CampaignState.DONE, began_at=began, ended_at=began))
    campaigner(container.delivery, NOWHERE, {}).upkeep.run()
    with container.store.read() as unit:
        told = unit.campaigns.get(made.id)
    assert told is not None
    assert told.facts[RESULT_IS_FINAL]
    assert "nobody was left alone" in " ".join(told.facts[RESULT])


def test_a_policy_is_read_by_its_version_and_one_that_is_not_kept_is_none(container: Container) -> None:
    under = PolicyUnder()
    with container.store.read() as unit:
        found = under(unit, container.policy.version)
        assert found is not None
        assert found.version == container.policy.version
        assert under(unit, container.policy.version) is found
        assert under(unit, "p-gone") is None


def test_what_a_card_tells_already_is_known_to_the_next_call_too(container: Container) -> None:
    of = campaign(policy_version=container.policy.version, created_at=datetime.now(UTC))
    with container.store.begin() as unit:
        unit.customers.save(person(1))
        made = asked(unit, of, [line(of)])
        kept = unit.campaigns.get(made.id)
        assert kept is not None
        unit.campaigns.save(replace(kept, state=CampaignState.PAUSED, began_at=of.created_at))
        unit.campaigns.note_post(made.id, "C1", "1.1")
    first = campaigner(container.delivery, "redis://127.0.0.1:1/1", {}).upkeep.run()
    with container.store.begin() as unit:
        unit.campaigns.note_shown(made.id, datetime.now(UTC) - timedelta(minutes=1))
    assert (len(first), campaigner(container.delivery, "redis://127.0.0.1:1/1", {}).upkeep.run()) == (1, [])
