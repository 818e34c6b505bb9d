"""An agent says what a customer really wanted: the message is read again at once, and later ones by it, without a
training run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.context.ownership import customer_waits
from core.context.second_turn import reopen_ticket_turn
from core.errors import ConflictError, RejectedError
from core.model.conversation import Conversation, Message, Role
from core.model.decision import Decision
from core.model.ids import TicketId
from core.model.signals import OUT_OF_SCOPE, Correction
from core.ports import Publisher, Store, Unit
from core.privacy.find import of_customer
from core.privacy.mask import redact
from core.read.turn_input import join_words

LONGEST = 2_000  # characters that are kept: the intents' model reads no more


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectIntent:
    """`known` are the company's intents by name, with their labels."""

    store: Store
    publisher: Publisher
    known: Callable[[], Mapping[str, str]]

    def correct(
        self, ticket_id: TicketId, intent: str, agent: str, now: datetime, seen: str | None = None
    ) -> Correction:
        """What the ticket's last decided turn was about, or OUT_OF_SCOPE; a customer who waits is decided about afresh.
        `seen` is the decision that the agent looked at: the words of a newer one are not what they meant.

        Raises RejectedError for a ticket never seen, one without a customer's words, and an intent that is not known;
        ConflictError where another turn was decided since.
        """
        if intent != OUT_OF_SCOPE and intent not in self.known():
            raise RejectedError(f"there is no intent {intent!r}")
        with self.store.begin() as unit:
            conversation = unit.conversations.by_ticket(ticket_id)
            if conversation is None:
                raise RejectedError("Handrail has not seen this ticket yet")
            latest = unit.decisions.latest(conversation.id)
            if seen is not None and (latest is None or latest.id != seen):
                raise ConflictError("another message of the customer was read since")
            correction = _correction(unit, conversation, latest, intent, agent, now)
            unit.corrections.add(correction)
            facts = {"ticket": ticket_id, "message": correction.message_id, "intent": intent, "by": agent}
            unit.ledger.append("intent_corrected", facts, now)
            waits = conversation.open and customer_waits(unit, conversation.id)
            label = self.known().get(intent, "")
            again = reopen_ticket_turn(conversation, "intent_corrected", now, intent=intent, label=label)
            event = again if waits else None
            fresh = event is not None and unit.events.add(event)
        if event is not None and fresh:
            self.publisher.event(event.id)
        return correction


def _correction(
    unit: Unit, conversation: Conversation, decision: Decision | None, intent: str, agent: str, now: datetime
) -> Correction:
    turn = _turn(unit.conversations.messages(conversation.id), decision.about if decision else None)
    customer = unit.customers.get(conversation.customer_id)
    text = redact(join_words(turn), known=of_customer(customer) if customer else ())[:LONGEST]
    if not text.strip():
        raise RejectedError("the customer has not written anything in this ticket")
    return Correction(
        message_id=turn[-1].id, conversation_id=conversation.id, text=text, intent=intent, by=agent, at=now
    )


def _turn(timeline: list[Message], decided: str | None) -> list[Message]:
    """The customer's messages in a row that end with the decided one, or with the last."""
    ends = [place for place, message in enumerate(timeline) if message.role is Role.CUSTOMER]
    last = next((place for place in ends if timeline[place].id == decided), ends[-1] if ends else -1)
    turn: list[Message] = []
    for message in reversed(timeline[: last + 1]):
        if message.public and message.role is not Role.CUSTOMER:
            break
        if message.role is Role.CUSTOMER:
            turn.insert(0, message)
    return turn
