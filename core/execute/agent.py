"""What an agent does from the sidebar: insert, rate, escalate, hand back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.context.ownership import give_back, hold, last_word, take_by_agent, team, withdraw
from core.context.second_turn import reopen_ticket_turn
from core.control.passing import control_passed
from core.errors import RejectedError
from core.handoff.instruction import Instruction, language_of, on_timeline
from core.model.conversation import Control, Conversation, Role
from core.model.draft import DraftState
from core.model.effect_payloads import TicketUpdatePayload
from core.model.ids import ArticleId, ConversationId, DraftId, TicketId
from core.model.insertion import InsertedFrom, Insertion
from core.model.outbound import Authority, Effect, EffectKind
from core.policy import Policy
from core.ports import Publisher, Store, Unit

BRIEFED = "handrail_engineering"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an agent put into their reply, in the words of `core.model.insertion`."""

    agent: str
    agent_id: str
    text: str
    source: InsertedFrom = InsertedFrom.DRAFT
    draft_id: DraftId | None = None
    ref: str = ""
    note: str = ""
    left_out: tuple[int, ...] = ()
    confirmed: tuple[str, ...] = ()
    copied: bool = False

    @property
    def told(self) -> Mapping[str, Any]:
        """What is kept with the draft."""
        return {
            "source": self.source,
            "note": bool(self.note),
            "left_out": list(self.left_out),
            "confirmed": list(self.confirmed),
            "copied": self.copied,
        }

    def into(self, conversation_id: ConversationId, now: datetime) -> Insertion:
        return Insertion(
            conversation_id=conversation_id,
            text=self.text,
            source=self.source,
            agent_id=self.agent_id,
            agent=self.agent,
            at=now,
            draft_id=self.draft_id,
            ref=self.ref,
            note=self.note,
            left_out=self.left_out,
            confirmed=self.confirmed,
            copied=self.copied,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentActions:
    store: Store
    publisher: Publisher
    policy: Policy

    def note_insertion(self, ticket_id: TicketId, taken: Taken, now: datetime) -> None:
        """The text went into the composer; what is sent in the end is compared with it later.

        Raises:
            RejectedError: the ticket is not known, or the draft is none of this ticket's.
        """
        with self.store.begin() as unit:
            conversation = _conversation(unit, ticket_id)
            draft_id = taken.draft_id
            if draft_id is not None:
                if not _offered(unit, conversation, draft_id):
                    raise RejectedError("there is no such draft on this ticket")
                if unit.decisions.draft_state(draft_id) is DraftState.OFFERED:
                    unit.decisions.set_draft_state(draft_id, DraftState.INSERTED)
                unit.decisions.add_feedback(draft_id, "inserted", taken.agent, now, taken.told)
            if taken.text:
                unit.insertions.add(taken.into(conversation.id, now))
            if taken.confirmed:
                facts = {"ticket": ticket_id, "articles": list(taken.confirmed), "by": taken.agent}
                unit.ledger.append("internal_confirmed", facts, now)

    def note_rating(
        self, ticket_id: TicketId, draft_id: DraftId, agent: str, rating: Mapping[str, Any], now: datetime
    ) -> None:
        """RejectedError: the ticket is not known, or the draft is none of this ticket's."""
        with self.store.begin() as unit:
            if not _offered(unit, _conversation(unit, ticket_id), draft_id):
                raise RejectedError("there is no such draft on this ticket")
            unit.decisions.add_feedback(draft_id, f"thumb_{rating['thumb']}", agent, now, dict(rating))

    def escalate(self, ticket_id: TicketId, group: str, note: str, agent: str, now: datetime) -> None:
        """Pass the ticket to one of the policy's teams, with a note; the assistant stays silent.

        Raises:
            RejectedError: the ticket or the team is not known.
        """
        if group not in self.policy.teams:
            raise RejectedError("The policy knows no such team")
        with self.store.begin() as unit:
            conversation = _conversation(unit, ticket_id)
            unit.conversations.save(replace(hold(conversation, team(group), now), updated_at=now))
            said = f": {note}" if note else "."
            effect = Effect(
                kind=EffectKind.TICKET_UPDATE,
                key=f"{conversation.id}:escalate:{group}:{now.isoformat()}",
                target=ticket_id,
                payload=TicketUpdatePayload(group=group, note=f"{agent} escalated this to {group}{said}"),
                authority=Authority(rule="agent_escalation", policy_version=self.policy.version),
                created_at=now,
                conversation_id=conversation.id,
            )
            withdraw(unit, conversation, f"{agent} escalated this", now, drafts=False)
            unit.outbox.add(effect)
            control = control_passed(unit, conversation, Control.AGENTS, "agent_escalation", self.policy.version, now)
            control = [each for each in control if unit.outbox.add(each)]
            unit.ledger.append("escalated", {"ticket": ticket_id, "group": group, "by": agent}, now)
        for each in (effect, *control):
            self.publisher.effect(each.id)

    def hand_back(
        self, ticket_id: TicketId, instruction: str, agent: str, now: datetime, article: ArticleId | None = None
    ) -> None:
        """The only way but the policy's in which the assistant may speak again after a person did. Who waits for an
        answer then is answered now: their words are decided afresh. With an instruction that says something the
        assistant speaks now, whoever spoke last, and a solved ticket is opened for it; `article` is the one that it is
        to answer from.

        Raises:
            RejectedError: the ticket is not known, or it is solved and there is nothing to say on it.
        """
        given = Instruction(text=instruction, by=agent, at=now, article=article)
        with self.store.begin() as unit:
            conversation = _conversation(unit, ticket_id)
            speaks = given.says_something(language_of(unit, conversation))
            if not (conversation.open or speaks):
                raise RejectedError("The ticket is solved: open it first, or say what the customer is to be told.")
            saved = unit.conversations.save(replace(give_back(conversation, now), owner_since=now, updated_at=now))
            facts = {"ticket": ticket_id, "by": agent, "instruction": instruction, "article": article}
            unit.ledger.append("handed_back", facts, now)
            last = last_word(unit.conversations.messages(conversation.id))
            if instruction or article:
                unit.conversations.add_message(on_timeline(saved, given))
            waits = last is not None and last.role is Role.CUSTOMER
            event = reopen_ticket_turn(conversation, "handed_back", now) if waits or speaks else None
            fresh = event is not None and unit.events.add(event)
            where = ticket_id if conversation.open else conversation.ticket_id or ticket_id
            told = TicketUpdatePayload(
                note=f"{agent} gave this back to the assistant{_with(instruction)}",
                status=None if conversation.open else "open",
            )
            note = self._noted(where, saved, told, "given", now)
            control = control_passed(unit, conversation, Control.ASSISTANT, "given_back", self.policy.version, now)
            effects = [effect for effect in (*control, note) if unit.outbox.add(effect)]
        for effect in effects:
            self.publisher.effect(effect.id)
        if event is not None and fresh:
            self.publisher.event(event.id)

    def take_over(self, ticket_id: TicketId, agent: str, agent_id: str, now: datetime) -> None:
        """The agent has it from now on; what the assistant still had to say is not said.

        Raises:
            RejectedError: the ticket is not known.
        """
        with self.store.begin() as unit:
            conversation = _conversation(unit, ticket_id)
            unit.conversations.save(replace(take_by_agent(conversation, agent, now), updated_at=now))
            stopped = withdraw(unit, conversation, f"{agent} has taken over", now, drafts=False)
            unit.ledger.append("taken_over", {"ticket": ticket_id, "by": agent, "stopped": stopped}, now)
            told = TicketUpdatePayload(note=f"{agent} has taken this over.", assignee=agent_id)
            note = self._noted(ticket_id, conversation, told, "taken", now)
            control = control_passed(unit, conversation, Control.AGENTS, "agent_taken", self.policy.version, now)
            effects = [effect for effect in (*control, note) if unit.outbox.add(effect)]
        for effect in effects:
            self.publisher.effect(effect.id)

    def add_brief(self, ticket_id: TicketId, text: str, agent: str, now: datetime) -> None:
        """The engineering brief as an internal note of the ticket, with the tag by which engineers find it.

        Raises:
            RejectedError: the ticket is not known.
        """
        with self.store.begin() as unit:
            conversation = _conversation(unit, ticket_id)
            told = TicketUpdatePayload(note=f"Brief for engineering, by {agent}:\n\n{text}", add_tags=(BRIEFED,))
            note = self._noted(ticket_id, conversation, told, "brief", now)
            unit.outbox.add(note)
            unit.ledger.append("briefed", {"ticket": ticket_id, "by": agent}, now)
        self.publisher.effect(note.id)

    def _noted(
        self, ticket_id: TicketId, conversation: Conversation, told: TicketUpdatePayload, what: str, now: datetime
    ) -> Effect:
        """On the ticket that the agent looks at, which may be a further one of the conversation."""
        return Effect(
            kind=EffectKind.TICKET_UPDATE,
            key=f"{conversation.id}:{what}:{now.isoformat()}",
            target=ticket_id,
            payload=told,
            authority=Authority(rule=f"agent_{what}", policy_version=self.policy.version),
            created_at=now,
            conversation_id=conversation.id,
        )


def _with(instruction: str) -> str:
    return f" with an instruction: {instruction}" if instruction else "."


def _offered(unit: Unit, conversation: Conversation, draft_id: DraftId) -> bool:
    decisions = unit.decisions.of_conversation(conversation.id)
    return any(decision.draft is not None and decision.draft.id == draft_id for decision in decisions)


def _conversation(unit: Unit, ticket_id: TicketId) -> Conversation:
    conversation = unit.conversations.by_ticket(ticket_id)
    if conversation is None:
        raise RejectedError("Handrail has not seen this ticket yet")
    return conversation
