"""A ticket as the sidebar shows it, and quickly: an open sidebar asks every second whether there is something new."""

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from flask import Response, request

from apps.zendesk.panels import UNSEEN, MayRead, may_be_shown, readable_by
from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from apps.zendesk.view import ticket_view, version_of
from core.errors import RejectedError
from core.model.ids import TicketId
from core.ports import Now, Store, TicketAccess, Unit

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
    access: TicketAccess
    now: Now
    versions: Versions = field(default_factory=Versions)

    def routes(self) -> Sequence[Route]:
        return (Route("tickets/<ticket_id>", "GET", self.ticket),)

    def ticket(self, who: Visitor, ticket_id: str) -> Response:
        """204 where the view is still that of the version `after`."""
        after = request.args.get("after", "")
        with self.store.read() as unit:
            stamp = unit.conversations.stamp(TicketId(ticket_id))
            if stamp is None:
                raise RejectedError(UNSEEN)
            if after and self.versions.version(ticket_id, stamp, self.now()) == after:
                return Response(status=204)
            version, view = self._made(unit, ticket_id, stamp)
        if view["suggestions"]:
            version, view = _as_shown(view, readable_by(who, self.access))
        if after == version:
            return Response(status=204)
        return Response(json.dumps(view, separators=(",", ":")), mimetype="application/json")

    def _made(self, unit: Unit, ticket_id: str, stamp: str) -> tuple[str, Mapping[str, Any]]:
        view = ticket_view(unit, TicketId(ticket_id))
        if view is None:
            raise RejectedError(UNSEEN)
        version = str(view["version"])
        self.versions.made(ticket_id, Shown(version, stamp, self.now()))
        return version, view


def _as_shown(view: Mapping[str, Any], may_read: MayRead) -> tuple[str, Mapping[str, Any]]:
    """Without what whoever looks may not read, under a version of its own: what they may read a moment later is new."""
    shown = [each for each in view["suggestions"] if may_be_shown(each, may_read)]
    if len(shown) == len(view["suggestions"]):
        return str(view["version"]), view
    seen = {name: part for name, part in view.items() if name != "version"} | {"suggestions": shown}
    version = version_of(seen)
    return str(version), seen | {"version": version}
