"""A ticket as the sidebar shows it, and quickly: an open sidebar asks every second whether there is something new."""

import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from flask import Response, request

from apps.zendesk.panels import UNSEEN
from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from apps.zendesk.view import ticket_view
from core.errors import RejectedError
from core.model.ids import TicketId
from core.ports import Now, Store, Unit

# A view may hang on what its stamp does not cover, time among it: so long at most is it shown after that changed.
BELIEVED_FOR = timedelta(seconds=15)
MOST_REMEMBERED = 5_000


@dataclass(frozen=True, slots=True)
class Shown:
    """The version of a view, and the ticket's stamp when it was made."""

    version: str
    stamp: str
    made_at: datetime


@dataclass(slots=True)
class Versions:
    """The versions of the views that were made last, in this process; the least used are forgotten."""

    _shown: OrderedDict[str, Shown] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def version(self, ticket_id: str, stamp: str, now: datetime) -> str | None:
        """None where nothing was made lately, or something was written since."""
        with self._lock:
            found = self._shown.get(ticket_id)
        still = found is not None and found.stamp == stamp and abs(now - found.made_at) < BELIEVED_FOR
        return found.version if found is not None and still else None

    def made(self, ticket_id: str, shown: Shown) -> None:
        with self._lock:
            self._shown[ticket_id] = shown
            self._shown.move_to_end(ticket_id)
            while len(self._shown) > MOST_REMEMBERED:
                self._shown.popitem(last=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tickets:
    store: Store
    now: Now
    versions: Versions = field(default_factory=Versions)

    def routes(self) -> Sequence[Route]:
        return (Route("tickets/<ticket_id>", "GET", self.ticket),)

    def ticket(self, _: Visitor, ticket_id: str) -> Response:
        """204 where the view is still that of the version `after`."""
        after = request.args.get("after", "")
        with self.store.read() as unit:
            stamp = unit.conversations.stamp(TicketId(ticket_id))
            if stamp is None:
                raise RejectedError(UNSEEN)
            if after and self.versions.version(ticket_id, stamp, self.now()) == after:
                return Response(status=204)
            version, body = self._made(unit, ticket_id, stamp)
        if after == version:
            return Response(status=204)
        return Response(body, mimetype="application/json")

    def _made(self, unit: Unit, ticket_id: str, stamp: str) -> tuple[str, str]:
        view = ticket_view(unit, TicketId(ticket_id))
        if view is None:
            raise RejectedError(UNSEEN)
        version = str(view["version"])
        self.versions.made(ticket_id, Shown(version, stamp, self.now()))
        return version, json.dumps(view, separators=(",", ":"))
