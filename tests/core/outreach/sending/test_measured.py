"""A campaign that does harm is stopped, and what one came to stands on its card."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.model.arm import Arm
from core.model.campaign import RESULT, RESULT_IS_FINAL, CampaignState
from core.model.outbound import Effect
from core.outreach.sending.measured import HEADING, LOOK_EVERY, Measuring
from core.outreach.sending.upkeep import Upkeep
from core.policy import Policy
from core.policy.outreach import Matter
from core.ports import Unit
from tests.core.campaigns import asked, campaign, line, person
from tests.core.contacts import Callers
from tests.core.container import Container
from tests.core.outreach.carrying import standing, state

OFFLINE = Matter(intents=frozenset({"device_offline"}), days=2)
TREATED, ALONE = 60, 60


def measured_by(policy: Policy) -> Policy:
    plays = {name: replace(play, matter=OFFLINE) for name, play in policy.outreach.plays.items()}
    return replace(policy, outreach=replace(policy.outreach, plays=plays))


@pytest.fixture
def upkeep(container: Container) -> Upkeep:
    known = measured_by(container.policy)

    def policy_of(unit: Unit, version: str) -> Policy | None:
        return known if version == container.policy.version else None

    measuring = Measuring(policy_of=policy_of)
    return Upkeep(
        store=container.store,
        policy=container.policy,
        now=container.clock,
        harmed=measuring.find_harm,
        results=measuring.results,
    )


def begun(container: Container, how: CampaignState = CampaignState.RUNNING, **changes: object) -> None:
    """A campaign of which half the people are left alone; nothing has left yet."""
    of = campaign(**{"holdout": 0.5, "not_after": container.clock() + timedelta(days=9), **changes})
    lines = [line(of, n, arm=Arm.TREATED if n <= TREATED else Arm.HOLDOUT) for n in range(1, TREATED + ALONE + 1)]
    with container.store.begin() as unit:
        for number in range(1, TREATED + ALONE + 1):
            unit.customers.save(person(number))
        made = asked(unit, of, lines)
        kept = unit.campaigns.get(made.id)
        assert kept is not None
        ended = container.clock() if how is CampaignState.DONE else None
        unit.campaigns.save(replace(kept, state=how, began_at=container.clock(), ended_at=ended))
        unit.campaigns.note_post(made.id, "C1", "1.1")


def call(container: Container, *numbers: int, about: str = "device_offline") -> None:
    with container.store.begin() as unit:
        for number in numbers:
            container.clock.forward(timedelta(seconds=1))
            Callers(unit, [1000 * number]).writes(person(number), container.clock(), about)


def lines_of(container: Container) -> str:
    return "\n".join(standing(container).facts.get(RESULT, ()))


def cards(effects: list[Effect]) -> str:
    return " ".join(str(each.payload) for each in effects)


def test_a_campaign_that_makes_people_call_is_stopped_and_told(container: Container, upkeep: Upkeep) -> None:
    begun(container)
    call(container, *range(1, 16))
    effects = upkeep.run()
    assert state(container) is CampaignState.STOPPED
    assert "15 contacts" in standing(container).reason
    assert any("was stopped" in str(each.payload) for each in effects)
    with container.store.read() as unit:
        assert unit.campaigns.progress(standing(container).campaign.id).recipients == {"stopped": TREATED}


def test_as_many_calls_from_both_groups_stop_nothing(container: Container, upkeep: Upkeep) -> None:
    begun(container)
    call(container, *(number for pair in zip(range(1, 31), range(61, 91), strict=True) for number in pair))
    upkeep.run()
    assert state(container) is CampaignState.RUNNING


def test_calls_about_something_else_stop_nothing(container: Container, upkeep: Upkeep) -> None:
    begun(container)
    call(container, *range(1, 16), about="billing")
    upkeep.run()
    assert state(container) is CampaignState.RUNNING


def test_once_it_has_ended_its_card_tells_when_the_effect_is_known_and_then_the_effect(
    container: Container, upkeep: Upkeep
) -> None:
    begun(container, CampaignState.DONE)
    assert "cannot be told before" in cards(upkeep.run())
    assert lines_of(container).startswith(f"*{HEADING}*")
    call(container, *range(1, 4), *range(61, 91))
    container.clock.forward(timedelta(hours=2))
    assert "30 (50.0 %) of 60 who were left alone" in cards(upkeep.run())
    container.clock.forward(timedelta(days=2))
    assert "The message spared 27 (" in cards(upkeep.run())
    assert standing(container).facts[RESULT_IS_FINAL]


def test_what_is_final_is_not_measured_again(container: Container, upkeep: Upkeep) -> None:
    begun(container, CampaignState.DONE)
    container.clock.forward(timedelta(days=3))
    upkeep.run()
    before = standing(container)
    container.clock.forward(LOOK_EVERY)
    assert upkeep.run() == []
    assert standing(container) == before


def test_what_has_not_changed_is_not_written_again(container: Container, upkeep: Upkeep) -> None:
    begun(container, CampaignState.DONE)
    upkeep.run()
    before = standing(container)
    container.clock.forward(timedelta(hours=2))
    upkeep.run()
    assert standing(container).version == before.version


def test_without_the_policy_it_was_sent_under_nothing_is_claimed(container: Container, upkeep: Upkeep) -> None:
    begun(container, CampaignState.DONE, policy_version="p-gone")
    upkeep.run()
    assert "no policy that is kept here" in lines_of(container)
    assert standing(container).facts[RESULT_IS_FINAL]


def test_a_campaign_that_never_began_has_no_result(container: Container, upkeep: Upkeep) -> None:
    begun(container, CampaignState.DONE)
    with container.store.begin() as unit:
        unit.campaigns.save(replace(standing(container), began_at=None))
    upkeep.run()
    assert lines_of(container) == ""
