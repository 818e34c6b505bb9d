"""Messages for later, and files in the three steps that replaced files.upload.

chat.scheduledMessages.list, files.delete and the first and third step of an upload are **unverified**: they are not in
the document that there is of Slack's methods, which is older. Names are slack_sdk's.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from mimetypes import guess_type
from typing import Any

from flask import Blueprint, Response, request, url_for

from apps.sandbox.slack.arguments import Arguments, SlackError
from apps.sandbox.slack.methods import Answer, Method, bot_message, content_of
from apps.sandbox.slack.workspace import BOT_USER, DOMAIN, TEAM_ID, Message, Workspace, new_id

FURTHEST = timedelta(days=120)
LARGEST_FILE = 20_000_000  # bytes; Slack takes a gigabyte


@dataclass(slots=True, kw_only=True)
class Scheduled:
    """A message that is posted at `post_at`, in seconds since 1970."""

    scheduled_id: str
    channel_id: str
    post_at: int
    created_at: int
    message: Message


@dataclass(slots=True, kw_only=True)
class SharedFile:
    """A file of the app; `content` is None until it was sent to its address."""

    file_id: str
    name: str
    length: int
    created_at: int
    content: bytes | None = None
    title: str = ""
    complete: bool = False
    shares: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # by channel


# Messages for later.


def schedule(workspace: Workspace, given: Arguments) -> Answer:
    channel = workspace.channel(given.needed("channel", "channel_not_found"))
    post_at, now = given.number("post_at", 0), _now(workspace)
    if not post_at:
        raise SlackError("invalid_time")
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + FURTHEST.total_seconds():
        raise SlackError("time_too_far")
    content = content_of(given)
    if thread_ts := given.text("thread_ts"):
        content["thread_ts"] = workspace.message(channel, thread_ts, "thread_not_found")["ts"]
    kept = Scheduled(
        scheduled_id=new_id("Q"), channel_id=channel.channel_id, post_at=post_at, created_at=now, message=content
    )
    with workspace.lock:
        workspace.scheduled[kept.scheduled_id] = kept
    about = {name: value for name, value in bot_message(workspace, content["text"]).items() if name != "app_id"}
    shown = {**about, "team": TEAM_ID, "type": "delayed_message"}
    return {
        "channel": kept.channel_id,
        "scheduled_message_id": kept.scheduled_id,
        "post_at": post_at,
        "message": shown,
    }


def unschedule(workspace: Workspace, given: Arguments) -> Answer:
    channel = workspace.channel(given.needed("channel", "channel_not_found"))
    name = given.needed("scheduled_message_id", "invalid_scheduled_message_id")
    with workspace.lock:
        known = workspace.scheduled.get(name)
        if known is None or known.channel_id != channel.channel_id:
            raise SlackError("invalid_scheduled_message_id")
        del workspace.scheduled[name]
    return {}


def list_scheduled(workspace: Workspace, given: Arguments) -> Answer:
    """Those of the app that are still to come, the soonest first."""
    channel = workspace.channel(given.text("channel")).channel_id if given.text("channel") else ""
    first, last = given.number("oldest", 0), given.number("latest", 2**40)
    with workspace.lock:
        kept = sorted(workspace.scheduled.values(), key=lambda each: each.post_at)
    shown = [
        {
            "id": each.scheduled_id,
            "channel_id": each.channel_id,
            "post_at": each.post_at,
            "date_created": each.created_at,
            "text": each.message["text"],
        }
        for each in kept
        if each.channel_id == (channel or each.channel_id) and first <= each.post_at <= last
    ]
    return {"scheduled_messages": shown[: given.number("limit", 100)], "response_metadata": {"next_cursor": ""}}


def post_due(workspace: Workspace) -> None:
    """Post what was scheduled for a moment that has come."""
    with workspace.lock:
        due = [each for each in workspace.scheduled.values() if each.post_at <= _now(workspace)]
        for each in sorted(due, key=lambda each: each.post_at):
            del workspace.scheduled[each.scheduled_id]
            workspace.post(workspace.channels[each.channel_id], bot_message(workspace, "") | each.message)


# Files.


def upload_url(workspace: Workspace, given: Arguments) -> Answer:
    """The first step: where the bytes go."""
    name, length = given.needed("filename"), given.number("length", 0)
    if not 0 < length <= LARGEST_FILE:
        raise SlackError("invalid_arguments", ["length is not a size that a file may have"])
    kept = SharedFile(file_id=new_id("F"), name=name, length=length, created_at=_now(workspace))
    with workspace.lock:
        workspace.files[kept.file_id] = kept
    return {"upload_url": url_for("slack.upload", file_id=kept.file_id, _external=True), "file_id": kept.file_id}


def complete_upload(workspace: Workspace, given: Arguments) -> Answer:
    """The third step: files whose bytes came are shared, with words where there are some."""
    wanted = given.structure("files")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(each, dict) for each in wanted):
        raise SlackError("invalid_arguments", ["files is no list of files"])
    named = given.text("channel_id") or given.text("channels").split(",")[0]
    channel = workspace.channel(named) if named else None
    with workspace.lock:
        found = [_file(workspace, str(each.get("id"))) for each in wanted]
        if any(each.content is None for each in found):
            raise SlackError("file_not_found")
        for each, asked in zip(found, wanted, strict=True):
            each.title, each.complete = str(asked.get("title") or each.name), True
        if channel is not None:
            message = bot_message(workspace, given.text("initial_comment"))
            if thread_ts := given.text("thread_ts"):
                message["thread_ts"] = workspace.message(channel, thread_ts, "thread_not_found")["ts"]
            posted = workspace.post(channel, message | {"files": [_shown(each) for each in found], "upload": True})
            for each in found:
                each.shares.setdefault(channel.channel_id, []).append({"ts": posted["ts"]})
    return {"files": [_shown(each) for each in found]}


def file_info(workspace: Workspace, given: Arguments) -> Answer:
    found = _file(workspace, given.needed("file", "file_not_found"))
    if not found.complete:
        raise SlackError("file_not_found")
    return {"file": _shown(found), "comments": [], "response_metadata": {"next_cursor": ""}}


def delete_file(workspace: Workspace, given: Arguments) -> Answer:
    """It is gone from every message, too."""
    with workspace.lock:
        found = _file(workspace, given.needed("file", "file_not_found"))
        del workspace.files[found.file_id]
        for name in found.shares:
            for message in workspace.channels[name].messages:
                message["files"] = [each for each in message.get("files", ()) if each["id"] != found.file_id]
                if not message["files"]:
                    del message["files"]
    return {}


def add_uploads(slack: Blueprint, workspace: Workspace) -> None:
    """The second step, and where a file's bytes are read again."""

    @slack.post("/upload/<file_id>")
    def upload(file_id: str) -> tuple[str, int]:
        found, sent = _file(workspace, file_id), request.files.get("file")
        content = sent.read() if sent is not None else request.get_data()
        if len(content) != found.length:
            return f"error: {len(content)} bytes came, and {found.length} were told", 400
        found.content = content
        return f"OK - {len(content)}", 200

    @slack.get("/files/<file_id>/<name>")
    def download(file_id: str, name: str) -> Response:
        found = _file(workspace, file_id)
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if bearer != workspace.token:  # the vendor shows its page for signing in
            return Response("<!DOCTYPE html><title>Sign in</title>", mimetype="text/html")
        return Response(found.content, mimetype=_shown(found)["mimetype"])


