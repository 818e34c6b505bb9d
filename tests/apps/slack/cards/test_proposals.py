"""What is proposed, as supervisors see it in Slack."""

import json
from dataclasses import replace

import pytest

from apps.slack.cards.proposals import COMES, KINDS, edit_proposal_view, show_proposal, show_proposals
from core.model.ids import ConversationId, CustomerId
from core.model.lesson import Cause, Evidence, Proposal, ProposalKind, ProposalState
from tests.clock import NOW
from tests.core.outreach.slack_limits import complaints, view_complaints

SEEN = Evidence(
    conversation_id=ConversationId("co_1"),
    customer_id=CustomerId("cu_1"),
    ticket_id="41",
    agent="Maria Lopez",
    at=NOW,
    before="Hello [name],",
    after="Hi [name],",
)
GREETING = Proposal(
    id="pr_1",
    key="k",
    kind=ProposalKind.STYLE_RULE,
    cause=Cause.TONE,
    title="Say “Hi {name},” instead of “Hello {name},”",
    says="Hi {name},",
    change={},
    matters=6,
    agents=3,
    customers=1,
    could=8,
    words=12,
    found_at=NOW,
    evidence=(SEEN,),
)


def told(blocks: object) -> str:
    return json.dumps(blocks, ensure_ascii=False)


def test_the_list_shows_ten_at_most_within_the_limits_of_slack() -> None:
    many = [replace(GREETING, id=f"pr_{number}", title="<!channel> & *bold* " * 400) for number in range(13)]
    shown = show_proposals(many, said="<!here> " * 900).blocks
    assert sum(block["type"] == "actions" for block in shown) == 10
    assert "3 more in the navigation" in told(shown)
    assert complaints(shown) == []
    assert "<!channel>" not in told(shown)
    assert "<!here>" not in told(shown)


def test_one_shows_what_agents_changed_and_holds_within_the_limits() -> None:
    shown = show_proposal(GREETING).blocks
    assert "3 agents for 1 customer" in told(shown)
    assert "ticket #41, Maria Lopez" in told(shown)
    assert "−  Hello [name],\\n+  Hi [name]," in told(shown)
    long = replace(GREETING, says="word " * 4_000, evidence=(replace(SEEN, before="was " * 900),) * 12)
    assert complaints(show_proposal(long).blocks) == []
    assert "The rest of it is in the navigation" in told(show_proposal(long).blocks)


def test_one_that_is_decided_has_no_buttons_and_says_who_decided() -> None:
    settled = replace(GREETING, state=ProposalState.ACCEPTED, decided_by="priya@x.example", outcome="in force")
    shown = show_proposal(settled).blocks
    assert "actions" not in {block["type"] for block in shown}
    assert "It was accepted by priya@x.example: in force." in told(shown)


@pytest.mark.parametrize("kind", list(ProposalKind))
def test_each_kind_is_named_and_says_what_comes_of_a_yes(kind: ProposalKind) -> None:
    shown = show_proposal(replace(GREETING, kind=kind)).blocks
    assert complaints(shown) == []
    assert (KINDS[kind] in told(shown), len(COMES[kind]) > 20) == (True, True)


def test_what_customers_wrote_is_quoted_and_no_change() -> None:
    words = "my bailiff letter"
    for seen in (replace(SEEN, before=words, after=""), replace(SEEN, before="", after=words)):
        shown = told(show_proposal(replace(GREETING, kind=ProposalKind.TRIGGER_MISSED, evidence=(seen,))).blocks)
        assert "“my bailiff letter”" in shown
        assert "taken out" not in shown


def test_what_takes_something_out_or_is_longer_than_a_field_is_not_edited_here() -> None:
    for says in ("", "word " * 1_000):
        assert '"Edit"' not in told(show_proposal(replace(GREETING, says=says)).blocks)
    view = edit_proposal_view(GREETING)
    assert view_complaints(view) == []
    assert view["blocks"][1]["element"]["initial_value"] == "Hi {name},"
