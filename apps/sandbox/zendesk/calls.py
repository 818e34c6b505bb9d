"""One call to the API: the request, the pages of a list, the records that come with it, the routes."""

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.datastructures import Headers, MultiDict

from apps.sandbox.zendesk.answers import Answer, Record, RefusedError, missing_parameter
from apps.sandbox.zendesk.state import ZendeskState


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One authenticated request."""

    state: ZendeskState
    actor: Record
    path: str
    query: MultiDict[str, str]
    body: Record
    headers: Headers

    def part(self, name: str) -> Record:
        """The object under `name` in the body, but for its id, which is never the caller's; 400 when absent."""
        found = self.body.get(name)
        if not isinstance(found, dict):
            raise RefusedError(400, missing_parameter(name))
        return {key: value for key, value in found.items() if key != "id"}


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    rule: str
    endpoint: Callable[..., Answer]
    locked: bool = True  # False for the few calls that themselves go out over HTTP


# Both of Zendesk's ways to page a list: by page number and by cursor.

LARGEST_PAGE = 100
CURSOR_KEYS = ("page[size]", "page[after]", "page[before]")


def answer_page(call: Call, name: str, rows: Sequence[Record | str], **more: object) -> Answer:
    """One page of `rows` under `name`, in the way the caller asked for."""
    if any(key in call.query for key in CURSOR_KEYS):
        return Answer(body=_by_cursor(call, name, rows) | more)
    return Answer(body=_by_number(call, name, rows) | more)


def whole_number(call: Call, name: str, default: int, least: int = 1) -> int:
    """A whole number from the query; 400 for anything else."""
    text = call.query.get(name, str(default))
    if not text.lstrip("-").isdigit() or int(text) < least:
        raise RefusedError(400, {"error": "InvalidPaginationParameter", "description": f"{name} {text} is invalid"})
    return int(text)


def _by_number(call: Call, name: str, rows: Sequence[Record | str]) -> Record:
    page = whole_number(call, "page", 1)
    size = min(whole_number(call, "per_page", LARGEST_PAGE), LARGEST_PAGE)
    start = (page - 1) * size
    further = start + size < len(rows)
    return {
        name: list(rows[start : start + size]),
        "count": len(rows),
        "next_page": link(call, page=page + 1, per_page=size) if further else None,
        "previous_page": link(call, page=page - 1, per_page=size) if page > 1 else None,
    }


def _by_cursor(call: Call, name: str, rows: Sequence[Record | str]) -> Record:
    size = min(whole_number(call, "page[size]", LARGEST_PAGE), LARGEST_PAGE)
    if "page[before]" in call.query:
        end = _position(call.query["page[before]"])
        start = max(0, end - size)
    else:
        start = _position(call.query["page[after]"]) if "page[after]" in call.query else 0
        end = min(start + size, len(rows))
    after, before = _cursor(end), _cursor(start)
    return {
        name: list(rows[start:end]),
        "meta": {"has_more": end < len(rows), "after_cursor": after, "before_cursor": before},
        "links": {
            "next": link(call, **{"page[after]": after, "page[size]": size}) if end < len(rows) else None,
            "prev": link(call, **{"page[before]": before, "page[size]": size}) if start else None,
        },
    }


def link(call: Call, **changed: object) -> str:
    """This call's own address with some of its parameters changed, or left out where None."""
    kept = [(key, value) for key, value in call.query.items(multi=True) if _stays(key, changed)]
    query = urlencode([*kept, *((key, str(value)) for key, value in changed.items() if value is not None)])
    return f"{call.state.account.public_url}{call.path}?{query}"


def _stays(key: str, changed: dict[str, object]) -> bool:
    return key not in changed and not (key in CURSOR_KEYS and any(name in CURSOR_KEYS for name in changed))


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(f"o:{position}".encode()).decode()


def _position(cursor: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(cursor).decode().removeprefix("o:"))
    except (binascii.Error, ValueError) as error:
        refusal = {"error": "InvalidPaginationParameter", "description": "page[after] is not a valid cursor"}
        raise RefusedError(400, refusal) from error


# `include=users,groups,organizations`: the records that others point at, in the same answer.

# what may be included -> the fields that point at it
POINTERS = {
    "users": ("requester_id", "submitter_id", "assignee_id", "author_id", "user_id"),
    "groups": ("group_id",),
    "organizations": ("organization_id",),
}


def sideload(call: Call, records: Iterable[Record]) -> Record:
    """The asked-for records by plural name, each once; empty when nothing was asked for."""
    wanted = [name for name in call.query.get("include", "").split(",") if name in POINTERS]
    listed = list(records)
    return {name: _find_pointed_at(call, name, listed) for name in wanted}


def _find_pointed_at(call: Call, name: str, records: list[Record]) -> list[Record]:
    table = getattr(call.state, name)
    keys = {record.get(field) for record in records for field in POINTERS[name]}
    return [row for key in sorted(key for key in keys if key) if (row := table.find(key))]


# Endpoints of a whole table, which most resources have.


def list_all(table: str) -> Callable[[Call], Answer]:
    return lambda call: answer_page(call, table, getattr(call.state, table).listed())


def show_one(table: str, name: str) -> Callable[..., Answer]:
    """The record whose id stands in the address, under its singular `name`."""

    def show(call: Call, locale: str | None = None, **keys: int) -> Answer:
        (key,) = keys.values()
        return Answer(body={name: getattr(call.state, table).get(key)})

    return show


def id_of(value: object) -> int:
    """A number as a body may carry it; 0, which no record has, for anything else."""
    return int(str(value)) if str(value).isdigit() else 0
