"""The same stamps on both databases; what changes them is told apart in tests/apps/zendesk/test_live.py."""

from dataclasses import replace

from connectors.sql.store import SqlStore
from core.model.draft import DraftState
from core.model.ids import ConversationId, DraftId, TicketId
from tests.connectors.sql.samples import conversation, customer, decision, message

TICKET = TicketId("t-one")


def stamp(store: SqlStore) -> str | None:
    with store.read() as unit:
        return unit.conversations.stamp(TICKET)


def test_a_ticket_that_nobody_stored_has_no_stamp(store: SqlStore) -> None:
    assert stamp(store) is None


def test_each_step_of_a_conversation_has_a_stamp_of_its_own(store: SqlStore) -> None:
    stamps = []
    with store.begin() as unit:
        unit.customers.save(customer())
        unit.conversations.add(conversation())
    stamps.append(stamp(store))
    with store.begin() as unit:
        unit.conversations.add_message(message(1))
    stamps.append(stamp(store))
    with store.begin() as unit:
        unit.decisions.add(decision(1))
    stamps.append(stamp(store))
    with store.begin() as unit:
        unit.decisions.set_draft_state(DraftId("dr_1"), DraftState.USED)
    stamps.append(stamp(store))
    with store.begin() as unit:
        found = unit.conversations.get(ConversationId("co_one"))
        assert found is not None
        unit.conversations.save(replace(found, open=False))
    stamps.append(stamp(store))
    assert None not in stamps
    assert len(set(stamps)) == len(stamps)
    assert stamp(store) == stamps[-1]
