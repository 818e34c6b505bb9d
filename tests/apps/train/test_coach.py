"""The coach at the real sandbox and a real store; the test is Handrail's worker, and the person at the page."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from apps.demo.environment import DemoEnvironment
from apps.demo.outside import Outside
from apps.train.coach import NOTHING_YET, Coach, EvidenceReader
from apps.train.exercises import read_exercises
from apps.train.results import read_results
from connectors.sql.store import SqlStore
from core.measure.pilot.observe import ESCALATED
from core.model.effect_payloads import TicketUpdatePayload
from core.model.ids import ConversationId, DraftId, TicketId
from core.model.outbound import Authority, EffectKind
from tests.apps.sandbox.running import Sandbox, serving
from tests.clock import Clock
from tests.connectors.sql.samples import conversation, customer, decision, effect, message

MARIA = "81"
MAIL = {"from": "sam@example.com", "subject": "Battery", "body": "Which battery?"}


@dataclass
class Training:
    sandbox: Sandbox
    store: SqlStore
    coach: Coach

    def wish(self, kind: str, exercise: str = "source") -> None:
        wanted = {"kind": kind, "exercise": exercise, "agent_id": MARIA}
        requests.post(f"{self.sandbox.url}/sandbox/api/training/wishes", json=wanted, timeout=5).raise_for_status()
        self.coach.turn()

    def board(self) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(f"{self.sandbox.url}/sandbox/api/training", timeout=5).json()
        return found

    @property
    def sitting(self) -> dict[str, Any]:
        found: dict[str, Any] = self.board()["sittings"][-1]
        return found

    def decide(self) -> str:
        """Handrail has read the ticket: its draft is there."""
        ticket = str(self.sitting["ticket_id"])
        with self.store.begin() as unit:
            unit.customers.save(customer())
            unit.conversations.add(conversation(ticket_id=TicketId(ticket)))
            unit.conversations.add_message(message(1))
            unit.decisions.add(decision(1))
        self.coach.turn()
        return ticket

    def did(self, kind: str, **detail: Any) -> None:
        with self.store.begin() as unit:
            unit.decisions.add_feedback(DraftId("dr_1"), kind, MARIA, self.coach.now(), detail)

    def says(self, ticket: str, words: str, *, public: bool = True) -> None:
        said = {"agent_id": MARIA, "body": words, "public": public}
        url = f"{self.sandbox.url}/sandbox/api/tickets/{ticket}/comments"
        requests.post(url, json=said, timeout=5).raise_for_status()


@pytest.fixture
def training(store: SqlStore, clock: Clock, tmp_path: Path) -> Iterator[Training]:
    with serving(zendesk_token="t" * 20) as sandbox:
        environment = replace(
            DemoEnvironment(folder=tmp_path, web_port=1, sandbox_port=urlsplit(sandbox.url).port or 0, queue_url=""),
            zendesk_token="t" * 20,
        )
        outside = Outside(environment=environment)
        coach = Coach(
            outside=outside,
            witness=EvidenceReader(outside=outside, store=store),
            exercises=tuple(replace(each, mail=MAIL) for each in read_exercises()),
            folder=tmp_path / "results",
            now=clock,
        )
        coach.turn()
        yield Training(sandbox, store, coach)


def test_the_page_sees_the_exercises_but_not_what_is_checked(training: Training) -> None:
    board = training.board()
    assert board["on"]
    assert [each["id"] for each in board["exercises"]] == [each.id for each in read_exercises()]
    assert set(board["exercises"][0]) == {"id", "title", "task", "minutes"}


def test_an_exercise_begins_with_a_mail_and_is_ready_once_handrail_has_read_it(training: Training) -> None:
    training.wish("begin")
    ticket = training.sitting["ticket_id"]
    assert training.sitting["state"] == "arriving"
    assert (
        requests.get(f"{training.sandbox.url}/sandbox/api/tickets/{ticket}", timeout=5).json()["subject"] == "Battery"
    )
    training.decide()
    assert training.sitting["state"] == "ready"
    assert "checks" not in training.sitting


def test_who_has_not_acted_is_told_so_and_not_graded(training: Training) -> None:
    training.wish("begin")
    training.decide()
    training.wish("done")
    assert (training.sitting["state"], training.sitting["word"]) == ("ready", NOTHING_YET)
    assert read_results(training.coach.folder) == []


def test_the_result_is_what_was_done_in_the_helpdesk_and_in_handrail(training: Training) -> None:
    training.wish("begin")
    ticket = training.decide()
    training.did("inserted")
    training.says(ticket, "Hello Sam, it takes a CR123A battery. It also warns you before pipes freeze.")
    training.wish("done")
    passed = {check["says"]: check["passed"] for check in training.sitting["checks"]}
    assert passed == {
        "Opened the source of a sentence": False,
        "Used the draft": True,
        "Answered the customer": True,
        "Named the battery": True,
        "Left out what nobody asked": False,
    }
    (result,) = read_results(training.coach.folder)
    assert (result.agent, result.passed, result.of) == ("Maria Lopez", 3, 5)
    assert result.missed == ("Opened the source of a sentence", "Left out what nobody asked")
    assert training.board()["scores"] == [{"agent_id": MARIA, "exercise": "source", "score": "3/5"}]


def test_a_comment_of_somebody_else_is_not_the_agents(training: Training) -> None:
    training.wish("begin")
    ticket = training.decide()
    training.coach.outside.people("POST", "email", **MAIL, ticket_id=ticket)
    training.wish("done")
    assert training.sitting["word"] == NOTHING_YET


def test_passing_it_on_from_the_sidebar_counts_with_its_note(training: Training) -> None:
    training.wish("begin", "person")
    ticket = training.decide()
    passed_on = effect(
        "escalated",
        kind=EffectKind.TICKET_UPDATE,
        payload=TicketUpdatePayload(group="Specialists"),
        authority=Authority(rule=ESCALATED, policy_version="p-1"),
        created_at=training.coach.now(),
        conversation_id=ConversationId("co_one"),
    )
    with training.store.begin() as unit:
        unit.outbox.add(passed_on)
    # What Handrail's worker writes onto the ticket.
    training.says(ticket, "Maria Lopez escalated this to Specialists: not verified, wants recordings", public=False)
    training.wish("done", "person")
    passed = {check["says"]: check["passed"] for check in training.sitting["checks"]}
    assert passed["Said why in the note"]
    assert passed["Told nothing to whoever wrote"]
    assert not passed["Passed it to the Specialists"], "the ticket is in no group yet"


def test_trying_again_gives_a_new_ticket(training: Training) -> None:
    training.wish("begin")
    first = training.sitting["ticket_id"]
    training.wish("begin")
    assert len(training.board()["sittings"]) == 1
    assert training.sitting["ticket_id"] != first


def test_a_wish_of_nobody_in_the_helpdesk_is_passed_over(training: Training) -> None:
    wanted = {"kind": "begin", "exercise": "source", "agent_id": "999"}
    requests.post(f"{training.sandbox.url}/sandbox/api/training/wishes", json=wanted, timeout=5)
    training.coach.turn()
    assert training.board()["sittings"] == []
