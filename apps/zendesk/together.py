"""What stands beside a ticket in one answer: a page that opens asks for all of it in the same moment."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask import Response, request

from apps.zendesk.look import Look
from apps.zendesk.parts import Route, fault
from apps.zendesk.session import Visitor
from core.errors import HandrailError
from core.model.ids import TicketId
from core.ports import Now, Store

# What one request of its own would have answered; None: that one has to be made, because it may take long.
Piece = Callable[[Look], Mapping[str, Any] | None]
LATER = {"later": True}


class Besides(Protocol):
    """A part that knows something beside the ticket."""

    def pieces(self) -> Mapping[str, Piece]: ...


def all_of(parts: Iterable[Besides]) -> Mapping[str, Piece]:
    return {name: piece for part in parts for name, piece in part.pieces().items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """`pieces` by the name under which they are asked for."""

    store: Store
    now: Now
    pieces: Mapping[str, Piece]

    def routes(self) -> Sequence[Route]:
        return (Route("tickets/<ticket_id>/beside", "GET", self.beside),)

    def beside(self, _: Visitor, ticket_id: str) -> Response:
        """Those that `of` names, separated by commas. One that fails says so in its own place; the others are told."""
        wanted = [name for name in request.args.get("of", "").split(",") if name in self.pieces]
        with self.store.read() as unit:
            look = Look(unit=unit, ticket_id=TicketId(ticket_id), now=self.now())
            found = {name: _answered(self.pieces[name], look) for name in wanted} if look.conversation else {}
        return Response(json.dumps(found, separators=(",", ":")), mimetype="application/json")


def _answered(piece: Piece, look: Look) -> Mapping[str, Any]:
    try:
        found = piece(look)
    except HandrailError as error:
        return {"error": fault(error)[1]}
    return LATER if found is None else found
