"""Words whose time has passed before they leave: nothing of them leaves, and a person is asked."""

from datetime import timedelta

import pytest

from connectors.sql.store import SqlStore
from core.model.campaign import CampaignState
from core.model.ids import ApprovalId
from core.outreach.sending.steer import resume_campaign
from tests.core.campaigns import variant
from tests.core.container import Container
from tests.core.outreach.carrying import campaigner, sent_to, standing, state, under_way


@pytest.fixture
def container(store: SqlStore) -> Container:
    return Container(store)


def promises(container: Container, hours: float) -> str:
    """A campaign to two people that promises something by then; the hour that its words name."""
    by = f"{container.clock() + timedelta(hours=hours):%H:%M} UTC"
    words = variant(text=f"Cloud has a fault in west. Fixed by {by}. Reply STOP to opt out.")
    under_way(container, 2, variants=(words,), created_at=container.clock())
    return by


def alerts(container: Container) -> list[str]:
    container.drain()
    return container.desk.posted_to(container.policy.alert_channel)


def test_what_still_holds_leaves(container: Container) -> None:
    promises(container, 2)
    campaigner(container).advance(30)
    assert len(sent_to(container)) == 2


def test_what_has_passed_is_kept_back_and_the_supervisors_are_asked(container: Container) -> None:
    by = promises(container, 1)
    container.wait(minutes=107)
    campaigner(container).advance(30)
    assert sent_to(container) == []
    assert state(container) is CampaignState.PAUSED
    assert f"its words say {by}, which has passed" in standing(container).reason
    assert any("which has passed" in text for text in alerts(container))


def test_a_person_who_has_seen_it_may_let_it_go_on(container: Container) -> None:
    promises(container, 1)
    container.wait(minutes=107)
    campaigner(container).advance(30)
    with container.store.begin() as unit:
        assert resume_campaign(unit, ApprovalId("ap_one"), "priya@larkfield.example", container.clock())
    campaigner(container).advance(30)
    assert len(sent_to(container)) == 2