def _file(workspace: Workspace, file_id: str) -> SharedFile:
    if file_id not in workspace.files:
        raise SlackError("file_not_found")
    found: SharedFile = workspace.files[file_id]
    return found


def _shown(file: SharedFile) -> dict[str, Any]:
    """The file object."""
    kind = guess_type(file.name)[0] or "application/octet-stream"
    ending = file.name.rpartition(".")[2].lower() if "." in file.name else "binary"
    address = url_for("slack.download", file_id=file.file_id, name=file.name, _external=True)
    return {
        "id": file.file_id,
        "created": file.created_at,
        "timestamp": file.created_at,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": kind,
        "filetype": ending,
        "pretty_type": ending.upper(),
        "user": BOT_USER,
        "size": file.length,
        "mode": "hosted",
        "editable": False,
        "is_external": False,
        "external_type": "",
        "is_public": bool(file.shares),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": address,
        "url_private_download": address,
        "permalink": f"https://{DOMAIN}.slack.com/files/{BOT_USER}/{file.file_id}",
        "channels": sorted(file.shares),
        "groups": [],
        "ims": [],
        "comments_count": 0,
        "has_rich_preview": False,
        "is_starred": False,
        "shares": {"public": file.shares} if file.shares else {},
    }


def _now(workspace: Workspace) -> int:
    return int(workspace.clock.now().timestamp())


LATER_METHODS: dict[str, Method] = {
    "chat.scheduleMessage": schedule,
    "chat.deleteScheduledMessage": unschedule,
    "chat.scheduledMessages.list": list_scheduled,
    "files.getUploadURLExternal": upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": file_info,
    "files.delete": delete_file,
}
