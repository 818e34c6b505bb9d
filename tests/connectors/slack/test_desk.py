import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from connectors.slack.account import SlackAccount, connect
from connectors.slack.desk import SlackDesk
from core.errors import ConfigurationError, RejectedError
from tests.apps.sandbox.running import serving
from tests.connectors.scripted import Answer, Scripted

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
CARD = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Approve?*"}}]
POSTED = Answer(body='{"ok": true, "channel": "C1", "ts": "1795251600.000200"}')


def sent(slack: Scripted, place: int = 0) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(slack.asked[place].body)
    return body


def post(ts: str, key: str, kind: str = "handrail") -> dict[str, Any]:
    return {"ts": ts, "metadata": {"event_type": kind, "event_payload": {"key": key}}}


def history(*messages: dict[str, Any], more: str = "") -> Answer:
    body = {"ok": True, "messages": list(messages), "response_metadata": {"next_cursor": more}}
    return Answer(body=json.dumps(body))


def test_a_post_carries_its_card_and_its_key(desk: SlackDesk, slack: Scripted) -> None:
    slack.say(POSTED)
    receipt = desk.post(channel="#care-approvals", text="Approve?", blocks=CARD, key="ap_1")
    assert receipt.ref == "C1:1795251600.000200"
    assert receipt.at == datetime(2026, 11, 21, 9, 0, 0, 200, tzinfo=UTC)
    assert slack.asked[0].path == "/api/chat.postMessage"
    assert slack.asked[0].headers["Authorization"] == "Bearer xoxb-fake"
    body = sent(slack)
    assert (body["channel"], body["text"], body["blocks"]) == ("#care-approvals", "Approve?", CARD)
    assert body["metadata"] == {"event_type": "handrail", "event_payload": {"key": "ap_1"}}


def test_an_update_goes_to_the_message_of_the_receipt(desk: SlackDesk, slack: Scripted) -> None:
    slack.say(POSTED)
    desk.update(ref="C1:1795251600.000200", text="Approved", blocks=[])
    body = sent(slack)
    assert (body["channel"], body["ts"], body["text"], body["blocks"]) == ("C1", "1795251600.000200", "Approved", [])


def test_a_name_in_a_notification_mentions_nobody(desk: SlackDesk, slack: Scripted) -> None:
    slack.say(POSTED, POSTED)
    desk.post(channel="#care-approvals", text="A reply to <!channel> & <@U1>", blocks=CARD, key="ap_1")
    desk.update(ref="C1:1795251600.000200", text="<!here>", blocks=CARD)
    assert sent(slack)["text"] == "A reply to &lt;!channel&gt; &amp; &lt;@U1&gt;"
    assert sent(slack, 1)["text"] == "&lt;!here&gt;"


@pytest.mark.parametrize("ref", ["", "C1", "C1:", ":1.2"])
def test_a_receipt_that_is_none_of_ours_is_refused(ref: str, desk: SlackDesk, slack: Scripted) -> None:
    with pytest.raises(RejectedError):
        desk.update(ref=ref, text="x", blocks=[])
    assert slack.asked == []


def test_a_post_is_found_by_its_key_among_others(desk: SlackDesk, slack: Scripted) -> None:
    slack.say(
        history({"ts": "3.0", "text": "chat"}, post("2.0", "ap_2"), post("1.5", "ap_1", "other"), post("1.0", "ap_1"))
    )
    found = desk.find(channel="C1", key="ap_1", since=NOW)
    assert found is not None
    assert found.ref == "C1:1.0"
    assert (sent_form(slack)["oldest"], sent_form(slack)["include_all_metadata"]) == ("1795251600.000000", "1")


def sent_form(slack: Scripted, place: int = 0) -> dict[str, str]:
    return dict(parse_qsl(slack.asked[place].body.decode()))


def test_a_post_on_a_later_page_is_found(desk: SlackDesk, slack: Scripted) -> None:
    slack.say(history(post("2.0", "ap_2"), more="next"), history(post("1.0", "ap_1")))
    found = desk.find(channel="C1", key="ap_1", since=NOW)
    assert found is not None
    assert found.ref == "C1:1.0"
    assert sent_form(slack, 1)["cursor"] == "next"


def test_the_search_for_a_post_ends_where_the_pages_go_round_in_a_circle(desk: SlackDesk, slack: Scripted) -> None:
    slack.say(history(post("2.0", "ap_2"), more="next"))
    assert desk.find(channel="C1", key="ap_1", since=NOW) is None
    assert len(slack.asked) == 2


def test_a_channels_name_is_looked_up_once(desk: SlackDesk, slack: Scripted) -> None:
    channels = Answer(body='{"ok": true, "channels": [{"id": "C7", "name": "care-approvals"}]}')
    slack.say(channels, history(post("1.0", "ap_1")))
    for _ in range(2):
        found = desk.find(channel="#care-approvals", key="ap_1", since=NOW)
        assert found is not None
        assert found.ref == "C7:1.0"
    assert [asked.path for asked in slack.asked] == [
        "/api/conversations.list",
        "/api/conversations.history",
        "/api/conversations.history",
    ]


