"""Connecting Zendesk messaging, to the app that the sandbox plays."""

import pytest

from apps.install.vendors import USUAL
from apps.sandbox.sunshine.app import Hooks
from apps.sandbox.sunshine.records import APP_ID, INTEGRATION_ID, KEY_ID
from connectors.sunshine.installer import TRIGGERS
from tests.apps.install.admin import DESK, Admin
from tests.apps.sandbox.running import Sandbox

OURS = f"{DESK}/webhooks/sunshine"


@pytest.fixture
def hooks(admin: Admin, sandbox: Sandbox) -> Hooks:
    admin.environ |= {
        "HANDRAIL_SUNSHINE_APP_ID": APP_ID,
        "HANDRAIL_SUNSHINE_KEY_ID": KEY_ID,
        "HANDRAIL_SUNSHINE_KEY_SECRET": sandbox.world.settings.sunshine_key_secret,
        "HANDRAIL_SUNSHINE_INTEGRATION_ID": INTEGRATION_ID,
        "HANDRAIL_SUNSHINE_URL": f"{sandbox.url}/sunshine",
    }
    return sandbox.world.messaging.hooks


def test_the_integrations_events_come_to_us_and_their_secret_is_kept(admin: Admin, hooks: Hooks) -> None:
    assert admin.connect("messaging") == 0
    (hook,) = hooks.all()
    assert (hook["target"], hook["includeFullUser"], set(hook["triggers"])) == (OURS, True, set(TRIGGERS))
    assert admin.place.settings().sunshine.webhook_secret.value == hook["secret"]


def test_connecting_again_changes_nothing(admin: Admin, hooks: Hooks) -> None:
    admin.connect("messaging")
    assert admin.connect("messaging") == 0
    assert admin.told("Everything was as it should be")
    assert len(hooks.all()) == 1


def test_a_webhook_that_lacks_something_is_brought_up_to_date(admin: Admin, hooks: Hooks) -> None:
    made = hooks.create({"target": OURS, "triggers": ["conversation:message"]})
    assert admin.connect("messaging") == 0
    assert set(hooks.get(made["id"])["triggers"]) == set(TRIGGERS)


def test_another_systems_webhook_is_left_alone(admin: Admin, hooks: Hooks) -> None:
    other = hooks.create({"target": "https://other.example/bot", "triggers": ["conversation:read"]})
    admin.connect("messaging")
    assert hooks.get(other["id"])["triggers"] == ["conversation:read"]
    assert admin.disconnect("messaging") == 0
    assert [each["target"] for each in hooks.all()] == ["https://other.example/bot"]


def test_a_dry_run_changes_nothing(admin: Admin, hooks: Hooks) -> None:
    assert admin.connect("messaging", dry_run=True) == 0
    assert hooks.all() == []


def test_a_wrong_key_is_told_before_anything_is_made(admin: Admin, hooks: Hooks) -> None:
    admin.environ["HANDRAIL_SUNSHINE_KEY_SECRET"] = "wrong"
    assert admin.connect("messaging") == 2
    assert admin.told("Conversations API")
    assert hooks.all() == []


def test_an_integration_that_is_not_there_is_told(admin: Admin, hooks: Hooks) -> None:
    admin.environ["HANDRAIL_SUNSHINE_INTEGRATION_ID"] = "9" * 24
    assert admin.connect("messaging") == 2
    assert admin.told("Conversations integrations")


def test_messaging_is_connected_only_by_its_name() -> None:
    assert USUAL == ("zendesk", "twilio", "slack")
