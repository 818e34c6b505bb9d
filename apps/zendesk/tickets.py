"""A ticket as the sidebar shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, jsonify, request

from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from apps.zendesk.view import ticket_view
from core.errors import RejectedError
from core.model.ids import TicketId
from core.ports import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Tickets:
    store: Store

    def routes(self) -> Sequence[Route]:
        return (Route("tickets/<ticket_id>", "GET", self.ticket),)

    def ticket(self, _: Visitor, ticket_id: str) -> Response:
        with self.store.read() as unit:
            view = ticket_view(unit, TicketId(ticket_id))
        if view is None:
            raise RejectedError("Handrail has not seen this ticket yet.")
        if request.args.get("after") == str(view["version"]):
            return Response(status=204)
        return jsonify(view)
