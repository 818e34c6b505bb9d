"""What happens because nothing happens: a question whether all is well, closing, giving back; called by the sweep."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.actions.examine import Actions
from core.alerts.raising import add_or_count
from core.answer.receipt_link import Receipts
from core.answer.style import StyleCard
from core.consent.preferred_channel import way_to
from core.consent.reachable import follow_up_opens, why_not_ask
from core.context.ownership import (
    give_back,
    last_word,
    mark_solved,
    returns,
    settled_message_ids,
    wants_closing,
    wants_follow_up,
)
from core.context.questions import waiting_elsewhere
from core.context.sender import address_of
from core.control.passing import control_passed
from core.errors import ConflictError, HandrailError
from core.execute.actions import end_unapproved
from core.execute.alert import timer_alert
from core.execute.plan_words import follow_up_text
from core.execute.wrap_up import WrapUps
from core.govern.gate import AUTO_CLOSE, FOLLOW_UP
from core.model.conversation import Control, Conversation, Message, OwnerKind, Quiet, Role
from core.model.customer import WRITTEN, Channel, Customer, Purpose
from core.model.effect_payloads import EffectPayload, MessagePayload, TicketReplyPayload, TicketUpdatePayload
from core.model.ids import ConversationId
from core.model.outbound import Authority, Effect, EffectKind, Occasion
from core.policy import Policy
from core.policy.self_service import ReceiptOffer
from core.ports import Store, Unit
from core.read.turn_input import asks_back

MOST = 50  # conversations for each timer and sweep


@dataclass(frozen=True, slots=True, kw_only=True)
class Timekeeper:
    """Runs the policy's timers. Each conversation is a transaction of its own, and is looked at again inside it: who
    wrote or took it in between is not talked over."""

    store: Store
    policy: Policy
    style: StyleCard
    receipts: Receipts | None = None
    actions: Actions | None = None  # None: no system is set up into which a wrap-up is noted

    def run(self, now: datetime) -> list[Effect]:
        """Everything whose time has come; the effects that are new."""
        waited = [effect for name in self._due(now) for effect in self._once(name, now)]
        return [*waited, *self._lapsed(now), *self._wrapped_up(now)]

    def _wrapped_up(self, now: datetime) -> list[Effect]:
        """Matters that ended some time ago, where the policy says so and nobody objected."""
        wrap_ups, fresh = WrapUps(store=self.store, policy=self.policy, actions=self.actions), []
        for name in wrap_ups.due(now):
            try:
                fresh += wrap_ups.write_alone(name, now)
            except ConflictError:
                continue  # somebody was faster
            except (HandrailError, ValueError, ArithmeticError) as error:
                fresh += self._failed(name, error, now)
        return fresh

    def _lapsed(self, now: datetime) -> list[Effect]:
        """Actions that no supervisor said yes to in time: the customer hears so, and a person has it."""
        with self.store.read() as unit:
            waiting = bool(unit.actions.lapsed(now, 1))
        if not waiting:
            return []
        with self.store.begin() as unit:
            found = unit.actions.lapsed(now, MOST)
            return [effect for run in found for effect in end_unapproved(unit, run, self.policy, now)]

    def _due(self, now: datetime) -> Iterator[ConversationId]:
        timers = self.policy.timers
        with self.store.read() as unit:
            found = [
                *self._quiet(unit, Quiet(owner=OwnerKind.AGENT, said_by=Role.AGENT), timers.hand_back, now),
                *self._quiet(unit, Quiet(asked=False), timers.follow_up, now),
                *self._quiet(unit, Quiet(asked=True if timers.follow_up else None), timers.close, now),
            ]
        yield from dict.fromkeys(found)

    def _quiet(self, unit: Unit, wanted: Quiet, after: timedelta | None, now: datetime) -> list[ConversationId]:
        return unit.conversations.quiet(wanted, now - after, MOST) if after is not None else []

    def _once(self, name: ConversationId, now: datetime) -> list[Effect]:
        try:
            with self.store.begin() as unit:
                return [effect for effect in self._effects(unit, name, now) if unit.outbox.add(effect)]
        except ConflictError:
            return []  # somebody was faster, and it is theirs to go on with
        except (HandrailError, ValueError, ArithmeticError) as error:
            return self._failed(name, error, now)

    def _failed(self, name: ConversationId, error: Exception, now: datetime) -> list[Effect]:
        """One conversation that cannot be handled stops none of the others; a person is told of it once."""
        alert = timer_alert(name, f"{type(error).__name__}: {error}", self.policy, now)
        with self.store.begin() as unit:
            return add_or_count(unit, alert)

    def _effects(self, unit: Unit, name: ConversationId, now: datetime) -> list[Effect]:
        conversation, messages = unit.conversations.get(name), unit.conversations.messages(name)
        last = last_word(messages, settled_message_ids(unit, messages))
        if conversation is None or last is None:
            return []
        timers = self.policy.timers
        if timers.hand_back is not None and returns(conversation, last, timers.hand_back, now):
            return self._handed_back(unit, conversation, last, now)
        if timers.close is not None and wants_closing(
            conversation, last, timers.close, now, asks=timers.follow_up is not None
        ):
            # What was said here last is not the last word where another question waits on a ticket.
            over = self._waited(unit, conversation, now) and not waiting_elsewhere(unit, conversation, messages)
            return self._closed(unit, conversation, last, now) if over else []
        if timers.follow_up is not None and wants_follow_up(conversation, last, timers.follow_up, now):
            return self._followed_up(unit, conversation, last, now)
        return []

    def _handed_back(self, unit: Unit, conversation: Conversation, last: Message, now: datetime) -> list[Effect]:
        unit.conversations.save(replace(give_back(conversation, now), updated_at=now))
        facts = {"conversation": conversation.id, "ticket": conversation.ticket_id, "from": conversation.owner.name}
        unit.ledger.append("handed_back", {**facts, "by": "policy", "why": f"quiet since {last.at.isoformat()}"}, now)
        return control_passed(unit, conversation, Control.ASSISTANT, "given_back", self.policy.version, now)

    def _waited(self, unit: Unit, conversation: Conversation, now: datetime) -> bool:
        """The question may have waited for its hour before it left."""
        asked = [r for r in unit.outbox.of_conversation(conversation.id) if r.effect.authority.rule == FOLLOW_UP]
        left = max((row.first_sent_at for row in asked if row.first_sent_at), default=None)
        return left is None or self.policy.timers.close is None or left <= now - self.policy.timers.close

    def _closed(self, unit: Unit, conversation: Conversation, last: Message, now: datetime) -> list[Effect]:
        unit.conversations.save(replace(mark_solved(conversation, now), updated_at=now))
        unit.outbox.cancel(conversation.id, FOLLOW_UP, "the matter is closed", now)
        unit.ledger.append("auto_closed", {"conversation": conversation.id, "ticket": conversation.ticket_id}, now)
        if conversation.ticket_id is None:
            return []
        note = f"Closed by the policy's timer: nobody has written since {last.at:%Y-%m-%d %H:%M} UTC."
        payload = TicketUpdatePayload(status="solved", note=note)
        return [self._effect(EffectKind.TICKET_UPDATE, AUTO_CLOSE, conversation, last, payload, now)]

    def _followed_up(self, unit: Unit, conversation: Conversation, last: Message, now: datetime) -> list[Effect]:
        """Asked once for each answer of ours, whatever becomes of the question.

        Whoever said thanks has told us that all is well, and a question of ours is one already: what was said then
        counts as having been asked. Who may not be asked is marked, and not closed upon."""
        if asks_back(last.text) or last != last_word(unit.conversations.messages(conversation.id)):
            unit.conversations.save(replace(conversation, followed_up_at=last.at, updated_at=now))
            return []
        unit.conversations.save(replace(conversation, followed_up_at=now, updated_at=now))
        customer = unit.customers.get(conversation.customer_id)
        asked = next((m for m in reversed(unit.conversations.messages(conversation.id)) if _theirs(m)), None)
        if customer is None or asked is None:
            return []
        effect = self._question(unit, conversation, customer, asked, last, now)
        return [effect] if effect is not None else []

    def _question(
        self, unit: Unit, conversation: Conversation, customer: Customer, asked: Message, last: Message, now: datetime
    ) -> Effect | None:
        usual = asked.channel if asked.channel in WRITTEN else Channel.EMAIL
        way = way_to(customer, usual, Purpose.SERVICE, Occasion.FOLLOW_UP, self.policy)
        channel, directly = way.channel, way.channel in WRITTEN
        theirs = address_of(asked, customer) if channel is usual else customer.phone
        target = theirs if directly else conversation.ticket_id
        if not target:
            return None
        opens = follow_up_opens(now, self.policy, customer, target)
        if why_not_ask(unit, self.policy, conversation, customer, channel, max(opens, now)):
            return None
        if way.why:
            facts = {"conversation": conversation.id, "asks": FOLLOW_UP, "channel": channel, "why": way.why}
            unit.ledger.append("channel_wished", facts, now)
        words, language = self._words(unit, conversation, customer, directly, now)
        said: MessagePayload | TicketReplyPayload = TicketReplyPayload(body=words, ai_generated=True)
        if directly:
            said = MessagePayload(channel=channel, body=words, ai_generated=True, language=language)
        kind = EffectKind.MESSAGE if directly else EffectKind.TICKET_REPLY
        made = self._effect(kind, FOLLOW_UP, conversation, last, said, now)
        return replace(made, target=target, not_before=opens)

    def _words(
        self, unit: Unit, conversation: Conversation, customer: Customer, compact: bool, now: datetime
    ) -> tuple[str, str]:
        """The question, and the language that it is in."""
        decision = unit.decisions.latest(conversation.id)
        style, receipt = self.style.of(conversation.brand), ""
        answered = decision.draft.language if decision and decision.draft else customer.language
        language = style.language(customer.preferences.language or answered, answered)
        if self.receipts is not None and self.policy.self_service.receipt is ReceiptOffer.CLOSING:
            receipt = self.receipts.line(conversation.id, language, self.policy, now)
        return follow_up_text(language, style, compact=compact, receipt=receipt), language

    def _effect(
        self,
        kind: EffectKind,
        rule: str,
        conversation: Conversation,
        last: Message,
        payload: EffectPayload,
        now: datetime,
    ) -> Effect:
        return Effect(
            kind=kind,
            key=f"{conversation.id}:{rule}:{last.id}",
            target=conversation.ticket_id or "",
            payload=payload,
            authority=Authority(rule=rule, policy_version=self.policy.version),
            created_at=now,
            conversation_id=conversation.id,
        )


def _theirs(message: Message) -> bool:
    return message.public and message.role is Role.CUSTOMER
