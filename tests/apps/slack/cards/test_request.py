import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from apps.sandbox.slack.blocks import block_faults
from apps.slack.cards.actions import APPROVE, REASON, REJECT
from apps.slack.cards.request import request_card, ruled_card
from core.model.ids import ApprovalId, ConversationId, TicketId
from core.model.knowledge import Audience
from core.model.request import Request, RequestState, Ruling, Source
from tests.core.people import MINUTE, NOW

REQUEST = Request(
    id=ApprovalId("rq_one"),
    conversation_id=ConversationId("co_one"),
    ticket_id=TicketId("100"),
    customer="Emma Clarke",
    text="Hello Emma,\n\nwe refund it.",
    asked_by="Maria Lopez",
    asked_by_id="501",
    policy_version="7",
    created_at=NOW,
    expires_at=NOW + 60 * MINUTE,
)


def words(blocks: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(blocks, ensure_ascii=False)


def unquoted(blocks: Sequence[Mapping[str, Any]]) -> str:
    """What a reader of the card's quotes sees."""
    quotes = [b["text"]["text"] for b in blocks if b["type"] == "section" and b["text"]["text"].startswith(">")]
    shown = "".join(quote[1:].replace("\n>", "\n") for quote in quotes)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@pytest.mark.parametrize("text", ["Hi.", "<!channel> & <@U1>\n" * 300, "x" * 8000, "&" * 8000, "\n" * 4000])
def test_the_whole_text_is_shown_however_long_and_odd(text: str) -> None:
    card = request_card(replace(REQUEST, text=text)).blocks
    assert unquoted(card) == text
    assert block_faults(card) == []


@pytest.mark.parametrize("end", ["\r", "\v", "\x85", "\u2028", "\u2029"])
def test_no_line_of_the_words_leaves_its_quote(end: str) -> None:
    card = request_card(replace(REQUEST, text=f"Hello.{end}*Approved by Priya*")).blocks
    assert card[2]["text"]["text"] == ">Hello.\n>*Approved by Priya*"


def test_of_many_findings_the_first_are_shown_and_the_rest_is_counted() -> None:
    card = request_card(replace(REQUEST, findings=tuple(f"Promise {number} & more" for number in range(90)))).blocks
    (found,) = [b["text"]["text"] for b in card if b["type"] == "section" and "*Found in it:*" in b["text"]["text"]]
    assert found.splitlines()[-2:] == ["• Promise 11 &amp; more", "• and 78 more"]
    assert block_faults(card) == []


def test_the_buttons_carry_the_digest_and_a_field_asks_for_the_reason() -> None:
    card = request_card(REQUEST).blocks
    (actions,) = [block for block in card if block["type"] == "actions"]
    assert [button["action_id"] for button in actions["elements"]] == [APPROVE, REJECT]
    assert all(json.loads(button["value"])["digest"] == REQUEST.digest for button in actions["elements"])
    (field,) = [block for block in card if block["type"] == "input"]
    assert (field["element"]["action_id"], field["optional"]) == (REASON, True)


def test_the_card_says_that_approving_sends_nothing() -> None:
    assert "Approving sends nothing" in words(request_card(REQUEST).blocks)


def test_the_card_says_until_when_the_words_may_be_used() -> None:
    assert f"once, until <!date^{int(REQUEST.expires_at.timestamp())}^" in words(request_card(REQUEST).blocks)


def test_internal_sources_and_findings_are_marked() -> None:
    inside = Source(article_id="ar_1", title="Refund limits", audience=Audience.INTERNAL, quote="up to 200")
    shown = words(request_card(replace(REQUEST, sources=(inside,), findings=("A promise",))).blocks)
    assert "rests on 1 article · :lock: 1 of them not for customers" in shown
    assert "A promise" in shown


def test_an_article_is_counted_once_however_many_sentences_rest_on_it() -> None:
    sources = tuple(Source(article_id="ar_1", title="Returns", quote=str(number)) for number in range(12))
    other = Source(article_id="ar_2", title="Refunds", url="https://help.larkfield.example/2")
    assert "rests on 2 articles" in words(request_card(replace(REQUEST, sources=(*sources, other))).blocks)
    assert "the agent’s own words" in words(request_card(REQUEST).blocks)


def test_sources_policy_and_digest_stand_behind_the_details() -> None:
    source = Source(article_id="ar_2", title="Refunds", url="https://help.larkfield.example/2")
    of = replace(REQUEST, sources=(source,))
    blocks = request_card(of).blocks
    assert "help.larkfield.example" not in words(blocks)
    assert "Policy" not in words(blocks)
    (details,) = [block["accessory"] for block in blocks if "accessory" in block]
    assert json.loads(details["value"]) == {"card": "request", "id": "rq_one"}


@pytest.mark.parametrize("state", [state for state in RequestState if state is not RequestState.PENDING])
def test_an_outcome_has_no_buttons_and_says_by_whom_and_why(state: RequestState) -> None:
    card = ruled_card(Ruling(request=REQUEST, state=state, decided_by="U1", reason="No <exceptions>"), "A note").blocks
    assert not [block for block in card if block["type"] in ("actions", "input")]
    assert "by <@U1>" in words(card)
    assert "No &lt;exceptions&gt;" in words(card)
    assert block_faults(card) == []
