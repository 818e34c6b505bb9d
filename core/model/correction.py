"""An agent's word that a message had another intent than the one read."""

from dataclasses import dataclass
from datetime import datetime

from core.model.ids import ConversationId, MessageId

OUT_OF_SCOPE = "out_of_scope"  # none of the company's intents


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """`text` is the customer's words without personal data; `intent` is what they wanted, or OUT_OF_SCOPE.

    `serial` rises with each; of two on the same message the later one holds."""

    message_id: MessageId
    conversation_id: ConversationId
    text: str
    intent: str
    by: str
    at: datetime
    serial: int = 0
