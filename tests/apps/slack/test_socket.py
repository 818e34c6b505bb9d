"""The same listeners over Socket Mode, against the sandbox's connection."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from slack_sdk.errors import SlackApiError

from apps.sandbox.slack.people import Use
from apps.slack.app import slack_app
from apps.slack.cards.actions import APPROVE
from apps.slack.door import Door
from apps.slack.socket import listen_by_socket, wait_for_slack
from connectors.sql.inbox import SqlInbox
from connectors.sql.store import SqlStore
from core.model.outreach import Click, Verdict
from tests.apps.sandbox.running import Sandbox, serving, wait_until
from tests.apps.slack.wire import SECRET, VALUE, kept, opening
from tests.core.fakes import FakeDesk
from tests.webhooks.receiving import Told

PRIYA, APPROVALS = "U0PR1YANA1R", "C0APPR0VALS"
BUTTON = {"type": "button", "action_id": APPROVE, "value": VALUE, "text": {"type": "plain_text", "text": "Yes"}}


@dataclass
class Line:
    sandbox: Sandbox
    desk: FakeDesk
    door: Door


@pytest.fixture
def line(store: SqlStore, told: Told) -> Iterator[Line]:
    with serving() as sandbox:
        settings = sandbox.world.settings
        door, desk, _ = opening(
            SqlInbox(store, told), store, api=f"{sandbox.url}/slack/api/", token=settings.slack_bot_token
        )
        desk.emails[PRIYA] = "priya@larkfield.example"
        handler = listen_by_socket(slack_app(door, SECRET), settings.slack_app_token, door.client)
        wait_until(lambda: sandbox.world.slack.connections.newest() is not None)
        yield Line(sandbox, desk, door)
        handler.close()  # type: ignore[no-untyped-call]
        sandbox.world.slack.connections.close()


def test_a_click_comes_over_the_connection_and_not_by_http(line: Line, store: SqlStore, told: Told) -> None:
    card = [{"type": "actions", "block_id": "b", "elements": [BUTTON]}]
    ts = str(line.door.client.chat_postMessage(channel=APPROVALS, text="?", blocks=card)["ts"])
    attempt = line.sandbox.world.slack_people.click(APPROVALS, ts, Use(action_id=APPROVE, user_id=PRIYA))
    assert (attempt.accepted, attempt.url) == (True, "Socket Mode")
    (event,) = kept(store, told)
    pressed = event.payload_as(Click)
    assert (pressed.verdict, pressed.user_id) == (Verdict.APPROVE, PRIYA)
    assert line.sandbox.receiver.posts == []


def test_a_command_and_an_opened_home_are_answered(line: Line) -> None:
    assert line.sandbox.world.slack_people.command(APPROVALS, PRIYA, "/handrail help").accepted
    line.sandbox.world.slack_people.open_home(PRIYA)
    wait_until(lambda: PRIYA in line.desk.homes and len(line.desk.answers) == 1)


def test_an_envelope_that_is_sent_again_is_recognised(line: Line, told: Told) -> None:
    wrapped = {
        "team_id": "T0LARKF1ELD",
        "type": "event_callback",
        "event_id": "Ev1",
        "event": {"type": "app_home_opened", "user": PRIYA, "tab": "home"},
    }
    socket = line.sandbox.world.slack.connections.newest()
    assert socket is not None
    for number in range(2):
        again = {"envelope_id": f"e{number}", "type": "events_api", "payload": wrapped, "retry_attempt": number}
        assert socket.ask(json.loads(json.dumps(again)), 3) is not None
    wait_until(lambda: PRIYA in line.desk.homes)
    assert len(told.events) == 1


def test_another_token_opens_no_connection(line: Line) -> None:
    with pytest.raises(SlackApiError, match="invalid_auth"):
        listen_by_socket(slack_app(line.door, SECRET), "xapp-fake-other", line.door.client)


def test_a_refusal_is_waited_out_and_leaves_no_thread_behind(line: Line) -> None:
    workspace, app, tries = line.sandbox.world.slack, slack_app(line.door, SECRET), list[int]()
    workspace.revoked = True

    def beat() -> None:
        tries.append(threading.active_count())
        workspace.revoked = len(tries) < 3

    token = line.sandbox.world.settings.slack_app_token
    handler = wait_for_slack(app, token, line.door.client, beat)
    handler.close()  # type: ignore[no-untyped-call]
    assert len(tries) == 3
    assert max(tries) - tries[0] <= 1  # the sandbox's own
