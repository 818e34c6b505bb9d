from datetime import timedelta

from core.assist.elsewhere import last_contact
from core.model.conversation import Role
from core.model.ids import TicketId
from tests.connectors.sql.samples import NOW, conversation, message
from tests.core.assist.cases import answer

HERE = conversation()
THERE = conversation("two", subject="Second leak", ticket_id=TicketId("77"))


def test_the_last_contact_is_the_newest_word_of_ours_wherever_it_was_said() -> None:
    here = [answer(1), message(2)]
    there = [answer(9, text="We sent a new one.", at=NOW + timedelta(hours=1))]
    found = last_contact([(HERE, here), (THERE, there)])
    assert found is not None
    assert (found.subject, found.ticket, found.message.text) == ("Second leak", "77", "We sent a new one.")


def test_neither_the_customers_words_nor_notes_are_a_contact() -> None:
    said = [message(1), answer(2, public=False), message(3, role=Role.SYSTEM)]
    assert last_contact([(HERE, said)]) is None
