"""A ticket changes hands from the sidebar, and its brief goes to engineering."""

from dataclasses import replace
from typing import Any

import pytest

from core.assist.engineering import BRIEFED, tell_agent
from core.handoff.brief import FaultStatus, update_for
from core.model.conversation import Attachment, Linked
from core.model.effect_payloads import TicketUpdatePayload
from core.model.ids import ConversationId, TicketId
from core.model.outbound import EffectKind
from core.policy.engineering import Engineering
from tests.apps.zendesk.desk import TICKET, Desk
from tests.core import samples
from tests.core.samples import payload_of

SAID = "The label is free. Do you have a box?"


def effects(desk: Desk) -> list[Any]:
    with desk.store.read() as unit:
        rows = [unit.outbox.get(name) for name in desk.told.effects]
    return [row.effect for row in rows if row is not None]


def test_the_agents_words_go_out_in_their_name_and_nobody_is_asked_to_answer_again(desk: Desk) -> None:
    assert desk.post(f"tickets/{TICKET}/hand_back", {"how": "say", "text": f" {SAID}\n"}).status_code == 202
    assert desk.owner()[0] == "assistant"
    assert desk.told.events == []
    line = desk.view()["timeline"][-1]
    assert (line["role"], line["author"], line["text"], line["public"]) == ("agent", "Maria Lopez", SAID, True)
    reply, note = effects(desk)
    assert (reply.kind, payload_of(reply).body, payload_of(reply).author) == (EffectKind.TICKET_REPLY, SAID, "501")
    assert payload_of(note).note == "Maria Lopez gave this back to the assistant after this answer."


@pytest.mark.parametrize("wish", [{"how": "say"}, {"how": "say", "text": " \n"}, {"how": "sing"}, {"text": SAID}, {}])
def test_what_is_not_sure_is_refused_and_changes_nothing(desk: Desk, wish: dict[str, str]) -> None:
    before = desk.owner()
    assert desk.post(f"tickets/{TICKET}/hand_back", wish).status_code == 400
    assert (desk.owner(), desk.told.effects, desk.told.events) == (before, [], [])


def test_to_watch_leaves_it_with_the_team(desk: Desk) -> None:
    assert desk.post(f"tickets/{TICKET}/hand_back", {"how": "watch"}).status_code == 202
    assert desk.owner() == ("team", "Customer care")


def test_a_conversation_that_was_given_back_shows_no_handoff(desk: Desk) -> None:
    desk.decide(handoff=samples.card())
    desk.own(owner=samples.TEAM)
    assert desk.view()["handoff"] is not None
    desk.post(f"tickets/{TICKET}/hand_back", {"how": "go_on"})
    assert desk.view()["handoff"] is None


@pytest.mark.parametrize("act", ["brief", "take_over", "hand_back", "escalate"])
def test_what_is_done_on_a_further_ticket_is_told_there(desk: Desk, act: str) -> None:
    with desk.store.begin() as unit:
        further = Linked(
            ticket_id=TicketId("t-two"), conversation_id=ConversationId("co_one"), open=True, at=desk.clock()
        )
        unit.threads.link(further)
    assert desk.post(f"tickets/t-two/{act}", {"group": "Billing", "how": "go_on"}).status_code == 202
    assert [effect.target for effect in effects(desk)] == ["t-two"]


@pytest.mark.parametrize("article", [5, "x" * 501, "line\nbreak"])
def test_an_article_that_is_none_is_refused(desk: Desk, article: object) -> None:
    answer = desk.post(f"tickets/{TICKET}/hand_back", {"how": "go_on", "article": article})
    assert answer.status_code == 400


def test_taking_over_makes_it_the_agents_and_is_on_the_ticket(desk: Desk) -> None:
    assert desk.post(f"tickets/{TICKET}/take_over").status_code == 202
    assert desk.owner() == ("agent", "Maria Lopez")
    (note,) = effects(desk)
    assert note.payload == TicketUpdatePayload(note="Maria Lopez has taken this over.", assignee="501")


def test_the_brief_tells_the_fault_and_what_is_missing(desk: Desk) -> None:
    log = Attachment(name="hub.log", type="text/plain", text="ERROR E42 at boot")
    desk.say(2, text="App version 4.1.0 shows E14, mail dana@example.com", attachments=(log,))
    desk.decide()
    brief = desk.get(f"tickets/{TICKET}/brief").get_json()
    assert brief["file"] == f"ticket-{TICKET}-brief.md"
    for words in ("version 4.1.0", "E14", "ERROR E42 at boot", "Larkfield Warm"):
        assert words in brief["text"]
    assert "dana@example.com" not in brief["text"]
    assert brief["update"].startswith("I have passed this on")


def test_the_brief_is_put_on_the_ticket_with_its_tag(desk: Desk) -> None:
    assert desk.post(f"tickets/{TICKET}/brief").status_code == 202
    (note,) = effects(desk)
    assert note.kind is EffectKind.TICKET_UPDATE
    assert payload_of(note).note.startswith("Brief for engineering, by Maria Lopez:\n\n# ")
    assert payload_of(note).add_tags == (BRIEFED,)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "take_over"), ("GET", "brief"), ("POST", "brief"), ("POST", "hand_back")]
)
def test_of_a_ticket_that_nobody_has_seen_nothing_is_done(desk: Desk, method: str, path: str) -> None:
    assert desk.ask(method, f"tickets/999/{path}", {"how": "go_on"} if method == "POST" else None).status_code == 404


def test_the_brief_goes_where_the_agent_says_if_the_policy_has_an_address_for_it(desk: Desk) -> None:
    desk.policy = replace(desk.policy, engineering=Engineering())
    assert desk.get(f"tickets/{TICKET}/brief").get_json()["ways"] == ["note"]
    assert desk.post(f"tickets/{TICKET}/brief", {"to": "slack"}).status_code == 404
    assert effects(desk) == []
    assert desk.post(f"tickets/{TICKET}/brief", {"to": "pigeon"}).status_code == 400
    address = "engineering@larkfield.example"
    desk.policy = replace(desk.policy, engineering=Engineering(channel="#eng", side_conversation=address))
    assert desk.get(f"tickets/{TICKET}/brief").get_json()["ways"] == ["note", "side_conversation", "slack"]
    assert desk.post(f"tickets/{TICKET}/brief", {"to": "side_conversation"}).status_code == 202
    note, side = effects(desk)
    assert (note.kind, side.kind) == (EffectKind.TICKET_UPDATE, EffectKind.SIDE_CONVERSATION)
    assert payload_of(side).to == address


def test_once_engineering_has_said_so_the_suggestion_says_it(desk: Desk) -> None:
    with desk.store.begin() as unit:
        tell_agent(unit, ConversationId("co_one"), FaultStatus.FIXED, "Tom", "k", desk.policy, desk.clock())
    brief = desk.get(f"tickets/{TICKET}/brief").get_json()
    assert (brief["status"], brief["update"]) == ("fixed", update_for("en", FaultStatus.FIXED))
