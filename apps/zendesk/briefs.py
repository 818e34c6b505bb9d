"""The engineering brief of a ticket: shown, taken along, put on the ticket for whoever looks into the fault."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Response, jsonify

from apps.zendesk.look import Look
from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from core.context.case import case_of
from core.execute.agent import AgentActions
from core.handoff.brief import Brief, brief_of, update_for
from core.model.ids import TicketId
from core.ports import Now, Store


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
        made, language = self._made(ticket_id)
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
        made, _ = self._made(ticket_id)
        self.actions().briefed(TicketId(ticket_id), made.text, who.name, self.now())
        return Response(status=202)

    def _made(self, ticket_id: str) -> tuple[Brief, str]:
        with self.store.read() as unit:
            look = Look(unit=unit, ticket_id=TicketId(ticket_id), now=self.now())
            decision = look.decision
            case = case_of(unit, look.known_customer, look.conversation, self.now())
        signals, progress = (decision.signals, decision.procedure) if decision else (None, None)
        return brief_of(case, signals, progress), decision.signals.language.value if decision else "en"
