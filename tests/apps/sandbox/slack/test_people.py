"""Clicks, modals and messages of members reach a real Bolt app, and its answers come back."""

import json
from typing import Any

import pytest
import requests
from slack_bolt import App, BoltRequest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier

from apps.sandbox.slack.arguments import SlackError
from apps.sandbox.slack.people import Use
from tests.apps.sandbox.running import Post, Reply, Sandbox, wait_until

APPROVALS = "C0APPR0VALS"
PRIYA, MARIA = "U0PR1YANA1R", "U0MAR1ALOP2"
EDIT: dict[str, Any] = {
    "type": "modal",
    "callback_id": "edit",
    "private_metadata": "p1",
    "title": {"type": "plain_text", "text": "Edit"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "body",
            "label": {"type": "plain_text", "text": "Text"},
            "element": {"type": "plain_text_input", "action_id": "text", "initial_value": "Dear"},
        }
    ],
}
CARD: list[dict[str, Any]] = [
    {
        "type": "actions",
        "block_id": "decide",
        "elements": [
            {
                "type": "button",
                "action_id": "approve",
                "value": "p1",
                "text": {"type": "plain_text", "text": "Approve"},
            },
            {
                "type": "button",
                "action_id": "edit",
                "value": "p1",
                "text": {"type": "plain_text", "text": "Edit"},
            },
        ],
    }
]


@pytest.fixture
def client(sandbox: Sandbox) -> WebClient:
    return WebClient(token=sandbox.world.settings.slack_bot_token, base_url=f"{sandbox.url}/slack/api/")


@pytest.fixture
def bolt(sandbox: Sandbox, client: WebClient) -> App:
    """A Bolt app that gets what the sandbox posts."""
    app = App(client=client, signing_secret=sandbox.world.settings.slack_signing_secret)

    def reply(post: Post) -> Reply:
        headers: dict[str, Any] = {name: [value] for name, value in post.headers.items()}
        answer = app.dispatch(BoltRequest(body=post.body.decode(), headers=headers))
        told = {name: values[0] for name, values in answer.headers.items()}
        return answer.status, told, (answer.body or "").encode()

    sandbox.receiver.reply = reply
    return app


def test_a_click_is_signed_and_understood_by_bolt(sandbox: Sandbox, client: WebClient, bolt: App) -> None:
    heard: list[dict[str, Any]] = []

    @bolt.action("approve")
    def approve(ack: Any, body: dict[str, Any]) -> None:
        heard.append(body)
        ack()

    ts = client.chat_postMessage(channel=APPROVALS, text="Approve?", blocks=CARD)["ts"]
    attempt = sandbox.world.slack_people.click(
        APPROVALS, ts, Use(action_id="approve", user_id=PRIYA, block_id="decide")
    )
    assert attempt.status == 200
    body = heard[0]
    assert (body["user"]["id"], body["container"]["message_ts"]) == (PRIYA, ts)
    assert (body["actions"][0]["value"], body["actions"][0]["block_id"]) == ("p1", "decide")
    assert body["message"]["blocks"][0]["block_id"] == "decide"


def test_a_click_carries_what_stood_on_the_button_when_it_was_pressed(
    sandbox: Sandbox, client: WebClient, bolt: App
) -> None:
    heard: list[str] = []

    @bolt.action("approve")
    def approve(ack: Any, body: dict[str, Any]) -> None:
        heard.append(body["actions"][0]["value"])
        ack()

    ts = client.chat_postMessage(channel=APPROVALS, text="Approve?", blocks=CARD)["ts"]
    changed = json.loads(json.dumps(CARD).replace('"p1"', '"p2"'))
    client.chat_update(channel=APPROVALS, ts=ts, text="Approve?", blocks=changed)
    sandbox.world.slack_people.click(
        APPROVALS, ts, Use(action_id="approve", user_id=PRIYA, block_id="decide", value="p1")
    )
    sandbox.world.slack_people.click(APPROVALS, ts, Use(action_id="approve", user_id=PRIYA, block_id="decide"))
    assert heard == ["p1", "p2"]


def test_a_click_carries_slacks_signature(sandbox: Sandbox, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=APPROVALS, text="Approve?", blocks=CARD)["ts"]
    sandbox.world.slack_people.click(APPROVALS, ts, Use(action_id="approve", user_id=PRIYA))
    post = sandbox.receiver.posts[0]
    verifier = SignatureVerifier(sandbox.world.settings.slack_signing_secret)
    assert verifier.is_valid_request(post.body, post.headers)
    assert not verifier.is_valid_request(post.body + b" ", post.headers)


def test_a_forged_click_is_refused_by_bolt(sandbox: Sandbox, client: WebClient, bolt: App) -> None:
    heard: list[str] = []

    @bolt.action("approve")
    def approve(ack: Any) -> None:
        heard.append("approve")
        ack()

    ts = client.chat_postMessage(channel=APPROVALS, text="Approve?", blocks=CARD)["ts"]
    attempt = sandbox.world.slack_people.click(APPROVALS, ts, Use(action_id="approve", user_id=PRIYA))
    assert sandbox.world.courier.forge(attempt.delivery_id).status == 401
    assert heard == ["approve"]


