"""Nothing is delivered in the recipient's quiet hours: the vendor is told until when it may be."""

from datetime import UTC, datetime, timedelta

from connectors.sql.store import SqlStore
from core.govern.gate import CLOSING, as_it_leaves
from core.govern.refusal import Refusal
from core.model.outbound import Effect, EffectKind, EffectState, outgoing
from tests.core import samples
from tests.core.campaigns import campaign, line, person, sending
from tests.core.people import NOW
from tests.core.rules import policy
from tests.core.samples import payload_of

LATE = datetime(2026, 3, 10, 19, 59, 30, tzinfo=UTC)  # in London half a minute before the hours close


def leaving(store: SqlStore, effect: Effect, now: datetime) -> Effect | Refusal:
    with store.read() as unit:
        return as_it_leaves(unit, effect, policy(), now)


def test_it_is_valid_until_the_hours_close_on_their_own_clock(store: SqlStore, approved: Effect) -> None:
    ready = leaving(store, approved, NOW)
    assert isinstance(ready, Effect)
    assert outgoing(ready, payload_of(ready)).valid_until == datetime(2026, 3, 10, 20, 0, tzinfo=UTC)


def test_or_until_its_time_is_up_where_that_comes_first(store: SqlStore) -> None:
    of = campaign(not_after=NOW + timedelta(minutes=30))
    with store.begin() as unit:
        unit.customers.save(person(1))
        one = sending(unit, of, [line(of)])[0]
    ready = leaving(store, one, NOW)
    assert isinstance(ready, Effect)
    assert outgoing(ready, payload_of(ready)).valid_until == NOW + timedelta(minutes=30)


def test_what_could_not_arrive_before_the_hours_close_waits_for_the_next_morning(
    store: SqlStore, approved: Effect
) -> None:
    assert leaving(store, approved, LATE) == Refusal(
        state=EffectState.HELD, reason=CLOSING, until=datetime(2026, 3, 11, 8, 0, tzinfo=UTC)
    )


def test_what_could_not_arrive_in_its_time_is_refused(store: SqlStore, approved: Effect) -> None:
    late = leaving(store, approved, payload_of(approved).not_after - timedelta(seconds=59))
    assert isinstance(late, Refusal)
    assert (late.state, late.reason) == (EffectState.REFUSED, "its time has passed")


def test_an_answer_has_no_such_hour(store: SqlStore) -> None:
    answer = samples.effect(EffectKind.MESSAGE)
    assert leaving(store, answer, LATE) is answer
