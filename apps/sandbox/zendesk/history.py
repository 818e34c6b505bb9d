"""What was said and done on a ticket: comments and audits. Never behind the records."""

from apps.sandbox.zendesk.answers import Answer, Call, Record, Route, not_found
from apps.sandbox.zendesk.paging import paged
from apps.sandbox.zendesk.sideloads import sideloaded


def _comments(call: Call, ticket_id: int) -> Answer:
    call.state.tickets.get(ticket_id)
    page = paged(call, "comments", _ordered(call, call.state.comments[ticket_id]))
    return Answer(body={**page.body, **sideloaded(call, page.body["comments"])})


def _make_private(call: Call, ticket_id: int, comment_id: int) -> Answer:
    call.state.tickets.get(ticket_id)
    comment = _of(call.state.comments[ticket_id], comment_id)
    comment["public"] = False
    return Answer(status=204)


def _audits(call: Call, ticket_id: int) -> Answer:
    call.state.tickets.get(ticket_id)
    rows = _ordered(call, call.state.audits[ticket_id])
    kinds = call.query.getlist("filter_events[]")
    if kinds:
        rows = [audit for audit in rows if any(event["type"] in kinds for event in audit["events"])]
    page = paged(call, "audits", rows)
    return Answer(body={**page.body, **sideloaded(call, page.body["audits"])})


def _show_audit(call: Call, ticket_id: int, audit_id: int) -> Answer:
    call.state.tickets.get(ticket_id)
    return Answer(body={"audit": _of(call.state.audits[ticket_id], audit_id)})


def _all_audits(call: Call) -> Answer:
    rows = [audit for audits in call.state.audits.values() for audit in audits]
    rows.sort(key=lambda audit: int(audit["id"]), reverse=True)
    cut = rows[: int(call.query.get("limit", 1000))]
    return Answer(body={"audits": cut, "after_cursor": "", "before_cursor": "", "after_url": "", "before_url": ""})


def _conversation_log(call: Call, ticket_id: int) -> Answer:
    call.state.tickets.get(ticket_id)
    rows = [_logged(call, comment) for comment in call.state.comments[ticket_id]]
    page = paged(call, "events", rows).body
    closed = {"meta": {"has_more": False, "after_cursor": "", "before_cursor": ""}, "links": {}}
    return Answer(body={"events": page["events"], **{name: page.get(name, value) for name, value in closed.items()}})


def _logged(call: Call, comment: Record) -> Record:
    author = call.state.users.get(comment["author_id"])
    kind = "user" if author["role"] == "end-user" else "agent"
    return {
        "id": str(comment["id"]),
        "type": "Comment",
        "created_at": comment["created_at"],
        "author": {"type": kind, "display_name": author["name"], "zen:support:user_id": author["id"]},
        "content": {"type": "html", "body": comment["html_body"]},
        "attachments": [],
        "metadata": {"public": comment["public"], "custom": {}},
        "reference": f"zen:ticket_event:{comment['id']}",
    }


def _ordered(call: Call, rows: list[Record]) -> list[Record]:
    downwards = call.query.get("sort_order") == "desc" or call.query.get("sort", "").startswith("-")
    return rows[::-1] if downwards else list(rows)


def _of(rows: list[Record], key: int) -> Record:
    found = next((row for row in rows if row["id"] == key), None)
    if found is None:
        raise not_found()
    return found


ROUTES = (
    Route("GET", "/api/v2/tickets/<int:ticket_id>/comments", _comments),
    Route("PUT", "/api/v2/tickets/<int:ticket_id>/comments/<int:comment_id>/make_private", _make_private),
    Route("GET", "/api/v2/tickets/<int:ticket_id>/audits", _audits),
    Route("GET", "/api/v2/tickets/<int:ticket_id>/audits/<int:audit_id>", _show_audit),
    Route("GET", "/api/v2/tickets/<int:ticket_id>/conversation_log", _conversation_log),
    Route("GET", "/api/v2/ticket_audits", _all_audits),
)
