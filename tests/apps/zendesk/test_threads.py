"""Why messages stand in a conversation, and moving what belongs elsewhere."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.model.conversation import Role
from core.model.ids import ConversationId, MessageId
from core.model.outbound import EffectKind
from core.model.thread import Ground, Join
from tests.apps.zendesk.desk import TICKET, Desk
from tests.connectors.sql.samples import conversation, message

HERE = f"/sidebar/api/tickets/{TICKET}/threads"
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
    response = desk.client.get(HERE, headers={"Authorization": f"Bearer {desk.bearer}"})
    assert response.status_code == 200
    found: Mapping[str, Any] = response.json
    return found


def posted(desk: Desk, path: str, **body: Any) -> Any:
    return desk.client.post(f"{HERE}/{path}", json=body, headers={"Authorization": f"Bearer {desk.bearer}"})


def place_of(desk: Desk) -> ConversationId:
    with desk.store.read() as unit:
        found = unit.conversations.message(TEXT)
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
    assert posted(desk, "undo", move=moved.json["id"]).status_code == 204
    assert (place_of(desk), asked(desk)["moves"]) == (here, [])
    assert posted(desk, "undo", move=moved.json["id"]).status_code == 404


def test_a_matter_of_its_own_gets_a_ticket_of_its_own(desk: Desk) -> None:
    moved = posted(desk, "move", message=TEXT)
    assert moved.status_code == 200
    with desk.store.read() as unit:
        (row,) = unit.outbox.of_conversation(moved.json["to"])
    assert row.effect.kind is EffectKind.TICKET_CREATE
    assert row.effect.payload["covers"] == [TEXT]
    assert desk.told.effects == [row.effect.id]


def test_nothing_is_moved_to_another_customer_nor_from_another_ticket(desk: Desk) -> None:
    assert posted(desk, "move", message=TEXT, to="co_unknown").status_code == 404
    assert posted(desk, "move", message="ms_unknown").status_code == 404
    assert place_of(desk) == here_of(desk)
