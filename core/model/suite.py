"""A case of the regression suite as the database keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.model.ids import ConversationId


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCase:
    """`case` is what its file would hold: a conversation without personal data, and what is expected of it. `by` is who
    kept it."""

    name: str
    conversation_id: ConversationId
    case: Mapping[str, Any]
    by: str
    at: datetime
