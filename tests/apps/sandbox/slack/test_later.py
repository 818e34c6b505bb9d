"""Messages for later and files, through slack_sdk's own client."""

from datetime import timedelta
from pathlib import Path

import pytest
import requests
from slack_sdk import WebClient

from apps.sandbox.clock import StoryClock
from tests.apps.sandbox.running import Sandbox
from tests.apps.sandbox.slack.test_workspace import APPROVALS, client_of, refused


def at(sandbox: Sandbox, **later: int) -> int:
    return int((sandbox.world.slack.clock.now() + timedelta(**later)).timestamp())


def forward(sandbox: Sandbox, folder: Path, **later: int) -> None:
    (folder / "ahead").write_text(str(timedelta(**later).total_seconds()), encoding="ascii")
    sandbox.world.slack.clock = StoryClock(folder / "ahead")


def texts(client: WebClient) -> list[str]:
    return [each["text"] for each in client.conversations_history(channel=APPROVALS)["messages"]]


def test_a_message_for_later_is_posted_when_its_time_has_come(sandbox: Sandbox, tmp_path: Path) -> None:
    client = client_of(sandbox)
    made = client.chat_scheduleMessage(channel="#care-approvals", text="Still open", post_at=at(sandbox, minutes=5))
    assert (made["channel"], made["message"]["type"]) == (APPROVALS, "delayed_message")
    listed = client.chat_scheduledMessages_list(channel=APPROVALS)["scheduled_messages"]
    assert [(each["id"], each["text"]) for each in listed] == [(made["scheduled_message_id"], "Still open")]
    assert texts(client) == []
    forward(sandbox, tmp_path, minutes=6)
    assert texts(client) == ["Still open"]
    assert client.chat_scheduledMessages_list()["scheduled_messages"] == []
    assert texts(client) == ["Still open"]


def test_what_was_taken_back_is_never_posted(sandbox: Sandbox, tmp_path: Path) -> None:
    client = client_of(sandbox)
    name = client.chat_scheduleMessage(channel=APPROVALS, text="No", post_at=at(sandbox, minutes=5))[
        "scheduled_message_id"
    ]
    other = {"channel": "#engineering", "scheduled_message_id": name}
    assert refused(client.chat_deleteScheduledMessage, **other) == "invalid_scheduled_message_id"
    client.chat_deleteScheduledMessage(channel=APPROVALS, scheduled_message_id=name)
    again = {"channel": APPROVALS, "scheduled_message_id": name}
    assert refused(client.chat_deleteScheduledMessage, **again) == "invalid_scheduled_message_id"
    forward(sandbox, tmp_path, minutes=6)
    assert texts(client) == []


@pytest.mark.parametrize(
    ("later", "code"), [({"minutes": -1}, "time_in_past"), ({"days": 121}, "time_too_far")], ids=["past", "far"]
)
def test_a_moment_that_slack_takes_no_message_for(sandbox: Sandbox, later: dict[str, int], code: str) -> None:
    wish = {"channel": APPROVALS, "text": "Hi", "post_at": at(sandbox, **later)}
    assert refused(client_of(sandbox).chat_scheduleMessage, **wish) == code


def test_a_file_is_sent_shared_read_and_deleted(sandbox: Sandbox) -> None:
    client = client_of(sandbox)
    made = client.files_upload_v2(
        filename="hub.log", content="offline\n", title="The log", channel=APPROVALS, initial_comment="See this"
    )["file"]
    (message,) = client.conversations_history(channel=APPROVALS)["messages"]
    assert (message["text"], [each["id"] for each in message["files"]]) == ("See this", [made["id"]])
    shown = client.files_info(file=made["id"])["file"]
    assert (shown["title"], shown["size"], list(shown["shares"]["public"])) == ("The log", 8, [APPROVALS])
    address = shown["url_private"]
    bearer = {"Authorization": f"Bearer {client.token}"}
    assert requests.get(address, headers=bearer, timeout=5).content == b"offline\n"
    # Without the token the vendor answers 200 with a page for signing in: whoever looks at the status alone is fooled.
    assert "Sign in" in requests.get(address, timeout=5).text
    client.files_delete(file=made["id"])
    assert refused(client.files_info, file=made["id"]) == "file_not_found"
    (message,) = client.conversations_history(channel=APPROVALS)["messages"]
    assert "files" not in message


def test_a_file_that_never_came_is_not_shared(sandbox: Sandbox) -> None:
    client = client_of(sandbox)
    told = client.files_getUploadURLExternal(filename="a.txt", length=5)
    files = [{"id": told["file_id"], "title": "a"}]
    assert refused(client.files_completeUploadExternal, files=files, channel_id=APPROVALS) == "file_not_found"
    assert requests.post(told["upload_url"], data=b"too long", timeout=5).status_code == 400
    assert requests.post(told["upload_url"], data=b"right", timeout=5).status_code == 200
    client.files_completeUploadExternal(files=files, channel_id=APPROVALS)
    assert client.files_info(file=told["file_id"])["file"]["name"] == "a.txt"
