"""What a visitor went through on the company's pages, beside the conversation that they begin."""

from datetime import datetime, timedelta

from core.model.conversation import Conversation, Message, Role
from core.model.event import Event
from core.model.event_payloads import MessageReceived
from core.model.ids import MessageId, derive_id
from core.model.journey import JourneyStep, OfferState
from core.ports import Unit

LOOKED_BACK = timedelta(days=1)
JUST_NOW = timedelta(hours=1)  # what went wrong longer ago is not why they write
AUTHOR = "The company's pages"
ANSWERED = {OfferState.ACCEPTED: " They wanted help.", OfferState.DECLINED: " They had declined help."}


def visit_before(unit: Unit, event: Event) -> tuple[JourneyStep, ...]:
    """What whoever wrote went through in the hour before, newest last; nothing where nobody knows which visitor it is
    from, and where what was written before is decided again."""
    said, at = event.payload, event.occurred_at
    if not isinstance(said, MessageReceived) or not said.visitor:
        return ()
    return tuple(step for step in unit.journey.steps(said.visitor, at - JUST_NOW) if step.at <= at)


def note_visit(unit: Unit, said: MessageReceived, at: datetime, conversation: Conversation, now: datetime) -> None:
    """Note that a visitor who was offered help, or held out, has written; for whoever reads the conversation, once, why
    help was in place. `at` is when they wrote. Nothing where the message does not say which visitor it is from."""
    if not said.visitor:
        return
    unit.journey.wrote(said.visitor, now)
    offer = next(iter(unit.journey.offers(said.visitor, now - LOOKED_BACK)), None)
    if offer is None:
        return
    ref = f"journey:{offer.id}:{conversation.id}"
    unit.conversations.add_message(
        Message(
            id=MessageId(derive_id("ms", ref)),
            conversation_id=conversation.id,
            channel=said.channel,
            role=Role.SYSTEM,
            author=AUTHOR,
            text=f"Before this {offer.evidence}.{ANSWERED.get(offer.state, '')}",
            at=min(offer.at, at),
            vendor_ref=ref,
            public=False,
        )
    )
