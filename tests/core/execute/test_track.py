from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import UnknownOutcome
from core.execute.deliver import Taken
from core.execute.track import RANK, track
from core.model.event import Event, EventKind
from core.model.event_payloads import MessageStatus
from core.model.ids import EffectId
from core.model.outbound import EffectKind, EffectState
from tests.core import samples
from tests.core.container import Container
from tests.core.execute.delivering import ONE, one_waits
from tests.core.samples import effect
from tests.outgoing import to_send


@pytest.fixture(autouse=True)
def _conversation(container: Container) -> None:
    one_waits(container)


def status(container: Container, name: str, *, sid: str = "SM0001", of: EffectId | None = None, error: str = "") -> str:
    event: Event = container.event(
        EventKind.MESSAGE_STATUS, sid, f"{sid}:{name}", payload=MessageStatus(status=name, error=error, effect=of)
    )
    with container.store.begin() as unit:
        return track(unit, event, container.policy, container.clock()).result


def delivery(container: Container) -> tuple[str | None, str | None]:
    """What the outbox and what the timeline say."""
    with container.store.read() as unit:
        said = unit.conversations.messages(samples.conversation().id)
    return container.row(ONE.id).delivery, said[0].delivery if said else None


def test_a_message_is_followed_from_queued_to_read(container: Container) -> None:
    container.delivery.deliver(ONE.id)
    assert [status(container, name) for name in ("queued", "sent", "delivered", "read")] == [
        "queued",
        "sent",
        "delivered",
        "read",
    ]
    assert delivery(container) == ("read", "read")


@pytest.mark.parametrize("order", list(permutations(["queued", "sent", "delivered"])))
def test_in_whatever_order_they_come_the_furthest_counts(container: Container, order: tuple[str, ...]) -> None:
    container.delivery.deliver(ONE.id)
    for name in order:
        status(container, name)
    assert delivery(container) == ("delivered", "delivered")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*RANK, "unheard_of"]), max_size=8))
def test_a_status_never_goes_back(container: Container, names: list[str]) -> None:
    container.delivery.deliver(ONE.id)
    for name in names:
        before = RANK.get(container.row(ONE.id).delivery or "", -1)
        status(container, name)
        assert RANK.get(container.row(ONE.id).delivery or "", -1) >= before


def test_a_status_that_we_do_not_know_changes_nothing(container: Container) -> None:
    container.delivery.deliver(ONE.id)
    assert status(container, "teleported") == "older_status"
    assert delivery(container) == (None, "sent")


def test_a_failure_keeps_the_vendors_code(container: Container) -> None:
    container.delivery.deliver(ONE.id)
    status(container, "undelivered", error="30005")
    assert (container.row(ONE.id).delivery, container.row(ONE.id).error) == ("undelivered", "30005")


def test_a_message_of_somebody_else_is_not_ours_to_follow(container: Container) -> None:
    assert status(container, "delivered", sid="SM9999") == "unknown_message"
    assert status(container, "delivered", sid="SM9999", of=EffectId("fx_none")) == "unknown_message"


@pytest.mark.parametrize("parked", [False, True])
def test_a_callback_settles_a_send_whose_answer_got_lost(container: Container, parked: bool) -> None:
    container.messenger.fail(UnknownOutcome("no answer"), after_doing=True)
    container.messenger.lag = 9 if parked else 0
    container.delivery.deliver(ONE.id)
    for wait in (3, 5, 12, 40) if parked else ():
        container.wait(seconds=wait)
        container.delivery.deliver(ONE.id)
    assert container.row(ONE.id).state is (EffectState.PARKED if parked else EffectState.UNKNOWN)
    assert status(container, "delivered", of=ONE.id) == "delivered"
    row = container.row(ONE.id)
    assert (row.state, row.vendor_ref) == (EffectState.SENT, "SM0001")
    assert delivery(container) == ("delivered", "delivered")
    container.wait(hours=1)
    assert container.delivery.deliver(ONE.id) is None
    assert len(container.messenger.sent) == 1


