"""Taking over the helpdesk's customers, so that a phone number is recognised when it first writes."""

from datetime import datetime

from core.model.customer import Customer
from core.model.helpdesk import Person
from core.ports import Helpdesk, Store, Unit
from core.profile.identity import claims_of, same_or_new

CURSOR = "people"


def recognise(unit: Unit, person: Person, now: datetime) -> Customer:
    """The customer behind a helpdesk user. An address of theirs that somebody else has is noted as a claim: the two
    may be one, which an agent decides."""
    customer = same_or_new(unit.customers, person)
    for claim in claims_of(customer, person, now):
        unit.profiles.claim(customer.id, claim)
    return customer


def sync_people(store: Store, helpdesk: Helpdesk, now: datetime) -> int:
    """Store the profiles that changed since the last time; how many. Breaking off loses nothing: the cursor is last."""
    with store.read() as unit:
        cursor = unit.cursors.get(CURSOR)
    people, following = helpdesk.people(cursor)
    customers = [person for person in people if person.role == "end-user"]
    with store.begin() as unit:
        for person in customers:
            recognise(unit, person, now)
        unit.cursors.set(CURSOR, following)
    return len(customers)
