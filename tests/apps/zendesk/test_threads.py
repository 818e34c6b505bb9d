"""Why messages stand in a conversation, and moving what belongs elsewhere."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from core.model.conversation import Ground, Join, Role
from core.model.customer import Channel, Customer
from core.model.ids import ConversationId, CustomerId, MessageId
from core.model.outbound import EffectKind
from tests.apps.zendesk.desk import TICKET, Desk
from tests.connectors.sql.samples import conversation, decision, message
from tests.core.samples import payload_of

HERE = f"tickets/{TICKET}/threads"
ERIKS = ConversationId("co_erik")
OTHER = ConversationId("co_other")
TEXT = MessageId("ms_moved")


@pytest.fixture(autouse=True)
def _texted(desk: Desk) -> None:
    """A text on the ticket's conversation, and another conversation of the same customer."""
    here = here_of(desk)
    with desk.store.begin() as unit:
        stored = unit.conversations.get(here)
        assert stored is not None
        other = replace(conversation(), id=OTHER, customer_id=stored.customer_id, ticket_id=None, subject="The bill")
        unit.conversations.add(other)
        text = replace(
            message(),
            id=TEXT,
            conversation_id=here,
            vendor_ref="twilio:SMx",
            role=Role.CUSTOMER,
            channel=Channel.SMS,
            at=desk.clock() + timedelta(hours=1),
        )
        unit.conversations.add_message(text)
        join = Join(
            message_id=TEXT, conversation_id=here, ground=Ground.REFERENCE, words="LK-20114", at=text.at, score=0.5
        )
        unit.threads.join(join)


def here_of(desk: Desk) -> ConversationId:
    with desk.store.read() as unit:
        found = unit.conversations.by_ticket(TICKET)  # type: ignore[arg-type]
    assert found is not None
    return found.id


def asked(desk: Desk) -> Mapping[str, Any]:
    found: Mapping[str, Any] = desk.get(HERE).get_json()
    return found


def posted(desk: Desk, path: str, **body: Any) -> TestResponse:
    return desk.post(f"{HERE}/{path}", body)


def erik(desk: Desk) -> MessageId:
    """Another customer with a ticket of his own, and what he wrote there."""
    with desk.store.begin() as unit:
        unit.customers.save(Customer(id=CustomerId("cu_erik"), name="Erik"))
        unit.conversations.add(conversation("erik", customer_id=CustomerId("cu_erik")))
        wrote = message(9, conversation_id=ERIKS, vendor_ref="zendesk:comment:erik")
        unit.conversations.add_message(wrote)
    return wrote.id


def place_of(desk: Desk, name: MessageId = TEXT) -> ConversationId:
    with desk.store.read() as unit:
        found = unit.conversations.message(name)
    assert found is not None
    return found.conversation_id


def test_the_agent_sees_why_a_message_stands_here_and_where_it_could_belong(desk: Desk) -> None:
    found = asked(desk)
    assert [(join["message"], join["ground"], join["words"]) for join in found["joins"]] == [
        (TEXT, "reference", "LK-20114")
    ]
    assert found["tickets"] == [TICKET]
    assert OTHER in {other["id"] for other in found["others"]}


def test_a_message_moves_to_another_conversation_and_back_exactly(desk: Desk) -> None:
    here = here_of(desk)
    moved = posted(desk, "move", message=TEXT, to=OTHER)
    assert (moved.status_code, place_of(desk)) == (200, OTHER)
    with desk.store.read() as unit:
        (join,) = unit.threads.joins(OTHER)
    assert (join.ground, join.by) == (Ground.AGENT, "Maria Lopez")
    assert [move["here"] for move in asked(desk)["moves"]] == [False]
    assert posted(desk, "undo", move=moved.get_json()["id"]).status_code == 204
    assert (place_of(desk), asked(desk)["moves"]) == (here, [])
    assert [(join["ground"], join["by"]) for join in asked(desk)["joins"]] == [("reference", "")]
    assert posted(desk, "undo", move=moved.get_json()["id"]).status_code == 404


def test_who_waits_where_the_assistant_has_it_gets_another_turn(desk: Desk) -> None:
    with desk.store.begin() as unit:
        unit.decisions.add(replace(decision(77), message_id=TEXT, conversation_id=here_of(desk), draft=None))
    assert posted(desk, "move", message=TEXT, to=OTHER).status_code == 200
    (event,) = desk.told.events
    with desk.store.begin() as unit:
        waiting = unit.events.claim(event, desk.clock())
    assert waiting is not None


def test_a_matter_of_its_own_gets_a_ticket_of_its_own(desk: Desk) -> None:
    moved = posted(desk, "move", message=TEXT)
    assert moved.status_code == 200
    with desk.store.read() as unit:
        (row,) = unit.outbox.of_conversation(moved.get_json()["to"])
    assert row.effect.kind is EffectKind.TICKET_CREATE
    assert payload_of(row.effect).covers == (TEXT,)
    assert desk.told.effects == [row.effect.id]


@pytest.mark.parametrize("body", [{"message": TEXT, "to": "co_unknown"}, {"message": "ms_unknown"}])
def test_nothing_is_moved_that_nobody_knows(desk: Desk, body: dict[str, str]) -> None:
    assert posted(desk, "move", **body).status_code == 404
    assert place_of(desk) == here_of(desk)


def test_nothing_is_moved_to_another_customer(desk: Desk) -> None:
    erik(desk)
    assert posted(desk, "move", message=TEXT, to=ERIKS).status_code == 404
    assert place_of(desk) == here_of(desk)


def test_nothing_is_moved_from_another_ticket(desk: Desk) -> None:
    theirs = erik(desk)
    assert posted(desk, "move", message=theirs, to=OTHER).status_code == 404
    assert posted(desk, "move", message=theirs).status_code == 404
    # Nor hers from beside his.
    assert desk.post("tickets/t-erik/threads/move", {"message": TEXT}).status_code == 404
    assert (place_of(desk, theirs), place_of(desk)) == (ERIKS, here_of(desk))


def test_only_beside_one_of_its_two_tickets_a_move_is_undone(desk: Desk) -> None:
    erik(desk)
    moved = posted(desk, "move", message=TEXT, to=OTHER).get_json()["id"]
    assert desk.post("tickets/t-erik/threads/undo", {"move": moved}).status_code == 404
    assert place_of(desk) == OTHER
    assert posted(desk, "undo", move=moved).status_code == 204


@pytest.mark.parametrize("body", [{}, {"move": ""}, {"move": "a\nb"}, {"move": "x" * 101}, {"move": 5}])
def test_what_is_no_name_of_a_move_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    assert posted(desk, "undo", **body).status_code == 400
