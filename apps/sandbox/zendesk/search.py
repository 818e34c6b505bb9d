"""The search language and its endpoints; everything here lags behind the records."""

import re
import shlex
from collections.abc import Callable
from datetime import datetime, timedelta

from apps.sandbox.zendesk.answers import Answer, Call, Record, RefusedError, Route
from apps.sandbox.zendesk.paging import paged, whole
from apps.sandbox.zendesk.sideloads import sideloaded
from apps.sandbox.zendesk.state import ZendeskState, moment_of
from apps.sandbox.zendesk.statuses import PRIORITIES, STATUSES

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


def found(state: ZendeskState, query: str) -> list[Record]:
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
        return lambda row, kind: _timed(moment_of(row[TIMES[name]]), operator, bound, len(value) <= 10)
    if name in LADDERS:
        return lambda row, kind: _ranked(name, row.get(name), operator, value)
    if name in POINTERS:
        return lambda row, kind: _points(state, row, name, value)
    if name in ("tags", "tag"):
        return lambda row, kind: value.lower() in row.get("tags", []) or (value == "none" and not row.get("tags"))
    if name.startswith(("custom_field_", "fieldvalue")):
        return lambda row, kind: _custom(row, name, value)
    if name == "comment":
        return lambda row, kind: kind == "ticket" and _said(state, row, value)
    if name in ("ticket_type", "id", "subject", "description", "via", "external_id", "email", "phone", "name", "role"):
        return lambda row, kind: _field(row, name, value)
    text = f"{name}{operator}{value}" if name else value
    return lambda row, kind: _mentions(state, row, kind, text)


def _timed(moment: datetime, operator: str, bound: datetime, whole_day: bool) -> bool:
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


def _ranked(name: str, current: str | None, operator: str, value: str) -> bool:
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


def _said(state: ZendeskState, row: Record, value: str) -> bool:
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
    return kind == "ticket" and _said(state, row, wanted)


def _matching(call: Call) -> list[Record]:
    query = call.query.get("query", "")
    if not query.strip():
        raise RefusedError(400, {"error": "invalid", "description": "The query parameter is required"})
    rows = found(call.state, query)
    kind = call.query.get("filter[type]")
    rows = [row for row in rows if kind in (None, row["result_type"])]
    name, downwards = call.query.get("sort_by"), call.query.get("sort_order", "desc") == "desc"
    if name in ("created_at", "updated_at", "priority", "status"):
        rows.sort(key=lambda row: str(row.get(name) or ""), reverse=downwards)
    return rows


def _search(call: Call) -> Answer:
    rows = _matching(call)
    if whole(call, "page", 1) * min(whole(call, "per_page", 100), 100) > max(MOST_RESULTS, 100):
        description = "Invalid search: requested response size was greater than Search Response Limits"
        raise RefusedError(422, {"error": "invalid", "description": description})
    page = paged(call, "results", rows, facets=None)
    return Answer(body={**page.body, **sideloaded(call, page.body["results"])})


def _count(call: Call) -> Answer:
    return Answer(body={"count": len(_matching(call))})


def _export(call: Call) -> Answer:
    call.state.limits.spend("search-export", 100, timedelta(minutes=1), "search exports")
    kind = call.query.get("filter[type]")
    if kind not in TABLES:
        raise RefusedError(422, {"error": "invalid", "description": "filter[type] is required"})
    page = paged(call, "results", _matching(call), facets=None).body
    closed = {"meta": {"has_more": False, "after_cursor": None, "before_cursor": None}, "links": {}}
    kept = {name: page.get(name, value) for name, value in closed.items()}
    return Answer(body={"results": page["results"], "facets": None, **kept})


ROUTES = (
    Route("GET", "/api/v2/search", _search),
    Route("GET", "/api/v2/search/count", _count),
    Route("GET", "/api/v2/search/export", _export),
)
