"""The work after a conversation, beside the ticket."""

from datetime import timedelta
from typing import Any

import pytest

from core.model.conversation import Role
from core.model.effect_payloads import TicketUpdatePayload
from core.model.ids import ConversationId, TicketId
from core.policy import read
from tests.apps.zendesk.desk import TICKET, Desk
from tests.connectors.sql.samples import conversation, message
from tests.core.people import MINUTE
from tests.core.rules import policy_fields

PATH = f"tickets/{TICKET}/wrap_up"
RULES = {"dispositions": {"refund": "billing"}, "automatic": ["email"], "after_minutes": 30}
WISH = {"text": "As I see it.", "disposition": "billing", "outcome": "done", "next_step": "Call on Friday."}


@pytest.fixture
def solved(desk: Desk) -> Desk:
    desk.policy = read(policy_fields(wrap_up=RULES))
    desk.say(2, text="I've sent £33.95 today.", role=Role.AGENT, author="Maria Lopez", at=desk.clock())
    desk.own(open=False, solved_at=desk.clock())
    return desk


def shown(desk: Desk) -> dict[str, Any]:
    found = desk.get(PATH).get_json()
    assert isinstance(found, dict)
    return found


def note(desk: Desk) -> TicketUpdatePayload:
    with desk.store.read() as unit:
        rows = [unit.outbox.get(name) for name in desk.told.effects]
    (payload,) = [row.effect.payload for row in rows if row is not None]
    assert isinstance(payload, TicketUpdatePayload)
    return payload


def test_it_is_shown_with_what_may_be_chosen_instead(solved: Desk) -> None:
    found = shown(solved)
    assert "- Maria Lopez: “I've sent £33.95 today.” (message of " in found["text"]
    assert (found["outcome"], found["disposition"], found["settled"]) == ("done", "other", False)
    assert found["dispositions"] == ["billing", "other"]
    assert found["outcomes"] == ["answered", "done", "handed_over", "not_solved"]


def test_when_it_is_written_by_itself_is_told(solved: Desk) -> None:
    assert shown(solved)["writes_at"] == (solved.clock() + timedelta(minutes=30)).isoformat()
    solved.own(open=True)
    assert shown(solved)["writes_at"] is None


def test_one_click_writes_what_the_agent_made_of_it(solved: Desk) -> None:
    assert solved.post(PATH, WISH).status_code == 202
    payload = note(solved)
    assert payload.note == (
        "Wrap-up by Maria Lopez: done. Disposition: billing.\nAs I see it.\nNext step: Call on Friday."
    )
    assert payload.add_tags == ("code_billing", "outcome_done", "handrail_follow_up")
    assert shown(solved)["settled"]


def test_a_second_click_writes_nothing(solved: Desk) -> None:
    solved.post(PATH, WISH)
    again = solved.post(PATH, WISH)
    assert again.status_code == 404
    assert note(solved)


def test_who_objects_is_heard_once(solved: Desk) -> None:
    assert solved.post(f"{PATH}/object").status_code == 204
    found = shown(solved)
    assert (found["settled"], found["writes_at"]) == (True, None)
    assert solved.told.effects == []


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {**WISH, "text": ""},
        {**WISH, "text": "x" * 5_001},
        {**WISH, "outcome": "perfect"},
        {**WISH, "disposition": "two\nlines"},
        {**WISH, "next_step": "x" * 501},
    ],
)
def test_what_is_not_sure_is_refused_and_nothing_is_written(solved: Desk, wish: dict[str, Any]) -> None:
    assert solved.post(PATH, wish).status_code == 400
    assert solved.told.effects == []


def test_a_code_that_is_not_on_the_admins_list_is_refused(solved: Desk) -> None:
    assert solved.post(PATH, {**WISH, "disposition": "my own"}).status_code == 404
    assert solved.told.effects == []


def test_what_is_not_settled_of_earlier_matters_is_told_in_the_agents_language(solved: Desk) -> None:
    name = ConversationId("co_two")
    with solved.store.begin() as unit:
        unit.conversations.add(conversation("two", id=name, ticket_id=TicketId("t-two"), updated_at=solved.clock()))
        words = message(9, conversation_id=name, text="The hub LK-77 is broken.", at=solved.clock() - MINUTE)
        unit.conversations.add_message(words)
    (line,) = shown(solved)["earlier"]
    assert line.startswith("ticket t-two (still open), wanted: ")
    solved.language = "de"
    assert shown(solved)["earlier"][0].startswith("Ticket t-two (noch offen), Anliegen: ")
