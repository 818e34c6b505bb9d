"""The card as supervisors see it in their channel, from the signal to the result, with the real loop and delivery."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from apps.slack.cards.actions import APPROVE, HOLD, TEST
from connectors.sql.store import SqlStore
from core.errors import TransientError
from core.model.campaign import CampaignState, Standing
from core.model.customer import Identity, IdentityKind
from core.model.event import EventKind
from core.model.event_payloads import SignalStated
from core.model.ids import ApprovalId
from core.model.outreach import Click, Verdict
from core.outreach.decide import RULE
from core.outreach.sending.advance import Campaigner
from core.policy.outreach import Approver
from tests.core import samples
from tests.core.campaigns import person
from tests.core.container import PRIYA, Container
from tests.core.outreach.carrying import campaigner
from tests.core.outreach.slack_limits import buttons, complaints, shown
from tests.core.rules import policy

FACTS = {"customers": "", "feature": "schedules"}


@pytest.fixture
def container(store: SqlStore) -> Container:
    return Container(store)


@pytest.fixture
def lane(container: Container) -> Campaigner:
    return campaigner(container)


def signalled(container: Container, lane: Campaigner, people: int = 3) -> ApprovalId:
    """A signal about so many people who agreed to be texted; its campaign's card stands in the channel."""
    named = []
    with container.store.begin() as unit:
        for number in range(1, people + 1):
            mail = Identity(kind=IdentityKind.EMAIL, value=f"c{number}@mail.example", verified=True)
            known = person(number)
            unit.customers.save(person(number, identities=(*known.identities, mail)))
            named.append(mail.value)
    payload = SignalStated(kind="usage_friction", facts={**FACTS, "customers": ", ".join(named)})
    container.happens(samples.event(EventKind.BUSINESS_SIGNAL, "s-1", payload=payload))
    carried_on(container, lane)
    with container.store.read() as unit:
        (standing,) = unit.campaigns.recent(5)
    return standing.campaign.id


def carried_on(container: Container, lane: Campaigner) -> None:
    lane.advance(seconds=5)
    container.drain()


def stands(container: Container) -> Standing:
    with container.store.read() as unit:
        (standing,) = unit.campaigns.recent(5)
    return standing


def newest(container: Container) -> Any:
    """What the channel shows now, as one card."""
    ((ref, blocks),) = {post.ref: post.blocks for post in [*container.desk.posts, *container.desk.updates]}.items()
    assert ref == f"{stands(container).slack_channel}:{stands(container).slack_ts}"
    assert complaints(blocks) == []
    return blocks


def press(container: Container, action: str, verdict: str, **more: Any) -> str:
    """A press of a button of the card as it stands there."""
    value = json.loads(buttons(newest(container))[action]["value"])
    at = stands(container)
    payload = Click(
        approval_id=ApprovalId(value["approval"]),
        revision=value["revision"],
        verdict=Verdict(verdict),
        user_name="priya",
        channel=at.slack_channel,
        ts=at.slack_ts,
        **{"user_id": PRIYA, "digest": value["digest"], **more},
    )
    name = f"{verdict}:{len(container.desk.updates)}:{container.clock().timestamp()}"
    return container.happens(samples.event(EventKind.APPROVAL_CLICKED, value["approval"], name, payload=payload))


def test_one_card_from_the_question_to_the_result(container: Container, lane: Campaigner) -> None:
    signalled(container, lane)
    assert "Usage friction to 3 people" in shown(newest(container))
    assert press(container, APPROVE, "approve") == "approved"
    carried_on(container, lane)
    for _ in range(3):
        container.wait(seconds=4)
        carried_on(container, lane)
    assert len(container.messenger.sent) == 3
    assert stands(container).state is CampaignState.DONE
    assert "Done*, approved by <@" in shown(newest(container))
    assert "3 of 3" in shown(newest(container))
    assert len(container.desk.posts) == 1


def test_an_edited_card_asks_anew_with_the_new_words(container: Container, lane: Campaigner) -> None:
    signalled(container, lane)
    (variant, *_) = stands(container).campaign.variants
    words = "Larkfield: a hint about schedules. Reply STOP to opt out."
    names = [each.name for each in stands(container).campaign.variants]
    assert press(container, APPROVE, "edit", texts=dict.fromkeys(names, words)) == "edited"
    container.drain()
    assert not buttons(newest(container))
    container.wait(seconds=1)
    carried_on(container, lane)
    assert stands(container).campaign.revision == 2
    assert variant.text not in shown(newest(container))
    assert words in shown(newest(container))
    container.wait(seconds=1)
    assert press(container, APPROVE, "approve") == "approved"
    carried_on(container, lane)
    assert {sent.body for sent in container.messenger.sent} == {words}


def test_a_change_that_comes_late_never_shows_an_earlier_state(container: Container, lane: Campaigner) -> None:
    signalled(container, lane)
    value = json.loads(buttons(newest(container))[HOLD]["value"])
    assert press(container, HOLD, "hold") == "held"
    container.desk.fail(TransientError("Slack is busy", retry_after=timedelta(seconds=30)))
    container.drain()
    assert "Put aside" not in shown(newest(container))  # that change still waits
    assert press(container, APPROVE, "reject", digest=value["digest"]) == "rejected"
    container.drain()
    assert "Rejected" in shown(newest(container))
    container.wait(seconds=40)
    container.drain()
    assert "Rejected" in shown(newest(container))
    assert len(container.desk.updates) > 1  # the late one has come too
    assert not [post for post in container.desk.updates if "Put aside" in shown(post.blocks)]


def test_who_may_not_is_told_alone(container: Container, lane: Campaigner) -> None:
    signalled(container, lane)
    before = newest(container)
    assert press(container, APPROVE, "approve", user_id="U-NOBODY") == "not_allowed"
    container.drain()
    ((user, text),) = container.desk.whispers
    assert (user, "Only the people whom the policy names" in text) == ("U-NOBODY", True)
    assert newest(container) == before


def test_a_test_comes_to_the_approvers_own_phone_and_to_nobody_else(store: SqlStore) -> None:
    rules = policy()
    priya = Approver(email="priya@larkfield.example", phone="+447700900777")
    rules = replace(
        rules,
        standing=rules.standing | {RULE},
        outreach=replace(rules.outreach, roles={priya.email: priya}),
    )
    container = Container(store, rules)
    signalled(container, campaigner(container))
    assert press(container, TEST, "test") == "tested"
    container.drain()
    assert {sent.to for sent in container.messenger.sent} == {priya.phone}
    assert all(sent.body.startswith("TEST (") for sent in container.messenger.sent)
    assert buttons(newest(container)).keys() >= {APPROVE, TEST}
    assert press(container, APPROVE, "approve") == "approved"
