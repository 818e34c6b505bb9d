import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model.outreach import Approval, ApprovalState
from core.outreach.card import APPROVE, REJECT, approval_card, escaped, handoff_alert, outcome_card, plain_alert
from tests.core.people import customer
from tests.core.samples import card, proposal

LONG = "<&> word " * 2000

# Slack's own limits, in characters.
TEXT_LIMITS = {"header": 150, "section": 3000, "field": 2000, "context": 2000, "button": 75}


def texts(blocks: Any) -> Iterator[tuple[str, str]]:
    """(what kind of place, its text) of everything that a card shows."""
    for block in blocks:
        kind = block["type"]
        if kind in ("header", "section") and "text" in block:
            yield kind, block["text"]["text"]
        for field in block.get("fields", ()):
            yield "field", field["text"]
        for element in block.get("elements", ()):
            text = element["text"]
            yield ("button", text["text"]) if kind == "actions" else ("context", text)


def within_limits(blocks: Any) -> bool:
    assert len(blocks) <= 50
    for block in blocks:
        assert len(block.get("block_id", "")) <= 255
        assert len(block.get("fields", ())) <= 10
        if block["type"] in ("context", "actions"):
            assert 1 <= len(block["elements"]) <= (10 if block["type"] == "context" else 25)
    return all(0 < len(text) <= TEXT_LIMITS[kind] for kind, text in texts(blocks))


def everything_shown(blocks: Any) -> str:
    return "\n".join(text for _, text in texts(blocks))


def test_an_approval_card_shows_the_text_the_number_of_people_and_the_facts() -> None:
    shown = everything_shown(approval_card(proposal(left_out={"no consent": 3, "no phone number": 1})))
    for words in ("The cloud has a fault in north.", "1", "north", "3 no consent", "1 no phone number"):
        assert words in shown


def test_both_buttons_carry_the_card_and_the_digest_of_what_is_shown() -> None:
    (actions,) = [block for block in approval_card(proposal()) if block["type"] == "actions"]
    assert [button["action_id"] for button in actions["elements"]] == [APPROVE, REJECT]
    for button in actions["elements"]:
        assert json.loads(button["value"]) == {"approval": "ap_one", "digest": proposal().digest}
        assert len(button["value"]) <= 2000
    confirm = actions["elements"][0]["confirm"]
    assert len(confirm["title"]["text"]) <= 100
    assert len(confirm["text"]["text"]) <= 300
    assert max(len(confirm[name]["text"]) for name in ("confirm", "deny")) <= 30


@pytest.mark.parametrize("state", [ApprovalState.APPROVED, ApprovalState.REJECTED, ApprovalState.EXPIRED])
def test_an_outcome_has_no_buttons_and_says_what_became_of_it(state: ApprovalState) -> None:
    blocks = outcome_card(Approval(proposal=proposal(), state=state, decided_by="U1"), "2 leave now")
    assert not [block for block in blocks if block["type"] == "actions"]
    shown = everything_shown(blocks)
    assert state.capitalize() in shown
    assert "2 leave now" in shown
    assert "U1" in shown


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U1> & <https://evil.example|bank>", "&lt;@U1&gt; &amp; &lt;https://evil.example|bank&gt;"),
        ("&lt;", "&amp;lt;"),
        ("plain", "plain"),
    ],
)
def test_slacks_control_characters_are_only_characters(text: str, safe: str) -> None:
    assert escaped(text) == safe


def test_nothing_that_a_customer_or_a_signal_says_becomes_a_link_or_a_mention() -> None:
    evil = "<!channel> <https://evil.example|Click>"
    blocks = [
        *approval_card(proposal(body=evil, facts={"note": evil})),
        *handoff_alert(customer(evil), card(reason=evil, wants=evil), "100", "vip"),
        *plain_alert(evil, {"rule": evil}),
    ]
    shown = [text for kind, text in texts(blocks) if kind != "header"]
    assert not [text for text in shown if "<!" in text or "<http" in text]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([LONG, "x", "<" * 5000, "&" * 3001, "😀" * 3000]))
def test_no_text_is_too_long_for_slack(text: str) -> None:
    long = proposal(body=text, facts={f"fact_{i}": text for i in range(5)}, segment=text[:200])
    assert within_limits(approval_card(long))
    assert within_limits(outcome_card(Approval(proposal=long, state=ApprovalState.APPROVED, decided_by="U1"), text))
    assert within_limits(handoff_alert(customer(text), card(reason=text, wants=text), None, "rule"))
    assert within_limits(plain_alert(text, {"fact": text}))


def test_a_card_with_nobody_left_out_or_without_facts_is_whole_too() -> None:
    assert within_limits(approval_card(proposal(left_out={}, facts={})))
    assert within_limits(plain_alert("Something"))
