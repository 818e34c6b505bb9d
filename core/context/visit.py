"""What a visitor went through on the company's pages, told beside the conversation that they begin."""

from datetime import datetime, timedelta

from core.model.conversation import Conversation, Message, Role
from core.model.customer import Channel
from core.model.event import Event
from core.model.ids import MessageId, derive_id
from core.model.journey import OfferState
from core.ports import Unit

LOOKED_BACK = timedelta(days=1)
AUTHOR = "The company's pages"
ANSWERED = {OfferState.ACCEPTED: " They wanted help.", OfferState.DECLINED: " They had declined help."}


def note_visit(unit: Unit, event: Event, conversation: Conversation, now: datetime) -> None:
    """Note that a visitor who was offered help, or held out, has written; for whoever reads the conversation, once, why
    help was in place. Nothing where the message does not say which visitor it is from."""
    visitor = str(event.payload.get("visitor") or "")
    if not visitor:
        return
    unit.journey.wrote(visitor, now)
    offer = next(iter(unit.journey.offers(visitor, now - LOOKED_BACK)), None)
    if offer is None:
        return
    ref = f"journey:{offer.id}:{conversation.id}"
    unit.conversations.add_message(
        Message(
            id=MessageId(derive_id("ms", ref)),
            conversation_id=conversation.id,
            channel=Channel(event.payload["channel"]),
            role=Role.SYSTEM,
            author=AUTHOR,
            text=f"Before this {offer.evidence}.{ANSWERED.get(offer.state, '')}",
            at=min(offer.at, event.occurred_at),
            vendor_ref=ref,
            public=False,
        )
    )
