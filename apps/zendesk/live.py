"""The call that goes on beside a ticket: what is said, and what helps whoever speaks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify

from apps.zendesk.panels import Panel, StoredTicket
from apps.zendesk.parts import Route
from apps.zendesk.session import Visitor
from core.answer.style import StyleCard
from core.assist.live_call import Live, live
from core.model.call import CallLine
from core.model.ids import TicketId
from core.policy import Policy
from core.ports import Now, Store

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCalls:
    """Asked every second while a call goes on: it reads what the workers have written, and thinks nothing."""

    store: Store
    policy: Callable[[], Policy]
    style: StyleCard
    now: Now

    def routes(self) -> Sequence[Route]:
        return (Route("tickets/<ticket_id>/call", "GET", self.call),)

    def panels(self) -> Mapping[str, Panel]:
        return {"call": self.newest}

    def call(self, _: Visitor, ticket_id: str) -> Response:
        with self.store.read() as unit:
            found = self.newest(StoredTicket(unit=unit, ticket_id=TicketId(ticket_id), now=self.now()))
        return jsonify(found)

    def newest(self, stored: StoredTicket) -> Json:
        """`call` is null where the ticket's conversation has none."""
        here = stored.conversation
        found = live(stored.unit, here.id, self.style, self.policy(), here.brand, stored.now)
        return {"call": _row(found) if found else None}


def _row(found: Live) -> Json:
    call = found.call
    return {
        "sid": call.sid,
        "stage": call.stage,
        "number": call.number,
        "group": call.group,
        "language": call.language,
        "started_at": call.started_at.isoformat(),
        "ended_at": call.ended_at.isoformat() if call.ended_at else None,
        "outcome": call.outcome,
        "seconds": found.seconds,
        "raised": list(call.raised),
        "lines": [_line(each) for each in found.lines],
        "moods": [round(mood, 2) for mood in found.moods],
        "asked": found.asked,
        "knowledge": list(found.knowledge),
        "scripts": [
            {"name": s.name, "text": s.text, "must_say": s.must_say, "because": s.because, "said": s.said}
            for s in found.scripts
        ],
    }


def _line(line: CallLine) -> Json:
    return {"key": line.key, "role": line.role, "text": line.text, "at": line.at.isoformat(), "mood": line.mood}
