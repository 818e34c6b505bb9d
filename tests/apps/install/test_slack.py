"""Connecting Slack with its own SDK, to the workspace that the sandbox plays."""

import pytest
import yaml

from apps.install.slack import manifest, manifest_text
from apps.install.vendors import Wish
from apps.sandbox.slack.workspace import APP_ID, BOT_USER, Channel
from tests.apps.install.admin import DESK, Admin
from tests.apps.sandbox.running import Sandbox


@pytest.fixture
def alerts(sandbox: Sandbox) -> Channel:
    """A channel that the bot is not in."""
    channel = sandbox.world.slack.channels["C0ALERTS001"]
    channel.members.remove(BOT_USER)
    return channel


@pytest.fixture
def wish(sandbox: Sandbox) -> Wish:
    return Wish(config_token=sandbox.world.settings.slack_config_token)


def test_the_bot_comes_into_the_channels_of_the_policy_and_leaves_those_again(
    admin: Admin, alerts: Channel, sandbox: Sandbox
) -> None:
    assert admin.connect("slack") == 0
    assert BOT_USER in alerts.members
    assert admin.disconnect("slack") == 0
    assert BOT_USER not in alerts.members
    assert BOT_USER in sandbox.world.slack.channels["C0APPR0VALS"].members


def test_a_dry_run_joins_nothing(admin: Admin, alerts: Channel) -> None:
    assert admin.connect("slack", dry_run=True) == 0
    assert BOT_USER not in alerts.members
    assert admin.told("Handrail is a member: no → yes")


def test_a_channel_that_is_not_there_is_a_persons_work(admin: Admin, sandbox: Sandbox) -> None:
    del sandbox.world.slack.channels["C0ALERTS001"]
    assert admin.connect("slack") == 0
    assert admin.told("make the channel #care-alerts")


def test_missing_scopes_are_named(admin: Admin, sandbox: Sandbox) -> None:
    sandbox.world.slack.scopes = "chat:write,channels:read,channels:join,groups:read,users:read"
    assert admin.connect("slack") == 2
    assert admin.told("missing: channels:history, commands, groups:history, users:read.email")


def test_a_wrong_token_is_said_and_not_kept(admin: Admin) -> None:
    (admin.folder / "secrets" / "slack.bot_token").unlink()
    assert admin.connect("slack", talk=admin.types(slack__bot_token="xoxb-fake-wrong")) == 2
    assert admin.told("Slack does not accept the bot token")
    assert admin.secret("slack.bot_token") == ""


# ---------------------------------------------------------------- the app


def bare(admin: Admin) -> None:
    """As it is before there is an app."""
    admin.place.forget(["slack.bot_token", "slack.signing_secret"])


def test_the_app_is_made_from_the_manifest_and_its_signing_secret_kept(
    admin: Admin, sandbox: Sandbox, wish: Wish
) -> None:
    bare(admin)
    assert admin.connect("slack", wish=wish) == 0
    made = sandbox.world.slack.apps[APP_ID]
    assert made["settings"]["interactivity"]["request_url"] == f"{DESK}/slack/events"
    assert admin.secret("slack.signing_secret") == sandbox.world.settings.slack_signing_secret
    assert admin.told("Install the app to your workspace: https://")
    assert admin.told("slack.bot_token")
    assert not admin.told(admin.secret("slack.signing_secret"))


def test_who_can_be_asked_goes_on_with_the_token_of_the_app_just_made(
    admin: Admin, sandbox: Sandbox, alerts: Channel, wish: Wish
) -> None:
    bare(admin)
    token = sandbox.world.settings.slack_bot_token
    assert admin.connect("slack", wish=wish, talk=admin.types(slack__bot_token=token)) == 0
    assert admin.secret("slack.bot_token") == token
    assert BOT_USER in alerts.members


def test_the_app_is_made_once_and_follows_the_address(admin: Admin, sandbox: Sandbox, wish: Wish) -> None:
    admin.connect("slack", wish=wish)
    admin.connect("slack", wish=wish)
    assert admin.did()[0] == "kept"
    admin.environ["HANDRAIL_PUBLIC_URL"] = "https://new.larkfield.example"
    admin.connect("slack", wish=wish)
    change = f"request_url: {DESK}/slack/events → https://new.larkfield.example/slack/events"
    assert admin.told(change)
    (app,) = sandbox.world.slack.apps.values()
    assert app["settings"]["interactivity"]["request_url"].startswith("https://new.larkfield.example/")


def test_a_dry_run_makes_no_app(admin: Admin, sandbox: Sandbox, wish: Wish) -> None:
    bare(admin)
    files = admin.files()
    assert admin.connect("slack", wish=wish, dry_run=True) == 0
    assert (sandbox.world.slack.apps, admin.files()) == ({}, files)


def test_the_app_that_was_made_is_deleted_with_a_configuration_token_only(
    admin: Admin, sandbox: Sandbox, wish: Wish
) -> None:
    admin.connect("slack", wish=wish)
    admin.disconnect("slack")
    assert list(sandbox.world.slack.apps) == [APP_ID]
    assert admin.told("The Slack app stays")
    admin.disconnect("slack", wish=wish)
    assert sandbox.world.slack.apps == {}
    assert admin.secret("slack.bot_token") == ""


def test_a_configuration_token_that_ran_out_is_said(admin: Admin) -> None:
    assert admin.connect("slack", wish=Wish(config_token="xoxe.xoxp-fake-old")) == 2
    assert admin.told("It lasts twelve hours")


def test_the_manifest_that_is_printed_is_the_one_that_is_sent() -> None:
    assert yaml.safe_load(manifest_text(f"{DESK}/")) == manifest(DESK)
    assert "desk.example.com" not in manifest_text(DESK)
