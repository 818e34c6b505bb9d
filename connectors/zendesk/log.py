"""What Zendesk keeps of what was said and changed on tickets, for whoever has missed its webhooks."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from urllib.parse import urlencode

from connectors.faults import MalformedAnswerError
from connectors.paging import pages
from connectors.zendesk import records
from connectors.zendesk.api import Pages, ZendeskApi
from connectors.zendesk.records import Record
from core.errors import RejectedError
from core.model.event import Event, EventKind
from core.ports import LogName, LogPage

SOURCE = "zendesk"
EXPORT = "/api/v2/incremental/ticket_events.json"
OVERLAP = timedelta(minutes=2)
FRESH = timedelta(seconds=65)  # the export refuses to begin later than a minute ago, and has nothing of that minute
MOST_PAGES = 6  # of the ten a minute that Zendesk allows; the next reading goes on


class TicketLog:
    """`core.ports.VendorLog` over the export of ticket events, a thousand audits a page; the cursor is its `end_time`.

    Own writes are left out, as the webhook leaves them out. `own_user_id` is the integration user; empty: not known."""

    name = LogName.TICKETS

    def __init__(self, api: ZendeskApi, own_user_id: str) -> None:
        self._pages, self._own = Pages(api), own_user_id

    def begin(self, now: datetime) -> str:
        return str(int(now.timestamp()))

    def pages(self, cursor: str, now: datetime) -> Iterator[LogPage]:
        start = min(int(cursor) - OVERLAP.seconds, int((now - FRESH).timestamp()))

        def read(start: str) -> tuple[Record, str]:
            asked = urlencode({"start_time": start, "include": "comment_events"})
            body = self._pages.body(f"{EXPORT}?{asked}", "ticket_events")
            if not isinstance(body.get("end_time"), int):
                raise RejectedError(f"read {self.name}: the export does not say where it ends")
            return body, "" if body.get("end_of_stream", True) else str(body["end_time"])

        for body in islice(pages(self.name, read, first=str(start)), MOST_PAGES):
            yield self._told(body["ticket_events"], max(int(cursor), body["end_time"]), now)

    def _told(self, audits: list[Record], end: int, now: datetime) -> LogPage:
        events: list[Event] = []
        problems: list[str] = []
        for audit in audits:
            try:
                event = self._event(audit, now)
            except MalformedAnswerError as error:
                problems.append(f"ticket {audit.get('ticket_id')}: {error}")
                continue
            events += [event] if event is not None else []
        return LogPage(events=tuple(events), cursor=str(end), problems=tuple(problems))

    def _event(self, audit: Record, now: datetime) -> Event | None:
        """One for an audit in which somebody else said something or changed the status; nothing else has the ticket
        read again."""
        if records.mark(audit) is not None:
            return None
        parts = records.records_of(audit, "child_events")
        comment = next((part for part in parts if part.get("event_type") == "Comment"), None)
        # Who speaks is the comment's author: the integration user may file it for somebody else.
        actor = str((comment or {}).get("author_id") or audit.get("updater_id"))
        if (self._own and actor == self._own) or not (comment or any("status" in part for part in parts)):
            return None
        # A comment goes by its own id, as its webhook has it.
        delivery = f"comment:{records.number(comment, 'id')}" if comment else f"audit:{records.number(audit, 'id')}"
        return Event(
            source=SOURCE,
            delivery_id=delivery,
            kind=EventKind.TICKET_CHANGED,
            subject=records.number(audit, "ticket_id"),
            occurred_at=records.moment(records.text(audit, "created_at")),
            received_at=now,
        )
