"""What is proposed, on the page of those who lead."""

from dataclasses import replace
from typing import Any

import pytest

from apps.zendesk.session import Visitor
from core.answer.style_changes import accepted_changes
from core.errors import TransientError
from core.model.ids import TicketId
from core.model.lesson import ProposalState
from tests.apps.slack.cards.test_proposals import GREETING
from tests.apps.zendesk.desk import TICKET, Desk

AISHA = Visitor(agent_id="503", name="Aisha Rahman", role="lead")
PRIYA = Visitor(agent_id="505", name="Priya Nair", role="admin")
STYLE = {"style": {"step": "line", "name": "greeting", "language": "en", "text": "Hi {name},"}}


@pytest.fixture(autouse=True)
def _proposed(desk: Desk) -> None:
    desk.staff.emails["505"] = desk.policy.outreach.approvers[0]
    with desk.store.begin() as unit:
        about = unit.conversations.by_ticket(TicketId(TICKET))
        assert about is not None
        seen = replace(GREETING.evidence[0], conversation_id=about.id, customer_id=about.customer_id)
        unit.proposals.save(replace(GREETING, change=STYLE, evidence=(seen,)))


def listed(desk: Desk, who: Visitor = PRIYA, state: str = "open") -> dict[str, Any]:
    found: dict[str, Any] = desk.get(f"overview/proposals?state={state}", bearer=desk.signed_in(who)).get_json()
    return found


def said(desk: Desk, who: Visitor = PRIYA, name: str = "pr_1", **body: str) -> tuple[int, dict[str, Any]]:
    answer = desk.ask("POST", f"overview/proposals/{name}", body, bearer=desk.signed_in(who))
    return answer.status_code, answer.get_json()


def test_a_lead_sees_what_is_proposed_and_its_evidence_which_is_written_down(desk: Desk) -> None:
    (row,) = listed(desk, AISHA)["proposals"]
    assert (row["title"], row["matters"], row["could"]) == (GREETING.title, 6, 8)
    shown = desk.get("overview/proposals/pr_1", bearer=desk.signed_in(AISHA)).get_json()
    assert shown["evidence"][0] | {"at": ""} == {
        "ticket": "41",
        "agent": "Maria Lopez",
        "at": "",
        "before": "Hello [name],",
        "after": "Hi [name],",
    }
    assert desk.looks == [("agent 503 Aisha Rahman", "the evidence of a proposal", "41")]


def test_only_whom_the_policy_names_decides(desk: Desk) -> None:
    assert listed(desk, AISHA)["may"] is False
    assert listed(desk, PRIYA)["may"] is True
    status, told = said(desk, AISHA, wish="accept")
    assert (status, told["error"]["code"]) == (403, "not_approver")
    assert len(listed(desk)["proposals"]) == 1


def test_while_nobody_can_say_who_asks_nothing_is_decided(desk: Desk) -> None:
    desk.staff.error = TransientError("Zendesk does not answer")
    assert said(desk, wish="accept")[0] in (401, 403, 503)
    desk.staff.error = None
    assert len(listed(desk)["proposals"]) == 1


def test_edited_and_accepted_it_is_in_force_and_taken_back_it_is_not(desk: Desk) -> None:
    assert said(desk, wish="edit", says="Hey {name},")[1]["says"] == "Hey {name},"
    status, told = said(desk, wish="accept")
    assert (status, told["state"], told["back"]) == (200, "accepted", True)
    assert told["decided_by"] == desk.policy.outreach.approvers[0].lower()
    with desk.store.read() as unit:
        assert [each.text for each in accepted_changes(unit)] == ["Hey {name},"]
    assert listed(desk)["proposals"] == []
    assert said(desk, wish="back")[1]["state"] == "refused"
    with desk.store.read() as unit:
        assert not accepted_changes(unit)


def test_refused_with_a_reason_it_is_kept_as_such(desk: Desk) -> None:
    assert said(desk, wish="refuse", why="Too familiar.")[0] == 200
    (row,) = listed(desk, state="refused")["proposals"]
    assert (row["state"], row["outcome"]) == ("refused", "Too familiar.")
    status, told = said(desk, wish="accept")
    assert (status, told["error"]["code"]) == (409, "not_done")
    assert "refused by" in told["error"]["message"]


@pytest.mark.parametrize("body", [{"wish": "explode"}, {}, {"wish": "edit", "says": "x" * 20_001}, {"wish": 1}])
def test_what_is_no_wish_changes_nothing(desk: Desk, body: dict[str, Any]) -> None:
    assert said(desk, **body)[0] == 400
    assert len(listed(desk)["proposals"]) == 1


def test_words_that_its_kind_cannot_have_are_refused_with_the_reason(desk: Desk) -> None:
    status, told = said(desk, wish="edit", says="Hi {surname},")
    assert status == 409
    assert told["error"]["message"]
    assert listed(desk)["proposals"][0]["says"] == "Hi {name},"


def test_one_that_is_not_there_is_not_found(desk: Desk) -> None:
    assert desk.get("overview/proposals/pr_none", bearer=desk.signed_in(AISHA)).status_code == 404
    assert said(desk, name="pr_none", wish="accept")[0] == 409
    with desk.store.read() as unit:
        assert [each.state for each in unit.proposals.listed()] == [ProposalState.OPEN]
