"""A ticket changes hands: escalated to a group, given back to the assistant."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Response, jsonify
from marshmallow import EXCLUDE, Schema, fields, validate

from apps.zendesk.body import sent
from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from core.execute.agent import AgentActions
from core.handoff.instruction import Instruction
from core.model.ids import ArticleId, TicketId
from core.ports import Now


class EscalateSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    # A name, so nothing that no database and no helpdesk could hold.
    group = fields.String(required=True, validate=[validate.Length(min=1, max=100), validate.Predicate("isprintable")])
    note = fields.String(load_default="", validate=validate.Length(max=2000))


class HandBackSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    instruction = fields.String(load_default="", validate=validate.Length(max=2000))
    article = fields.String(load_default="", validate=[validate.Length(max=500), validate.Predicate("isprintable")])


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    actions: Callable[[], AgentActions]  # under the policy that is in force at each call
    now: Now

    def routes(self) -> Sequence[Route]:
        return (
            Route("tickets/<ticket_id>/escalate", "POST", self.escalate),
            Route("tickets/<ticket_id>/hand_back", "POST", self.hand_back),
            Route("tickets/<ticket_id>/hand_back/meant", "POST", self.meant),
            Route("tickets/<ticket_id>/take_over", "POST", self.take_over),
        )

    def escalate(self, who: Visitor, ticket_id: str) -> Response:
        wish = EscalateSchema().load(sent())
        self.actions().escalate(TicketId(ticket_id), wish["group"], wish["note"], who.name, self.now())
        return Response(status=202)

    def hand_back(self, who: Visitor, ticket_id: str) -> Response:
        wish = HandBackSchema().load(sent())
        article = ArticleId(wish["article"]) if wish["article"] else None
        self.actions().hand_back(TicketId(ticket_id), wish["instruction"].strip(), who.name, self.now(), article)
        return Response(status=202)

    def meant(self, who: Visitor, ticket_id: str) -> Response:
        """What the assistant would make of an instruction: its lines for the customer. Nothing is done."""
        wish = HandBackSchema().load(sent())
        given = Instruction(text=wish["instruction"].strip(), by=who.name, at=self.now())
        return jsonify({"lines": list(given.lines)})

    def take_over(self, who: Visitor, ticket_id: str) -> Response:
        self.actions().take_over(TicketId(ticket_id), who.name, who.agent_id, self.now())
        return Response(status=202)
