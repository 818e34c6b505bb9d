"""Setting up an account, against a served one with the real zenpy in between."""

from collections.abc import Iterator

import pytest
import responses

from connectors.zendesk.api import ZendeskAccount, ZendeskApi, connect
from connectors.zendesk.installer import FOR_TRIGGERS, TriggerPlan, ZendeskInstaller
from core.errors import ConfigurationError, RejectedError
from tests.apps.sandbox.zendesk.larkfield import BOT, TOKEN, Larkfield, larkfield

ENDPOINT = "https://handrail.example/webhooks/zendesk/events"
ADDED, TAGGED = "zen:event-type:ticket.comment_added", "zen:event-type:ticket.tags_changed"


@pytest.fixture(scope="module")
def home() -> Iterator[Larkfield]:
    with larkfield() as served:
        yield served


@pytest.fixture
def installer(home: Larkfield) -> Iterator[ZendeskInstaller]:
    api = connect(ZendeskAccount(subdomain="larkfield", email=BOT, token=TOKEN, base_url=home.base))
    yield ZendeskInstaller(api)
    api.close()


def test_whoami_is_the_integration_user(installer: ZendeskInstaller, home: Larkfield) -> None:
    assert installer.whoami() == str(home.ids["bot"])


def test_an_anonymous_answer_means_that_the_credentials_are_wrong(
    api: ZendeskApi, zendesk: responses.RequestsMock
) -> None:
    anonymous = {"user": {"id": None, "name": "Anonymous user", "role": "end-user"}}
    zendesk.get("https://larkfield.zendesk.com/api/v2/users/me.json", json=anonymous)
    with pytest.raises(ConfigurationError):
        ZendeskInstaller(api).whoami()


def test_wrong_credentials_are_a_matter_for_a_person(home: Larkfield) -> None:
    wrong = ZendeskAccount(subdomain="larkfield", email=BOT, token="wrong", base_url=home.base)
    with pytest.raises(ConfigurationError):
        ZendeskInstaller(connect(wrong)).whoami()


def test_a_webhook_is_made_once_and_corrected_where_it_differs(installer: ZendeskInstaller, home: Larkfield) -> None:
    webhook_id, secret = installer.ensure_webhook("Handrail events", ENDPOINT, [ADDED])
    assert home.state.webhooks[webhook_id]["endpoint"] == ENDPOINT
    assert installer.ensure_webhook("Handrail events", ENDPOINT, [ADDED]) == (webhook_id, secret)
    moved = installer.ensure_webhook("Handrail events", f"{ENDPOINT}/2", [TAGGED, ADDED])
    assert moved == (webhook_id, secret)
    made = home.state.webhooks[webhook_id]
    assert (made["endpoint"], sorted(made["subscriptions"])) == (f"{ENDPOINT}/2", [ADDED, TAGGED])
    assert len([each for each in home.state.webhooks.values() if each["name"] == "Handrail events"]) == 1


def test_a_webhook_whose_name_only_contains_ours_is_another(installer: ZendeskInstaller) -> None:
    longer, _ = installer.ensure_webhook("Handrail chats (old)", ENDPOINT, [ADDED])
    assert installer.ensure_webhook("Handrail chats", ENDPOINT, [ADDED])[0] != longer


def test_a_webhook_of_the_other_kind_is_left_alone(installer: ZendeskInstaller) -> None:
    installer.ensure_webhook("Handrail trigger", ENDPOINT, [FOR_TRIGGERS])
    with pytest.raises(RejectedError) as caught:
        installer.ensure_webhook("Handrail trigger", ENDPOINT, [ADDED])
    assert caught.value.code == "kind"


def test_a_trigger_is_made_once_and_corrected_where_it_differs(installer: ZendeskInstaller, home: Larkfield) -> None:
    webhook_id, _ = installer.ensure_webhook("Handrail trigger", ENDPOINT, [FOR_TRIGGERS])
    everybody_else = {"field": "current_user", "operator": "is_not", "value": installer.whoami()}
    plan = TriggerPlan(
        title="Handrail: tell", webhook_id=webhook_id, body='{"ticket_id":"{{ticket.id}}"}', all_of=[everybody_else]
    )
    trigger_id = installer.ensure_trigger(plan)
    made = dict(home.state.triggers.get(int(trigger_id)))
    assert made["actions"] == [{"field": "notification_webhook", "value": [webhook_id, plan.body]}]
    assert installer.ensure_trigger(plan) == trigger_id
    assert home.state.triggers.get(int(trigger_id))["updated_at"] == made["updated_at"]
    changed = TriggerPlan(
        title=plan.title, webhook_id=webhook_id, body="{}", all_of=[everybody_else], remove_tags=["tell_handrail"]
    )
    assert installer.ensure_trigger(changed) == trigger_id
    actions = home.state.triggers.get(int(trigger_id))["actions"]
    assert actions[0]["value"] == [webhook_id, "{}"]
    assert actions[1] == {"field": "remove_tags", "value": "tell_handrail"}


def test_the_apps_key_is_a_pem(installer: ZendeskInstaller) -> None:
    assert installer.public_key("4301").startswith("-----BEGIN PUBLIC KEY-----")
