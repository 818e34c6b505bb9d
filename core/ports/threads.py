"""How messages and tickets hang together in conversations."""

from collections.abc import Sequence
from typing import Protocol

from core.model.ids import ConversationId, MessageId, TicketId
from core.model.thread import Join, Linked, Move


class ThreadTable(Protocol):
    def join(self, join: Join) -> None:
        """The newest word on a message counts."""

    def unjoin(self, names: Sequence[MessageId]) -> None:
        """Nothing is known of why these messages stand where they do."""

    def joins(self, conversation_id: ConversationId) -> list[Join]:
        """Of the messages that stand there now, oldest first."""

    def link(self, linked: Linked) -> None:
        """Insert or replace."""

    def unlink(self, ticket_id: TicketId) -> None: ...
    def links(self, conversation_id: ConversationId) -> list[Linked]:
        """In the order in which they were linked."""

    def of_ref(self, vendor_ref: str) -> ConversationId | None:
        """Where the message with this vendor's id stands."""

    def shift(self, names: Sequence[MessageId], to: ConversationId) -> None:
        """The messages, what was decided about them and what was drafted belong to this conversation from now on."""

    def moved(self, move: Move) -> None:
        """Insert it, or note that it was undone."""

    def move(self, move_id: str) -> Move | None: ...
    def moves(self, conversation_id: ConversationId) -> list[Move]:
        """From there or to there, newest first."""
