"""Asking a supervisor from the sidebar, and what the sidebar is told of it."""

from dataclasses import replace
from typing import Any

import pytest

from core.govern.requests import settle_request
from core.model.ids import ApprovalId
from core.model.knowledge import Audience
from core.model.outbound import EffectKind
from core.model.outreach import Click, Verdict
from tests.apps.zendesk.desk import DRAFT, TICKET, Desk
from tests.connectors.sql.samples import draft
from tests.core.samples import payload_of

HERE = f"tickets/{TICKET}/request"
TEXT = "Hello Dana,\n\nwe refund it as an exception. A cheap way out."


@pytest.fixture
def drafted(desk: Desk) -> Desk:
    desk.decide()
    return desk


def ask(desk: Desk, text: str = TEXT, **more: Any) -> dict[str, Any]:
    answer = desk.post(HERE, {"text": text, **more})
    assert answer.status_code == 200, answer.text
    request: dict[str, Any] = answer.get_json()["request"]
    return request


def newest(desk: Desk) -> Any:
    return desk.get(HERE).get_json()["request"]


def decide(desk: Desk, asked: dict[str, Any], verdict: Verdict, reason: str = "") -> str:
    """Priya presses a button of the card."""
    with desk.store.begin() as unit:
        ruling = unit.requests.get(ApprovalId(asked["id"]))
        assert ruling is not None
        click = Click(
            approval_id=ApprovalId(asked["id"]),
            verdict=verdict,
            digest=ruling.request.digest,
            user_id="U1",
            user_name="Priya Nair",
            channel="C1",
            ts="1.0",
            reason=reason,
        )
        return settle_request(unit, click, desk.policy.outreach.approvers[0], desk.policy, desk.clock()).result


def test_before_anybody_asked_there_is_nothing(drafted: Desk) -> None:
    assert newest(drafted) is None
    assert drafted.get("tickets/unknown/request").get_json() == {"request": None}


def test_a_text_goes_to_slack_with_what_the_guard_says_of_it(drafted: Desk) -> None:
    asked = ask(drafted, draft=DRAFT)
    assert (asked["state"], asked["text"], asked["asked_by"], asked["outdated"]) == (
        "pending",
        TEXT,
        "Maria Lopez",
        False,
    )
    assert asked["channel"] == drafted.policy.outreach.channel
    with drafted.store.read() as unit:
        (effect_id,) = drafted.told.effects
        row = unit.outbox.get(effect_id)
    assert row is not None
    assert row.effect.kind is EffectKind.SLACK_POST
    assert "cheap" in str(payload_of(row.effect).blocks[2])


def test_the_internal_articles_under_the_words_are_told_so_that_they_are_warned_of(desk: Desk) -> None:
    drafted = draft("1")
    (citation, *_) = drafted.cited
    passage = replace(citation.passage, audience=Audience.INTERNAL)
    inside = replace(drafted.sentences[1], citation=replace(citation, passage=passage))
    desk.decide(draft=replace(drafted, sentences=(inside, *drafted.sentences[2:])))
    told = ask(desk, draft=DRAFT)["internal"]
    assert told == [{"article_id": passage.article_id, "title": passage.title}]
    assert ask(desk, "Words of my own")["internal"] == []


def test_an_approval_is_told_with_its_name_and_spent_once(drafted: Desk) -> None:
    asked = ask(drafted)
    decide(drafted, asked, Verdict.APPROVE)
    assert (newest(drafted)["state"], newest(drafted)["decided_by"]) == ("approved", "Priya Nair")
    first = drafted.post(f"{HERE}/{asked['id']}/use", {}).get_json()
    second = drafted.post(f"{HERE}/{asked['id']}/use", {}).get_json()
    assert (first["granted"], first["request"]["state"]) == (True, "used")
    assert second["granted"] is False


def test_a_rejection_is_told_with_its_reason(drafted: Desk) -> None:
    asked = ask(drafted)
    decide(drafted, asked, Verdict.REJECT, "No exceptions.")
    found = newest(drafted)
    assert (found["state"], found["reason"]) == ("rejected", "No exceptions.")
    assert drafted.post(f"{HERE}/{asked['id']}/use", {}).get_json()["granted"] is False


def test_a_request_expires_by_itself(drafted: Desk) -> None:
    ask(drafted)
    drafted.clock.moment += drafted.policy.outreach.expires_after
    assert newest(drafted)["state"] == "expired"


def test_what_the_customer_wrote_since_makes_it_outdated(drafted: Desk) -> None:
    asked = ask(drafted)
    decide(drafted, asked, Verdict.APPROVE)
    drafted.say(9)
    assert newest(drafted)["outdated"] is True
    assert drafted.post(f"{HERE}/{asked['id']}/use", {}).get_json()["granted"] is False


def test_a_request_is_taken_back(drafted: Desk) -> None:
    asked = ask(drafted)
    assert drafted.post(f"{HERE}/{asked['id']}/withdraw", {}).get_json()["request"]["state"] == "withdrawn"


@pytest.mark.parametrize("wrong", [{}, {"text": ""}, {"text": "x" * 8001}, {"text": "Hello", "draft": 7}])
def test_an_odd_question_is_refused(drafted: Desk, wrong: dict[str, Any]) -> None:
    assert drafted.post(HERE, wrong).status_code == 400
    assert drafted.told.effects == []


def test_another_tickets_request_is_not_there(drafted: Desk) -> None:
    asked = ask(drafted)
    assert drafted.post(f"tickets/other/request/{asked['id']}/use", {}).status_code == 404