def test_a_callback_that_overtakes_the_vendors_answer_is_kept(container: Container) -> None:
    with container.store.begin() as unit:
        unit.outbox.claim(ONE.id, container.clock())
    assert status(container, "delivered", of=ONE.id) == "delivered"
    assert container.row(ONE.id).state is EffectState.SENDING
    container.wait(minutes=1)
    container.messenger.send(to_send(ONE.target, "Hello", effect_id=ONE.id))
    container.delivery.deliver(ONE.id)
    assert container.row(ONE.id).state is EffectState.SENT
    assert delivery(container) == ("delivered", "delivered")


STATUSES = st.sampled_from(sorted(RANK))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(STATUSES, min_size=1, max_size=12), number=st.integers(1, 10**9))
def test_over_any_history_the_delivery_only_rises_and_ends_at_its_height(
    container: Container, names: list[str], number: int
) -> None:
    one = effect(EffectKind.MESSAGE, key=f"k-{number}-{len(names)}-{'-'.join(names)}")
    with container.store.begin() as unit:
        if not unit.outbox.add(one):
            return  # the same example again
    container.delivery.deliver(one.id)
    ref = container.row(one.id).vendor_ref or ""
    seen = [-1]
    for place, name in enumerate(names):
        event = container.event(
            EventKind.MESSAGE_STATUS, ref, f"{ref}:{place}:{name}", payload=MessageStatus(status=name)
        )
        with container.store.begin() as unit:
            track(unit, event, container.policy, container.clock())
        seen.append(RANK.get(container.row(one.id).delivery or "", -1))
    assert seen == sorted(seen)
    assert seen[-1] == max(RANK[name] for name in names)


def test_a_word_on_an_earlier_attempt_is_not_taken_for_one_on_this(container: Container) -> None:
    container.delivery.deliver(ONE.id)
    assert status(container, "undelivered", sid="SM9999", of=ONE.id) == "another_attempt"
    assert delivery(container) == (None, "sent")


@pytest.mark.parametrize("order", list(permutations(["delivered", "read", "delivered"])))
def test_that_it_arrived_is_in_the_ledger_once(container: Container, order: tuple[str, ...]) -> None:
    container.delivery.deliver(ONE.id)
    for name in order:
        status(container, name)
    with container.store.read() as unit:
        said = [record.said for record in unit.ledger.records(0, 100) if record.kind == "delivered"]
    assert said == [{"effect": ONE.id, "ref": "SM0001"}]


def test_a_callback_and_a_look_up_at_once_are_one_message_in_the_ledger(container: Container) -> None:
    container.messenger.fail(UnknownOutcome("lost"), after_doing=True)
    container.delivery.deliver(ONE.id)
    container.wait(seconds=3)
    with container.store.begin() as unit:
        taken = container.delivery.take(unit, ONE.id)
    assert isinstance(taken, Taken)
    outcome = container.delivery.carry(taken)
    status(container, "delivered", of=ONE.id)
    with container.store.begin() as unit:
        container.delivery.settle(unit, taken.row, outcome)
        assert [record.kind for record in unit.ledger.records(0, 100)].count("sent") == 1


def test_an_answer_that_comes_after_another_looked_it_up_is_no_second_message_in_the_ledger(
    container: Container,
) -> None:
    with container.store.begin() as unit:
        taken = container.delivery.take(unit, ONE.id)
    assert isinstance(taken, Taken)
    outcome = container.delivery.carry(taken)
    container.wait(minutes=2)
    assert container.delivery.deliver(ONE.id) is EffectState.SENT
    with container.store.begin() as unit:
        container.delivery.settle(unit, taken.row, outcome)
        assert [record.kind for record in unit.ledger.records(0, 100)].count("sent") == 1
