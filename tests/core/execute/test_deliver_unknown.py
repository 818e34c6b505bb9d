import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError
from core.execute.deliver import LOOK_UPS
from core.model.customer import DIRECT
from core.model.outbound import EffectKind, EffectState, Outgoing
from tests.core.execute.delivering import (
    LEASE,
    LOST,
    TICKET_WRITES,
    added,
    again,
    alerts,
    deliver,
    published_at,
    ticket_100,
)
from tests.core.house import House
from tests.core.people import EMMA_PHONE
from tests.core.samples import effect


@pytest.fixture(autouse=True)
def _ticket(house: House) -> None:
    ticket_100(house)


# ---------------------------------------------------------------- unknown outcomes


def test_a_message_without_an_answer_that_left_is_found_and_not_sent_again(house: House) -> None:
    house.messenger.fail(LOST, after_doing=True)
    row = deliver(house, effect(EffectKind.MESSAGE))
    assert row.state is EffectState.UNKNOWN
    assert published_at(house, row) == [3]
    row = again(house, row, seconds=3)
    assert (row.state, row.vendor_ref, len(house.messenger.sent)) == (EffectState.SENT, "SM0001", 1)


def test_a_lagging_list_is_asked_until_it_shows_the_message(house: House) -> None:
    house.messenger.fail(LOST, after_doing=True)
    house.messenger.lag = 2
    row = deliver(house, effect(EffectKind.MESSAGE))
    states = [(row := again(house, row, seconds=wait)).state for wait in (3, 5, 12)]
    assert states == [EffectState.UNKNOWN, EffectState.UNKNOWN, EffectState.SENT]
    assert len(house.messenger.sent) == 1


def test_a_message_that_is_never_found_is_parked_with_an_alert_and_never_sent_again(house: House) -> None:
    house.messenger.fail(LOST)
    row = deliver(house, effect(EffectKind.MESSAGE))
    began = house.clock()
    for _ in range(10):
        if at := published_at(house, row):
            house.publisher.effects.clear()
            row = again(house, row, seconds=at[0])
    assert row.state is EffectState.PARKED
    assert [asked - began for asked in house.messenger.look_ups] == list(LOOK_UPS)
    assert house.messenger.sent == []
    (alert,) = alerts(house)
    assert EMMA_PHONE in alert
    assert again(house, row, days=2).state is EffectState.PARKED


def test_look_ups_start_from_the_attempt_that_got_no_answer_not_from_the_first(house: House) -> None:
    house.messenger.fail(TransientError("429", retry_after=timedelta(minutes=5)))
    house.messenger.fail(LOST, after_doing=True)
    house.messenger.lag = 1
    row = again(house, deliver(house, effect(EffectKind.MESSAGE)), minutes=5)
    assert row.state is EffectState.UNKNOWN
    row = again(house, row, seconds=3)
    assert row.state is EffectState.UNKNOWN
    assert again(house, row, seconds=5).state is EffectState.SENT


@pytest.mark.parametrize("kind", TICKET_WRITES)
def test_a_ticket_write_is_found_in_the_audit(house: House, kind: EffectKind) -> None:
    house.helpdesk.fail(LOST, after_doing=True)
    row = again(house, deliver(house, effect(kind)), seconds=3)
    assert (row.state, row.vendor_ref, len(house.helpdesk.writes)) == (EffectState.SENT, "audit-1", 1)


@pytest.mark.parametrize("kind", TICKET_WRITES)
def test_a_ticket_write_that_left_no_trace_is_made_again(house: House, kind: EffectKind) -> None:
    house.helpdesk.fail(LOST)
    row = again(house, deliver(house, effect(kind)), seconds=3)
    assert row.state is EffectState.PENDING
    row = again(house, row, seconds=2)
    assert (row.state, row.attempts, len(house.helpdesk.writes)) == (EffectState.SENT, 2, 1)


def test_a_ticket_is_opened_once_though_the_answer_got_lost(house: House) -> None:
    house.helpdesk.fail(LOST, after_doing=True)
    row = again(house, deliver(house, effect(EffectKind.TICKET_CREATE)), seconds=3)
    assert (row.state, row.vendor_ref) == (EffectState.SENT, "900")
    assert list(house.helpdesk.tickets) == ["100", "900"]


