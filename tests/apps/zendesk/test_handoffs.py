"""A ticket changes hands from the sidebar, and its brief goes to engineering."""

from typing import Any

import pytest

from core.execute.agent import BRIEFED
from core.model.conversation import Attachment, Linked, Role
from core.model.effect_payloads import TicketUpdatePayload
from core.model.ids import ConversationId, TicketId
from core.model.outbound import EffectKind
from core.model.signals import Scored
from tests.apps.zendesk.desk import TICKET, Desk
from tests.core import samples
from tests.core.samples import payload_of

SAID = 'Say "The label is free." and ask if she has a box'


def effects(desk: Desk) -> list[Any]:
    with desk.store.read() as unit:
        rows = [unit.outbox.get(name) for name in desk.told.effects]
    return [row.effect for row in rows if row is not None]


def test_what_an_instruction_means_is_shown_and_nothing_is_done(desk: Desk) -> None:
    answer = desk.post(f"tickets/{TICKET}/hand_back/meant", {"instruction": SAID})
    assert answer.get_json() == {
        "lines": ["The label is free.", "Please tell me whether you have a box."],
        "fault": None,
    }
    assert (desk.told.effects, desk.told.events) == ([], [])


def test_an_instruction_is_on_the_timeline_and_the_assistant_is_asked_to_speak(desk: Desk) -> None:
    desk.say(2, role=Role.AGENT, author="Maria Lopez")
    assert desk.post(f"tickets/{TICKET}/hand_back", {"instruction": SAID}).status_code == 202
    assert desk.owner()[0] == "assistant"
    (line,) = [each for each in desk.view()["timeline"] if each["instruction"]]
    assert (line["text"], line["public"], line["author"]) == (SAID, False, "Maria Lopez")
    assert len(desk.told.events) == 1
    (note,) = effects(desk)
    assert payload_of(note).note == f"Maria Lopez gave this back to the assistant with an instruction: {SAID}"


def test_a_note_that_says_nothing_to_the_customer_asks_nobody_to_speak(desk: Desk) -> None:
    desk.say(2, role=Role.AGENT, author="Maria Lopez")
    desk.post(f"tickets/{TICKET}/hand_back", {"instruction": "Be gentle with her"})
    assert desk.told.events == []


@pytest.mark.parametrize(
    ("instruction", "fault"), [('Say "It is free', "unpaired"), (f'Say "{"x" * 601}"', "too_long")]
)
def test_an_instruction_whose_words_have_no_sure_end_is_not_taken(desk: Desk, instruction: str, fault: str) -> None:
    meant = desk.post(f"tickets/{TICKET}/hand_back/meant", {"instruction": instruction}).get_json()
    assert meant == {"lines": [], "fault": fault}
    before = desk.owner()
    assert desk.post(f"tickets/{TICKET}/hand_back", {"instruction": instruction}).status_code == 400
    assert (desk.owner(), desk.told.effects, desk.told.events) == (before, [], [])


def test_in_another_language_a_question_is_not_put_together(desk: Desk) -> None:
    german = samples.signals(language=Scored(value="de", confidence=1.0))
    desk.decide(signals=german)
    desk.say(2, role=Role.AGENT, author="Maria Lopez")
    asks = {"instruction": "ask if sie das Etikett hat"}
    assert desk.post(f"tickets/{TICKET}/hand_back/meant", asks).get_json() == {"lines": [], "fault": None}
    desk.post(f"tickets/{TICKET}/hand_back", asks)
    assert desk.told.events == []


@pytest.mark.parametrize("act", ["brief", "take_over", "hand_back", "escalate"])
def test_what_is_done_on_a_further_ticket_is_told_there(desk: Desk, act: str) -> None:
    with desk.store.begin() as unit:
        further = Linked(
            ticket_id=TicketId("t-two"), conversation_id=ConversationId("co_one"), open=True, at=desk.clock()
        )
        unit.threads.link(further)
    assert desk.post(f"tickets/t-two/{act}", {"group": "Billing"}).status_code == 202
    assert [effect.target for effect in effects(desk)] == ["t-two"]


@pytest.mark.parametrize("article", [5, "x" * 501, "line\nbreak"])
def test_an_article_that_is_none_is_refused(desk: Desk, article: object) -> None:
    answer = desk.post(f"tickets/{TICKET}/hand_back", {"instruction": "", "article": article})
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
    assert desk.ask(method, f"tickets/999/{path}", {} if method == "POST" else None).status_code == 404
