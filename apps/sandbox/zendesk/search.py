"""The search language and its endpoints; everything here lags behind the records."""

import base64
import binascii
import re
import shlex
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from apps.sandbox.zendesk.answers import Answer, Record, RefusedError
from apps.sandbox.zendesk.calls import Call, Route, answer_page, link, sideload, whole_number
from apps.sandbox.zendesk.fields import PRIORITIES, STATUSES
from apps.sandbox.zendesk.state import Table, ZendeskState, moment_of

MOST_RESULTS = 1000
TERM = re.compile(r"^(-?)([a-z_]+\d*)(:|<=|>=|<|>)(.*)$", re.IGNORECASE)
TEXTS = {
    "ticket": ("subject", "description"),
    "user": ("name", "email", "phone", "notes", "details"),
    "organization": ("name", "details", "notes"),
    "group": ("name", "description"),
}
TABLES = {"ticket": "tickets", "user": "users", "organization": "organizations", "group": "groups"}
# name in a query -> field of the record
POINTERS = {
    "requester": ("requester_id", "users"),
    "submitter": ("submitter_id", "users"),
    "assignee": ("assignee_id", "users"),
    "group": ("group_id", "groups"),
    "organization": ("organization_id", "organizations"),
}
TIMES = {"created": "created_at", "updated": "updated_at", "created_at": "created_at", "updated_at": "updated_at"}
LADDERS = {"status": STATUSES, "priority": PRIORITIES}
RELATIVE = re.compile(r"^(\d+)(minutes?|hours?|days?|weeks?)$")
Test = Callable[[Record, str], bool]


def search_records(state: ZendeskState, query: str) -> list[Record]:
    """Copies of all matching records as the index knows them, each with its `result_type`."""
    terms = _terms(query)
    kinds = [value for _, name, _, value in terms if name == "type"]
    tests = [_test(state, term) for term in terms if term[1] != "type"]
    rows: list[Record] = []
    for kind, table in TABLES.items():
        if not kinds or kind in kinds:
            listed = getattr(state, table).listed()
            rows += [{**row, "result_type": kind} for row in listed if all(test(row, kind) for test in tests)]
    return rows


def _terms(query: str) -> list[tuple[str, str, str, str]]:
    """(minus, name, operator, value) of each term; a bare word has no name."""
    try:
        words = shlex.split(query.replace("'", "\\'"))
    except ValueError:
        words = query.split()
    return [_term(word) for word in words]


def _term(word: str) -> tuple[str, str, str, str]:
    match = TERM.match(word)
    if match:
        return match[1], match[2].lower(), match[3], match[4]
    return ("-", "", ":", word[1:]) if word.startswith("-") else ("", "", ":", word)


def _test(state: ZendeskState, term: tuple[str, str, str, str]) -> Test:
    minus, name, operator, value = term
    holds = _holds(state, name, operator, value)
    return (lambda row, kind: not holds(row, kind)) if minus else holds


def _holds(state: ZendeskState, name: str, operator: str, value: str) -> Test:
    if name in TIMES:
        bound = _moment(state, value)
        return lambda row, kind: _compare_times(moment_of(row[TIMES[name]]), operator, bound, len(value) <= 10)
    if name in LADDERS:
        return lambda row, kind: _compare_ranks(name, row.get(name), operator, value)
    if name in POINTERS:
        return lambda row, kind: _points(state, row, name, value)
    if name in ("tags", "tag"):
        return lambda row, kind: value.lower() in row.get("tags", []) or (value == "none" and not row.get("tags"))
    if name.startswith(("custom_field_", "fieldvalue")):
        return lambda row, kind: _custom(row, name, value)
    if name == "comment":
        return lambda row, kind: kind == "ticket" and _has_comment(state, row, value)
    if name in ("ticket_type", "id", "subject", "description", "via", "external_id", "email", "phone", "name", "role"):
        return lambda row, kind: _field(row, name, value)
    text = f"{name}{operator}{value}" if name else value
    return lambda row, kind: _mentions(state, row, kind, text)


def _compare_times(moment: datetime, operator: str, bound: datetime, whole_day: bool) -> bool:
    if operator == ":":
        return bound <= moment < bound + timedelta(days=1) if whole_day else moment == bound
    return {"<": moment < bound, "<=": moment <= bound, ">": moment > bound, ">=": moment >= bound}[operator]


