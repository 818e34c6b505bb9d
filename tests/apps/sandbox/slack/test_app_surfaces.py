"""What members do beside channels: commands, the app's home, taking the app away; by the page's own API."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.apps.sandbox.running import Post, Reply, Sandbox

APPROVALS, PRIYA = "C0APPR0VALS", "U0PR1YANA1R"
FIELD = {"type": "plain_text_input", "action_id": "look"}
HOME: list[dict[str, Any]] = [
    {
        "type": "input",
        "block_id": "search",
        "dispatch_action": True,
        "label": {"type": "plain_text", "text": "Look up"},
        "element": FIELD,
    },
]


@pytest.fixture
def client(sandbox: Sandbox) -> WebClient:
    return WebClient(token=sandbox.world.settings.slack_bot_token, base_url=f"{sandbox.url}/slack/api/")


def page(sandbox: Sandbox, path: str, **given: Any) -> requests.Response:
    return requests.post(f"{sandbox.url}/sandbox/api/slack/{path}", json=given, timeout=5)


def test_a_command_comes_as_a_form_and_is_answered_for_its_giver_alone(sandbox: Sandbox) -> None:
    told = page(sandbox, "command", channel=APPROVALS, user_id=PRIYA, text="/handrail  pause wrong texts ")
    assert told.ok
    (post,) = sandbox.receiver.wait_for(1, "/slack/events")
    assert (post.form["command"], post.form["text"], post.form["user_id"]) == ("/handrail", "pause wrong texts", PRIYA)
    address = post.form["response_url"].split("/slack/")[1]
    requests.post(f"{sandbox.url}/slack/{address}", json={"text": "Paused"}, timeout=5)
    seen = f"{sandbox.url}/sandbox/api/slack/channels/{APPROVALS}/messages"
    for user, texts in ((PRIYA, ["Paused"]), ("U0MAR1ALOP2", [])):
        shown = requests.get(seen, params={"user": user}, timeout=5).json()["messages"]
        assert [each["text"] for each in shown] == texts


def test_a_command_of_no_app_is_refused(sandbox: Sandbox) -> None:
    told = page(sandbox, "command", channel=APPROVALS, user_id=PRIYA, text="/weather")
    assert (told.status_code, "invalid_command" in told.text) == (400, True)


def test_what_is_chosen_in_the_home_says_where_and_what(sandbox: Sandbox, client: WebClient) -> None:
    view = client.views_publish(user_id=PRIYA, view={"type": "home", "blocks": HOME})["view"]
    told = page(sandbox, "view_click", view_id=view["id"], action_id="look", user_id=PRIYA, value="emma")
    assert told.ok
    (post,) = sandbox.receiver.wait_for(1, "/slack/events")
    payload = json.loads(parse_qs(post.body.decode())["payload"][0])
    assert payload["container"] == {"type": "view", "view_id": view["id"]}
    assert (payload["actions"][0]["value"], payload["view"]["type"]) == ("emma", "home")
    assert "response_url" not in payload


def test_nobody_clicks_in_another_members_home(sandbox: Sandbox, client: WebClient) -> None:
    view = client.views_publish(user_id=PRIYA, view={"type": "home", "blocks": HOME})["view"]
    assert page(sandbox, "view_click", view_id=view["id"], action_id="look", user_id="U0MAR1ALOP2").status_code == 404


def test_an_app_that_is_taken_away_is_told_and_its_token_is_dead(sandbox: Sandbox, client: WebClient) -> None:
    def thanks(_: Post) -> Reply:
        return 200, {}, b""

    sandbox.receiver.reply = thanks
    sandbox.world.slack_people.remove_app()
    posts = sandbox.receiver.wait_for(2, "/slack/events")
    assert {json.loads(post.body)["event"]["type"] for post in posts} == {"tokens_revoked", "app_uninstalled"}
    with pytest.raises(SlackApiError, match="token_revoked"):
        client.auth_test()


def test_a_view_is_pushed_only_on_top_of_another(sandbox: Sandbox, client: WebClient) -> None:
    modal = {"type": "modal", "title": {"type": "plain_text", "text": "One"}, "blocks": [{"type": "divider"}]}
    slack = sandbox.world.slack
    with pytest.raises(SlackApiError, match="not_found"):
        client.views_push(trigger_id=slack.new_trigger(PRIYA), view=modal)
    first = client.views_open(trigger_id=slack.new_trigger(PRIYA), view=modal)["view"]
    second = client.views_push(trigger_id=slack.new_trigger(PRIYA), view=modal)["view"]
    assert (second["previous_view_id"], second["root_view_id"]) == (first["id"], first["id"])
