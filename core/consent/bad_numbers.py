"""Numbers that cannot be texted, as the provider told us, until somebody writes from them."""

from datetime import datetime

from core.model.conversation import Role
from core.model.ids import ConversationId
from core.ports import Unit

BAD_NUMBER = "bad_number:"  # begins the name of the cursor that says so


def mark_bad(unit: Unit, number: str, code: str, now: datetime) -> None:
    unit.cursors.set(noted(number), f"{code} {now.isoformat()}")


def is_bad(unit: Unit, number: str, conversation_id: ConversationId | None) -> bool:
    """Whether a text to it is known to be in vain. Whoever has written from it since can be texted there."""
    known = unit.cursors.get(noted(number))
    if known is None:
        return False
    since = datetime.fromisoformat(known.partition(" ")[2])
    said = unit.conversations.messages(conversation_id) if conversation_id else []
    return not any(m.role is Role.CUSTOMER and m.address == number and m.at > since for m in said)


def noted(number: str) -> str:
    """The cursor that says so."""
    return f"{BAD_NUMBER}{number}"