def _moment(state: ZendeskState, value: str) -> datetime:
    relative = RELATIVE.match(value)
    if relative:
        unit = relative[2] if relative[2].endswith("s") else f"{relative[2]}s"
        return state.clock.now() - timedelta(**{unit: int(relative[1])})
    try:
        return moment_of(value if "T" in value else f"{value}T00:00:00Z")
    except ValueError as error:
        raise RefusedError(422, {"error": "invalid", "description": f"Invalid search: bad date {value}"}) from error


def _compare_ranks(name: str, current: str | None, operator: str, value: str) -> bool:
    ladder = LADDERS[name]
    if operator == ":":
        return (current or "none") == value.lower()
    if current not in ladder or value not in ladder:
        return False
    left, right = ladder.index(current), ladder.index(value)
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]


def _points(state: ZendeskState, row: Record, name: str, value: str) -> bool:
    field, table = POINTERS[name]
    if value == "none":
        return row.get(field) is None
    other = getattr(state, table).find(row.get(field)) or {}
    texts = (str(other.get("id")), str(other.get("email", "")), str(other.get("name", "")))
    return value.lower() in [text.lower() for text in texts]


def _custom(row: Record, name: str, value: str) -> bool:
    wanted = name.removeprefix("custom_field_")
    entries = row.get("custom_fields", [])
    return any(
        str(each["value"]) == value and (wanted == "fieldvalue" or str(each["id"]) == wanted) for each in entries
    )


def _has_comment(state: ZendeskState, row: Record, value: str) -> bool:
    return any(value.lower() in comment["plain_body"].lower() for comment in state.comments[row["id"]])


def _field(row: Record, name: str, value: str) -> bool:
    if name == "via":
        return bool(row.get("via", {}).get("channel") == value)
    current = str(row.get("type" if name == "ticket_type" else name) or "").lower()
    wanted = value.lower()
    if wanted.endswith("*"):
        return current.startswith(wanted[:-1])
    return wanted in current if name in ("subject", "description", "name") else current == wanted


def _mentions(state: ZendeskState, row: Record, kind: str, text: str) -> bool:
    wanted = text.lower().strip("*")
    if wanted == str(row["id"]) or any(wanted in str(row.get(field) or "").lower() for field in TEXTS[kind]):
        return True
    return kind == "ticket" and _has_comment(state, row, wanted)


def _matching(call: Call) -> list[Record]:
    query = call.query.get("query", "")
    if not query.strip():
        raise RefusedError(400, {"error": "invalid", "description": "The query parameter is required"})
    rows = search_records(call.state, query)
    kind = call.query.get("filter[type]")
    rows = [row for row in rows if kind in (None, row["result_type"])]
    name, downwards = call.query.get("sort_by"), call.query.get("sort_order", "desc") == "desc"
    if name in ("created_at", "updated_at", "priority", "status"):
        rows.sort(key=lambda row: str(row.get(name) or ""), reverse=downwards)
    return rows


def _search(call: Call) -> Answer:
    rows = _matching(call)
    if whole_number(call, "page", 1) * min(whole_number(call, "per_page", 100), 100) > max(MOST_RESULTS, 100):
        description = "Invalid search: requested response size was greater than Search Response Limits"
        raise RefusedError(422, {"error": "invalid", "description": description})
    page = answer_page(call, "results", rows, facets=None)
    return Answer(body={**page.body, **sideload(call, page.body["results"])})


def _count(call: Call) -> Answer:
    return Answer(body={"count": len(_matching(call))})


def _export(call: Call) -> Answer:
    call.state.limits.spend("search-export", 100, timedelta(minutes=1), "search exports")
    kind = call.query.get("filter[type]")
    if kind not in TABLES:
        raise RefusedError(422, {"error": "invalid", "description": "filter[type] is required"})
    page = answer_page(call, "results", _matching(call), facets=None).body
    closed = {"meta": {"has_more": False, "after_cursor": None, "before_cursor": None}, "links": {}}
    kept = {name: page.get(name, value) for name, value in closed.items()}
    return Answer(body={"results": page["results"], "facets": None, **kept})


# Incremental exports of tickets and users, by cursor and by time; the last minute is never in them.

LARGEST_PAGE = 1000


