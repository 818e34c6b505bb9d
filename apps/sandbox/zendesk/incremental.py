"""Incremental exports of tickets and users, by cursor and by time; the last minute is never in them."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

from apps.sandbox.zendesk.answers import Answer, Call, Record, RefusedError, Route
from apps.sandbox.zendesk.paging import link, whole
from apps.sandbox.zendesk.state import moment_of
from apps.sandbox.zendesk.tables import Table

LARGEST_PAGE = 1000


def _by_cursor(call: Call, name: str, table: Table) -> Answer:
    call.state.limits.spend_export(name)
    after = _read(call.query["cursor"]) if "cursor" in call.query else (_start(call), 0)
    size = min(whole(call, "per_page", LARGEST_PAGE), LARGEST_PAGE)
    rows = [row for row in _exported(call, table) if _place(row) > after]
    page = rows[:size]
    cursor = _write(_place(page[-1]) if page else after)
    return Answer(
        body={
            name: page,
            "after_cursor": cursor,
            "after_url": link(call, cursor=cursor, start_time=None),
            "before_cursor": None,
            "before_url": None,
            "end_of_stream": len(rows) <= size,
        }
    )


def _by_time(call: Call, name: str, table: Table) -> Answer:
    call.state.limits.spend_export(name)
    start = _start(call)
    size = min(whole(call, "per_page", LARGEST_PAGE), LARGEST_PAGE)
    rows = [row for row in _exported(call, table) if _place(row)[0] >= start]
    page = rows[:size]
    end = _place(page[-1])[0] if page else start
    return Answer(
        body={
            name: page,
            "count": len(page),
            "end_of_stream": len(rows) <= size,
            "end_time": end,
            "next_page": link(call, start_time=end),
        }
    )


def _exported(call: Call, table: Table) -> list[Record]:
    """Everything older than the export's lag, oldest change first."""
    until = (call.state.clock.now() - call.state.account.export_lag).timestamp()
    return sorted((row for row in table.rows.values() if _place(row)[0] <= until), key=_place)


def _place(row: Record) -> tuple[int, int]:
    """Where a record stands in the export: by its last change, then by id."""
    return int(moment_of(row["updated_at"]).timestamp()), int(row["id"])


def _start(call: Call) -> int:
    start = whole(call, "start_time", 0, least=0)
    if "start_time" not in call.query:
        raise RefusedError(400, {"error": "InvalidStartTime", "description": "start_time is required"})
    if datetime.fromtimestamp(start, UTC) > call.state.clock.now() - call.state.account.export_lag:
        description = "Too recent start_time. Use a start_time older than 60 seconds"
        raise RefusedError(422, {"error": "StartTimeTooRecent", "description": description})
    return start


def _write(place: tuple[int, int]) -> str:
    return base64.urlsafe_b64encode(f"{place[0]}.{place[1]}".encode()).decode()


def _read(cursor: str) -> tuple[int, int]:
    try:
        seconds, _, key = base64.urlsafe_b64decode(cursor).decode().partition(".")
        return int(seconds), int(key)
    except (binascii.Error, ValueError) as error:
        raise RefusedError(400, {"error": "InvalidCursor", "description": "The cursor is not valid"}) from error


def _tickets_by_cursor(call: Call) -> Answer:
    return _by_cursor(call, "tickets", call.state.tickets)


def _tickets_by_time(call: Call) -> Answer:
    return _by_time(call, "tickets", call.state.tickets)


def _users_by_cursor(call: Call) -> Answer:
    return _by_cursor(call, "users", call.state.users)


def _users_by_time(call: Call) -> Answer:
    return _by_time(call, "users", call.state.users)


def _organizations_by_time(call: Call) -> Answer:
    return _by_time(call, "organizations", call.state.organizations)


def _ticket_events(call: Call) -> Answer:
    """Audits in the order they happened, their changes as child events."""
    call.state.limits.spend_export("ticket_events")
    start, until = _start(call), call.state.clock.now() - call.state.account.export_lag
    audits = [audit for audits in call.state.audits.values() for audit in audits]
    kept = [each for each in audits if start <= int(moment_of(each["created_at"]).timestamp()) <= until.timestamp()]
    kept.sort(key=lambda audit: int(audit["id"]))
    page = kept[:LARGEST_PAGE]
    end = int(moment_of(page[-1]["created_at"]).timestamp()) if page else start
    return Answer(
        body={
            "ticket_events": [_event(audit) for audit in page],
            "count": len(page),
            "end_of_stream": len(kept) <= LARGEST_PAGE,
            "end_time": end,
            "next_page": link(call, start_time=end),
        }
    )


def _event(audit: Record) -> dict[str, Any]:
    return {
        "id": audit["id"],
        "ticket_id": audit["ticket_id"],
        "timestamp": int(moment_of(audit["created_at"]).timestamp()),
        "created_at": audit["created_at"],
        "updater_id": audit["author_id"],
        "via": audit["via"]["channel"],
        "system": audit["metadata"]["system"],
        "metadata": audit["metadata"],
        "event_type": "Audit",
        "child_events": [{**event, "event_type": event["type"]} for event in audit["events"]],
    }


ROUTES = (
    Route("GET", "/api/v2/incremental/tickets/cursor", _tickets_by_cursor),
    Route("GET", "/api/v2/incremental/tickets", _tickets_by_time),
    Route("GET", "/api/v2/incremental/users/cursor", _users_by_cursor),
    Route("GET", "/api/v2/incremental/users", _users_by_time),
    Route("GET", "/api/v2/incremental/organizations", _organizations_by_time),
    Route("GET", "/api/v2/incremental/ticket_events", _ticket_events),
)
