import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.errors import ConfigurationError, HandrailError, RejectedError, TransientError
from core.execute.deliver import LOOK_UPS
from core.model.customer import DIRECT
from core.model.outbound import EffectKind, EffectState, Outgoing
from core.privacy.mask import hide
from tests.core.container import Container
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
from tests.core.people import EMMA_PHONE
from tests.core.samples import effect


@pytest.fixture(autouse=True)
def _ticket(container: Container) -> None:
    ticket_100(container)


# ---------------------------------------------------------------- unknown outcomes


def test_a_message_without_an_answer_that_left_is_found_and_not_sent_again(container: Container) -> None:
    container.messenger.fail(LOST, after_doing=True)
    row = deliver(container, effect(EffectKind.MESSAGE))
    assert row.state is EffectState.UNKNOWN
    assert published_at(container, row) == [3]
    row = again(container, row, seconds=3)
    assert (row.state, row.vendor_ref, len(container.messenger.sent)) == (EffectState.SENT, "SM0001", 1)


def test_a_lagging_list_is_asked_until_it_shows_the_message(container: Container) -> None:
    container.messenger.fail(LOST, after_doing=True)
    container.messenger.lag = 2
    row = deliver(container, effect(EffectKind.MESSAGE))
    states = [(row := again(container, row, seconds=wait)).state for wait in (3, 5, 12)]
    assert states == [EffectState.UNKNOWN, EffectState.UNKNOWN, EffectState.SENT]
    assert len(container.messenger.sent) == 1


def test_a_message_that_is_never_found_is_parked_with_an_alert_and_never_sent_again(container: Container) -> None:
    container.messenger.fail(LOST)
    row = deliver(container, effect(EffectKind.MESSAGE))
    began = container.clock()
    for _ in range(10):
        if at := published_at(container, row):
            container.publisher.effects.clear()
            row = again(container, row, seconds=at[0])
    assert row.state is EffectState.PARKED
    assert [asked - began for asked in container.messenger.look_ups] == list(LOOK_UPS)
    assert container.messenger.sent == []
    (alert,) = alerts(container)
    assert hide(EMMA_PHONE) in alert
    assert again(container, row, days=2).state is EffectState.PARKED


def test_look_ups_start_from_the_attempt_that_got_no_answer_not_from_the_first(container: Container) -> None:
    container.messenger.fail(TransientError("429", retry_after=timedelta(minutes=5)))
    container.messenger.fail(LOST, after_doing=True)
    container.messenger.lag = 1
    row = again(container, deliver(container, effect(EffectKind.MESSAGE)), minutes=5)
    assert row.state is EffectState.UNKNOWN
    row = again(container, row, seconds=3)
    assert row.state is EffectState.UNKNOWN
    assert again(container, row, seconds=5).state is EffectState.SENT


@pytest.mark.parametrize("kind", TICKET_WRITES)
def test_a_ticket_write_is_found_in_the_audit(container: Container, kind: EffectKind) -> None:
    container.helpdesk.fail(LOST, after_doing=True)
    row = again(container, deliver(container, effect(kind)), seconds=3)
    assert (row.state, row.vendor_ref, len(container.helpdesk.writes)) == (EffectState.SENT, "audit-1", 1)


@pytest.mark.parametrize("kind", TICKET_WRITES)
def test_a_ticket_write_that_left_no_trace_is_made_again(container: Container, kind: EffectKind) -> None:
    container.helpdesk.fail(LOST)
    row = again(container, deliver(container, effect(kind)), seconds=3)
    assert row.state is EffectState.PENDING
    row = again(container, row, seconds=2)
    assert (row.state, row.attempts, len(container.helpdesk.writes)) == (EffectState.SENT, 2, 1)


def test_a_ticket_is_opened_once_though_the_answer_got_lost(container: Container) -> None:
    container.helpdesk.fail(LOST, after_doing=True)
    row = again(container, deliver(container, effect(EffectKind.TICKET_CREATE)), seconds=3)
    assert (row.state, row.vendor_ref) == (EffectState.SENT, "900")
    assert list(container.helpdesk.tickets) == ["100", "900"]


