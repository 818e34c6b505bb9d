"""What comes after a campaign: the signal of the play that follows, at its hour, once."""

from dataclasses import replace
from datetime import timedelta

from core.model.campaign import CampaignState
from core.model.event import EventKind
from core.model.event_payloads import SignalStated
from core.outreach.sending.ending import follow_up
from core.policy import Policy
from core.policy.outreach import FollowUp, Matter
from tests.core.container import Container
from tests.core.outreach.carrying import campaigner, standing, state, under_way


def following(policy: Policy, **after: object) -> Policy:
    plays = dict(policy.outreach.plays)
    plays["outage"] = replace(plays["outage"], follow_up=FollowUp(play="outage_asked", after=timedelta(hours=2)))
    changed = {"match": "told", "after": "outage", "matter": Matter(fact="incident"), **after}
    plays["outage_asked"] = replace(plays["usage_friction"], **changed)
    return replace(policy, outreach=replace(policy.outreach, plays=plays))


def test_the_signal_of_the_play_that_follows_waits_for_its_hour(container: Container) -> None:
    container.policy = following(container.policy)
    under_way(container, 2)
    campaigner(container).advance()
    assert state(container) is CampaignState.DONE
    with container.store.begin() as unit:
        assert unit.events.pending(EventKind.BUSINESS_SIGNAL, container.clock(), 10) == []
        assert unit.events.due(container.clock(), 10) == []
    container.wait(hours=2)
    with container.store.begin() as unit:
        (event,) = unit.events.pending(EventKind.BUSINESS_SIGNAL, container.clock(), 10)
        assert unit.events.due(container.clock(), 10) == [event.id]
    facts = {"region": "west", "service": "Cloud", "incident": "INC-1"}
    assert event.payload == SignalStated(kind="outage_asked", facts=facts)


def test_it_is_announced_once(container: Container) -> None:
    under_way(container, 1)
    rules = following(container.policy)
    with container.store.begin() as unit:
        assert follow_up(unit, standing(container), rules, container.clock()) is not None
        assert follow_up(unit, standing(container), rules, container.clock()) is None


def test_without_one_nothing_follows(container: Container) -> None:
    under_way(container, 1)
    with container.store.begin() as unit:
        assert follow_up(unit, standing(container), container.policy, container.clock()) is None


def test_it_finds_those_who_got_the_first_whatever_its_signal_said(container: Container) -> None:
    """The first one's matter is INC-1; that its signal states a region, too, is another thing."""
    under_way(container, 1)
    rules = following(container.policy, matter=Matter(fact="region"))
    with container.store.begin() as unit:
        event = follow_up(unit, standing(container), rules, container.clock())
    assert event is not None
    assert event.payload_as(SignalStated).facts["region"] == standing(container).campaign.matter == "INC-1"
