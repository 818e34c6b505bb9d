"""The conversation in short, or in the agent's language: both are asked for by the agent, and written by a model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Any

from flask import Response, jsonify, request
from marshmallow import EXCLUDE, Schema, fields, validate

from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from core.answer.rewrite import NO_MODEL, Rewriter
from core.assist.thread_reading import Summary, Translation, summarize, translate_messages
from core.context.reader import case_of
from core.errors import RejectedError, TransientError
from core.model.conversation import CaseContext
from core.model.ids import TicketId
from core.ports import Now, Store

AT_ONCE = 2
BUSY = "Other texts are being written; please try again in a moment."


class LanguageSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    to = fields.String(load_default="en", validate=validate.Regexp(r"[a-z]{2}\Z"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadReading:
    """`rewriter` has the model, its patience and what pays for it."""

    store: Store
    rewriter: Callable[[], Rewriter]
    now: Now
    turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))

    def routes(self) -> Sequence[Route]:
        return (
            Route("tickets/<ticket_id>/summary", "GET", self.summary),
            Route("tickets/<ticket_id>/translation", "GET", self.translation),
        )

    def summary(self, _: Visitor, ticket_id: str) -> Response:
        """The conversation in a few lines, each with the message that it rests on."""
        found: Summary = self._ask(ticket_id, summarize, Summary(unavailable=NO_MODEL))
        lines = [{"text": line.text, "message": line.message, "quote": line.quote} for line in found.lines]
        return jsonify({"lines": lines, "struck": found.struck, "unavailable": found.unavailable})

    def translation(self, _: Visitor, ticket_id: str) -> Response:
        """Each message in another language, with what differs from the original."""
        found: Translation = self._ask(ticket_id, translate_messages, Translation(unavailable=NO_MODEL))
        rows = [{"message": each.message, "text": each.text, "differs": each.differs} for each in found.messages]
        return jsonify({"messages": rows, "unavailable": found.unavailable})

    def _ask(self, ticket_id: str, ask: Callable[..., Any], without: Any) -> Any:
        to = LanguageSchema().load(request.args)["to"]
        case = self._case(TicketId(ticket_id))
        rewriter = self.rewriter().for_case(case)
        if rewriter.model is None:
            return without
        if not self.turns.acquire(blocking=False):
            raise TransientError(BUSY)
        try:
            return ask(rewriter.model, case, to, rewriter.patience)
        finally:
            self.turns.release()

    def _case(self, ticket_id: TicketId) -> CaseContext:
        with self.store.read() as unit:
            conversation = unit.conversations.by_ticket(ticket_id)
            customer = unit.customers.get(conversation.customer_id) if conversation else None
            if conversation is None or customer is None:
                raise RejectedError("Handrail has not read this ticket yet.")
            return case_of(unit, customer, conversation, self.now())
