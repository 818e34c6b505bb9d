"""What an agent does from the sidebar: insert, rate, escalate, hand back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.alerts.raising import settle_message_alerts
from core.assist.engineering import BriefWay, pass_on
from core.context.ownership import customer_waits, give_back, hold, last_word, take_by_agent, team, withdraw
from core.context.reader import case_of
from core.context.second_turn import reopen_ticket_turn
from core.control.passing import control_passed
from core.errors import RejectedError
from core.execute.alert import AGENT_REPLY
from core.handoff.brief import Brief
from core.handoff.instruction import Instruction, on_timeline
from core.measure.learn import learn
from core.model.conversation import Control, Conversation, Message, OwnerKind, Role
from core.model.draft import DraftState
from core.model.effect_payloads import TicketReplyPayload, TicketUpdatePayload
from core.model.event import Event
from core.model.ids import ArticleId, ConversationId, DraftId, MessageId, TicketId, derive_id
from core.model.insertion import InsertedFrom, Insertion
from core.model.outbound import Authority, Effect, EffectKind
from core.policy import Policy
from core.ports import Publisher, Store, Unit


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


class HandBackWay(StrEnum):
    """How the assistant is to go on with what an agent gives back."""

    GO_ON = "go_on"
    SAY = "say"
    WATCH = "watch"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandBack:
    """`text` are the words to SAY, `article` the one to GO_ON from; `agent_id` is the helpdesk's id of the agent."""

    how: HandBackWay
    agent: str
    agent_id: str
    text: str = ""
    article: ArticleId | None = None


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
            for draft, _ in unit.decisions.open_drafts(conversation.id)[:1]:
                unit.decisions.add_feedback(draft.id, "escalated", agent, now, {"group": group})
            withdraw(unit, conversation, f"{agent} escalated this", now, drafts=False)
            unit.outbox.add(effect)
            control = control_passed(unit, conversation, Control.AGENTS, "agent_escalation", self.policy.version, now)
            control = [each for each in control if unit.outbox.add(each)]
            unit.ledger.append("escalated", {"ticket": ticket_id, "group": group, "by": agent}, now)
        for each in (effect, *control):
            self.publisher.effect(each.id)

    def hand_back(self, ticket_id: TicketId, given: HandBack, now: datetime) -> None:
        """The only way but the policy's in which the assistant may speak again after a person did.

        GO_ON: whoever waits for an answer is answered now, from the article that the agent picked where they did; with
        an article the assistant speaks whoever spoke last, and a solved ticket is opened for it. SAY: the agent's words
        go to the customer as they are and answer what waits; the assistant has what comes after them. WATCH: the team
        has it, and the assistant only suggests.

        Raises:
            RejectedError: the ticket is not known, it is solved and there is nothing to say on it, or there is no such
                article.
        """
        with self.store.begin() as unit:
            conversation = _conversation(unit, ticket_id)
            facts = {"ticket": ticket_id, "by": given.agent, "how": given.how, "article": given.article}
            unit.ledger.append("handed_back", facts, now)
            match given.how:
                case HandBackWay.GO_ON:
                    effects, event = self._go_on(unit, conversation, ticket_id, given, now)
                case HandBackWay.SAY:
                    effects, event = self._say(unit, conversation, ticket_id, given, now), None
                case HandBackWay.WATCH:
                    effects, event = self._watch(unit, conversation, ticket_id, given, now)
            effects = [effect for effect in effects if unit.outbox.add(effect)]
            fresh = event is not None and unit.events.add(event)
        for effect in effects:
            self.publisher.effect(effect.id)
        if event is not None and fresh:
            self.publisher.event(event.id)

    def _go_on(
        self, unit: Unit, conversation: Conversation, ticket_id: TicketId, given: HandBack, now: datetime
    ) -> tuple[list[Effect], Event | None]:
        if not (conversation.open or given.article):
            raise RejectedError("The ticket is solved: open it first, or pick the article to answer from.")
        saved = self._given_back(unit, conversation, now)
        if given.article:
            article = unit.articles.get(given.article)
            if article is None:
                raise RejectedError("There is no such article")
            picked = Instruction(article=article.id, title=article.title, by=given.agent, at=now)
            unit.conversations.add_message(on_timeline(saved, picked))
        waits = last_word(unit.conversations.messages(conversation.id))
        speaks = given.article is not None or (waits is not None and waits.role is Role.CUSTOMER)
        event = reopen_ticket_turn(conversation, "handed_back", now) if speaks else None
        where = ticket_id if conversation.open else conversation.ticket_id or ticket_id
        told = TicketUpdatePayload(
            note=f"{given.agent} gave this back to the assistant.", status=None if conversation.open else "open"
        )
        control = control_passed(unit, conversation, Control.ASSISTANT, "given_back", self.policy.version, now)
        return [*control, self._noted(where, saved, told, "given", now)], event

    def _say(
        self, unit: Unit, conversation: Conversation, ticket_id: TicketId, given: HandBack, now: datetime
    ) -> list[Effect]:
        """A public comment in the agent's name, with all that follows from one: it is compared with what was offered,
        and carried to the phone where the customer is."""
        customer = unit.customers.get(conversation.customer_id)
        if customer is None:
            raise RejectedError("Handrail does not know this customer yet")
        key = f"{conversation.id}:said:{now.isoformat()}"
        said = unit.conversations.messages(conversation.id)
        theirs = [message.channel for message in said if message.role is Role.CUSTOMER and message.public]
        comment = Message(
            id=MessageId(derive_id("ms", key)),
            conversation_id=conversation.id,
            channel=theirs[-1] if theirs else conversation.channel,
            role=Role.AGENT,
            author=given.agent,
            text=given.text,
            # After all that was said, whatever the vendors' clocks say: it answers that.
            at=max([now, *(message.at for message in said)]),
            vendor_ref=f"handrail:{key}",
            ticket_id=ticket_id,
        )
        unit.conversations.add_message(comment)
        saved = self._given_back(unit, conversation, now)
        relayed = learn(unit, case_of(unit, customer, saved, now), comment, self.policy, now)
        payload = TicketReplyPayload(body=given.text, author=given.agent_id, comment=comment.vendor_ref)
        reply = Effect(
            kind=EffectKind.TICKET_REPLY,
            key=key,
            target=ticket_id,
            payload=payload,
            authority=Authority(rule=AGENT_REPLY, policy_version=self.policy.version),
            created_at=now,
            conversation_id=conversation.id,
        )
        control = control_passed(unit, conversation, Control.ASSISTANT, "given_back", self.policy.version, now)
        told = TicketUpdatePayload(note=f"{given.agent} gave this back to the assistant after this answer.")
        for effect in relayed:  # they stand in the outbox already
            self.publisher.effect(effect.id)
        return [reply, *control, self._noted(ticket_id, saved, told, "given", now)]

    def _watch(
        self, unit: Unit, conversation: Conversation, ticket_id: TicketId, given: HandBack, now: datetime
    ) -> tuple[list[Effect], Event | None]:
        group = conversation.owner_group or self.policy.default_owner.group
        if conversation.owner.kind is OwnerKind.TEAM:
            group = conversation.owner.name
        saved = unit.conversations.save(replace(hold(conversation, team(group), now), updated_at=now))
        told = TicketUpdatePayload(
            group=group, note=f"{given.agent} gave this back to {group}; the assistant only suggests."
        )
        event = reopen_ticket_turn(conversation, "handed_back", now) if customer_waits(unit, conversation.id) else None
        return [self._noted(ticket_id, saved, told, "given", now)], event

    def _given_back(self, unit: Unit, conversation: Conversation, now: datetime) -> Conversation:
        return unit.conversations.save(replace(give_back(conversation, now), owner_since=now, updated_at=now))

    def take_over(self, ticket_id: TicketId, agent: str, agent_id: str, now: datetime) -> None:
        """The agent has it from now on; what the assistant still had to say is not said.

        Raises:
            RejectedError: the ticket is not known.
        """
        with self.store.begin() as unit:
            conversation = _conversation(unit, ticket_id)
            unit.conversations.save(replace(take_by_agent(conversation, agent, now), updated_at=now))
            stopped = withdraw(unit, conversation, f"{agent} has taken over", now, drafts=False)
            settle_message_alerts(unit, conversation.id, f"{agent} took the conversation over in the helpdesk.", now)
            unit.ledger.append("taken_over", {"ticket": ticket_id, "by": agent, "stopped": stopped}, now)
            told = TicketUpdatePayload(note=f"{agent} has taken this over.", assignee=agent_id)
            note = self._noted(ticket_id, conversation, told, "taken", now)
            control = control_passed(unit, conversation, Control.AGENTS, "agent_taken", self.policy.version, now)
            effects = [effect for effect in (*control, note) if unit.outbox.add(effect)]
        for effect in effects:
            self.publisher.effect(effect.id)

    def pass_brief_on(self, ticket_id: TicketId, brief: Brief, way: BriefWay, agent: str, now: datetime) -> None:
        """To engineering. RejectedError: the ticket is not known, or the policy has no address for that way."""
        with self.store.begin() as unit:
            conversation = _conversation(unit, ticket_id)
            fresh = pass_on(unit, conversation, ticket_id, brief, way, agent, self.policy, now)
        for effect in fresh:
            self.publisher.effect(effect.id)

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


def _offered(unit: Unit, conversation: Conversation, draft_id: DraftId) -> bool:
    decisions = unit.decisions.of_conversation(conversation.id)
    return any(decision.draft is not None and decision.draft.id == draft_id for decision in decisions)


def _conversation(unit: Unit, ticket_id: TicketId) -> Conversation:
    conversation = unit.conversations.by_ticket(ticket_id)
    if conversation is None:
        raise RejectedError("Handrail has not seen this ticket yet")
    return conversation
