"""The stand-in's messaging app: what it tells, when, and who has control."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from apps.sandbox.sunshine.app import MessagingApp
from apps.sandbox.sunshine.records import AGENTS, APP_ID, FIRST, KEY_ID, Thread
from apps.sandbox.zendesk.desk import Desk
from connectors.sunshine.installer import TRIGGERS
from tests.apps.sandbox.running import Receiver, Sandbox, receiving, wait_until


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def app(sandbox: Sandbox, receiver: Receiver) -> MessagingApp:
    app = sandbox.world.messaging
    target = f"{receiver.url}/in"
    app.hooks.create({"target": target, "triggers": list(TRIGGERS), "includeFullUser": True}, "fake-secret")
    return app


@pytest.fixture
def thread(app: MessagingApp) -> Thread:
    return app.thread(app.person("visitor-1", "Visitor"), "web")


def told(receiver: Receiver, number: int, kind: str = "") -> list[dict[str, Any]]:
    """The events posted so far of this kind, once there are that many."""

    def of_kind() -> list[dict[str, Any]]:
        events = [event for post in list(receiver.posts) for event in json.loads(post.body)["events"]]
        return [event for event in events if not kind or event["type"] == kind]

    wait_until(lambda: len(of_kind()) >= number)
    return of_kind()


def words(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def reply(app: MessagingApp, thread: Thread) -> dict[str, Any]:
    return app.post(thread, {"author": {"type": "business"}, "content": words("Hi")})


def test_a_visitors_message_is_posted_with_the_secret_and_who_has_control(
    app: MessagingApp, thread: Thread, receiver: Receiver
) -> None:
    app.write(thread, words("Hello"))
    (event,) = told(receiver, 1)
    assert receiver.posts[0].headers["X-Api-Key"] == "fake-secret"
    assert event["payload"]["conversation"]["activeSwitchboardIntegration"] == FIRST
    assert event["payload"]["message"]["author"]["user"]["id"] == thread.person.id


def test_who_asked_for_less_gets_the_person_without_their_profile(
    app: MessagingApp, thread: Thread, receiver: Receiver
) -> None:
    hook = app.hooks.all()[0]
    app.hooks.change(hook["id"], {**hook, "includeFullUser": False})
    app.write(thread, words("Hello"))
    (event,) = told(receiver, 1)
    assert set(event["payload"]["message"]["author"]["user"]) == {"id", "authenticated"}


def test_whoever_comes_back_finds_the_same_conversation(app: MessagingApp, thread: Thread) -> None:
    app.write(thread, words("Hello"))
    again = app.thread(app.person("visitor-1", "Visitor"), "web")
    assert again is thread
    assert app.thread(app.person("visitor-1", "Visitor"), "messenger") is not thread


def test_a_message_of_the_business_is_delivered_and_read(app: MessagingApp, thread: Thread, receiver: Receiver) -> None:
    message = reply(app, thread)
    assert app.drain(5)
    steps = [told(receiver, 1, f"conversation:message:delivery:{step}")[0] for step in ("channel", "user")]
    assert [step["payload"]["message"]["id"] for step in steps] == [message["id"]] * 2
    app.read(thread)
    app.read(thread)
    assert len(told(receiver, 1, "conversation:read")) == 1
    assert thread.statuses == {message["id"]: "read"}


def test_agents_who_get_control_get_one_ticket_with_what_was_said(
    app: MessagingApp, thread: Thread, sandbox: Sandbox
) -> None:
    app.write(thread, words("My sensor beeps"))
    app.pass_control(thread, AGENTS, {"dataCapture.systemField.tags": "handrail_co_1, urgent"})
    app.pass_control(thread, AGENTS, {})
    assert thread.ticket_id is not None
    ticket = Desk(sandbox.world.zendesk).ticket_view(thread.ticket_id)
    assert (ticket["channel"], ticket["tags"]) == ("native_messaging", ["handrail_co_1", "urgent"])
    assert "My sensor beeps" in ticket["comments"][0]["body"]


def test_the_ticket_begins_with_the_message_that_is_named(app: MessagingApp, thread: Thread, sandbox: Sandbox) -> None:
    app.write(thread, words("An old matter"))
    second = app.write(thread, words("A new one"))
    app.pass_control(thread, AGENTS, {"first_message_id": second["id"]})
    assert thread.ticket_id is not None
    body = Desk(sandbox.world.zendesk).ticket_view(thread.ticket_id)["comments"][0]["body"]
    assert "A new one" in body
    assert "An old matter" not in body


def test_what_an_agent_writes_on_the_ticket_reaches_the_window_and_a_note_does_not(
    app: MessagingApp, thread: Thread, sandbox: Sandbox, receiver: Receiver
) -> None:
    app.write(thread, words("Help"))
    app.pass_control(thread, AGENTS, {})
    desk = Desk(sandbox.world.zendesk, app.agent_commented)
    maria = next(agent for agent in desk.agents() if agent["role"] == "agent")
    assert thread.ticket_id is not None
    desk.agent_comment(thread.ticket_id, maria["id"], "For colleagues", public=False)
    desk.agent_comment(thread.ticket_id, maria["id"], "Hello there", public=True)
    messages = [event["payload"]["message"] for event in told(receiver, 2, "conversation:message")]
    (agents,) = [each for each in messages if each["author"]["type"] == "business"]
    assert (agents["content"]["text"], agents["source"]["type"]) == ("Hello there", "zd:agentWorkspace")


def test_solving_lets_control_go_and_the_next_message_is_ours_again(
    app: MessagingApp, thread: Thread, sandbox: Sandbox, receiver: Receiver
) -> None:
    app.write(thread, words("Help"))
    app.pass_control(thread, AGENTS, {})
    desk = Desk(sandbox.world.zendesk, app.agent_commented)
    assert thread.ticket_id is not None
    desk.agent_comment(thread.ticket_id, desk.agents()[0]["id"], "Done", public=True, status="solved")
    told(receiver, 1, "switchboard:releaseControl")
    assert thread.active is None
    app.write(thread, words("One more thing"))
    assert thread.active is FIRST


def test_a_visitor_who_logs_in_is_the_person_of_that_account(app: MessagingApp, receiver: Receiver) -> None:
    known = app.person("emma-phone", "Emma Clarke", "emma@example.com", "800001")
    thread = app.thread(app.person("visitor-1", "Visitor"), "web")
    app.log_in("visitor-1", "Emma Clarke", "emma@example.com", "800001")
    (event,) = told(receiver, 1, "user:merge")
    assert event["payload"]["mergedUsers"]["surviving"]["id"] == known.id
    assert thread.person is known


def test_the_api_wants_its_key_and_its_app(sandbox: Sandbox, app: MessagingApp, thread: Thread) -> None:
    secret = sandbox.world.settings.sunshine_key_secret

    def status(app_id: str, key: str, secret: str) -> int:
        url = f"{sandbox.url}/sunshine/v2/apps/{app_id}/conversations/{thread.id}"
        return requests.get(url, auth=(key, secret), timeout=5).status_code

    assert status(APP_ID, KEY_ID, secret) == 200
    assert [status(APP_ID, KEY_ID, "wrong"), status(APP_ID, "wrong", secret), status("x", KEY_ID, secret)] == [
        401,
        401,
        404,
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"content": {"type": "text", "text": "Hi"}},
        {"author": {"type": "robot"}, "content": {"type": "text", "text": "Hi"}},
        {"author": {"type": "business"}, "content": {"type": "text", "text": ""}},
        {"author": {"type": "business"}, "content": {"type": "text", "text": "x" * 4097}},
        {"author": {"type": "business"}, "content": {"type": "text", "text": "Hi"}, "metadata": {"a": {"b": 1}}},
        {"author": {"type": "business"}, "content": {"type": "text", "text": "Hi", "actions": [{"type": "reply"}]}},
    ],
)
def test_a_message_that_the_api_would_not_take_is_not_taken(
    sandbox: Sandbox, app: MessagingApp, thread: Thread, wrong: dict[str, Any]
) -> None:
    url = f"{sandbox.url}/sunshine/v2/apps/{APP_ID}/conversations/{thread.id}/messages"
    auth = (KEY_ID, sandbox.world.settings.sunshine_key_secret)
    assert requests.post(url, json=wrong, auth=auth, timeout=5).status_code == 400
    assert thread.messages == []
