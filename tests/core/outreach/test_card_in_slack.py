"""The card as supervisors see it in their channel, from the signal to the result, with the real loop and delivery."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from apps.slack.cards.actions import APPROVE, HOLD, TEST
from connectors.sql.store import SqlStore
from core.coordinate.policy.values_outreach import Approver
from core.errors import TransientError
from core.model.campaign import CampaignState, Standing
from core.model.customer import Identity, IdentityKind
from core.model.event import EventKind
from core.model.ids import ApprovalId
from core.outreach.decide import RULE
from core.outreach.sending.advance import Campaigner
from tests.core import samples
from tests.core.campaigns import person
from tests.core.house import PRIYA, House
from tests.core.outreach.carrying import campaigner
from tests.core.outreach.slack_limits import buttons, complaints, shown
from tests.core.rules import policy

FACTS = {"kind": "usage_friction", "customers": "", "feature": "schedules"}


@pytest.fixture
def house(store: SqlStore) -> House:
    return House(store)


@pytest.fixture
def lane(house: House) -> Campaigner:
    return campaigner(house)


def signalled(house: House, lane: Campaigner, people: int = 3) -> ApprovalId:
    """A signal about so many people who agreed to be texted; its campaign's card stands in the channel."""
    named = []
    with house.store.begin() as unit:
        for number in range(1, people + 1):
            mail = Identity(kind=IdentityKind.EMAIL, value=f"c{number}@mail.example", verified=True)
            known = person(number)
            unit.customers.save(person(number, identities=(*known.identities, mail)))
            named.append(mail.value)
    payload = {**FACTS, "customers": ", ".join(named)}
    house.happens(samples.event(EventKind.BUSINESS_SIGNAL, "s-1", payload=payload))
    carried_on(house, lane)
    with house.store.read() as unit:
        (standing,) = unit.campaigns.recent(5)
    return standing.campaign.id


def carried_on(house: House, lane: Campaigner) -> None:
    lane.advance(seconds=5)
    house.drain()


def stands(house: House) -> Standing:
    with house.store.read() as unit:
        (standing,) = unit.campaigns.recent(5)
    return standing


def newest(house: House) -> Any:
    """What the channel shows now, as one card."""
    ((ref, blocks),) = {post.ref: post.blocks for post in [*house.desk.posts, *house.desk.updates]}.items()
    assert ref == f"{stands(house).slack_channel}:{stands(house).slack_ts}"
    assert complaints(blocks) == []
    return blocks


def press(house: House, action: str, verdict: str, **more: Any) -> str:
    """A press of a button of the card as it stands there."""
    value = json.loads(buttons(newest(house))[action]["value"])
    at = stands(house)
    payload = {
        **value,
        "verdict": verdict,
        "user_id": PRIYA,
        "user_name": "priya",
        "channel": at.slack_channel,
        "ts": at.slack_ts,
        **more,
    }
    name = f"{verdict}:{len(house.desk.updates)}:{house.clock().timestamp()}"
    return house.happens(samples.event(EventKind.APPROVAL_CLICKED, value["approval"], name, payload=payload))


def test_one_card_from_the_question_to_the_result(house: House, lane: Campaigner) -> None:
    signalled(house, lane)
    assert "Usage friction to 3 people" in shown(newest(house))
    assert press(house, APPROVE, "approve") == "approved"
    carried_on(house, lane)
    for _ in range(3):
        house.wait(seconds=4)
        carried_on(house, lane)
    assert len(house.messenger.sent) == 3
    assert stands(house).state is CampaignState.DONE
    assert "Done*, approved by <@" in shown(newest(house))
    assert "3 of 3" in shown(newest(house))
    assert len(house.desk.posts) == 1


def test_an_edited_card_asks_anew_with_the_new_words(house: House, lane: Campaigner) -> None:
    signalled(house, lane)
    (variant, *_) = stands(house).campaign.variants
    words = "Larkfield: a hint about schedules. Reply STOP to opt out."
    names = [each.name for each in stands(house).campaign.variants]
    assert press(house, APPROVE, "edit", texts=dict.fromkeys(names, words)) == "edited"
    house.drain()
    assert not buttons(newest(house))
    house.wait(seconds=1)
    carried_on(house, lane)
    assert stands(house).campaign.revision == 2
    assert variant.text not in shown(newest(house))
    assert words in shown(newest(house))
    house.wait(seconds=1)
    assert press(house, APPROVE, "approve") == "approved"
    carried_on(house, lane)
    assert {sent.body for sent in house.messenger.sent} == {words}


def test_a_change_that_comes_late_never_shows_an_earlier_state(house: House, lane: Campaigner) -> None:
    signalled(house, lane)
    value = json.loads(buttons(newest(house))[HOLD]["value"])
    assert press(house, HOLD, "hold") == "held"
    house.desk.fail(TransientError("Slack is busy", retry_after=timedelta(seconds=30)))
    house.drain()
    assert "Put aside" not in shown(newest(house))  # that change still waits
    assert press(house, APPROVE, "reject", digest=value["digest"]) == "rejected"
    house.drain()
    assert "Rejected" in shown(newest(house))
    house.wait(seconds=40)
    house.drain()
    assert "Rejected" in shown(newest(house))
    assert len(house.desk.updates) > 1  # the late one has come too
    assert not [post for post in house.desk.updates if "Put aside" in shown(post.blocks)]


def test_who_may_not_is_told_alone(house: House, lane: Campaigner) -> None:
    signalled(house, lane)
    before = newest(house)
    assert press(house, APPROVE, "approve", user_id="U-NOBODY") == "not_allowed"
    house.drain()
    ((user, text),) = house.desk.whispers
    assert (user, "Only the people whom the policy names" in text) == ("U-NOBODY", True)
    assert newest(house) == before


def test_a_test_comes_to_the_approvers_own_phone_and_to_nobody_else(store: SqlStore) -> None:
    rules = policy()
    priya = Approver(email="priya@larkfield.example", phone="+447700900777")
    rules = replace(
        rules,
        standing=rules.standing | {RULE},
        outreach=replace(rules.outreach, roles={priya.email: priya}),
    )
    house = House(store, rules)
    signalled(house, campaigner(house))
    assert press(house, TEST, "test") == "tested"
    house.drain()
    assert {sent.to for sent in house.messenger.sent} == {priya.phone}
    assert all(sent.body.startswith("TEST (") for sent in house.messenger.sent)
    assert buttons(newest(house)).keys() >= {APPROVE, TEST}
    assert press(house, APPROVE, "approve") == "approved"
