from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from connectors.sql.store import SqlStore, Waits
from core.model.customer import Channel
from core.model.event import Event, EventKind
from core.model.event_payloads import MessageReceived
from tests.connectors.sql.samples import MINUTE, NOW, SECOND, event
from tests.core.samples import stand_in_store


def test_an_event_comes_back_as_it_was(store: SqlStore) -> None:
    with store.begin() as unit:
        assert unit.events.add(event())
    with store.begin() as unit:
        assert unit.events.claim(event().id, NOW) == event()


def test_a_delivery_is_added_once(store: SqlStore) -> None:
    with store.begin() as unit:
        assert unit.events.add(event())
        assert not unit.events.add(event(subject="another record"))
    with store.begin() as unit:
        assert not unit.events.add(event())


def test_the_same_delivery_id_of_another_source_is_another_event(store: SqlStore) -> None:
    with store.begin() as unit:
        assert unit.events.add(event())
        assert unit.events.add(event(source="twilio"))


def test_a_claimed_event_is_nobody_elses_until_the_lease_lapses(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.events.add(event())
        assert unit.events.claim(event().id, NOW) is not None
        assert unit.events.claim(event().id, NOW + 59 * SECOND) is None
        assert unit.events.claim(event().id, NOW + 60 * SECOND) == event()
        assert unit.events.attempts(event().id) == 2


def test_a_finished_or_parked_event_is_never_claimed_again(store: SqlStore) -> None:
    with store.begin() as unit:
        for name in ("d-1", "d-2"):
            unit.events.add(event(name))
            unit.events.claim(event(name).id, NOW)
        unit.events.finish(event("d-1").id, NOW, "suggested")
        unit.events.park(event("d-2").id, NOW, "malformed")
        later = NOW + timedelta(days=2)
        assert unit.events.claim(event("d-1").id, later) is None
        assert unit.events.claim(event("d-2").id, later) is None
        assert unit.events.due(later, 10) == []
        assert unit.events.counts() == {"pending": 0, "claimed": 0, "parked": 1, "done": 1}


def test_what_is_redacted_is_not_there_any_more(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.events.add(texted("d-1", payload=replace(SAID, text="it is 123456")))
        unit.events.add(event("d-2"))
        unit.events.redact(texted("d-1").id, replace(SAID, text="it is hidden"))
        claimed, other = unit.events.claim(texted("d-1").id, NOW), unit.events.claim(event("d-2").id, NOW)
        assert claimed is not None
        assert claimed.payload == replace(SAID, text="it is hidden")
        (stored,) = unit.connection.exec_driver_sql("SELECT payload FROM events WHERE delivery_id = 'd-1'").scalars()
        assert "123456" not in stored
        assert other == event("d-2")


def test_a_released_event_waits_for_its_time(store: SqlStore) -> None:
    retry_at = NOW + 30 * SECOND
    with store.begin() as unit:
        unit.events.add(event())
        unit.events.claim(event().id, NOW)
        unit.events.release(event().id, NOW, "the helpdesk is slow", retry_at=retry_at)
        assert unit.events.claim(event().id, retry_at - SECOND) is None
        assert unit.events.due(retry_at - SECOND, 10) == []
        assert unit.events.due(retry_at, 10) == [event().id]
        assert unit.events.claim(event().id, retry_at) == event()


def test_an_unknown_event_is_not_ours(store: SqlStore) -> None:
    with store.begin() as unit:
        assert unit.events.claim(event().id, NOW) is None
        assert unit.events.attempts(event().id) == 0


def test_a_new_event_is_due_only_when_its_hint_must_be_lost(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.events.add(event())
        assert unit.events.due(NOW + 14 * SECOND, 10) == []
        assert unit.events.due(NOW + 15 * SECOND, 10) == [event().id]


def test_whose_hint_came_through_is_hinted_anew_when_its_worker_died(store: SqlStore) -> None:
    """However often its hints were lost before: a database that is away for a quarter of an hour costs as many."""
    with store.begin() as unit:
        unit.events.add(event())
        for minutes in (1, 5, 20, 40):
            assert unit.events.due(NOW + minutes * MINUTE, 10) == [event().id]
        assert unit.events.claim(event().id, NOW + 41 * MINUTE)
        assert unit.events.due(NOW + 41 * MINUTE, 10) == []
        assert unit.events.due(NOW + 42 * MINUTE, 10) == [event().id]


def test_a_hint_is_repeated_at_doubling_distances_up_to_ten_minutes(store: SqlStore) -> None:
    repeats = []
    with store.begin() as unit:
        unit.events.add(event())
        for second in range(0, 3000, 5):
            if unit.events.due(NOW + second * SECOND, 10):
                repeats.append(second)
    gaps = [later - earlier for earlier, later in pairwise(repeats)]
    assert gaps[:6] == [30, 60, 120, 240, 480, 600]
    assert set(gaps[6:]) <= {600}


def test_an_event_of_a_dead_worker_is_due_when_its_lease_lapsed(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.events.add(event())
        unit.events.claim(event().id, NOW)
        assert unit.events.due(NOW + 59 * SECOND, 10) == []
        assert unit.events.due(NOW + MINUTE, 10) == [event().id]


def test_due_events_come_oldest_first_and_no_more_than_asked(store: SqlStore) -> None:
    with store.begin() as unit:
        for number in (3, 1, 2):
            unit.events.add(event(f"d-{number}", received_at=NOW + number * SECOND))
        due = unit.events.due(NOW + MINUTE, 2)
        assert due == [event("d-1").id, event("d-2").id]
        assert unit.events.due(NOW + MINUTE, 2) == [event("d-3").id]


def test_the_lease_can_be_set(url: str) -> None:
    store = SqlStore(url, waits=Waits(event_lease=5 * SECOND))
    with store.begin() as unit:
        unit.events.add(event())
        unit.events.claim(event().id, NOW)
        assert unit.events.claim(event().id, NOW + 5 * SECOND) is not None
    store.close()


SAID = MessageReceived(channel=Channel.SMS, sender="+15005550006", text="Hi")


def texted(name: str, **changes: object) -> Event:
    return event(name, kind=EventKind.MESSAGE_RECEIVED, source="sunshine", **{"payload": SAID, **changes})


def test_of_two_events_that_nobody_has_come_to_one_follows_the_other(store: SqlStore) -> None:
    first, second = texted("d-1"), texted("d-2", occurred_at=NOW - SECOND)
    third = texted("d-3", received_at=NOW + SECOND)
    with store.begin() as unit:
        for each in (third, second, first):
            unit.events.add(each)
        following = [unit.events.unheard(each, 10 * SECOND, NOW) for each in (first, second, third)]
    assert following == [[second, third], [third], []]


def test_an_event_that_somebody_has_just_begun_is_unheard_and_one_that_waits_again_is_not(store: SqlStore) -> None:
    first, second = texted("d-1"), texted("d-2", received_at=NOW + SECOND)
    with store.begin() as unit:
        for each in (first, second):
            unit.events.add(each)
        unit.events.claim(second.id, NOW + 2 * SECOND)
        assert unit.events.unheard(first, 10 * SECOND, NOW + SECOND) == [second]
        assert unit.events.unheard(first, 10 * SECOND, NOW + 2 * SECOND) == []
        unit.events.wait(second.id, NOW + 3 * SECOND, NOW + 4 * SECOND)
        assert unit.events.unheard(first, 10 * SECOND, NOW) == []


def test_what_somebody_else_sent_or_what_cannot_be_read_follows_nothing(store: SqlStore) -> None:
    first, other = texted("d-1"), texted("d-2", payload=replace(SAID, sender="+15005550009"), received_at=NOW + SECOND)
    stand_in_store(store, texted("d-3", received_at=NOW + SECOND), "{}")
    with store.begin() as unit:
        for each in (first, other):
            unit.events.add(each)
        assert unit.events.unheard(first, 10 * SECOND, NOW) == []
