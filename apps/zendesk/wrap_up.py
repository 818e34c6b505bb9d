"""The work after a conversation, beside the ticket: shown, changed and written by one click, or objected to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Response, jsonify
from marshmallow import EXCLUDE, Schema, fields, validate

from apps.zendesk.panels import StoredTicket, read_ticket
from apps.zendesk.parts import LONGEST_NAME, PRINTABLE, Route, read_body
from apps.zendesk.session import Visitor
from core.errors import RejectedError
from core.execute.wrap_up import WrapUps, Written, is_settled
from core.model.ids import ConversationId, TicketId
from core.ports import Now, Publisher, Store, TicketAccess
from core.wrap_up.filing import OTHER, Ended, wrap_up_of
from core.wrap_up.history import history_of

LONGEST_SUMMARY = 5_000  # characters


class WrapUpSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    text = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST_SUMMARY))
    disposition = fields.String(required=True, validate=[validate.Length(min=1, max=LONGEST_NAME), PRINTABLE])
    outcome = fields.Enum(Ended, by_value=True, required=True)
    next_step = fields.String(load_default="", validate=validate.Length(max=500))


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpViews:
    store: Store
    publisher: Publisher
    wrap_ups: Callable[[], WrapUps]  # under the policy that is in force at each call
    access: TicketAccess
    now: Now

    def routes(self) -> Sequence[Route]:
        return (
            Route("tickets/<ticket_id>/wrap_up", "GET", self.show),
            Route("tickets/<ticket_id>/wrap_up", "POST", self.write),
            Route("tickets/<ticket_id>/wrap_up/object", "POST", self.object),
        )

    def show(self, who: Visitor, ticket_id: str) -> Response:
        """As it would be written now, what may be chosen instead, and what is not settled of earlier matters."""
        policy = self.wrap_ups().policy
        with self.store.read() as unit:
            stored = read_ticket(unit, who, ticket_id, self.access, self.now())
            here = stored.conversation
            made, settled = wrap_up_of(unit, here, policy), is_settled(unit, here)
            earlier = history_of(unit, here, stored.others)
        by_itself = not settled and here.channel in policy.wrap_up.automatic and not here.open
        return jsonify(
            {
                "text": made.text,
                "disposition": made.disposition,
                "outcome": made.outcome.value,
                "next_step": made.next_step,
                "dispositions": self._codes(),
                "outcomes": [outcome.value for outcome in Ended],
                "settled": settled,
                "writes_at": (here.solved_at + policy.wrap_up.after).isoformat()
                if by_itself and here.solved_at
                else None,
                "to_crm": bool(policy.wrap_up.note),
                "earlier": list(earlier),
            }
        )

    def write(self, who: Visitor, ticket_id: str) -> Response:
        wish = WrapUpSchema().load(read_body())
        if wish["disposition"] not in self._codes():
            raise RejectedError("The policy knows no such disposition.")
        written = Written(
            text=wish["text"].strip(),
            disposition=wish["disposition"],
            outcome=wish["outcome"],
            next_step=wish["next_step"].strip(),
            by=who.name,
            ticket=TicketId(ticket_id),
        )
        for effect in self.wrap_ups().write(self._conversation(ticket_id), written, self.now()):
            self.publisher.effect(effect.id)
        return Response(status=202)

    def object(self, who: Visitor, ticket_id: str) -> Response:
        self.wrap_ups().object(self._conversation(ticket_id), who.name, self.now())
        return Response(status=204)

    def _conversation(self, ticket_id: str) -> ConversationId:
        with self.store.read() as unit:
            return StoredTicket(unit=unit, ticket_id=TicketId(ticket_id), now=self.now()).conversation.id

    def _codes(self) -> list[str]:
        return [*dict.fromkeys(self.wrap_ups().policy.dispositions.values()), OTHER]
