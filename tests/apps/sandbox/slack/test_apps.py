"""Slack's own SDK makes, changes and deletes an app by its manifest."""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.apps.sandbox.running import Sandbox

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Handrail"},
    "oauth_config": {"scopes": {"bot": ["chat:write"]}},
    "settings": {"interactivity": {"is_enabled": True, "request_url": "https://desk.example.com/slack/events"}},
}


@pytest.fixture
def client(sandbox: Sandbox) -> WebClient:
    return WebClient(token=sandbox.world.settings.slack_config_token, base_url=f"{sandbox.url}/slack/api/")


def test_a_new_app_tells_its_signing_secret_and_where_to_install_it(client: WebClient, sandbox: Sandbox) -> None:
    made = client.apps_manifest_create(manifest=MANIFEST)
    assert made["credentials"]["signing_secret"] == sandbox.world.settings.slack_signing_secret
    assert "chat%3Awrite" in made["oauth_authorize_url"]
    assert client.apps_manifest_export(app_id=made["app_id"])["manifest"] == MANIFEST


def test_new_scopes_mean_that_the_app_must_be_installed_again(client: WebClient) -> None:
    app_id = client.apps_manifest_create(manifest=MANIFEST)["app_id"]
    assert client.apps_manifest_update(app_id=app_id, manifest=MANIFEST)["permissions_updated"] is False
    wider = MANIFEST | {"oauth_config": {"scopes": {"bot": ["chat:write", "users:read"]}}}
    assert client.apps_manifest_update(app_id=app_id, manifest=wider)["permissions_updated"] is True


def test_an_app_that_was_deleted_is_unknown(client: WebClient) -> None:
    app_id = client.apps_manifest_create(manifest=MANIFEST)["app_id"]
    client.apps_manifest_delete(app_id=app_id)
    with pytest.raises(SlackApiError, match="invalid_app_id"):
        client.apps_manifest_export(app_id=app_id)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"display_information": {}}, "/display_information/name"),
        ({"display_information": {"name": "x" * 36}}, "/display_information/name"),
        ({"settings": {"interactivity": {"is_enabled": True}}}, "/settings/interactivity"),
        (
            {"settings": {"interactivity": {"is_enabled": True, "request_url": "http://desk.example.com"}}},
            "/settings/interactivity/request_url",
        ),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused_with_the_place(
    client: WebClient, change: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(SlackApiError) as refused:
        client.apps_manifest_validate(manifest=MANIFEST | change)
    assert refused.value.response["error"] == "invalid_manifest"
    assert [fault["pointer"] for fault in refused.value.response["errors"]] == [pointer]


def test_the_bots_token_makes_no_app(sandbox: Sandbox) -> None:
    bot = WebClient(token=sandbox.world.settings.slack_bot_token, base_url=f"{sandbox.url}/slack/api/")
    with pytest.raises(SlackApiError, match="invalid_auth"):
        bot.apps_manifest_create(manifest=MANIFEST)
