"""Search over the company's articles."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, jsonify, request

from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from apps.zendesk.view import passage_view
from core.answer.search import Search
from core.model.ids import TicketId
from core.ports import Now, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Articles:
    store: Store
    search: Search
    now: Now

    def routes(self) -> Sequence[Route]:
        return (Route("search", "GET", self.find),)

    def find(self, _: Visitor) -> Response:
        """Where the ticket is known, what its brand's customers may be told; else of every brand."""
        with self.store.read() as unit:
            conversation = unit.conversations.by_ticket(TicketId(request.args.get("ticket", "")[:100]))
        brand = conversation.brand if conversation else ""
        hits = self.search.find(request.args.get("q", "")[:400], limit=8, brand=brand)
        return jsonify({"results": [passage_view(hit.passage, hit.score, self.now()) for hit in hits]})