@pytest.mark.parametrize(("done", "state"), [(True, EffectState.SENT), (False, EffectState.PARKED)])
def test_a_post_is_looked_for_and_never_made_twice(container: Container, done: bool, state: EffectState) -> None:
    container.desk.fail(LOST, after_doing=done)
    row = deliver(container, effect(EffectKind.SLACK_POST))
    for wait in (3, 5, 12, 40):
        row = again(container, row, seconds=wait)
    assert (row.state, len(container.desk.posts)) == (state, int(done))


def test_a_vendor_that_cannot_be_asked_is_asked_later_and_nothing_is_parked(container: Container) -> None:
    container.messenger.fail(LOST, after_doing=True)
    container.messenger.fail(TransientError("away"), times=5)
    row = deliver(container, effect(EffectKind.MESSAGE))
    for _ in range(5):
        row = again(container, row, minutes=2)
        assert row.state is EffectState.UNKNOWN
    assert again(container, row, minutes=2).state is EffectState.SENT


@pytest.mark.parametrize("error", [RejectedError("no such ticket"), ConfigurationError("the token is wrong")])
def test_a_look_up_that_is_refused_parks_the_effect(container: Container, error: HandrailError) -> None:
    container.helpdesk.fail(LOST)
    container.helpdesk.fail(error)
    row = again(container, deliver(container, effect()), seconds=3)
    assert row.state is EffectState.PARKED
    assert str(error) in alerts(container)[0]


# ---------------------------------------------------------------- two workers, and a killed one


class Slow:
    """A messenger whose send waits until two workers had their chance."""

    def __init__(self, container: Container) -> None:
        self.container = container
        self.entered = threading.Semaphore(0)
        self.leave = threading.Event()

    def send(self, outgoing: Outgoing) -> Any:
        self.entered.release()
        assert self.leave.wait(5)
        return self.container.messenger.send(outgoing)


def test_two_workers_with_one_effect_send_it_once(container: Container) -> None:
    slow = Slow(container)
    senders = replace(container.delivery.senders, messengers=dict.fromkeys(DIRECT, slow))  # type: ignore[arg-type]
    delivery = replace(container.delivery, senders=senders)
    effect_id = added(container, effect(EffectKind.MESSAGE))
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
    assert len(container.messenger.sent) == 1


class KilledError(BaseException):
    """The process ended here."""


class Killing:
    """A messenger in whose hands the worker dies, before or after the message left."""

    def __init__(self, container: Container, *, after: bool) -> None:
        self.container = container
        self.after = after

    def send(self, outgoing: Outgoing) -> Any:
        if self.after:
            self.container.messenger.send(outgoing)
        raise KilledError


@pytest.mark.parametrize(("after", "state"), [(True, EffectState.SENT), (False, EffectState.PARKED)])
def test_a_worker_killed_between_claim_and_mark_leaves_a_question_and_nothing_is_sent_blindly(
    container: Container, after: bool, state: EffectState
) -> None:
    killing = Killing(container, after=after)
    senders = replace(container.delivery.senders, messengers=dict.fromkeys(DIRECT, killing))  # type: ignore[arg-type]
    dying = replace(container.delivery, senders=senders)
    effect_id = added(container, effect(EffectKind.MESSAGE))
    with pytest.raises(KilledError):
        dying.deliver(effect_id)
    assert container.row(effect_id).state is EffectState.SENDING
    assert container.delivery.deliver(effect_id) is None
    container.clock.forward(LEASE)
    container.delivery.deliver(effect_id)
    assert container.row(effect_id).state is state
    assert len(container.messenger.sent) == int(after)


def test_a_killed_ticket_write_is_looked_for_then_made(container: Container) -> None:
    effect_id = added(container, effect())
    with container.store.begin() as unit:
        unit.outbox.claim(effect_id, container.clock())
    container.clock.forward(LEASE)
    assert container.delivery.deliver(effect_id) is EffectState.PENDING
    container.wait(seconds=2)
    assert container.delivery.deliver(effect_id) is EffectState.SENT
    assert len(container.helpdesk.writes) == 1
