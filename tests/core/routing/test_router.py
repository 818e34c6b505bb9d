"""The route inside the loop: who gets the ticket, what is told, and what happens when nobody can be read."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from apps.route.tiers import movements
from connectors.sql.store import SqlStore
from connectors.sql.tables import ledger
from core.errors import HandrailError, RejectedError, TransientError
from core.model.agent import Agent
from core.model.conversation import OwnerKind
from core.model.decision import Decision
from core.model.helpdesk import Person, Receipt
from core.model.ids import TicketId
from core.policy import Routing
from core.routing.route import Router, with_given
from tests.core import rules
from tests.core.container import Container
from tests.core.fake_helpdesk import FakeHelpdesk
from tests.core.people import NOW

MARIA = Agent(id="800001", name="Maria Lopez", groups=frozenset({"Customer care"}), languages=frozenset({"en", "es"}))
LENA = Agent(id="800009", name="Lena Vogel", groups=frozenset({"Customer care"}), languages=frozenset({"de"}))
TOM = Agent(id="800004", name="Tom Okafor", groups=frozenset({"Specialists"}), languages=frozenset({"en"}), senior=True)


@dataclass
class FakeAgents:
    present: list[Agent] = field(default_factory=lambda: [MARIA, LENA, TOM])
    broken: HandrailError | None = None

    def agents(self) -> Sequence[Agent]:
        if self.broken is not None:
            raise self.broken
        return self.present


class RoutedContainer(Container):
    def __init__(self, store: SqlStore, **routing: Any) -> None:
        super().__init__(store, replace(rules.policy(), routing=Routing(**{"assign": True, **routing})))
        self.staff = FakeAgents()
        router = Router(agents=self.staff, store=store, policy=self.policy, now=self.clock)
        self.loop = replace(self.loop, router=router)

    def decision(self) -> Decision:
        with self.store.read() as unit:
            return unit.decisions.since(0)[-1][1]


@pytest.fixture
def container(store: SqlStore) -> RoutedContainer:
    return RoutedContainer(store)


def recorded(store: SqlStore, kind: str) -> list[dict[str, Any]]:
    with store.read() as unit:
        rows = unit.connection.execute(select(ledger.c.facts).where(ledger.c.kind == kind)).scalars().all()
    return [json.loads(row) for row in rows]


def assignees(container: Container) -> list[str | None]:
    return [write.changes.get("assignee_id") for write in container.helpdesk.writes if "group_id" in write.changes]


def told(container: Container) -> str:
    return " ".join(message.body for message in container.messenger.sent)


def test_a_handoff_goes_to_a_named_agent_and_everybody_is_told(container: RoutedContainer) -> None:
    container.text("I want a person please")
    container.drain()
    assert assignees(container) == ["800001"]
    assert "Maria" in told(container)
    assert "Customer care" in told(container)
    notes = container.helpdesk.comments("900", public=False)
    assert any("Handed over to Maria Lopez of Customer care" in note for note in notes)
    why = container.decision().routed
    assert why is not None
    assert why.reason.startswith("Customer care at tier 1 by rule trigger:human_request: Maria Lopez")
    assert not any(why.reason in note for note in notes)  # the sidebar tells it


def test_the_conversation_is_the_agents_and_its_team_is_remembered(container: RoutedContainer) -> None:
    container.text("I want a person please")
    decision = container.decision()
    with container.store.read() as unit:
        conversation = unit.conversations.get(decision.conversation_id)
    assert conversation is not None
    assert (conversation.owner.kind, conversation.owner.name) == (OwnerKind.AGENT, "Maria Lopez")
    assert conversation.owner_group == "Customer care"
    assert decision.disposition.owner.name == "Customer care"


def test_the_decision_keeps_every_ground_and_who_else_was_there(container: RoutedContainer) -> None:
    container.text("I want a person please")
    routed = container.decision().routed
    assert routed is not None
    assert {ground.name for ground in routed.grounds} == {"skill", "language", "prior", "load", "handle_time"}
    assert [other.agent for other in routed.alternatives] == ["Lena Vogel"]
    assert routed.alternatives[0].points < sum(ground.points for ground in routed.grounds)


def test_the_language_of_the_message_decides(container: RoutedContainer) -> None:
    container.text("Bitte a person, ich warte")
    container.drain()
    assert assignees(container) == ["800009"]


def test_nobody_at_work_leaves_it_to_the_team_and_says_so(container: RoutedContainer) -> None:
    container.staff.present = [replace(MARIA, available=False)]
    container.text("I want a person please")
    container.drain()
    assert assignees(container) == [None]
    routed = container.decision().routed
    assert routed is not None
    assert routed.reason.endswith("nobody of Customer care is at work")


@pytest.mark.parametrize("error", [TransientError("busy"), RejectedError("no")])
def test_a_helpdesk_that_does_not_tell_who_is_there_holds_nothing_up(
    container: RoutedContainer, error: HandrailError
) -> None:
    container.staff.broken = error
    assert container.text("I want a person please") == "trigger:human_request"
    container.drain()
    assert assignees(container) == [None]
    routed = container.decision().routed
    assert routed is not None
    assert "the helpdesk does not tell who is there" in routed.reason
    assert container.inbox() == {"done": 1}


class PickyHelpdesk(FakeHelpdesk):
    """Will not have any assignee."""

    def update(self, ticket_id: TicketId, **changes: Any) -> Receipt:
        if changes.get("assignee_id"):
            raise RejectedError("assignee is no member of the group", code="RecordInvalid")
        return super().update(ticket_id, **changes)


def test_an_agent_whom_the_helpdesk_refuses_leaves_the_ticket_to_the_team(container: RoutedContainer) -> None:
    container.text("I want a person please")
    picky = PickyHelpdesk(now=container.clock)
    container.delivery = replace(container.delivery, senders=replace(container.delivery.senders, helpdesk=picky))
    container.drain()
    (write,) = [write for write in picky.writes if "group_id" in write.changes]
    assert write.changes["group_id"] == "group-Customer care"
    assert "assignee_id" not in write.changes


def test_a_policy_that_names_teams_only_names_nobody(store: SqlStore) -> None:
    container = RoutedContainer(store, assign=False)
    container.text("I want a person please")
    container.drain()
    assert assignees(container) == [None]
    assert container.decision().routed is None


def test_what_was_given_a_moment_ago_counts_before_the_helpdesk_shows_it(store: SqlStore) -> None:
    container = RoutedContainer(store, capacity=1)
    container.staff.present = [MARIA, replace(LENA, languages=frozenset({"en"}))]
    for number in range(3):
        container.text("I want a person please", sid=f"SM{number}", phone=f"+44770090010{number}")
    with container.store.read() as unit:
        routes = [decision.routed for _, decision in unit.decisions.since(0)]
    assert [(r.agent, r.overload) for r in routes if r] == [("Maria Lopez", False), ("Lena Vogel", False), ("", True)]
    container.wait(minutes=1)
    container.text("I want a person please", sid="SM9", phone="+447700900109")
    latest = container.decision().routed
    assert latest is not None
    assert latest.agent == "Maria Lopez"


def test_who_helped_this_customer_before_gets_them_again(container: RoutedContainer) -> None:
    container.staff.present = [MARIA, replace(LENA, languages=frozenset({"en"}))]
    lena = container.helpdesk.adds(Person(id="800009", name="Lena Vogel", role="agent"))
    container.text("I want a person please")
    container.drain()
    container.helpdesk.says("900", lena, "Hello, this is Lena.", status="solved")
    container.ticket("900")
    container.wait(days=10)
    container.text("I want a person please", sid="SMlater")
    routed = container.decision().routed
    assert routed is not None
    assert routed.agent == "Lena Vogel"
    assert next(ground for ground in routed.grounds if ground.name == "prior").value == 1


def test_a_flagged_conversation_is_urgent(store: SqlStore) -> None:
    container = RoutedContainer(store)
    flagged = replace(container.policy.triggers["fraud"], first=True)
    policy = replace(container.policy, triggers={**container.policy.triggers, "fraud": flagged})
    router = Router(agents=container.staff, store=store, policy=policy, now=container.clock)
    evaluator = replace(container.loop.evaluator, policy=policy)
    container.loop = replace(container.loop, router=router, evaluator=evaluator, policy=policy)
    container.text("My card was stolen")
    container.drain()
    (write,) = [write for write in container.helpdesk.writes if "group_id" in write.changes]
    assert (write.changes["assignee_id"], write.changes["priority"]) == ("800004", "urgent")


def test_a_move_from_tier_to_tier_is_in_the_record(container: RoutedContainer) -> None:
    container.text("How do I reset it?")
    container.drain()
    assert container.decision().moved is False
    container.wait(minutes=5)
    container.text("My card was stolen", sid="SMsecond")
    decision = container.decision()
    assert (decision.tier_before, decision.tier, decision.moved) == (0, 2, True)
    assert [(each.before, each.after, each.rule, each.count) for each in movements([decision])] == [
        (0, 2, "trigger:fraud", 1)
    ]
    with container.store.read() as unit:
        assert unit.ledger.verify() is None
    assert recorded(container.store, "tier_moved") == [
        {
            "conversation": decision.conversation_id,
            "decision": decision.id,
            "from": 0,
            "to": 2,
            "rule": "trigger:fraud",
            "group": "Specialists",
            "agent": "800004",
        }
    ]


def test_a_draft_that_waits_moves_nothing(container: RoutedContainer) -> None:
    container.text("My card was stolen")
    container.drain()
    container.wait(minutes=5)
    container.text("How do I reset it?", sid="SMsecond")
    decision = container.decision()
    assert (decision.disposition.rule, decision.tier, decision.moved) == ("owned_by_person", 2, False)


def test_what_was_given_is_forgotten_once_the_helpdesk_shows_it() -> None:
    shown = replace(MARIA, open=1, last_assigned_at=NOW + timedelta(seconds=1))
    assert with_given(shown, [NOW]).open == 1
    assert with_given(MARIA, [NOW]).open == 1
