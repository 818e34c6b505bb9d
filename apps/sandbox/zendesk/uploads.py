"""Files of comments: uploaded for a token, named by a comment, read by whoever has their address."""

import uuid
from typing import Any

from apps.sandbox.zendesk.answers import Answer, Call, Record, Route, Uploaded, invalid, not_found
from apps.sandbox.zendesk.state import ZendeskState


def shown_in_comment(state: ZendeskState, tokens: Any) -> list[Record]:
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


CONTENT = "/attachments/token/<token>"
ROUTES: tuple[Route, ...] = (Route("POST", "/api/v2/uploads", _upload), Route("GET", CONTENT, _content))
