"""A matter that was kept beside its ticket: as a case of the regression suite, to practise on, or both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.model.ids import ConversationId

# Why a ticket cannot be kept.
NOTHING_DECIDED = "Nothing was decided about this ticket yet."
NOBODY_ANSWERED = "No agent has answered the customer in it yet."


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCase:
    """`case` is what its file would hold: a conversation without personal data, and what is expected of it; empty where
    it is none of the suite. `training` is what `apps.train.matters` makes an exercise of; empty where nobody practises
    on it. `by` is who kept it first."""

    name: str
    conversation_id: ConversationId
    case: Mapping[str, Any]
    by: str
    at: datetime
    training: Mapping[str, Any] = field(default_factory=dict)