def _by_cursor(call: Call, name: str, table: Table) -> Answer:
    call.state.limits.spend_export(name)
    after = _read_cursor(call.query["cursor"]) if "cursor" in call.query else (_start(call), 0)
    size = min(whole_number(call, "per_page", LARGEST_PAGE), LARGEST_PAGE)
    rows = [row for row in _list_exported(call, table) if _place(row) > after]
    page = rows[:size]
    cursor = _write_cursor(_place(page[-1]) if page else after)
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
    size = min(whole_number(call, "per_page", LARGEST_PAGE), LARGEST_PAGE)
    rows = [row for row in _list_exported(call, table) if _place(row)[0] >= start]
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


def _list_exported(call: Call, table: Table) -> list[Record]:
    """Everything older than the export's lag, oldest change first."""
    until = (call.state.clock.now() - call.state.account.export_lag).timestamp()
    return sorted((row for row in table.rows.values() if _place(row)[0] <= until), key=_place)


def _place(row: Record) -> tuple[int, int]:
    """Where a record stands in the export: by its last change, then by id."""
    return int(moment_of(row["updated_at"]).timestamp()), int(row["id"])


def _start(call: Call) -> int:
    start = whole_number(call, "start_time", 0, least=0)
    if "start_time" not in call.query:
        raise RefusedError(400, {"error": "InvalidStartTime", "description": "start_time is required"})
    if datetime.fromtimestamp(start, UTC) > call.state.clock.now() - call.state.account.export_lag:
        description = "Too recent start_time. Use a start_time older than 60 seconds"
        raise RefusedError(422, {"error": "StartTimeTooRecent", "description": description})
    return start


def _write_cursor(place: tuple[int, int]) -> str:
    return base64.urlsafe_b64encode(f"{place[0]}.{place[1]}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[int, int]:
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
    """Audits in the order they happened, their changes as child events; comments whole where they are asked for."""
    call.state.limits.spend_export("ticket_events")
    start, until = _start(call), call.state.clock.now() - call.state.account.export_lag
    asked = call.query.get("include", "").split(",")
    audits = [audit for audits in call.state.audits.values() for audit in audits]
    kept = [each for each in audits if start <= int(moment_of(each["created_at"]).timestamp()) <= until.timestamp()]
    kept.sort(key=lambda audit: int(audit["id"]))
    page = kept[:LARGEST_PAGE]
    end = int(moment_of(page[-1]["created_at"]).timestamp()) if page else start
    return Answer(
        body={
            "ticket_events": [_event(audit, whole="comment_events" in asked) for audit in page],
            "count": len(page),
            "end_of_stream": len(kept) <= LARGEST_PAGE,
            "end_time": end,
            "next_page": link(call, start_time=end),
        }
    )


def _event(audit: Record, *, whole: bool) -> dict[str, Any]:
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
        "child_events": [_child(event, audit, whole=whole) for event in audit["events"]],
    }


def _child(event: Record, audit: Record, *, whole: bool) -> dict[str, Any]:
    """A field that was set goes by its own name."""
    kind, via = event["type"], audit["via"]["channel"]
    if kind in ("Create", "Change"):
        before = {"previous_value": event["previous_value"]} if kind == "Change" else {}
        return {"id": event["id"], "via": via, event["field_name"]: event["value"], "event_type": kind, **before}
    if kind != "Comment":
        return {**event, "event_type": kind}
    if whole:
        return {**event, "created_at": audit["created_at"], "event_type": kind}
    present = {"comment_present": True, "comment_public": event["public"]}
    return {"id": event["id"], "via": via, "event_type": kind, **present}


ROUTES = (
    Route("GET", "/api/v2/search", _search),
    Route("GET", "/api/v2/search/count", _count),
    Route("GET", "/api/v2/search/export", _export),
    Route("GET", "/api/v2/incremental/tickets/cursor", _tickets_by_cursor),
    Route("GET", "/api/v2/incremental/tickets", _tickets_by_time),
    Route("GET", "/api/v2/incremental/users/cursor", _users_by_cursor),
    Route("GET", "/api/v2/incremental/users", _users_by_time),
    Route("GET", "/api/v2/incremental/organizations", _organizations_by_time),
    Route("GET", "/api/v2/incremental/ticket_events", _ticket_events),
)