def test_a_channel_that_is_not_there_is_a_matter_for_a_person(desk: SlackDesk, slack: Scripted) -> None:
    slack.say(Answer(body='{"ok": true, "channels": []}'))
    with pytest.raises(ConfigurationError):
        desk.find(channel="#nowhere", key="k", since=NOW)


def test_the_token_is_needed_and_not_shown() -> None:
    assert "xoxb-fake" not in repr(SlackAccount(token="xoxb-fake"))
    with pytest.raises(ValueError, match="token"):
        SlackAccount(token="")
    with pytest.raises(ValueError, match="base_url"):
        SlackAccount(token="xoxb-fake", base_url="slack.example")


def test_a_card_is_posted_found_and_updated_in_the_sandbox() -> None:
    with serving() as sandbox:
        account = SlackAccount(token=sandbox.world.settings.slack_bot_token, base_url=f"{sandbox.url}/slack/api/")
        desk = SlackDesk(connect(account))
        since = datetime.now(UTC) - timedelta(minutes=1)
        receipt = desk.post(channel="#care-approvals", text="Approve?", blocks=CARD, key="ap_1")
        desk.update(ref=receipt.ref, text="Approved", blocks=[])
        assert desk.find(channel="#care-approvals", key="ap_1", since=since) == receipt
        assert desk.find(channel="#care-approvals", key="ap_2", since=since) is None
        with pytest.raises(ConfigurationError):
            desk.post(channel="#nowhere", text="x", blocks=[], key="k")
        with pytest.raises(ConfigurationError):
            SlackDesk(connect(SlackAccount(token="wrong", base_url=f"{sandbox.url}/slack/api/"))).post(
                channel="#care-approvals", text="x", blocks=[], key="k"
            )


def test_a_word_for_one_member_is_seen_by_nobody_else(desk: SlackDesk, slack: Scripted) -> None:
    slack.say(Answer(body='{"ok": true, "message_ts": "1795251600.000300"}'))
    told = desk.post(channel="C1", text="Only you", blocks=CARD, key="k", only_to="U0PRIYA")
    assert (told.ref, slack.asked[0].path) == ("C1:1795251600.000300", "/api/chat.postEphemeral")
    assert sent(slack)["user"] == "U0PRIYA"


@pytest.mark.parametrize("flag", ["is_bot", "deleted", "is_restricted", "is_ultra_restricted", "is_stranger"])
def test_nobody_of_another_company_is_a_member(desk: SlackDesk, slack: Scripted, flag: str) -> None:
    """A stranger of a shared channel may have written any address into their profile."""
    user = {"id": "U1", flag: True, "profile": {"email": "priya.nair@larkfield.example", "real_name": "Priya Nair"}}
    slack.say(Answer(body=json.dumps({"ok": True, "user": user})))
    assert desk.member("U1") is None


def test_a_home_is_published_for_one_member(desk: SlackDesk, slack: Scripted) -> None:
    slack.say(Answer(body='{"ok": true, "view": {}}'))
    desk.publish_home("U0PRIYA", CARD)
    assert slack.asked[0].path == "/api/views.publish"
    body = sent(slack)
    view = json.loads(body["view"]) if isinstance(body["view"], str) else body["view"]
    assert (body["user_id"], view) == ("U0PRIYA", {"type": "home", "blocks": CARD})


def test_a_command_is_answered_where_slack_said(desk: SlackDesk, slack: Scripted) -> None:
    slack.say(Answer(body="ok", kind="text/plain"))
    desk.answer(f"{slack.url}/response/1", "Paused <now>", CARD)
    assert slack.asked[0].path == "/response/1"
    assert sent(slack) == {"text": "Paused &lt;now&gt;", "blocks": CARD, "response_type": "ephemeral"}


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/x", "http://hooks.slack.com/x", "", "file:///etc/passwd"]
)
def test_nobody_else_is_told_what_a_command_answered(desk: SlackDesk, slack: Scripted, address: str) -> None:
    with pytest.raises(RejectedError):
        desk.answer(address, "secret")
    assert slack.asked == []


def test_an_address_that_is_used_up_is_a_refusal(desk: SlackDesk, slack: Scripted) -> None:
    slack.say(Answer(status=404, body="used_url", kind="text/plain"))
    with pytest.raises(RejectedError):
        desk.answer(f"{slack.url}/response/1", "late")


def test_a_card_can_be_linked_to(desk: SlackDesk, slack: Scripted) -> None:
    slack.say(Answer(body='{"ok": true, "permalink": "https://larkfield.slack.com/archives/C1/p1795251600000200"}'))
    assert desk.link("C1:1795251600.000200").endswith("/C1/p1795251600000200")
