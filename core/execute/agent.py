"""What an agent does from the sidebar: insert, rate, escalate, hand back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.coordinate.again import asked_again
from core.coordinate.lease import given_back, held, last_word, withdraw
from core.coordinate.policy import Policy
from core.coordinate.turn import team
from core.errors import RejectedError
from core.model.conversation import Conversation, Role
from core.model.draft import DraftState
from core.model.ids import DraftId, TicketId
from core.model.outbound import Authority, Effect, EffectKind
from core.ports import Publisher, Store, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentActions:
    store: Store
    publisher: Publisher
    policy: Policy

    def inserted(self, draft_id: DraftId, agent: str, now: datetime) -> None:
        """The draft went into the composer; what is sent in the end is compared with it later."""
        with self.store.begin() as unit:
            if _state(unit, draft_id) is DraftState.OFFERED:
                unit.decisions.set_draft_state(draft_id, DraftState.INSERTED)
            unit.decisions.add_feedback(draft_id, "inserted", agent, now, {})

    def rated(self, draft_id: DraftId, agent: str, rating: Mapping[str, Any], now: datetime) -> None:
        with self.store.begin() as unit:
            _state(unit, draft_id)
            unit.decisions.add_feedback(draft_id, f"thumb_{rating['thumb']}", agent, now, dict(rating))

    def escalate(self, ticket_id: TicketId, group: str, note: str, agent: str, now: datetime) -> None:
        """Pass the ticket to a group, with a note; the assistant stays silent."""
        with self.store.begin() as unit:
            conversation = _conversation(unit, ticket_id)
            unit.conversations.save(replace(held(conversation, team(group), now), updated_at=now))
            said = f": {note}" if note else "."
            effect = Effect(
                kind=EffectKind.TICKET_UPDATE,
                key=f"{conversation.id}:escalate:{group}:{now.isoformat()}",
                target=ticket_id,
                payload={"group": group, "note": f"{agent} escalated this to {group}{said}"},
                authority=Authority(rule="agent_escalation", policy_version=self.policy.version),
                created_at=now,
                conversation_id=conversation.id,
            )
            withdraw(unit, conversation, f"{agent} escalated this", now, drafts=False)
            unit.outbox.add(effect)
            unit.ledger.append("escalated", {"ticket": ticket_id, "group": group, "by": agent}, now)
        self.publisher.effect(effect.id)

    def hand_back(self, ticket_id: TicketId, instruction: str, agent: str, now: datetime) -> None:
        """The only way but the policy's in which the assistant may speak again after a person did. Who waits for an
        answer then is answered now: their words are decided afresh."""
        with self.store.begin() as unit:
            conversation = _conversation(unit, ticket_id)
            unit.conversations.save(replace(given_back(conversation, now), updated_at=now))
            facts = {"ticket": ticket_id, "by": agent, "instruction": instruction}
            unit.ledger.append("handed_back", facts, now)
            last = last_word(unit.conversations.messages(conversation.id))
            waits = last is not None and last.role is Role.CUSTOMER
            event = asked_again(conversation, "handed_back", now) if waits else None
            fresh = event is not None and unit.events.add(event)
        if event is not None and fresh:
            self.publisher.event(event.id)


def _state(unit: Unit, draft_id: DraftId) -> DraftState:
    state = unit.decisions.draft_state(draft_id)
    if state is None:
        raise RejectedError("there is no such draft")
    return state


def _conversation(unit: Unit, ticket_id: TicketId) -> Conversation:
    conversation = unit.conversations.by_ticket(ticket_id)
    if conversation is None:
        raise RejectedError("Handrail has not seen this ticket yet")
    return conversation
