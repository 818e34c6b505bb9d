"""What was said and done on a ticket: comments as text and HTML, their files, and audits; never behind the records."""

import html
import uuid
from html.parser import HTMLParser
from typing import Any

from apps.sandbox.zendesk.answers import Answer, Record, Uploaded, invalid, not_found
from apps.sandbox.zendesk.calls import Call, Route, answer_page, sideload
from apps.sandbox.zendesk.state import ZendeskState

# Comments in their two forms: plain text and HTML.

BLOCKS = frozenset({"p", "br", "div", "li", "h1", "h2", "h3", "h4", "tr", "ul", "ol"})


def html_of(body: str) -> str:
    """Plain text as Zendesk stores it for display."""
    paragraphs = [html.escape(part, quote=False).replace("\n", "<br>") for part in body.split("\n\n")]
    inside = "".join(f'<p dir="auto">{part}</p>' for part in paragraphs)
    return f'<div class="zd-comment" dir="auto">{inside}</div>'


def plain_of(markup: str) -> str:
    """The words of some HTML, a line per block."""
    reader = _Words()
    reader.feed(markup)
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return "\n".join(line for line in lines if line)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


# Files of comments: uploaded for a token, named by a comment, read by whoever has their address.


def attachments_of(state: ZendeskState, tokens: Any) -> list[Record]:
    """The records of uploaded files; 422 for a token that names none."""
    found = [state.files.get(str(token)) for token in tokens or ()]
    if None in found:
        raise invalid("uploads", "Uploads: is not valid")
    return [dict(file.record) for file in found if file is not None]


def _upload(call: Call) -> Answer:
    name, content = call.query.get("filename", ""), call.body.get("content")
    if not name or not isinstance(content, bytes) or not content:
        raise invalid("filename", "Filename: cannot be blank")
    token = uuid.uuid4().hex
    record = {
        "id": call.state.new_id("upload"),
        "file_name": name,
        "content_type": call.headers.get("Content-Type", "application/octet-stream"),
        "size": len(content),
        "content_url": f"/zendesk/attachments/token/{token}",
        "inline": False,
        "deleted": False,
        "malware_scan_result": "malware_not_found",
        "thumbnails": [],
    }
    call.state.files[token] = Uploaded(record=record, content=content)
    return Answer(status=201, body={"upload": {"token": token, "attachment": record, "attachments": [record]}})


def _content(call: Call, token: str) -> Answer:
    file = call.state.files.get(token)
    if file is None:
        raise not_found()
    return Answer(body=file.content, content_type=file.record["content_type"])


FILE_ADDRESS = "/attachments/token/<token>"


# What was said and done on a ticket: comments and audits. Never behind the records.


def _comments(call: Call, ticket_id: int) -> Answer:
    call.state.tickets.get(ticket_id)
    page = answer_page(call, "comments", _order(call, call.state.comments[ticket_id]))
    return Answer(body={**page.body, **sideload(call, page.body["comments"])})


def _make_private(call: Call, ticket_id: int, comment_id: int) -> Answer:
    call.state.tickets.get(ticket_id)
    comment = _of(call.state.comments[ticket_id], comment_id)
    comment["public"] = False
    return Answer(status=204)


SIGN = "\u2587"  # in the place of each letter that was redacted


def _redact(call: Call, ticket_id: int, comment_id: int) -> Answer:
    """No contract describes this route: it is as the SDK and public clients call it."""
    call.state.tickets.get(ticket_id)
    comment = _of(call.state.comments[ticket_id], comment_id)
    text = str(call.body.get("text") or "")
    if not text or text not in comment["plain_body"]:
        raise invalid("text", "Text: is not in the comment")
    hidden = "".join(each if each.isspace() else SIGN for each in text)
    body = comment["plain_body"].replace(text, hidden)
    for entry in (comment, *_events_of(call.state.audits[ticket_id], comment_id)):
        entry.update({name: value for name, value in _bodies(body).items() if name in entry})
    # What the trigger's mails to others said of it stands in the audits, too.
    for event in (event for audit in call.state.audits[ticket_id] for event in audit["events"]):
        event.update({name: said.replace(text, hidden) for name, said in event.items() if isinstance(said, str)})
    return Answer(body={"comment": comment})


def _bodies(body: str) -> Record:
    return {"body": body, "plain_body": body, "html_body": html_of(body)}


def _redact_file(call: Call, ticket_id: int, comment_id: int, file_id: int) -> Answer:
    """As `_redact`."""
    comment = _of(call.state.comments[ticket_id], comment_id)
    file = _of(comment.get("attachments") or [], file_id)
    call.state.files.pop(str(file["content_url"]).rpartition("/")[2], None)
    file.update(file_name="redacted.txt", content_type="text/plain", size=0, deleted=True)
    return Answer(body={"attachment": file})


def _events_of(audits: list[Record], comment_id: int) -> list[Record]:
    return [event for audit in audits for event in audit["events"] if event.get("id") == comment_id]


def _attachment(call: Call, file_id: int) -> Answer:
    """No contract describes this route: it is as the SDK and public clients call it."""
    found = next((file.record for file in call.state.files.values() if file.record["id"] == file_id), None)
    if found is None:
        raise not_found()
    return Answer(body={"attachment": found})


def _audits(call: Call, ticket_id: int) -> Answer:
    call.state.tickets.get(ticket_id)
    rows = _order(call, call.state.audits[ticket_id])
    kinds = call.query.getlist("filter_events[]")
    if kinds:
        rows = [audit for audit in rows if any(event["type"] in kinds for event in audit["events"])]
    page = answer_page(call, "audits", rows)
    return Answer(body={**page.body, **sideload(call, page.body["audits"])})


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
    rows = [_log_entry(call, comment) for comment in call.state.comments[ticket_id]]
    page = answer_page(call, "events", rows).body
    closed = {"meta": {"has_more": False, "after_cursor": "", "before_cursor": ""}, "links": {}}
    return Answer(body={"events": page["events"], **{name: page.get(name, value) for name, value in closed.items()}})


def _log_entry(call: Call, comment: Record) -> Record:
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


def _order(call: Call, rows: list[Record]) -> list[Record]:
    downwards = call.query.get("sort_order") == "desc" or call.query.get("sort", "").startswith("-")
    return rows[::-1] if downwards else list(rows)


def _of(rows: list[Record], key: int) -> Record:
    found = next((row for row in rows if row["id"] == key), None)
    if found is None:
        raise not_found()
    return found


ROUTES = (
    Route("POST", "/api/v2/uploads", _upload),
    Route("GET", FILE_ADDRESS, _content),
    Route("GET", "/api/v2/tickets/<int:ticket_id>/comments", _comments),
    Route("PUT", "/api/v2/tickets/<int:ticket_id>/comments/<int:comment_id>/make_private", _make_private),
    Route("PUT", "/api/v2/tickets/<int:ticket_id>/comments/<int:comment_id>/redact", _redact),
    Route(
        "PUT",
        "/api/v2/tickets/<int:ticket_id>/comments/<int:comment_id>/attachments/<int:file_id>/redact",
        _redact_file,
    ),
    Route("GET", "/api/v2/attachments/<int:file_id>", _attachment),
    Route("GET", "/api/v2/tickets/<int:ticket_id>/audits", _audits),
    Route("GET", "/api/v2/tickets/<int:ticket_id>/audits/<int:audit_id>", _show_audit),
    Route("GET", "/api/v2/tickets/<int:ticket_id>/conversation_log", _conversation_log),
    Route("GET", "/api/v2/ticket_audits", _all_audits),
)
