from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import UnknownOutcome
from core.execute.deliver import Taken
from core.execute.track import RANK, track
from core.model.event import Event, EventKind
from core.model.ids import EffectId
from core.model.outbound import EffectKind, EffectState
from tests.core import samples
from tests.core.execute.delivering import ONE, one_waits
from tests.core.house import House
from tests.core.samples import effect
from tests.outgoing import to_send


@pytest.fixture(autouse=True)
def _conversation(house: House) -> None:
    one_waits(house)


def status(house: House, name: str, *, sid: str = "SM0001", of: EffectId | str = "", error: str = "") -> str:
    event: Event = house.event(
        EventKind.MESSAGE_STATUS, sid, f"{sid}:{name}", payload={"status": name, "error": error, "effect": of}
    )
    with house.store.begin() as unit:
        return track(unit, event, house.policy, house.clock()).result


def delivery(house: House) -> tuple[str | None, str | None]:
    """What the outbox and what the timeline say."""
    with house.store.read() as unit:
        said = unit.conversations.messages(samples.conversation().id)
    return house.row(ONE.id).delivery, said[0].delivery if said else None


def test_a_message_is_followed_from_queued_to_read(house: House) -> None:
    house.delivery.deliver(ONE.id)
    assert [status(house, name) for name in ("queued", "sent", "delivered", "read")] == [
        "queued",
        "sent",
        "delivered",
        "read",
    ]
    assert delivery(house) == ("read", "read")


@pytest.mark.parametrize("order", list(permutations(["queued", "sent", "delivered"])))
def test_in_whatever_order_they_come_the_furthest_counts(house: House, order: tuple[str, ...]) -> None:
    house.delivery.deliver(ONE.id)
    for name in order:
        status(house, name)
    assert delivery(house) == ("delivered", "delivered")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*RANK, "unheard_of"]), max_size=8))
def test_a_status_never_goes_back(house: House, names: list[str]) -> None:
    house.delivery.deliver(ONE.id)
    for name in names:
        before = RANK.get(house.row(ONE.id).delivery or "", -1)
        status(house, name)
        assert RANK.get(house.row(ONE.id).delivery or "", -1) >= before


def test_a_status_that_we_do_not_know_changes_nothing(house: House) -> None:
    house.delivery.deliver(ONE.id)
    assert status(house, "teleported") == "older_status"
    assert delivery(house) == (None, "sent")


def test_a_failure_keeps_the_vendors_code(house: House) -> None:
    house.delivery.deliver(ONE.id)
    status(house, "undelivered", error="30005")
    assert (house.row(ONE.id).delivery, house.row(ONE.id).error) == ("undelivered", "30005")


def test_a_message_of_somebody_else_is_not_ours_to_follow(house: House) -> None:
    assert status(house, "delivered", sid="SM9999") == "unknown_message"
    assert status(house, "delivered", sid="SM9999", of="fx_none") == "unknown_message"


@pytest.mark.parametrize("parked", [False, True])
def test_a_callback_settles_a_send_whose_answer_got_lost(house: House, parked: bool) -> None:
    house.messenger.fail(UnknownOutcome("no answer"), after_doing=True)
    house.messenger.lag = 9 if parked else 0
    house.delivery.deliver(ONE.id)
    for wait in (3, 5, 12, 40) if parked else ():
        house.wait(seconds=wait)
        house.delivery.deliver(ONE.id)
    assert house.row(ONE.id).state is (EffectState.PARKED if parked else EffectState.UNKNOWN)
    assert status(house, "delivered", of=ONE.id) == "delivered"
    row = house.row(ONE.id)
    assert (row.state, row.vendor_ref) == (EffectState.SENT, "SM0001")
    assert delivery(house) == ("delivered", "delivered")
    house.wait(hours=1)
    assert house.delivery.deliver(ONE.id) is None
    assert len(house.messenger.sent) == 1


def test_a_callback_that_overtakes_the_vendors_answer_is_kept(house: House) -> None:
    with house.store.begin() as unit:
        unit.outbox.claim(ONE.id, house.clock())
    assert status(house, "delivered", of=ONE.id) == "delivered"
    assert house.row(ONE.id).state is EffectState.SENDING
    house.wait(minutes=1)
    house.messenger.send(to_send(ONE.target, "Hello", effect_id=ONE.id))
    house.delivery.deliver(ONE.id)
    assert house.row(ONE.id).state is EffectState.SENT
    assert delivery(house) == ("delivered", "delivered")


STATUSES = st.sampled_from(sorted(RANK))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(STATUSES, min_size=1, max_size=12), number=st.integers(1, 10**9))
def test_over_any_history_the_delivery_only_rises_and_ends_at_its_height(
    house: House, names: list[str], number: int
) -> None:
    one = effect(EffectKind.MESSAGE, key=f"k-{number}-{len(names)}-{'-'.join(names)}")
    with house.store.begin() as unit:
        if not unit.outbox.add(one):
            return  # the same example again
    house.delivery.deliver(one.id)
    ref = house.row(one.id).vendor_ref or ""
    seen = [-1]
    for place, name in enumerate(names):
        event = house.event(
            EventKind.MESSAGE_STATUS, ref, f"{ref}:{place}:{name}", payload={"status": name, "error": ""}
        )
        with house.store.begin() as unit:
            track(unit, event, house.policy, house.clock())
        seen.append(RANK.get(house.row(one.id).delivery or "", -1))
    assert seen == sorted(seen)
    assert seen[-1] == max(RANK[name] for name in names)


def test_a_word_on_an_earlier_attempt_is_not_taken_for_one_on_this(house: House) -> None:
    house.delivery.deliver(ONE.id)
    assert status(house, "undelivered", sid="SM9999", of=ONE.id) == "another_attempt"
    assert delivery(house) == (None, "sent")


@pytest.mark.parametrize("order", list(permutations(["delivered", "read", "delivered"])))
def test_that_it_arrived_is_in_the_ledger_once(house: House, order: tuple[str, ...]) -> None:
    house.delivery.deliver(ONE.id)
    for name in order:
        status(house, name)
    with house.store.read() as unit:
        said = [record.said for record in unit.ledger.records(0, 100) if record.kind == "delivered"]
    assert said == [{"effect": ONE.id, "ref": "SM0001"}]


def test_a_callback_and_a_look_up_at_once_are_one_message_in_the_ledger(house: House) -> None:
    house.messenger.fail(UnknownOutcome("lost"), after_doing=True)
    house.delivery.deliver(ONE.id)
    house.wait(seconds=3)
    with house.store.begin() as unit:
        taken = house.delivery.take(unit, ONE.id)
    assert isinstance(taken, Taken)
    outcome = house.delivery.carry(taken)
    status(house, "delivered", of=ONE.id)
    with house.store.begin() as unit:
        house.delivery.settle(unit, taken.row, outcome)
        assert [record.kind for record in unit.ledger.records(0, 100)].count("sent") == 1


def test_an_answer_that_comes_after_another_looked_it_up_is_no_second_message_in_the_ledger(house: House) -> None:
    with house.store.begin() as unit:
        taken = house.delivery.take(unit, ONE.id)
    assert isinstance(taken, Taken)
    outcome = house.delivery.carry(taken)
    house.wait(minutes=2)
    assert house.delivery.deliver(ONE.id) is EffectState.SENT
    with house.store.begin() as unit:
        house.delivery.settle(unit, taken.row, outcome)
        assert [record.kind for record in unit.ledger.records(0, 100)].count("sent") == 1
