"""What is written because of what was read: nobody writes in between, also where many write at once."""

import threading
from datetime import timedelta

from apps.slack.cards.renderer import SlackCards
from connectors.sql.store import SqlStore
from core.execute.track import apply_status, rows_of, track
from core.model.customer import Channel, Consent, Purpose
from core.model.event import Event, EventKind
from core.model.event_payloads import MessageStatus
from tests.core.campaigns import person
from tests.core.container import Container
from tests.core.execute.delivering import ONE, one_waits
from tests.core.outreach.carrying import campaigner, sent_to, under_way

LONG = 1.0  # seconds: much longer than it takes where nothing holds it up


def told(container: Container, name: str) -> Event:
    payload = MessageStatus(status=name)
    return container.event(EventKind.MESSAGE_STATUS, "SM0001", f"SM0001:{name}", payload=payload)


def test_of_two_callbacks_that_are_read_at_once_the_furthest_stays(postgresql_url: str) -> None:
    store = SqlStore(postgresql_url, cards=SlackCards())
    container = Container(store)
    one_waits(container)
    container.delivery.deliver(ONE.id)

    def arrives() -> None:
        with store.begin() as unit:
            track(unit, told(container, "delivered"), container.policy, container.clock())

    other = threading.Thread(target=arrives)
    with store.begin() as unit:
        sent = told(container, "sent")
        rows = rows_of(unit, [sent])
        other.start()
        other.join(LONG)
        apply_status(unit, sent, rows.get(sent.subject), container.policy, container.clock())
    other.join(30)
    assert container.row(ONE.id).delivery == "delivered"
    store.close()


def test_a_stop_that_comes_while_the_lane_waits_for_its_turn_is_heard(postgresql_url: str) -> None:
    store = SqlStore(postgresql_url, cards=SlackCards())
    container = Container(store)
    under_way(container, 1)
    work = campaigner(container)
    lane = threading.Thread(target=work.advance)
    no = Consent(
        channel=Channel.SMS,
        purpose=Purpose.SERVICE,
        granted=False,
        at=container.clock() + timedelta(seconds=1),
        source="sms",
        wording="STOP",
    )
    with store.begin() as unit:
        unit.outbox.take_turn()
        unit.customers.add_consent(person(1).id, no)
        lane.start()
        lane.join(LONG)
    lane.join(30)
    assert sent_to(container) == []
    store.close()
