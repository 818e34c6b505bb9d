"""Events of the loop from end to end: one word that answers us is no wish for silence."""

import pytest

from connectors.sql.store import SqlStore
from core.consent.reachable import withdrawn
from core.model.customer import Channel
from core.model.ids import CustomerId
from tests.core.container import Container
from tests.core.people import EMMA_PHONE
from tests.core.test_self_service import VISITING, made_for, made_lone, says

FORKS = [
    {"id": "fork", "branch": "how in wait, end", "then": "ends", "otherwise": "ends"},
    {"id": "ends", "say": "Then it ends here."},
]


@pytest.fixture
def lone(store: SqlStore) -> Container:
    return made_lone(store)


def test_whoever_says_cancel_to_our_question_gives_up_the_appointment_and_not_all_messages(lone: Container) -> None:
    says(lone, "I want a visit", "the thermostat", "2", "yes")
    for words in ("My visit again please", "Cancel", "yes"):
        lone.wait(minutes=1)
        lone.text(words, channel=Channel.WHATSAPP)
        lone.drain()
    assert lone.messenger.sent_to(EMMA_PHONE)[-1].startswith("Cancelled")
    assert not lone.calendar.appointments
    with lone.store.read() as unit:
        customer = unit.customers.get(CustomerId(made_for(lone)))
    assert customer is not None
    assert not withdrawn(customer, Channel.WHATSAPP)


def test_an_answer_that_was_offered_under_a_line_without_a_question_mark_is_one(store: SqlStore) -> None:
    waiting = {**VISITING, "steps": [{"id": "how", "ask": "Tap one of these: wait, end", "into": "how"}, *FORKS]}
    container = made_lone(store, waiting)
    container.text("I want a visit", channel=Channel.WHATSAPP)
    container.drain()
    assert container.messenger.sent[-1].choices[:2] == ("Wait", "End")
    container.wait(minutes=1)
    container.text("End", channel=Channel.WHATSAPP)
    container.drain()
    assert container.messenger.sent_to(EMMA_PHONE)[-1].startswith("Then it ends here.")
