"""The table of telephone calls."""

from datetime import datetime
from typing import Protocol

from core.model.call import Call, CallLine
from core.model.ids import ConversationId


class CallTable(Protocol):
    def get(self, sid: str) -> Call | None: ...
    def save(self, call: Call) -> None:
        """Insert or replace."""

    def live(self, conversation_id: ConversationId) -> Call | None:
        """The newest call of a conversation, ended or not."""

    def latest(self, number: str, since: datetime) -> Call | None:
        """The newest call from a number."""

    def add_line(self, line: CallLine) -> bool:
        """False if the call has a line of this key."""

    def lines(self, sid: str) -> list[CallLine]:
        """In the order in which they were said."""
