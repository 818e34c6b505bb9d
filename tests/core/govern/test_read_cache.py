"""What the gate reads in one go is what it would read one by one."""

from dataclasses import replace
from typing import cast

from sqlalchemy import event

from connectors.sql.store import SqlUnit
from core.consent.reachable import is_bad, mark_bad
from core.govern.gate import glancing
from core.model.campaign import message_to
from core.model.customer import Channel, Identity, IdentityKind
from core.model.ids import ApprovalId
from core.ports import Unit
from core.ports.outreach import QueuedMessage
from tests.core.campaigns import campaign, line
from tests.core.container import Container
from tests.core.outreach.carrying import under_way

CAMPAIGN = ApprovalId("ap_one")


def queued(number: int, campaign_id: ApprovalId = CAMPAIGN) -> QueuedMessage:
    sent = line(campaign(id=campaign_id), number)
    effect = message_to(campaign(id=campaign_id), sent, sent.opens_at)
    return QueuedMessage(effect_id=effect.id, campaign_id=campaign_id, channel=Channel.SMS, address=sent.address)


def phone(message: QueuedMessage) -> Identity:
    return Identity(kind=IdentityKind.PHONE, value=message.address)


def statements(unit: Unit) -> list[str]:
    """What the store is asked from now on."""
    asked: list[str] = []
    event.listen(cast(SqlUnit, unit).connection, "before_cursor_execute", lambda *told: asked.append(str(told[2])))
    return asked


def test_what_is_read_in_one_go_is_what_would_be_read_one_by_one(container: Container) -> None:
    under_way(container, 4)
    mine = [queued(number) for number in range(1, 5)]
    nobody = replace(queued(1), address="+447700900999")
    other = replace(queued(2), campaign_id=ApprovalId("ap_other"))
    with container.store.begin() as unit:
        mark_bad(unit, mine[2].address, "30006", container.clock())
        look = glancing(unit, [*mine, nobody, other])
        for message in (*mine, nobody, other):
            assert look.customers.find(phone(message)) == unit.customers.find(phone(message))
            seen = unit.campaigns.line(message.campaign_id, message.address)
            assert look.campaigns.line(message.campaign_id, message.address) == seen
            assert is_bad(look, message.address, None) is is_bad(unit, message.address, None)


def test_what_was_read_in_one_go_is_not_asked_for_again(container: Container) -> None:
    under_way(container, 4)
    mine = [queued(number) for number in range(1, 5)]
    with container.store.begin() as unit:
        look, asked = glancing(unit, mine), statements(unit)
        for message in mine:
            assert look.customers.find(phone(message)) is not None
            assert look.campaigns.line(CAMPAIGN, message.address) is not None
            assert not is_bad(look, message.address, None)
        assert asked == []


def test_who_was_not_among_them_is_read_when_asked_for(container: Container) -> None:
    under_way(container, 2)
    with container.store.begin() as unit:
        look = glancing(unit, [queued(1)])
        assert look.customers.find(phone(queued(2))) == unit.customers.find(phone(queued(2)))
        assert look.campaigns.line(CAMPAIGN, queued(2).address) == unit.campaigns.line(CAMPAIGN, queued(2).address)
