"""A ticket changes hands: escalated to a group, given back to the assistant; and the engineering brief of a ticket, for
whoever looks into the fault."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Response, jsonify
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from apps.zendesk.panels import StoredTicket
from apps.zendesk.parts import LONGEST_NAME, PRINTABLE, Route, read_body
from apps.zendesk.session import Visitor
from core.context.reader import case_of
from core.execute.agent import AgentActions
from core.handoff.brief import Brief, brief_of, update_for
from core.handoff.instruction import LONGEST_LINE, Fault, Instruction, fault_of, language_of
from core.model.ids import ArticleId, TicketId
from core.ports import Now, Store

FAULTS = {
    Fault.UNPAIRED: "a quotation mark has no other half, or one stands inside a quotation",
    Fault.TOO_LONG: f"one line for the customer is longer than {LONGEST_LINE} characters",
}


class EscalateSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    group = fields.String(required=True, validate=[validate.Length(min=1, max=LONGEST_NAME), PRINTABLE])
    note = fields.String(load_default="", validate=validate.Length(max=2000))


class InstructionSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    instruction = fields.String(load_default="", validate=validate.Length(max=2000))


def _is_sayable(instruction: str) -> None:
    fault = fault_of(instruction)
    if fault is not None:
        raise ValidationError(FAULTS[fault])


class HandBackSchema(InstructionSchema):
    """Words for the customer have a sure end, or nothing is done."""

    instruction = fields.String(load_default="", validate=[validate.Length(max=2000), _is_sayable])
    article = fields.String(load_default="", validate=[validate.Length(max=500), PRINTABLE])


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOfHands:
    store: Store
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
        wish = EscalateSchema().load(read_body())
        self.actions().escalate(TicketId(ticket_id), wish["group"], wish["note"], who.name, self.now())
        return Response(status=202)

    def hand_back(self, who: Visitor, ticket_id: str) -> Response:
        wish = HandBackSchema().load(read_body())
        article = ArticleId(wish["article"]) if wish["article"] else None
        self.actions().hand_back(TicketId(ticket_id), wish["instruction"].strip(), who.name, self.now(), article)
        return Response(status=202)

    def meant(self, who: Visitor, ticket_id: str) -> Response:
        """What the assistant would make of an instruction: its lines for the customer, or why it is not taken. Nothing
        is done."""
        wish = InstructionSchema().load(read_body())
        given = Instruction(text=wish["instruction"].strip(), by=who.name, at=self.now())
        with self.store.read() as unit:
            language = language_of(
                unit, StoredTicket(unit=unit, ticket_id=TicketId(ticket_id), now=self.now()).conversation
            )
        return jsonify({"lines": list(given.lines(language)), "fault": given.fault})

    def take_over(self, who: Visitor, ticket_id: str) -> Response:
        self.actions().take_over(TicketId(ticket_id), who.name, who.agent_id, self.now())
        return Response(status=202)


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefs:
    store: Store
    actions: Callable[[], AgentActions]
    now: Now

    def routes(self) -> Sequence[Route]:
        return (
            Route("tickets/<ticket_id>/brief", "GET", self.brief),
            Route("tickets/<ticket_id>/brief", "POST", self.note),
        )

    def brief(self, _: Visitor, ticket_id: str) -> Response:
        """The brief as it is now, and a suggestion of what to tell the customer about it."""
        made, language = self._make(ticket_id)
        return jsonify(
            {
                "title": made.title,
                "text": made.text,
                "file": f"ticket-{ticket_id}-brief.md",
                "missing": list(made.missing),
                "update": update_for(language),
            }
        )

    def note(self, who: Visitor, ticket_id: str) -> Response:
        """The same as an internal note, with the tag by which engineering finds it."""
        made, _ = self._make(ticket_id)
        self.actions().add_brief(TicketId(ticket_id), made.text, who.name, self.now())
        return Response(status=202)

    def _make(self, ticket_id: str) -> tuple[Brief, str]:
        with self.store.read() as unit:
            stored = StoredTicket(unit=unit, ticket_id=TicketId(ticket_id), now=self.now())
            decision = stored.decision
            case = case_of(unit, stored.known_customer, stored.conversation, self.now())
        signals, progress = (decision.signals, decision.procedure) if decision else (None, None)
        return brief_of(case, signals, progress), decision.signals.language.value if decision else "en"
