"""Every request of our Slack connector against Slack's documents."""

from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.slack.account import SlackAccount, connect
from connectors.slack.desk import SlackDesk
from tests.apps.sandbox.running import serving
from tests.contracts.contract import Contract
from tests.contracts.test_sandbox_slack import newer
from tests.contracts.wire import check

CARD: list[dict[str, Any]] = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Approve?*"}}]


def test_posts_updates_and_searches() -> None:
    contract = Contract.load("slack_mock.json")
    with serving() as sandbox:
        account = SlackAccount(token=sandbox.world.settings.slack_bot_token, base_url=f"{sandbox.url}/slack/api/")
        desk = SlackDesk(connect(account))
        receipt = desk.post(channel="#care-approvals", text="Approve?", blocks=CARD, key="ap_1")
        desk.update(ref=receipt.ref, text="Approved", blocks=[])
        assert desk.find(channel="#care-approvals", key="ap_1", since=datetime.now(UTC) - timedelta(minutes=1))
        exchanges = sandbox.world.recorder.exchanges("slack")
    assert check(contract, exchanges, "/slack/api", method="POST", newer=newer) == {
        "POST /chat.postMessage",
        "POST /chat.update",
        "POST /conversations.history",
        "POST /conversations.list",
    }


def test_speaks_to_one_member_alone() -> None:
    contract = Contract.load("slack_mock.json")
    with serving() as sandbox:
        account = SlackAccount(token=sandbox.world.settings.slack_bot_token, base_url=f"{sandbox.url}/slack/api/")
        desk = SlackDesk(connect(account))
        card = desk.post(channel="C0APPR0VALS", text="Approve?", blocks=CARD, key="ap_1")
        desk.post(channel="C0APPR0VALS", text="Not yours", blocks=CARD, key="ap_2", only_to="U0MAR1ALOP2")
        desk.publish_home("U0PR1YANA1R", CARD)
        desk.link(card.ref)
        assert desk.member("U0PR1YANA1R")
        exchanges = sandbox.world.recorder.exchanges("slack")
    assert check(contract, exchanges, "/slack/api", method="POST", newer=newer) == {
        "POST /chat.getPermalink",
        "POST /chat.postEphemeral",
        "POST /chat.postMessage",
        "POST /users.info",
        "POST /views.publish",
    }
