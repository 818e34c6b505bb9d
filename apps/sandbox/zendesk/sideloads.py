"""`include=users,groups,organizations`: the records that others point at, in the same answer."""

from collections.abc import Iterable

from apps.sandbox.zendesk.answers import Call, Record

# what may be included -> the fields that point at it
POINTERS = {
    "users": ("requester_id", "submitter_id", "assignee_id", "author_id", "user_id"),
    "groups": ("group_id",),
    "organizations": ("organization_id",),
}


def sideloaded(call: Call, records: Iterable[Record]) -> Record:
    """The asked-for records by plural name, each once; empty when nothing was asked for."""
    wanted = [name for name in call.query.get("include", "").split(",") if name in POINTERS]
    listed = list(records)
    return {name: _pointed_at(call, name, listed) for name in wanted}


def _pointed_at(call: Call, name: str, records: list[Record]) -> list[Record]:
    table = getattr(call.state, name)
    keys = {record.get(field) for record in records for field in POINTERS[name]}
    return [row for key in sorted(key for key in keys if key) if (row := table.find(key))]