def test_what_nobody_can_click_is_refused(sandbox: Sandbox, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=APPROVALS, text="Approve?", blocks=CARD)["ts"]
    people = sandbox.world.slack_people
    for channel, stamp, action, user in (
        ("C0N0WHERE00", ts, "approve", PRIYA),
        (APPROVALS, "1.2", "approve", PRIYA),
        (APPROVALS, ts, "reject", PRIYA),
        (APPROVALS, ts, "approve", "U0N0B0DY000"),
    ):
        with pytest.raises(SlackError):
            people.click(channel, stamp, Use(action_id=action, user_id=user))
    assert sandbox.receiver.posts == []


def test_a_modal_opens_once_and_its_errors_keep_it_open(sandbox: Sandbox, client: WebClient, bolt: App) -> None:
    said: list[str] = []
    triggers: list[str] = []

    @bolt.action("edit")
    def edit(ack: Any, body: dict[str, Any]) -> None:
        ack()
        triggers.append(body["trigger_id"])
        client.views_open(trigger_id=body["trigger_id"], view=EDIT)

    @bolt.view("edit")
    def save(ack: Any, view: dict[str, Any]) -> None:
        text = view["state"]["values"]["body"]["text"]["value"]
        said.append(text)
        if text:
            ack()
        else:
            ack(response_action="errors", errors={"body": "Say something."})

    ts = client.chat_postMessage(channel=APPROVALS, text="Approve?", blocks=CARD)["ts"]
    people, slack = sandbox.world.slack_people, sandbox.world.slack
    people.click(APPROVALS, ts, Use(action_id="edit", user_id=PRIYA))
    # Bolt answers the click at ack(); the listener opens its view a moment later.
    wait_until(lambda: bool(slack.views))
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        client.views_open(trigger_id=triggers[0], view=EDIT)
    (view_id,) = slack.views
    with pytest.raises(SlackError):
        people.submit(view_id, MARIA, {})
    empty = people.submit(view_id, PRIYA, {"body": {"text": {"type": "plain_text_input", "value": ""}}})
    assert "Say something." in empty.answer
    assert view_id in slack.views
    people.submit(view_id, PRIYA, {})
    assert said == ["", "Dear"]
    assert slack.views == {}


def test_a_response_address_replaces_the_card_five_times_at_most(
    sandbox: Sandbox, client: WebClient, bolt: App
) -> None:
    addresses: list[str] = []

    @bolt.action("approve")
    def approve(ack: Any, body: dict[str, Any]) -> None:
        ack()
        addresses.append(body["response_url"])

    ts = client.chat_postMessage(channel=APPROVALS, text="Approve?", blocks=CARD)["ts"]
    sandbox.world.slack_people.click(APPROVALS, ts, Use(action_id="approve", user_id=PRIYA))
    wait_until(lambda: bool(addresses))
    address = f"{sandbox.url}/slack/response/{addresses[0].rpartition('/')[2]}"
    assert requests.post(address, json={"replace_original": True, "text": "Done"}, timeout=5).ok
    message = sandbox.world.slack.message(sandbox.world.slack.channel(APPROVALS), ts)
    assert (message["text"], "blocks" in message) == ("Done", False)
    answers = [requests.post(address, json={"text": "Only you"}, timeout=5).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 404]
    kept = sandbox.world.slack.channel(APPROVALS).messages
    assert [each.get("ephemeral_to") for each in kept[1:]] == [PRIYA] * 4


def test_a_message_in_a_channel_is_told_as_an_event(sandbox: Sandbox, client: WebClient, bolt: App) -> None:
    heard: list[dict[str, Any]] = []

    @bolt.event("message")
    def on_message(event: dict[str, Any]) -> None:
        heard.append(event)

    sandbox.world.slack_people.say(APPROVALS, PRIYA, "Why this one?")
    post = sandbox.receiver.wait_for(1, "/slack/events")[0]
    assert b"event_callback" in post.body
    wait_until(lambda: bool(heard))
    assert [(event["user"], event["text"]) for event in heard] == [(PRIYA, "Why this one?")]


def test_the_home_tab_is_published_and_its_opening_told(sandbox: Sandbox, client: WebClient, bolt: App) -> None:
    @bolt.event("app_home_opened")
    def opened(event: dict[str, Any]) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [{"type": "divider"}]})

    sandbox.world.slack_people.open_home(PRIYA)
    sandbox.receiver.wait_for(1, "/slack/events")
    wait_until(lambda: PRIYA in sandbox.world.slack.homes)
    home = sandbox.world.slack.views[sandbox.world.slack.homes[PRIYA]]
    assert home["type"] == "home"
