"""Why messages stand in a conversation, and moving what belongs elsewhere."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from core.model.conversation import Ground, Join, Linked, MergeSuggestion, Role
from core.model.customer import Channel, Customer
from core.model.ids import ConversationId, CustomerId, MessageId, TicketId
from core.model.outbound import EffectKind
from tests.apps.zendesk.desk import MARIA, TICKET, Desk
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


def test_nothing_moves_to_a_ticket_that_zendesk_does_not_show_the_agent(desk: Desk) -> None:
    here = here_of(desk)
    with desk.store.begin() as unit:
        other = unit.conversations.get(OTHER)
        assert other is not None
        unit.conversations.save(replace(other, ticket_id=TicketId("77")))
    desk.access.hidden = {("501", "77")}
    assert OTHER not in {each["id"] for each in asked(desk)["others"]}
    assert posted(desk, "move", message=TEXT, to=OTHER).status_code == 404
    assert place_of(desk) == here
    desk.access.hidden = set()
    assert posted(desk, "move", message=TEXT, to=OTHER).status_code == 200


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


# ---------------------------------------------------------------- what may be one matter


QUESTION = "Who pays the postage?"


@pytest.fixture
def near(desk: Desk) -> ConversationId:
    """Another conversation of hers, on a ticket of its own, that may be about what she wrote here."""
    begun = ConversationId("co_near")
    with desk.store.begin() as unit:
        stored = unit.conversations.get(here_of(desk))
        assert stored is not None
        unit.conversations.add(
            replace(conversation(), id=begun, customer_id=stored.customer_id, ticket_id=TicketId("t-near"))
        )
        at = desk.clock() + timedelta(hours=2)
        asked = message(8, conversation_id=begun, vendor_ref="zendesk:comment:8", at=at, ticket_id=TicketId("t-near"))
        unit.conversations.add_message(replace(asked, text=QUESTION, role=Role.CUSTOMER, channel=Channel.EMAIL))
        unit.threads.suggest(MergeSuggestion(conversation_id=begun, other_id=stored.id, score=0.6, at=at))
    return begun


def suggested(desk: Desk, ticket: str = TICKET) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = desk.get(f"tickets/{ticket}").get_json()["suggestions"]
    return found


def test_both_tickets_show_both_questions_of_what_may_be_one_matter(desk: Desk, near: ConversationId) -> None:
    for ticket in (TICKET, "t-near"):
        (found,) = suggested(desk, ticket)
        assert found["id"] == near
        earlier, later = found["questions"]
        assert (earlier["ticket"], earlier["channel"]) == (TICKET, "sms")
        assert (later["ticket"], later["channel"], later["text"]) == ("t-near", "email", QUESTION)
        assert earlier["author"]
        assert earlier["at"] < later["at"]


def test_one_click_merges_from_either_ticket_and_one_puts_it_back(desk: Desk, near: ConversationId) -> None:
    here = here_of(desk)
    done = desk.post("tickets/t-near/threads/merge", {"suggestion": near})
    assert done.status_code == 200
    assert (place_of(desk, MessageId("me_8")), suggested(desk), suggested(desk, "t-near")) == (here, [], [])
    with desk.store.read() as unit:
        assert unit.conversations.by_ticket(TicketId("t-near")) == unit.conversations.get(here)
        (join,) = [each for each in unit.threads.joins(here) if each.message_id == "me_8"]
    assert (join.ground, join.by) == (Ground.AGENT, "Maria Lopez")
    assert {"t-near", TICKET} == set(asked(desk)["tickets"])
    assert posted(desk, "undo", move=done.get_json()["id"]).status_code == 204
    assert place_of(desk, MessageId("me_8")) == near
    assert suggested(desk) == [], "whoever puts it back has said that they are two"


def test_what_is_kept_apart_is_not_asked_again(desk: Desk, near: ConversationId) -> None:
    assert posted(desk, "apart", suggestion=near).status_code == 204
    assert (suggested(desk), suggested(desk, "t-near")) == ([], [])
    assert place_of(desk, MessageId("me_8")) == near
    assert posted(desk, "apart", suggestion=near).status_code == 404
    assert posted(desk, "merge", suggestion=near).status_code == 404


def test_only_beside_one_of_its_two_tickets_a_suggestion_is_settled(desk: Desk, near: ConversationId) -> None:
    erik(desk)
    for act in ("merge", "apart"):
        assert desk.post(f"tickets/t-erik/threads/{act}", {"suggestion": near}).status_code == 404
    assert len(suggested(desk)) == 1


def test_nothing_is_suggested_about_a_ticket_that_zendesk_does_not_show_the_agent(
    desk: Desk, near: ConversationId
) -> None:
    desk.access.hidden.add((MARIA.agent_id, "t-near"))
    assert suggested(desk) == []
    for act in ("merge", "apart"):
        assert posted(desk, act, suggestion=near).status_code == 404
    desk.access.hidden.clear()
    assert len(suggested(desk)) == 1


def test_what_was_hidden_is_shown_as_soon_as_zendesk_says_that_it_may_be(desk: Desk, near: ConversationId) -> None:
    desk.access.hidden.add((MARIA.agent_id, "t-near"))
    shown = desk.get(f"tickets/{TICKET}").get_json()
    assert shown["suggestions"] == []
    newer = f"tickets/{TICKET}?after={shown['version']}"
    assert desk.get(newer).status_code == 204
    desk.access.hidden.clear()
    whole = desk.get(newer).get_json()
    assert [each["id"] for each in whole["suggestions"]] == [near]
    assert desk.get(f"tickets/{TICKET}?after={whole['version']}").status_code == 204


def test_what_is_kept_apart_is_gone_from_a_colleagues_panel_at_once(desk: Desk, near: ConversationId) -> None:
    seen = {ticket: desk.get(f"tickets/{ticket}").get_json()["version"] for ticket in (TICKET, "t-near")}
    assert posted(desk, "apart", suggestion=near).status_code == 204
    for ticket, version in seen.items():
        assert desk.get(f"tickets/{ticket}?after={version}").get_json()["suggestions"] == []


@pytest.mark.parametrize("act", ["merge", "apart"])
def test_what_is_shown_can_be_settled_however_many_conversations_the_customer_had_since(
    desk: Desk, near: ConversationId, act: str
) -> None:
    with desk.store.begin() as unit:
        stored = unit.conversations.get(near)
        assert stored is not None
        for number in range(9):
            later = stored.updated_at + timedelta(hours=1 + number)
            name = ConversationId(f"co_later{number}")
            unit.conversations.add(replace(stored, id=name, ticket_id=None, updated_at=later, version=0))
    assert len(suggested(desk)) == 1
    assert posted(desk, act, suggestion=near).status_code in (200, 204)
    assert suggested(desk) == []


def test_what_stands_on_a_hidden_ticket_too_is_not_suggested(desk: Desk, near: ConversationId) -> None:
    with desk.store.begin() as unit:
        unit.threads.link(Linked(ticket_id=TicketId("t-further"), conversation_id=near, open=True, at=desk.clock()))
    desk.access.hidden.add((MARIA.agent_id, "t-further"))
    assert suggested(desk) == []
    assert posted(desk, "merge", suggestion=near).status_code == 404


def test_nothing_is_suggested_of_what_was_moved_away_since(desk: Desk, near: ConversationId) -> None:
    moved = desk.post("tickets/t-near/threads/move", {"message": "me_8", "to": OTHER})
    assert moved.status_code == 200
    assert suggested(desk) == []


@pytest.mark.parametrize("body", [{}, {"suggestion": ""}, {"suggestion": 5}, {"suggestion": "a\nb"}])
def test_what_is_no_name_of_a_suggestion_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    assert posted(desk, "merge", **body).status_code == 400
    assert posted(desk, "apart", **body).status_code == 400
