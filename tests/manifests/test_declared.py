import json
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from apps.slack.cards.actions import COMMAND
from apps.slack.installing import REDIRECT
from webhooks.zendesk.schema import TriggerSchema

MANIFESTS = Path(__file__).parents[2] / "manifests"


def test_what_our_trigger_sends_is_what_the_webhook_reads() -> None:
    body = json.loads((MANIFESTS / "zendesk" / "trigger.json").read_text(encoding="utf-8"))["body"]
    filled = {name: "42" if "{{" in value else value for name, value in body.items()}
    assert TriggerSchema().load(filled)["ticket_id"] == "42"


def test_our_trigger_tells_of_new_tickets_and_comments_of_anybody_but_us() -> None:
    declared = json.loads((MANIFESTS / "zendesk" / "trigger.json").read_text(encoding="utf-8"))
    assert [(each["field"], each["operator"]) for each in declared["all"]] == [("role", "is_not")]
    assert {each["field"] for each in declared["any"]} == {"update_type", "comment_is_public", "status"}


def test_the_slack_app_may_do_what_the_connector_asks_of_slack() -> None:
    app = yaml.safe_load((MANIFESTS / "slack" / "app.yaml").read_text(encoding="utf-8"))
    scopes = set(app["oauth_config"]["scopes"]["bot"])
    assert {"chat:write", "channels:read", "channels:join", "channels:history"} <= scopes
    assert {"users:read", "users:read.email"} <= scopes
    settings, features = app["settings"], app["features"]
    addresses = [settings["interactivity"]["request_url"], settings["event_subscriptions"]["request_url"]]
    (command,) = features["slash_commands"]
    assert all(each.endswith("/slack/events") for each in (*addresses, command["url"]))
    assert (command["command"], "commands" in scopes) == (COMMAND, True)
    assert features["app_home"]["home_tab_enabled"] is True
    assert {"app_home_opened", "app_uninstalled", "tokens_revoked"} == set(
        settings["event_subscriptions"]["bot_events"]
    )
    assert [urlsplit(each).path for each in app["oauth_config"]["redirect_urls"]] == [REDIRECT]
