from dataclasses import replace

import pytest

from connectors.sql.store import SqlStore
from core.errors import RejectedError
from core.govern.campaign_cards import campaign_card
from core.model.conversation import Owner, OwnerKind, Role
from core.model.effect_payloads import TicketUpdatePayload, UnnamedNotice
from core.model.ids import ApprovalId
from core.model.outbound import Authority, Effect, EffectKind, EffectState
from tests.core import people, samples
from tests.core.campaigns import campaign, standing
from tests.core.container import Container
from tests.core.execute.delivering import deliver, ticket_100
from tests.core.people import NOW
from tests.core.rules import policy
from tests.core.samples import effect

CONVERSATION = samples.conversation().id
NOTICE = Authority(rule="handoff_notice", policy_version=policy().version)


@pytest.fixture(autouse=True)
def _ticket(container: Container) -> None:
    ticket_100(container)


# ---------------------------------------------------------------- what follows


def linked(store: SqlStore) -> str | None:
    with store.read() as unit:
        conversation = unit.conversations.get(samples.conversation().id)
    assert conversation is not None
    return conversation.ticket_id


@pytest.fixture
def _conversation(container: Container) -> None:
    with container.store.begin() as unit:
        unit.customers.save(people.customer())
        unit.conversations.add(samples.conversation())


@pytest.mark.usefixtures("_conversation")
def test_a_sent_reply_stands_on_the_timeline_where_it_was_decided(container: Container) -> None:
    one = effect(EffectKind.MESSAGE, conversation_id=samples.conversation().id)
    container.wait(minutes=3)
    deliver(container, one)
    with container.store.read() as unit:
        (said,) = unit.conversations.messages(samples.conversation().id)
    assert (said.role, said.text, said.at, said.delivery) == (Role.ASSISTANT, "Hello", NOW, "sent")


@pytest.mark.usefixtures("_conversation")
def test_an_agents_relayed_answer_is_not_put_there_again(container: Container) -> None:
    authority = Authority(rule="agent_reply", policy_version=container.policy.version)
    payload = samples.text(relayed=True)
    one = effect(EffectKind.MESSAGE, authority=authority, payload=payload, conversation_id=samples.conversation().id)
    assert deliver(container, one).state is EffectState.SENT
    with container.store.read() as unit:
        assert unit.conversations.messages(samples.conversation().id) == []


@pytest.mark.usefixtures("_conversation")
def test_a_new_ticket_is_linked_and_gets_its_card(container: Container) -> None:
    then = TicketUpdatePayload(group="Billing", note="The card", add_tags=("handoff",), status="open")
    payload = replace(samples.payload_of(effect(EffectKind.TICKET_CREATE)), then=then)
    deliver(container, effect(EffectKind.TICKET_CREATE, payload=payload, conversation_id=samples.conversation().id))
    assert linked(container.store) == "900"
    container.drain()
    assert container.helpdesk.comments("900", public=False) == ["The card"]
    assert container.helpdesk.writes[0].changes["group_id"] == "group-Billing"


@pytest.mark.usefixtures("_conversation")
def test_a_ticket_that_already_has_a_conversation_is_not_linked_twice_and_still_gets_its_card(
    container: Container,
) -> None:
    with container.store.begin() as unit:
        unit.conversations.add(samples.conversation(id="co_two", ticket_id="900"))
    then = TicketUpdatePayload(note="The card")
    payload = replace(samples.payload_of(effect(EffectKind.TICKET_CREATE)), then=then)
    one = effect(EffectKind.TICKET_CREATE, payload=payload, conversation_id=samples.conversation().id)
    assert deliver(container, one).state is EffectState.SENT
    container.drain()
    assert container.helpdesk.comments("900", public=False) == ["The card"]


def test_a_posted_card_is_remembered_with_its_place(container: Container) -> None:
    with container.store.begin() as unit:
        unit.campaigns.add(standing(campaign()))
        kept = unit.campaigns.get(ApprovalId("ap_one"))
        assert kept is not None
        card = campaign_card(unit, kept, policy(), NOW)
    deliver(container, card)
    with container.store.read() as unit:
        found = unit.campaigns.get(ApprovalId("ap_one"))
    assert found is not None
    assert (found.slack_channel, found.slack_ts) == ("#approvals", "1.0")


def test_everything_that_left_or_did_not_is_in_the_ledger(container: Container) -> None:
    deliver(container, effect(EffectKind.MESSAGE))
    container.messenger.fail(RejectedError("no"))
    deliver(container, effect(EffectKind.MESSAGE, key="k-2"))
    with container.store.read() as unit:
        assert unit.ledger.verify() is None


# ---------------------------------------------------------------- an agent whom the helpdesk will not have


def refused_agent(container: Container) -> Effect:
    """A handoff to Maria by name, whose notice waits; the helpdesk does not accept her."""
    notice = effect(EffectKind.MESSAGE, key="de:handoff_notice", authority=NOTICE, conversation_id=CONVERSATION)
    with container.store.begin() as unit:
        one = unit.conversations.get(CONVERSATION)
        assert one is not None
        unit.conversations.save(replace(one, owner=Owner(kind=OwnerKind.AGENT, id="7", name="Maria")))
        unit.outbox.add(notice)
    payload = TicketUpdatePayload(
        group="Billing",
        assignee="7",
        unnamed_notice=UnnamedNotice(instead_of=notice.key, body="Our Billing team takes over now."),
    )
    container.helpdesk.fail(RejectedError("the agent is not in this group"))
    deliver(
        container, effect(EffectKind.TICKET_UPDATE, key="de:handoff", payload=payload, conversation_id=CONVERSATION)
    )
    return notice


@pytest.mark.usefixtures("_conversation")
def test_an_agent_whom_the_helpdesk_refuses_does_not_have_it_here_either_and_is_not_named(container: Container) -> None:
    notice = refused_agent(container)
    with container.store.read() as unit:
        one = unit.conversations.get(CONVERSATION)
    assert one is not None
    assert (one.owner.kind, one.owner.name) == (OwnerKind.TEAM, "Billing")
    assert container.row(notice.id).state is EffectState.REFUSED
    container.drain()
    assert container.messenger.sent_to(notice.target) == ["Our Billing team takes over now."]
