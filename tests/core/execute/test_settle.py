from dataclasses import replace

import pytest

from connectors.sql.store import SqlStore
from core.errors import RejectedError
from core.govern.campaign_cards import campaign_card
from core.model.conversation import Owner, OwnerKind, Role
from core.model.ids import ApprovalId
from core.model.outbound import Authority, Effect, EffectKind, EffectState
from tests.core import people, samples
from tests.core.campaigns import campaign, standing
from tests.core.execute.delivering import deliver, ticket_100
from tests.core.house import House
from tests.core.people import NOW
from tests.core.rules import policy
from tests.core.samples import effect

CONVERSATION = samples.conversation().id
NOTICE = Authority(rule="handoff_notice", policy_version=policy().version)


@pytest.fixture(autouse=True)
def _ticket(house: House) -> None:
    ticket_100(house)


# ---------------------------------------------------------------- what follows


def linked(store: SqlStore) -> str | None:
    with store.read() as unit:
        conversation = unit.conversations.get(samples.conversation().id)
    assert conversation is not None
    return conversation.ticket_id


@pytest.fixture
def _conversation(house: House) -> None:
    with house.store.begin() as unit:
        unit.customers.save(people.customer())
        unit.conversations.add(samples.conversation())


@pytest.mark.usefixtures("_conversation")
def test_a_sent_reply_stands_on_the_timeline_where_it_was_decided(house: House) -> None:
    one = effect(EffectKind.MESSAGE, conversation_id=samples.conversation().id)
    house.wait(minutes=3)
    deliver(house, one)
    with house.store.read() as unit:
        (said,) = unit.conversations.messages(samples.conversation().id)
    assert (said.role, said.text, said.at, said.delivery) == (Role.ASSISTANT, "Hello", NOW, "sent")


@pytest.mark.usefixtures("_conversation")
def test_an_agents_relayed_answer_is_not_put_there_again(house: House) -> None:
    authority = Authority(rule="agent_reply", policy_version=house.policy.version)
    payload = {"channel": "sms", "body": "Hello", "relayed": True}
    one = effect(EffectKind.MESSAGE, authority=authority, payload=payload, conversation_id=samples.conversation().id)
    assert deliver(house, one).state is EffectState.SENT
    with house.store.read() as unit:
        assert unit.conversations.messages(samples.conversation().id) == []


@pytest.mark.usefixtures("_conversation")
def test_a_new_ticket_is_linked_and_gets_its_card(house: House) -> None:
    then = {"group": "Billing", "note": "The card", "add_tags": ["handoff"], "status": "open"}
    payload = {**effect(EffectKind.TICKET_CREATE).payload, "then": then}
    deliver(house, effect(EffectKind.TICKET_CREATE, payload=payload, conversation_id=samples.conversation().id))
    assert linked(house.store) == "900"
    house.drain()
    assert house.helpdesk.comments("900", public=False) == ["The card"]
    assert house.helpdesk.writes[0].changes["group_id"] == "group-Billing"


@pytest.mark.usefixtures("_conversation")
def test_a_ticket_that_already_has_a_conversation_is_not_linked_twice_and_still_gets_its_card(house: House) -> None:
    with house.store.begin() as unit:
        unit.conversations.add(samples.conversation(id="co_two", ticket_id="900"))
    payload = {**effect(EffectKind.TICKET_CREATE).payload, "then": {"note": "The card"}}
    one = effect(EffectKind.TICKET_CREATE, payload=payload, conversation_id=samples.conversation().id)
    assert deliver(house, one).state is EffectState.SENT
    house.drain()
    assert house.helpdesk.comments("900", public=False) == ["The card"]


def test_a_posted_card_is_remembered_with_its_place(house: House) -> None:
    with house.store.begin() as unit:
        unit.campaigns.add(standing(campaign()))
        kept = unit.campaigns.get(ApprovalId("ap_one"))
        assert kept is not None
        card = campaign_card(unit, kept, policy(), NOW)
    deliver(house, card)
    with house.store.read() as unit:
        found = unit.campaigns.get(ApprovalId("ap_one"))
    assert found is not None
    assert (found.slack_channel, found.slack_ts) == ("#approvals", "1.0")


def test_everything_that_left_or_did_not_is_in_the_ledger(house: House) -> None:
    deliver(house, effect(EffectKind.MESSAGE))
    house.messenger.fail(RejectedError("no"))
    deliver(house, effect(EffectKind.MESSAGE, key="k-2"))
    with house.store.read() as unit:
        assert unit.ledger.verify() is None


# ---------------------------------------------------------------- an agent whom the helpdesk will not have


def refused_agent(house: House) -> Effect:
    """A handoff to Maria by name, whose notice waits; the helpdesk does not accept her."""
    notice = effect(EffectKind.MESSAGE, key="de:handoff_notice", authority=NOTICE, conversation_id=CONVERSATION)
    with house.store.begin() as unit:
        one = unit.conversations.get(CONVERSATION)
        assert one is not None
        unit.conversations.save(replace(one, owner=Owner(kind=OwnerKind.AGENT, id="7", name="Maria")))
        unit.outbox.add(notice)
    payload = {
        "group": "Billing",
        "assignee": "7",
        "unnamed_notice": {"instead_of": notice.key, "body": "Our Billing team takes over now."},
    }
    house.helpdesk.fail(RejectedError("the agent is not in this group"))
    deliver(house, effect(EffectKind.TICKET_UPDATE, key="de:handoff", payload=payload, conversation_id=CONVERSATION))
    return notice


@pytest.mark.usefixtures("_conversation")
def test_an_agent_whom_the_helpdesk_refuses_does_not_have_it_here_either_and_is_not_named(house: House) -> None:
    notice = refused_agent(house)
    with house.store.read() as unit:
        one = unit.conversations.get(CONVERSATION)
    assert one is not None
    assert (one.owner.kind, one.owner.name) == (OwnerKind.TEAM, "Billing")
    assert house.row(notice.id).state is EffectState.REFUSED
    house.drain()
    assert house.messenger.sent_to(notice.target) == ["Our Billing team takes over now."]
