"""The tables by which is measured what experiments did, and how good a conversation was."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.model.experiment import Followed
from core.model.ids import ConversationId
from core.model.quality import Review


class ExperimentTable(Protocol):
    """Who is part of it is stored with each decision (`DecisionTable.add`)."""

    def follow(self, key: str) -> list[Followed]:
        """Everybody who is part of the experiment, once, in the order of their first turn in it."""


class ReviewTable(Protocol):
    """What people say of quality scores."""

    def add(self, review: Review) -> None:
        """Instead of what this reviewer said of this part of this conversation before."""

    def of_conversation(self, conversation_id: ConversationId) -> list[Review]: ...
    def since(self, moment: datetime) -> Sequence[Review]:
        """Oldest first."""
