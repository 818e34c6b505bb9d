from typing import Any

import pytest

from core.assist.agent_actions import AgentActions, Taken
from core.errors import RejectedError
from core.model.conversation import ASSISTANT, Conversation
from core.model.decision import Action
from core.model.draft import DraftState
from core.model.ids import ConversationId, DraftId, TicketId
from core.model.insertion import InsertedFrom
from core.model.outbound import EffectKind, EffectState
from tests.core import people, samples
from tests.core.container import Container
from tests.core.day import GO_ON
from tests.core.people import NOW, person
from tests.core.samples import MARIA, effect

TICKET, DRAFT = TicketId("100"), DraftId("dr_one")


@pytest.fixture
def actions(container: Container) -> AgentActions:
    """A ticket with an offered draft, which an agent has open."""
    container.helpdesk.writes_in(container.helpdesk.adds(person()), "Thermostat", "It is offline.")
    with container.store.begin() as unit:
        unit.customers.save(people.customer())
        unit.conversations.add(samples.conversation(ticket_id=TICKET, owner=MARIA))
        unit.decisions.add(samples.decision(Action.SUGGEST))
    return AgentActions(store=container.store, publisher=container.publisher, policy=container.policy)


def conversation(container: Container) -> Conversation:
    with container.store.read() as unit:
        found = unit.conversations.by_ticket(TICKET)
    assert found is not None
    return found


def draft_state(container: Container) -> DraftState | None:
    with container.store.read() as unit:
        return unit.decisions.draft_state(DRAFT)


def feedback(container: Container) -> list[str]:
    with container.store.read() as unit:
        return [kind for kind, _ in unit.decisions.feedback(DRAFT)]


def taken(**changes: Any) -> Taken:
    return Taken(**{"agent": "Maria Lopez", "agent_id": "501", "text": "Hello", "draft_id": DRAFT, **changes})


def test_an_inserted_draft_is_noted_each_time_and_changes_state_once(
    container: Container, actions: AgentActions
) -> None:
    actions.note_insertion(TICKET, taken(), NOW)
    assert draft_state(container) is DraftState.INSERTED
    with container.store.begin() as unit:
        unit.decisions.set_draft_state(DRAFT, DraftState.USED)
    actions.note_insertion(TICKET, taken(), NOW)
    assert draft_state(container) is DraftState.USED
    assert feedback(container) == ["inserted", "inserted"]


def test_what_was_inserted_waits_for_the_comment_word_for_word(container: Container, actions: AgentActions) -> None:
    actions.note_insertion(TICKET, taken(text="Hello Emma, so sorry", note="so sorry", left_out=(2,)), NOW)
    macro = taken(text="Best, Maria", draft_id=None, source=InsertedFrom.MACRO, ref="m-7")
    actions.note_insertion(TICKET, macro, NOW)
    with container.store.read() as unit:
        first, second = unit.insertions.open(conversation(container).id)
    assert (first.text, first.note, first.left_out) == ("Hello Emma, so sorry", "so sorry", (2,))
    assert (second.source, second.ref, second.draft_id) == (InsertedFrom.MACRO, "m-7", None)
    assert feedback(container) == ["inserted"]


def test_a_confirmed_warning_stands_in_the_ledger(container: Container, actions: AgentActions) -> None:
    actions.note_insertion(TICKET, taken(confirmed=("ar_inside",)), NOW)
    with container.store.read() as unit:
        (waiting,) = unit.insertions.open(conversation(container).id)
        assert unit.ledger.verify() is None
    assert waiting.confirmed == ("ar_inside",)


def test_a_draft_of_another_ticket_is_refused(container: Container, actions: AgentActions) -> None:
    with container.store.begin() as unit:
        unit.conversations.add(samples.conversation(id=ConversationId("co_other"), ticket_id=TicketId("200")))
    with pytest.raises(RejectedError):
        actions.note_insertion(TicketId("200"), taken(), NOW)
    with pytest.raises(RejectedError):
        actions.note_rating(TicketId("200"), DRAFT, "Maria", {"thumb": "up"}, NOW)
    assert (draft_state(container), feedback(container)) == (DraftState.OFFERED, [])


def test_a_team_that_the_policy_does_not_know_gets_nothing(container: Container, actions: AgentActions) -> None:
    before = conversation(container)
    with pytest.raises(RejectedError):
        actions.escalate(TICKET, "Nobody", "", "Maria Lopez", NOW)
    assert (conversation(container), container.publisher.effects) == (before, [])


def test_a_rating_is_kept_with_its_words(container: Container, actions: AgentActions) -> None:
    actions.note_rating(TICKET, DRAFT, "Maria", {"thumb": "down", "reason": "wrong", "comment": "Old model"}, NOW)
    with container.store.read() as unit:
        assert unit.decisions.feedback(DRAFT) == [
            ("thumb_down", {"thumb": "down", "reason": "wrong", "comment": "Old model"})
        ]


def test_a_draft_that_does_not_exist_is_refused_and_nothing_is_kept(
    container: Container, actions: AgentActions
) -> None:
    nothing = DraftId("dr_none")
    with pytest.raises(RejectedError):
        actions.note_insertion(TICKET, taken(draft_id=nothing), NOW)
    with pytest.raises(RejectedError):
        actions.note_rating(TICKET, nothing, "Maria", {"thumb": "up"}, NOW)
    with container.store.read() as unit:
        assert unit.decisions.feedback(nothing) == []


def test_an_escalation_moves_ticket_and_conversation_and_says_who_and_why(
    container: Container, actions: AgentActions
) -> None:
    actions.escalate(TICKET, "Specialists", "Looks like fraud", "Maria Lopez", NOW)
    container.drain()
    (write,) = container.helpdesk.writes
    assert write.changes["group_id"] == "group-Specialists"
    assert write.changes["note"] == "Maria Lopez escalated this to Specialists: Looks like fraud"
    assert conversation(container).owner.name == "Specialists"


def test_an_escalation_stops_an_automatic_reply_that_has_not_left(container: Container, actions: AgentActions) -> None:
    waiting = effect(EffectKind.MESSAGE, conversation_id=conversation(container).id)
    with container.store.begin() as unit:
        unit.outbox.add(waiting)
    actions.escalate(TICKET, "Specialists", "", "Maria Lopez", NOW)
    assert container.row(waiting.id).state is EffectState.REFUSED


def test_handing_back_lets_the_assistant_speak_again(container: Container, actions: AgentActions) -> None:
    actions.hand_back(TICKET, GO_ON, NOW)
    assert conversation(container).owner == ASSISTANT
    container.drain()
    (write,) = container.helpdesk.writes
    assert write.changes["note"] == "Maria Lopez gave this back to the assistant."


def test_a_ticket_that_handrail_has_not_seen_cannot_be_moved(actions: AgentActions) -> None:
    with pytest.raises(RejectedError):
        actions.escalate(TicketId("999"), "Billing", "", "Maria", NOW)
    with pytest.raises(RejectedError):
        actions.hand_back(TicketId("999"), GO_ON, NOW)
