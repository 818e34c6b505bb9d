from typing import Any

import pytest

from core.model.ids import ConversationId
from tests.apps.zendesk.desk import DRAFT, TICKET, Desk
from tests.connectors.sql.samples import conversation

PLACE = f"tickets/{TICKET}/drafts/{DRAFT}/opened"


def opened(desk: Desk) -> list[dict[str, Any]]:
    return [detail for kind, detail in desk.feedback() if kind == "opened"]


def test_that_a_source_was_opened_is_kept_once_for_each_sentence(desk: Desk) -> None:
    desk.decide()
    for sentence in (1, 1, 2):
        assert desk.post(PLACE, {"sentence": sentence}).status_code == 204
    assert opened(desk) == [{"sentence": 1, "agent": "501"}, {"sentence": 2, "agent": "501"}]


def test_a_draft_of_another_ticket_is_not_found(desk: Desk) -> None:
    desk.decide()
    with desk.store.begin() as unit:
        unit.conversations.add(conversation("two", id=ConversationId("co_two")))
    assert desk.post(f"tickets/t-two/drafts/{DRAFT}/opened", {"sentence": 1}).status_code == 404
    assert opened(desk) == []


@pytest.mark.parametrize("wrong", [{}, {"sentence": -1}, {"sentence": "first"}])
def test_a_sentence_must_be_named(desk: Desk, wrong: dict[str, Any]) -> None:
    desk.decide()
    assert desk.post(PLACE, wrong).status_code == 400
