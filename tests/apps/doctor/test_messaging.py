"""What the doctor sees of Zendesk messaging, each fault brought about at the stand-in itself."""

import pytest

from apps.doctor.lines import State
from apps.sandbox.sunshine.app import Hooks
from apps.sandbox.sunshine.records import APP_ID, INTEGRATION_ID, KEY_ID
from connectors.sunshine.installer import TRIGGERS
from tests.apps.doctor.ward import Ward


@pytest.fixture
def hooks(here: Ward) -> Hooks:
    """Connected as it should be."""
    here.environ |= {
        "HANDRAIL_SUNSHINE_APP_ID": APP_ID,
        "HANDRAIL_SUNSHINE_KEY_ID": KEY_ID,
        "HANDRAIL_SUNSHINE_KEY_SECRET": here.sandbox.world.settings.sunshine_key_secret,
        "HANDRAIL_SUNSHINE_INTEGRATION_ID": INTEGRATION_ID,
        "HANDRAIL_SUNSHINE_URL": f"{here.sandbox.url}/sunshine",
        "HANDRAIL_SUNSHINE_WEBHOOK_SECRET": "fake-secret",
    }
    kept = here.sandbox.world.messaging.hooks
    for hook in kept.all():
        kept.delete(hook["id"])
    target = f"{here.installation().public_url}/webhooks/sunshine"
    kept.create({"target": target, "triggers": list(TRIGGERS), "includeFullUser": True}, "fake-secret")
    return kept


def test_all_is_well_when_its_webhook_leads_here(here: Ward, hooks: Hooks) -> None:
    assert here.faults("messaging", "integration") == []
    assert here.faults("messaging", "webhook secret") == []


def test_a_webhook_that_leads_elsewhere_is_named(here: Ward, hooks: Hooks) -> None:
    (hook,) = hooks.all()
    hooks.change(hook["id"], {"target": "https://old.example/bot"})
    ((state, found),) = here.faults("messaging", "integration")
    assert state is State.FAILING
    assert "https://old.example/bot" in found


@pytest.mark.parametrize(
    ("change", "words"),
    [({"triggers": list(TRIGGERS[1:])}, TRIGGERS[0]), ({"includeFullUser": False}, "stranger")],
)
def test_what_the_webhook_does_not_tell_is_named(
    here: Ward, hooks: Hooks, change: dict[str, object], words: str
) -> None:
    hooks.change(hooks.all()[0]["id"], change)
    ((state, found),) = here.faults("messaging", "integration")
    assert (state, words in found) == (State.FAILING, True)


def test_another_secret_than_the_webhooks_is_failing(here: Ward, hooks: Hooks) -> None:
    ((state, _),) = here.faults("messaging", "webhook secret", HANDRAIL_SUNSHINE_WEBHOOK_SECRET="fake-other")
    assert state is State.FAILING


def test_a_key_that_is_not_accepted_is_failing(here: Ward, hooks: Hooks) -> None:
    ((state, found),) = here.faults("messaging", "integration", HANDRAIL_SUNSHINE_KEY_SECRET="wrong")
    assert state is State.FAILING
    assert "401" in found


def test_without_messaging_there_is_nothing_to_look_at(here: Ward) -> None:
    ((state, _),) = here.faults("messaging", "integration")
    assert state is State.SKIPPED
