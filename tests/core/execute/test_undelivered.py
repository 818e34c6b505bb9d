"""The note about a message that did not arrive."""

import pytest

from core.execute.failures import FAILURES, failure_of
from core.execute.undelivered import TAG, note_undelivered
from core.model.customer import Channel
from core.model.ids import ConversationId, TicketId
from core.model.outbound import Effect, EffectKind
from tests.core import people, samples
from tests.core.container import Container
from tests.core.samples import effect, payload_of

NAME = samples.conversation().id


@pytest.fixture(autouse=True)
def _conversation(container: Container) -> None:
    with container.store.begin() as unit:
        unit.customers.save(people.customer())
        unit.conversations.add(samples.conversation(ticket_id=TicketId("12"), open=False))


def told(container: Container, lost: Effect, code: str = "30005") -> list[Effect]:
    with container.store.begin() as unit:
        return note_undelivered(unit, lost, code, failure_of(code), people.NOW)


def relayed(**more: object) -> Effect:
    payload = samples.text(**{"body": "Here it is.", "relayed": True, "author": "Maria Lopez", **more})
    return effect(EffectKind.MESSAGE, conversation_id=NAME, payload=payload)


def test_it_says_whose_message_why_it_failed_and_what_to_do_and_opens_the_ticket(container: Container) -> None:
    (note,) = told(container, relayed())
    assert note.target == "12"
    assert (payload_of(note).status, payload_of(note).add_tags) == ("open", (TAG,))
    for words in ("The reply of Maria Lopez by SMS", failure_of("30005").meaning.rstrip("."), "(error 30005)"):
        assert words in payload_of(note).note


def test_of_the_assistants_own_message_it_says_so(container: Container) -> None:
    payload = samples.text(channel=Channel.WHATSAPP, body="Hold the button.")
    (note,) = told(container, effect(EffectKind.MESSAGE, conversation_id=NAME, payload=payload))
    assert "A message of the virtual assistant by WhatsApp" in payload_of(note).note


def test_parts_that_were_not_sent_are_told(container: Container) -> None:
    (note,) = told(container, relayed(rest=("(2/2) more",)))
    assert "The parts after it were not sent." in payload_of(note).note


@pytest.mark.parametrize("code", [*FAILURES, "", "99999"])
def test_every_code_has_words(container: Container, code: str) -> None:
    (note,) = told(container, relayed(), code)
    assert "Why: " in payload_of(note).note
    assert "What to do: " in payload_of(note).note
    assert ".." not in payload_of(note).note


def test_what_is_no_message_to_a_customer_or_on_no_ticket_makes_no_note(container: Container) -> None:
    assert told(container, effect(EffectKind.TICKET_NOTE, conversation_id=NAME)) == []
    assert told(container, effect(EffectKind.MESSAGE, conversation_id=ConversationId("co_unknown"))) == []
