"""A fault's brief in engineering's channel."""

import json
from typing import Any

from apps.slack.cards.fault import fault_card, fault_said
from core.model.ids import ConversationId
from core.ports.cards import FaultCard
from tests.apps.slack.cards.test_alert import LONG, sound


def card(**changes: Any) -> FaultCard:
    return FaultCard(
        **{
            "conversation_id": ConversationId("co_1"),
            "ticket": "42",
            "tickets_at": "https://larkfield.zendesk.com/agent/tickets/{ticket}",
            "title": "Hub offline",
            "impact": ("Vip customer",),
            "parts": (("Error codes", ("E14",)), ("Log hub.log", ("ERROR E14", "INFO ok"))),
            "by": "Maria Lopez",
            **changes,
        }
    )


def test_it_shows_the_whole_brief_with_the_ticket_and_two_buttons() -> None:
    made = fault_card(card())
    shown = json.dumps(made.blocks, ensure_ascii=False)
    assert sound(made.blocks)
    assert all(words in shown for words in ("Hub offline", "• ERROR E14", "Maria Lopez", "agent/tickets/42|Ticket #42"))
    assert [each["text"]["text"] for each in made.blocks[-1]["elements"]] == ["It is fixed", "There is news"]


def test_slack_takes_the_longest_one_and_reads_no_mention_in_it() -> None:
    parts = tuple((LONG, tuple(LONG for _ in range(9))) for _ in range(9))
    made = fault_card(card(title=LONG, impact=(LONG,) * 4, parts=parts, by=LONG))
    assert sound(made.blocks)
    assert "<!channel>" not in json.dumps(made.blocks[1:])  # a header is plain text
    assert "The rest is on the ticket." in json.dumps(made.blocks)
    assert sound(fault_said(made.payload, LONG, over=False).blocks)


def test_what_was_said_takes_the_buttons_where_it_is_over_and_leaves_them_where_it_is_not() -> None:
    posted = fault_card(card()).payload
    over, news = (fault_said(posted, "Fixed: Tom", over=each).blocks for each in (True, False))
    assert (over[-1]["type"], [block["type"] for block in over].count("actions")) == ("section", 0)
    assert (news[-1]["type"], [block["type"] for block in news].count("actions")) == ("section", 1)
