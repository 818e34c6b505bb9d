"""What stands beside a ticket, asked for in one request."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from apps.zendesk.panels import Panel, Panels, StoredTicket
from apps.zendesk.parts import AWAY
from core.errors import TransientError
from core.model.ids import ConversationId, MessageId
from tests.apps.zendesk.desk import TICKET, Desk
from tests.connectors.sql.samples import decision

ALL = ("assist", "call", "elsewhere", "profile", "request", "threads", "writing")


def alone(desk: Desk, name: str) -> object:
    path = name if name == "writing" else f"tickets/{TICKET}/{name}"
    return desk.get(path).get_json()


def test_each_piece_is_what_a_request_of_its_own_answers(desk: Desk) -> None:
    desk.decide()
    found = desk.get(f"tickets/{TICKET}/beside?of={','.join(ALL)}").get_json()
    assert found == {name: alone(desk, name) for name in ALL}
    assert found["elsewhere"]["moods"]


def test_only_what_is_asked_for_is_told_and_unknown_names_are_nothing(desk: Desk) -> None:
    assert list(desk.get(f"tickets/{TICKET}/beside?of=request,secrets").get_json()) == ["request"]
    assert desk.get(f"tickets/{TICKET}/beside").get_json() == {}


def test_an_unknown_ticket_is_not_found_and_nobody_else_is_told(desk: Desk) -> None:
    assert desk.get("tickets/unknown/beside?of=writing").status_code == 404
    assert desk.get(f"tickets/{TICKET}/beside?of=writing", bearer="no").status_code == 401


def test_the_order_system_is_never_waited_for(desk: Desk) -> None:
    signals = decision(1).signals
    sure = replace(signals.intents[0], value="return_item", confidence=0.9)
    desk.decide(signals=replace(signals, intents=(sure,)))
    desk.orders.error = TransientError("the order system is away")
    assert desk.get(f"tickets/{TICKET}/beside?of=scenarios,request").get_json() == {
        "scenarios": {"later": True},
        "request": {"request": None},
    }


def test_where_no_rule_is_about_the_matter_there_is_nothing_to_ask_for(desk: Desk) -> None:
    desk.decide()
    assert desk.get(f"tickets/{TICKET}/beside?of=scenarios").get_json() == {"scenarios": {"scenarios": []}}


def test_a_piece_that_fails_takes_no_other_with_it(desk: Desk) -> None:
    def broken(stored: StoredTicket) -> Mapping[str, Any]:
        raise TransientError("no policy can be read")

    panels: dict[str, Panel] = {"broken": broken, "well": lambda stored: {"subject": stored.conversation.subject}}
    part = Panels(store=desk.store, access=desk.access, now=desk.clock, panels=panels)
    desk.client = desk.serve(replace(desk.sidebar, parts=[part]))
    assert desk.get(f"tickets/{TICKET}/beside?of=broken,well").get_json() == {
        "broken": {"error": {"code": "unavailable", "message": AWAY}},
        "well": {"subject": "Thermostat offline"},
    }


def test_moods_are_read_without_the_drafts(desk: Desk) -> None:
    desk.decide(1)
    desk.say(2)
    desk.decide(2)
    with desk.store.read() as unit:
        told = unit.decisions.of_conversation(ConversationId("co_one"))
        assert unit.decisions.moods(ConversationId("co_one")) == {one.message_id: one.signals.mood for one in told}
        assert MessageId("me_1") in unit.decisions.moods(ConversationId("co_one"))


def test_the_last_words_of_several_conversations_are_read_at_once(desk: Desk) -> None:
    for number in range(2, 6):
        desk.say(number)
    with desk.store.read() as unit:
        one = ConversationId("co_one")
        found = unit.conversations.last_words([one, ConversationId("co_none")], 3)
        assert {name: list(said) for name, said in found.items()} == {one: unit.conversations.messages(one, 3)}
        assert unit.conversations.last_words([], 3) == {}
