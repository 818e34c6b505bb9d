"""The connector and the sandbox's Slack, the real SDK in between."""

from collections.abc import Iterator

import pytest

from apps.sandbox.slack.workspace import BOT_USER
from connectors.slack.account import SlackAccount, connect
from connectors.slack.installer import SlackAppInstaller, SlackInstaller
from core.errors import ConfigurationError, RejectedError
from tests.apps.sandbox.running import Sandbox, serving

MANIFEST = {"display_information": {"name": "Handrail"}}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with serving() as running:
        yield running


def installer(sandbox: Sandbox, token: str = "") -> SlackInstaller:
    known = token or sandbox.world.settings.slack_bot_token
    return SlackInstaller(connect(SlackAccount(token=known, base_url=f"{sandbox.url}/slack/api/")))


def apps(sandbox: Sandbox, token: str = "") -> SlackAppInstaller:
    known = token or sandbox.world.settings.slack_config_token
    return SlackAppInstaller(connect(SlackAccount(token=known, base_url=f"{sandbox.url}/slack/api/")))


def test_a_token_tells_whose_it_is_and_what_it_may_do(sandbox: Sandbox) -> None:
    bot = installer(sandbox).whoami()
    assert (bot.team, bot.user_id) == ("Larkfield", BOT_USER)
    assert {"chat:write", "users:read.email"} <= bot.scopes


def test_a_wrong_token_is_a_matter_for_a_person(sandbox: Sandbox) -> None:
    with pytest.raises(ConfigurationError, match="invalid_auth"):
        installer(sandbox, "xoxb-fake-wrong").whoami()


def test_the_bot_leaves_a_channel_and_comes_back(sandbox: Sandbox) -> None:
    bot = installer(sandbox)
    alerts = bot.channels()["care-alerts"]
    bot.leave(alerts.id)
    assert not bot.channels()["care-alerts"].member
    bot.join(alerts.id)
    assert bot.channels()["care-alerts"].member


def test_an_app_is_made_found_changed_and_deleted(sandbox: Sandbox) -> None:
    maker = apps(sandbox)
    made = maker.create(MANIFEST)
    assert made.signing_secret not in repr(made)
    maker.update(made.id, {"display_information": {"name": "Handrail 2"}})
    assert maker.find(made.id) == {"display_information": {"name": "Handrail 2"}}
    maker.delete(made.id)
    assert maker.find(made.id) is None


def test_a_manifest_that_slack_refuses_is_refused_with_the_place(sandbox: Sandbox) -> None:
    with pytest.raises(RejectedError, match="/display_information/name Missing required field") as refused:
        apps(sandbox).check({"display_information": {}})
    assert refused.value.code == "invalid_manifest"


def test_a_configuration_token_that_ran_out_is_a_matter_for_a_person(sandbox: Sandbox) -> None:
    with pytest.raises(ConfigurationError):
        apps(sandbox, "xoxe.xoxp-fake-old").check(MANIFEST)
