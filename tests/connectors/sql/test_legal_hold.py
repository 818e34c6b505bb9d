"""What the purge spares, on both databases: events have no column for whose they are."""

from dataclasses import replace
from datetime import timedelta

from connectors.sql.store import SqlStore
from core.model.event import EventKind
from core.model.ids import EventId
from tests.core import people, samples

STRANGER = "+447700900777"
LATER = people.NOW + timedelta(days=500)


def told(store: SqlStore, sid: str, phone: str) -> EventId:
    """A message of this number that is done with."""
    made = samples.event(EventKind.MESSAGE_RECEIVED, sid, payload=samples.incoming("Hello", phone))
    with store.begin() as unit:
        assert unit.events.add(made)
        unit.events.finish(made.id, people.NOW, "done")
    return made.id


def test_a_portion_goes_on_past_what_is_held(store: SqlStore) -> None:
    held = told(store, "SM0", people.EMMA_PHONE)
    others = [told(store, f"SM{number}", STRANGER) for number in (1, 2, 3)]
    with store.begin() as unit:
        unit.customers.save(replace(people.customer(), attributes={"legal_hold": "case 7"}))
    with store.begin() as unit:
        assert unit.privacy.older("events", LATER) == 3
        assert [unit.privacy.expire("events", LATER, 2, "er_1") for _ in range(3)] == [2, 1, 0]
    with store.read() as unit:
        assert unit.privacy.older("events", LATER) == 0
        assert [unit.events.get(each) is not None for each in (held, *others)] == [True, False, False, False]
