"""Why messages stand in this conversation, its other tickets, and moving what belongs elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify
from marshmallow import EXCLUDE, Schema, fields, validate

from apps.zendesk.panels import Panel, StoredTicket, may_be_shown, read_ticket, readable_by
from apps.zendesk.parts import LONGEST_NAME, PRINTABLE, Route, read_body, read_name
from apps.zendesk.session import Visitor
from apps.zendesk.view import suggestions_view
from core.context.joining import tickets_of
from core.errors import RejectedError
from core.messaging.moving import Moved, keep_apart, merge_suggested, move_from, put_messages_back
from core.model.conversation import NEW, Conversation, Ground, Join, Move
from core.model.ids import ConversationId, MessageId
from core.policy import Policy
from core.ports import Now, Publisher, Store, TicketAccess

# That a talk went on needs no telling.
UNTOLD = NEW | {Ground.IN_ONE_GO, Ground.TALKING}
MOST = 20


class MoveSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    message = fields.String(required=True, validate=[validate.Length(min=1, max=LONGEST_NAME), PRINTABLE])
    to = fields.String(load_default=None, allow_none=True, validate=PRINTABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threads:
    store: Store
    publisher: Publisher
    policy: Callable[[], Policy]
    access: TicketAccess
    now: Now

    def routes(self) -> Sequence[Route]:
        return (
            Route("tickets/<ticket_id>/threads", "GET", self.threads),
            Route("tickets/<ticket_id>/threads/move", "POST", self.move),
            Route("tickets/<ticket_id>/threads/undo", "POST", self.undo),
            Route("tickets/<ticket_id>/threads/merge", "POST", self.merge),
            Route("tickets/<ticket_id>/threads/apart", "POST", self.keep_apart),
        )

    def panels(self) -> Mapping[str, Panel]:
        return {"threads": self.show}

    def threads(self, who: Visitor, ticket_id: str) -> Response:
        with self.store.read() as unit:
            found = self.show(read_ticket(unit, who, ticket_id, self.access, self.now()))
        return jsonify(found)

    def show(self, stored: StoredTicket) -> Mapping[str, Any]:
        here, unit = stored.conversation, stored.unit
        joins = [join for join in unit.threads.joins(here.id) if join.ground not in UNTOLD]
        moves = [move for move in unit.threads.moves(here.id) if move.undone_at is None]
        return {
            "joins": [_join(join) for join in joins[-MOST:]],
            "tickets": [str(name) for name in tickets_of(unit, here)],
            "others": [_other(each) for each in stored.others],
            "moves": [_move(move, here) for move in moves[:MOST]],
        }

    def move(self, who: Visitor, ticket_id: str) -> Response:
        wish = MoveSchema().load(read_body())
        to, message = ConversationId(wish["to"]) if wish["to"] else None, MessageId(wish["message"])
        with self.store.read() as unit:  # the helpdesk is asked before anything is locked
            target = unit.conversations.get(to) if to else None
            if target and target.ticket_id and not readable_by(who, self.access)(target.ticket_id):
                raise RejectedError("there is no such conversation of this customer")
        with self.store.begin() as unit:
            self._check(read_ticket(unit, who, ticket_id, self.access, self.now()), message)
            moved = move_from(unit, message, to, who.name, self.policy().version, self.now())
        self._publish(moved)
        return jsonify(id=moved.move.id, to=moved.move.to)

    def undo(self, who: Visitor, ticket_id: str) -> Response:
        name = read_name("move")
        with self.store.begin() as unit:
            stored = read_ticket(unit, who, ticket_id, self.access, self.now())
            move = unit.threads.move(name)
            here = stored.conversation
            if move is None or here.id not in (move.origin, move.to):
                raise RejectedError("nothing of this ticket was moved so")
            moved = put_messages_back(unit, move.id, who.name, self.now())
        self._publish(moved)
        return Response(status=204)

    def merge(self, who: Visitor, ticket_id: str) -> Response:
        """The two conversations of a suggestion are one matter."""
        begun = self._suggested(who, ticket_id)
        with self.store.begin() as unit:
            moved = merge_suggested(unit, begun, who.name, self.policy().version, self.now())
        self._publish(moved)
        return jsonify(id=moved.move.id, to=moved.move.to)

    def keep_apart(self, who: Visitor, ticket_id: str) -> Response:
        begun = self._suggested(who, ticket_id)
        with self.store.begin() as unit:
            keep_apart(unit, begun, who.name, self.now())
        return Response(status=204)

    def _suggested(self, who: Visitor, ticket_id: str) -> ConversationId:
        """RejectedError for what is suggested beside other tickets, or of one that they may not read."""
        begun = ConversationId(read_name("suggestion"))
        with self.store.read() as unit:  # the helpdesk is asked before anything is locked
            stored = read_ticket(unit, who, ticket_id, self.access, self.now())
            found = suggestions_view(unit, stored.conversation, stored.timeline)
        if not any(each["id"] == begun and may_be_shown(each, stored.may_read) for each in found):
            raise RejectedError("This is not suggested any more.")
        return begun

    def _publish(self, moved: Moved) -> None:
        for effect in moved.effects:
            self.publisher.effect(effect.id)
        for event in moved.events:
            self.publisher.event(event.id)

    @staticmethod
    def _check(stored: StoredTicket, message: MessageId) -> None:
        found = stored.unit.conversations.message(message)
        if found is None or found.conversation_id != stored.conversation.id:
            raise RejectedError("this message is not on this ticket")


def _join(join: Join) -> dict[str, Any]:
    return {
        "message": join.message_id,
        "ground": join.ground.value,
        "words": join.words,
        "at": join.at.isoformat(),
        "by": join.by,
    }


def _other(conversation: Conversation) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "subject": conversation.subject,
        "ticket": conversation.ticket_id,
        "at": conversation.updated_at.isoformat(),
    }


def _move(move: Move, here: Conversation) -> dict[str, Any]:
    return {
        "id": move.id,
        "here": move.to == here.id,
        "messages": len(move.messages),
        "by": move.by,
        "at": move.at.isoformat(),
    }