@pytest.mark.parametrize(("done", "state"), [(True, EffectState.SENT), (False, EffectState.PARKED)])
def test_a_post_is_looked_for_and_never_made_twice(house: House, done: bool, state: EffectState) -> None:
    house.desk.fail(LOST, after_doing=done)
    row = deliver(house, effect(EffectKind.SLACK_POST))
    for wait in (3, 5, 12, 40):
        row = again(house, row, seconds=wait)
    assert (row.state, len(house.desk.posts)) == (state, int(done))


def test_a_vendor_that_cannot_be_asked_is_asked_later_and_nothing_is_parked(house: House) -> None:
    house.messenger.fail(LOST, after_doing=True)
    house.messenger.fail(TransientError("away"), times=5)
    row = deliver(house, effect(EffectKind.MESSAGE))
    for _ in range(5):
        row = again(house, row, minutes=2)
        assert row.state is EffectState.UNKNOWN
    assert again(house, row, minutes=2).state is EffectState.SENT


@pytest.mark.parametrize("error", [RejectedError("no such ticket"), ConfigurationError("the token is wrong")])
def test_a_look_up_that_is_refused_parks_the_effect(house: House, error: HandrailError) -> None:
    house.helpdesk.fail(LOST)
    house.helpdesk.fail(error)
    row = again(house, deliver(house, effect()), seconds=3)
    assert row.state is EffectState.PARKED
    assert str(error) in alerts(house)[0]


# ---------------------------------------------------------------- two workers, and a killed one


class Slow:
    """A messenger whose send waits until two workers had their chance."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.entered = threading.Semaphore(0)
        self.leave = threading.Event()

    def send(self, outgoing: Outgoing) -> Any:
        self.entered.release()
        assert self.leave.wait(5)
        return self.house.messenger.send(outgoing)


def test_two_workers_with_one_effect_send_it_once(house: House) -> None:
    slow = Slow(house)
    senders = replace(house.delivery.senders, messengers=dict.fromkeys(DIRECT, slow))  # type: ignore[arg-type]
    delivery = replace(house.delivery, senders=senders)
    effect_id = added(house, effect(EffectKind.MESSAGE))
    results: list[EffectState | None] = []
    workers = [threading.Thread(target=lambda: results.append(delivery.deliver(effect_id))) for _ in range(4)]
    for worker in workers:
        worker.start()
    assert slow.entered.acquire(timeout=5)
    for worker in workers:
        worker.join(0.2)
    slow.leave.set()
    for worker in workers:
        worker.join(5)
    assert sorted(map(str, results)) == ["None", "None", "None", "sent"]
    assert len(house.messenger.sent) == 1


class KilledError(BaseException):
    """The process ended here."""


class Killing:
    """A messenger in whose hands the worker dies, before or after the message left."""

    def __init__(self, house: House, *, after: bool) -> None:
        self.house = house
        self.after = after

    def send(self, outgoing: Outgoing) -> Any:
        if self.after:
            self.house.messenger.send(outgoing)
        raise KilledError


@pytest.mark.parametrize(("after", "state"), [(True, EffectState.SENT), (False, EffectState.PARKED)])
def test_a_worker_killed_between_claim_and_mark_leaves_a_question_and_nothing_is_sent_blindly(
    house: House, after: bool, state: EffectState
) -> None:
    killing = Killing(house, after=after)
    senders = replace(house.delivery.senders, messengers=dict.fromkeys(DIRECT, killing))  # type: ignore[arg-type]
    dying = replace(house.delivery, senders=senders)
    effect_id = added(house, effect(EffectKind.MESSAGE))
    with pytest.raises(KilledError):
        dying.deliver(effect_id)
    assert house.row(effect_id).state is EffectState.SENDING
    assert house.delivery.deliver(effect_id) is None
    house.clock.forward(LEASE)
    house.delivery.deliver(effect_id)
    assert house.row(effect_id).state is state
    assert len(house.messenger.sent) == int(after)


def test_a_killed_ticket_write_is_looked_for_then_made(house: House) -> None:
    effect_id = added(house, effect())
    with house.store.begin() as unit:
        unit.outbox.claim(effect_id, house.clock())
    house.clock.forward(LEASE)
    assert house.delivery.deliver(effect_id) is EffectState.PENDING
    house.wait(seconds=2)
    assert house.delivery.deliver(effect_id) is EffectState.SENT
    assert len(house.helpdesk.writes) == 1
