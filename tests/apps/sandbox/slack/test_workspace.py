"""The stand-in through slack_sdk's own client, over HTTP."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from apps.sandbox.slack.blocks import block_faults, view_faults
from tests.apps.sandbox.running import Sandbox, serving

APPROVALS = "C0APPR0VALS"
PRIYA = "U0PR1YANA1R"


def client_of(sandbox: Sandbox, token: str = "") -> WebClient:
    return WebClient(token=token or sandbox.world.settings.slack_bot_token, base_url=f"{sandbox.url}/slack/api/")


def section(text: str = "Hello") -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def refused(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as refusal:
        call(**arguments)
    return str(refusal.value.response["error"])


def test_the_token_is_checked(sandbox: Sandbox) -> None:
    assert client_of(sandbox).auth_test()["team"] == "Larkfield"
    assert refused(client_of(sandbox, "xoxb-fake-other").auth_test) == "invalid_auth"
    assert refused(WebClient(base_url=f"{sandbox.url}/slack/api/").auth_test) == "not_authed"


def test_a_message_is_posted_changed_read_back_and_deleted(sandbox: Sandbox) -> None:
    client = client_of(sandbox)
    metadata = {"event_type": "proposal", "event_payload": {"id": "p1"}}
    posted = client.chat_postMessage(channel="#care-approvals", text="Approve?", blocks=[section()], metadata=metadata)
    assert posted["channel"] == APPROVALS
    assert posted["message"]["blocks"][0]["block_id"]
    changed = client.chat_update(
        channel=APPROVALS, ts=posted["ts"], text="Approved", blocks=[section("Approved by Priya")]
    )
    assert changed["ts"] == posted["ts"]
    read = client.conversations_history(channel=APPROVALS, include_all_metadata=True)["messages"]
    assert [(each["text"], each["metadata"]) for each in read] == [("Approved", metadata)]
    assert "metadata" not in client.conversations_history(channel=APPROVALS)["messages"][0]
    client.chat_delete(channel=APPROVALS, ts=posted["ts"])
    assert client.conversations_history(channel=APPROVALS)["messages"] == []


def test_posting_twice_makes_two_messages(sandbox: Sandbox) -> None:
    client = client_of(sandbox)
    stamps = {client.chat_postMessage(channel=APPROVALS, text="Same")["ts"] for _ in range(2)}
    assert len(stamps) == 2


def test_the_history_lags_behind_but_the_page_does_not() -> None:
    with serving(lag_seconds=60.0) as sandbox:
        client = client_of(sandbox)
        client.chat_postMessage(channel=APPROVALS, text="Hi")
        assert client.conversations_history(channel=APPROVALS)["messages"] == []
        assert len(sandbox.world.slack.channel(APPROVALS).messages) == 1


def test_a_thread_counts_its_replies(sandbox: Sandbox) -> None:
    client = client_of(sandbox)
    parent = client.chat_postMessage(channel=APPROVALS, text="Case")["ts"]
    for number in range(3):
        client.chat_postMessage(channel=APPROVALS, thread_ts=parent, text=f"Reply {number}")
    thread = client.conversations_replies(channel=APPROVALS, ts=parent)["messages"]
    assert [each["text"] for each in thread] == ["Case", "Reply 0", "Reply 1", "Reply 2"]
    assert thread[0]["reply_count"] == 3
    assert [each["ts"] for each in client.conversations_history(channel=APPROVALS)["messages"]] == [parent]


def test_a_long_history_is_read_page_by_page(sandbox: Sandbox) -> None:
    client = client_of(sandbox)
    for number in range(5):
        client.chat_postMessage(channel=APPROVALS, text=str(number))
    pages = client.conversations_history(channel=APPROVALS, limit=2)
    assert [each["text"] for page in pages for each in page["messages"]] == ["4", "3", "2", "1", "0"]


def test_people_and_channels_are_found(sandbox: Sandbox) -> None:
    client = client_of(sandbox)
    assert client.users_lookupByEmail(email="Priya.Nair@larkfield.example")["user"]["id"] == PRIYA
    assert client.users_info(user=PRIYA)["user"]["real_name"] == "Priya Nair"
    assert {each["name"] for each in client.users_list()["members"]} == {"priya.nair", "maria.lopez", "handrail"}
    names = {each["name"]: each["id"] for each in client.conversations_list()["channels"]}
    assert set(names) == {"care-approvals", "care-alerts", "engineering"}
    assert PRIYA in client.conversations_members(channel=names["care-alerts"])["members"]
    direct = client.conversations_open(users=[PRIYA])["channel"]["id"]
    assert client.chat_postMessage(channel=direct, text="Hi")["channel"] == direct
    assert client.team_info()["team"]["domain"] == "larkfield"


def test_refusals_carry_slacks_words(sandbox: Sandbox) -> None:
    client = client_of(sandbox)
    assert refused(client.chat_postMessage, channel="#nowhere", text="Hi") == "channel_not_found"
    bare = {"api_method": "chat.postMessage", "json": {"channel": APPROVALS}}
    assert refused(client.api_call, **bare) == "no_text"
    assert refused(client.chat_update, channel=APPROVALS, ts="1.2", text="Hi") == "message_not_found"
    assert refused(client.users_lookupByEmail, email="nobody@larkfield.example") == "users_not_found"
    assert refused(client.api_call, api_method="chat.shout") == "unknown_method"
    modal = {"type": "modal", "title": {"type": "plain_text", "text": "Edit"}, "blocks": [section()]}
    assert refused(client.views_open, trigger_id="1.2.3", view=modal) == "invalid_trigger_id"


def test_malformed_blocks_are_refused_with_their_place(sandbox: Sandbox) -> None:
    with pytest.raises(SlackApiError) as refusal:
        client_of(sandbox).chat_postMessage(channel=APPROVALS, text="Hi", blocks=[section("x" * 3001)])
    answer = refusal.value.response
    assert answer["error"] == "invalid_blocks"
    assert "json-pointer:/blocks/0/text/text" in answer["errors"][0]


def button(**changes: Any) -> dict[str, Any]:
    text = {"type": "plain_text", "text": "Approve"}
    return {"type": "button", "action_id": "approve", "text": text, "value": "1"} | changes


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


@pytest.mark.parametrize(
    ("blocks", "word"),
    [
        ([section()] * 51, "no more than 50 items"),
        ([{"type": "section"}], "text or fields"),
        ([{"type": "spinner"}], "unsupported type"),
        ([actions()], "filled array"),
        ([actions(button(value="x" * 2001))], "2000"),
        ([actions(button(style="green"))], "primary or danger"),
        ([actions(button(), button())], "not unique"),
        ([actions(button(text={"type": "mrkdwn", "text": "no"}))], "plain_text"),
        ([{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}], "151"),
        ([{"type": "image", "image_url": "https://larkfield.example/a.png"}], "alt_text"),
        ([section() | {"block_id": "a"}, section() | {"block_id": "a"}], "not unique"),
        ([actions({"type": "static_select", "action_id": "a", "options": []})], "filled array"),
        ("text", "array"),
    ],
)
def test_what_slack_would_not_draw_is_named(blocks: Any, word: str) -> None:
    faults = block_faults(blocks)
    assert any(word in fault for fault in faults), faults


def test_what_slack_draws_passes() -> None:
    context = {"type": "context", "elements": [{"type": "mrkdwn", "text": "by Handrail"}]}
    assert block_faults([section(), actions(button(style="primary")), context, {"type": "divider"}]) == []


def test_a_modal_needs_a_title_and_a_way_to_submit_its_inputs() -> None:
    ask = {
        "type": "input",
        "label": {"type": "plain_text", "text": "Text"},
        "element": {"type": "plain_text_input", "action_id": "text"},
    }
    title = {"type": "plain_text", "text": "Edit"}
    full = {"type": "modal", "title": title, "submit": title, "blocks": [ask]}
    assert view_faults(full) == []
    assert view_faults({**full, "submit": None})
    assert view_faults({**full, "title": {"type": "plain_text", "text": "x" * 25}})
    assert view_faults({**full, "private_metadata": "x" * 3001})
